-- The tiltak of each programme: how many there are, how many of them are opplaering, the first day and the last.
-- Norsk and samfunnskunnskap may begin before the programme and go on after it: they are no part of `foerste_tiltak`
-- and `siste_tiltak`. In `siste_tiltaksdag` an open one has no end.
WITH rader AS (
  SELECT
    bt.program_id, bt.tiltakstype, bt.startdato, bt.stoppdato,
    COALESCE(bt.tiltakstype, '-') NOT IN ('NORSK', 'SAMFUNNSKUNNSKAP') AS i_programmet
  FROM basis.tiltak AS bt
  WHERE bt.program_id IS NOT NULL
)
SELECT
  r.program_id,
  COUNT(r.program_id) AS antall_tiltak,
  COUNT(*) FILTER (WHERE r.tiltakstype IN ('GRUNNSKOLE', 'VGO', 'FORBEREDENDE')) AS antall_opplaering,
  MIN(r.startdato) FILTER (WHERE r.i_programmet) AS foerste_tiltak,
  MAX(COALESCE(r.stoppdato, r.startdato)) FILTER (WHERE r.i_programmet) AS siste_tiltak,
  MAX(COALESCE(r.stoppdato, DATE '9999-12-31')) AS siste_tiltaksdag
FROM rader AS r
GROUP BY r.program_id
