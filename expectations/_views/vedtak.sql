-- One row per vedtak, with the law of the person it is about and the limits of the programme it names.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(SAMLET_ULEST(SAMLET_ULEST(b.ulest, q.ulest), p.ulest), un.ulest) AS ulest,
  q.utdanning_vgo,
  p.startdato AS program_startdato,
  p.programgruppe,
  p.maks_mnd - p.grense_mnd AS forlengelse_mnd,
  p.maks_frist AS program_maks_frist,
  p.perm_dager_i_alt,
  p.permisjon_avklart,
  p.ett_aar_uten_forlengelse,
  p.gjenaapnet_dato AS program_gjenaapnet_dato,
  vu.nummer AS utvidet_nr,
  CASE WHEN vu.nummer = 1 THEN COALESCE(un.frist, un.grense_dato) ELSE vu.forrige_til END AS frist_foer_utvidet,
  PLUSS_MND(un.grense_dato, 6 * (vu.nummer - 1)) AS beregnet_frist_foer_utvidet,
  PLUSS_MND(un.frist_fra, 4 + 6 * vu.nummer) AS utvidet_tidligst_dato,
  PLUSS_MND(un.grense_dato, 6 * vu.nummer - 4) AS utvidet_senest_dato,
  PLUSS_MND(b.gjelder_fra, 6) + CAST(vu.perm_dager AS INTEGER) AS utvidet_grense
FROM basis.vedtak AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
LEFT JOIN program AS p ON p.program_id = b.program_id AND p.forekomst = 1
LEFT JOIN _vedtak_utvidet AS vu ON vu.vedtak_noekkel = b.noekkel
LEFT JOIN norsk AS un ON un.noekkel = vu.norsk_noekkel
