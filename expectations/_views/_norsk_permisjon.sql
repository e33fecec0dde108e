-- Days of permisjon in the time for norsk, up to the extract date; overlapping periods count once.
-- A permisjon from the programme counts too: it may have been registered only there.
WITH biter AS (
  SELECT
    bn.noekkel AS norsk_noekkel,
    GREATEST(bm.fra_dato, f.frist_fra) AS fra,
    LEAST(
      COALESCE(bm.til_dato, UTTREKKSDATO()), COALESCE(bn.sluttdato, UTTREKKSDATO()), UTTREKKSDATO()
    ) AS til
  FROM basis.norsk AS bn
  JOIN _norsk_frist AS f ON f.norsk_noekkel = bn.noekkel
  JOIN basis.permisjon AS bm ON bm.person_id = bn.person_id
  WHERE bm.fra_dato IS NOT NULL AND f.frist_fra IS NOT NULL
    AND (bm.norsk_id = bn.norsk_id OR bm.norsk_id IS NULL)
), ordnet AS (
  SELECT
    b.norsk_noekkel, b.fra, b.til,
    MAX(b.til) OVER (
      PARTITION BY b.norsk_noekkel ORDER BY b.fra, b.til
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS dekket_til
  FROM biter AS b
  WHERE b.fra <= b.til
)
SELECT
  o.norsk_noekkel,
  SUM(GREATEST(0, date_diff('day', COALESCE(GREATEST(o.fra, o.dekket_til + 1), o.fra), o.til) + 1)) AS perm_dager
FROM ordnet AS o
GROUP BY o.norsk_noekkel
