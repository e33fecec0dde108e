-- One row per vedtak, with the law of the person it is about and the limits of the programme it names.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(SAMLET_ULEST(b.ulest, q.ulest), p.ulest) AS ulest,
  p.startdato AS program_startdato,
  p.programgruppe,
  p.maks_mnd - p.grense_mnd AS forlengelse_mnd,
  p.maks_frist AS program_maks_frist,
  p.perm_dager_i_alt,
  p.permisjon_avklart,
  p.ett_aar_uten_forlengelse,
  p.gjenaapnet_dato AS program_gjenaapnet_dato
FROM basis.vedtak AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
LEFT JOIN program AS p ON p.program_id = b.program_id AND p.forekomst = 1
