-- The first and the last day of permisjon of each person, whatever it is from; an open one has no end, and
-- one without a (readable) first day may have begun at any time.
SELECT
  bm.person_id,
  MIN(COALESCE(bm.fra_dato, DATE '0001-01-01')) AS foerste_permisjonsdag,
  MAX(COALESCE(bm.til_dato, DATE '9999-12-31')) AS siste_permisjonsdag
FROM basis.permisjon AS bm
WHERE bm.person_id IS NOT NULL
GROUP BY bm.person_id
