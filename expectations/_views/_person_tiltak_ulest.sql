-- The persons with a tiltak whose programme could not be read: it may belong to any of theirs.
SELECT
  bt.person_id,
  MAX(CASE WHEN contains(bt.ulest, '|tiltak.program_id|') THEN '|tiltak.program_id|' END) AS ulest
FROM basis.tiltak AS bt
WHERE bt.ulest IS NOT NULL AND bt.person_id IS NOT NULL
GROUP BY bt.person_id
