-- The first day of a tiltak of each programme, and the last. Norsk and samfunnskunnskap are left out: they may begin
-- before the programme and go on after it.
SELECT
  bt.program_id,
  MIN(bt.startdato) AS foerste_tiltak,
  MAX(COALESCE(bt.stoppdato, bt.startdato)) AS siste_tiltak
FROM basis.tiltak AS bt
WHERE bt.program_id IS NOT NULL AND COALESCE(bt.tiltakstype, '-') NOT IN ('NORSK', 'SAMFUNNSKUNNSKAP')
GROUP BY bt.program_id
