-- When each person first started in a programme, and how many of the programmes have no (readable) startdato.
SELECT
  bp.person_id,
  MIN(bp.startdato) AS foerste_start,
  COUNT(*) FILTER (WHERE bp.startdato IS NULL) AS programmer_uten_start
FROM basis.program AS bp
WHERE bp.person_id IS NOT NULL
GROUP BY bp.person_id
