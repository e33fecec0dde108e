-- When each person first started in a programme, how many programmes there are, and how many of them have no
-- (readable) startdato.
SELECT
  bp.person_id,
  MIN(bp.startdato) AS foerste_start,
  COUNT(*) AS antall_program,
  COUNT(*) FILTER (WHERE bp.startdato IS NULL) AS programmer_uten_start
FROM basis.program AS bp
WHERE bp.person_id IS NOT NULL
GROUP BY bp.person_id
