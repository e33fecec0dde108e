-- How many tiltak each programme has.
SELECT bt.program_id, COUNT(bt.program_id) AS antall_tiltak
FROM basis.tiltak AS bt
WHERE bt.program_id IS NOT NULL
GROUP BY bt.program_id
