-- One row per participation in norsk og samfunnskunnskap, with facts about the person and how long the right lasts.
SELECT
  b.*,
  q.utdanning_vgo,
  q.innvilget_dato,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(SAMLET_ULEST(b.ulest, q.ulest), SAMLET_ULEST(pu.ulest, pm.ulest)) AS ulest,
  q.utdanningsnivaa,
  q.alder_ved_innvilgelse,
  ALDER(q.foedselsdato, b.startdato) AS alder_ved_start,
  LEAST(COALESCE(b.sluttdato, UTTREKKSDATO()), UTTREKKSDATO()) AS slutt_eller_uttrekk,
  f.frist_fra,
  COALESCE(np.perm_dager, 0) AS perm_dager,
  CAST(PLUSS_MND(f.frist_fra, f.frist_mnd) + CAST(COALESCE(np.perm_dager, 0) AS INTEGER) AS DATE) AS grense_dato,
  COALESCE(pu2.antall, 0) AS antall_utvidet,
  CASE WHEN f.nummer_bakfra = 1 THEN nt.siste_dag END AS norsktiltak_til,
  CASE WHEN f.nummer_bakfra = 1 THEN nt.siste_start END AS norsktiltak_start,
  nm.naadd_dato,
  CAST(COALESCE(b.timer_samfunnskunnskap, 0) + COALESCE(pm.timer_samfunnskunnskap, 0) AS DECIMAL(10, 3))
    AS timer_samfunnskunnskap_samlet
FROM basis.norsk AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
LEFT JOIN _norsk_frist AS f ON f.norsk_noekkel = b.noekkel
LEFT JOIN _norsk_permisjon AS np ON np.norsk_noekkel = b.noekkel
LEFT JOIN _permisjon_ulest AS pu ON pu.person_id = b.person_id
LEFT JOIN _person_utvidet AS pu2 ON pu2.person_id = b.person_id
LEFT JOIN _person_mottak AS pm ON pm.person_id = b.person_id
LEFT JOIN _norsk_tiltak AS nt ON nt.person_id = b.person_id AND nt.kommunenummer = b.kommunenummer_gjeldende
LEFT JOIN _norsk_maal AS nm ON nm.norsk_noekkel = b.noekkel
