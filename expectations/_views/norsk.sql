-- One row per participation in norsk og samfunnskunnskap, with facts about the person.
SELECT
  b.*,
  q.utdanning_vgo,
  q.innvilget_dato,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest
FROM basis.norsk AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
