-- When each person with rett og plikt to norsk began.
SELECT bn.person_id, MIN(bn.startdato) AS norskplikt_start
FROM basis.norsk AS bn
WHERE bn.person_id IS NOT NULL AND bn.ordning = 'RETT_OG_PLIKT'
GROUP BY bn.person_id
