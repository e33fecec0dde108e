-- The day when the last of the four delprøver reached its norskmål, for those who have reached all four.
WITH naadd AS (
  SELECT bn.noekkel AS norsk_noekkel, bx.delproeve, MIN(bx.proevedato) AS dato
  FROM basis.norsk AS bn
  JOIN basis.norskproeve AS bx ON bx.person_id = bn.person_id
  WHERE bx.proevedato <= UTTREKKSDATO()
    AND NIVAA_TALL(bx.nivaa) >= NIVAA_TALL(
      CASE bx.delproeve
        WHEN 'LYTTE' THEN bn.norskmaal_lytte WHEN 'LESE' THEN bn.norskmaal_lese
        WHEN 'SKRIFTLIG' THEN bn.norskmaal_skriftlig WHEN 'MUNTLIG' THEN bn.norskmaal_muntlig
      END
    )
  GROUP BY bn.noekkel, bx.delproeve
)
SELECT n.norsk_noekkel, MAX(n.dato) AS naadd_dato
FROM naadd AS n
GROUP BY n.norsk_noekkel
HAVING COUNT(*) = 4
