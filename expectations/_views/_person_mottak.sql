-- Hours of samfunnskunnskap each person had in mottak.
SELECT bm.person_id, CAST(SUM(bm.timer_samfunnskunnskap) AS DECIMAL(10, 3)) AS timer_samfunnskunnskap, STRING_AGG(bm.ulest, '') AS ulest
FROM basis.mottak AS bm
WHERE bm.person_id IS NOT NULL AND bm.forekomst = 1
GROUP BY bm.person_id
