-- What could not be read in a person's permisjoner.
SELECT bm.person_id, STRING_AGG(bm.ulest, '') AS ulest
FROM basis.permisjon AS bm
WHERE bm.person_id IS NOT NULL AND bm.ulest IS NOT NULL
GROUP BY bm.person_id
