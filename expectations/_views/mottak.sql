-- One row per participation in mottak, with the law of the person.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest
FROM basis.mottak AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
