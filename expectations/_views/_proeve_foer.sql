-- The best level a person had on the same delprøve at any earlier day.
SELECT
  bx.noekkel AS proeve_noekkel,
  MAX(NIVAA_TALL(bx.nivaa)) OVER (
    PARTITION BY bx.person_id, bx.delproeve ORDER BY bx.proevedato, NIVAA_TALL(bx.nivaa)
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS tall_foer
FROM basis.norskproeve AS bx
WHERE bx.person_id IS NOT NULL AND bx.delproeve IS NOT NULL AND bx.proevedato IS NOT NULL AND bx.forekomst = 1
