-- Decisions on utvidet norsk for each person, and the first since 1 July 2023, when they could first be made.
SELECT
  bv.person_id,
  COUNT(*) AS antall,
  MIN(CASE WHEN bv.vedtaksdato >= DATE '2023-07-01' THEN bv.vedtaksdato END) AS foerste_dato
FROM basis.vedtak AS bv
WHERE bv.vedtakstype = 'UTVIDET_NORSK' AND bv.person_id IS NOT NULL
GROUP BY bv.person_id
