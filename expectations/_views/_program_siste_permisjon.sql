-- The last day of permisjon of each programme; one that is open counts with its first day.
SELECT bm.program_id, MAX(COALESCE(bm.til_dato, bm.fra_dato)) AS siste_permisjon
FROM basis.permisjon AS bm
WHERE bm.program_id IS NOT NULL
GROUP BY bm.program_id
