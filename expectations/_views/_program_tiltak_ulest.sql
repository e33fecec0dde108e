-- What could not be read of the tiltak of each programme.
SELECT bt.program_id, STRING_AGG(bt.ulest, '') AS ulest
FROM basis.tiltak AS bt
WHERE bt.ulest IS NOT NULL AND bt.program_id IS NOT NULL AND bt.forekomst = 1
GROUP BY bt.program_id
