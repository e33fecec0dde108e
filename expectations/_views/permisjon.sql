-- One row per permisjon, with the law of the person it is about and whether it overlaps an earlier one.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  o.forrige_permisjon_til,
  COALESCE(o.overlapp_dager, 0) AS overlapp_dager,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest
FROM basis.permisjon AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
LEFT JOIN _permisjon_overlapp AS o ON o.noekkel = b.noekkel
