-- One row per vedtak, with the law of the person it is about.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest
FROM basis.vedtak AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
