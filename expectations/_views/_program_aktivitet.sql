-- The last day of tiltak in each programme, open ones have no end, and how many of them are opplaering.
SELECT
  bt.program_id,
  MAX(COALESCE(bt.stoppdato, DATE '9999-12-31')) AS siste_tiltaksdag,
  COUNT(*) FILTER (WHERE bt.tiltakstype IN ('GRUNNSKOLE', 'VGO', 'FORBEREDENDE')) AS antall_opplaering
FROM basis.tiltak AS bt
WHERE bt.program_id IS NOT NULL
GROUP BY bt.program_id
