-- One row per participation in mottak, with the law of the person and when she was settled.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest,
  q.bosatt_dato,
  LEAST(GREATEST(COALESCE(b.sluttdato, UTTREKKSDATO()), COALESCE(b.startdato, b.sluttdato)), UTTREKKSDATO()) AS siste_dag
FROM basis.mottak AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
