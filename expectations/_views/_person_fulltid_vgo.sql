-- The persons whose opplaering in norsk says that they go to videregaaende full time.
SELECT bn.person_id, COUNT(*) AS antall_fulltid_vgo
FROM basis.norsk AS bn
WHERE bn.fulltid_vgo = 'JA' AND bn.person_id IS NOT NULL
GROUP BY bn.person_id
