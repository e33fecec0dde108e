-- What each programme has from its vedtak and permisjon, and from the person's other programmes.
SELECT
  bp.rad,
  COALESCE(pp.perm_dager, 0) AS perm_dager,
  COALESCE(pp.perm_dager_i_alt, 0) AS perm_dager_i_alt,
  COALESCE(pp.perm_aapne, 0) AS perm_aapne,
  COALESCE(pp.perm_uten_lengde, 0) AS perm_uten_lengde,
  pp.siste_permisjon_til,
  pm.siste_permisjon,
  pv.siste_vedtak,
  pv.foerste_tildeling,
  CASE WHEN pv.forlengelser_uten_dato = 0 THEN pv.foerste_forlengelse END AS foerste_forlengelse,
  pv.foerste_forlengelse AS foerste_daterte_forlengelse,
  COALESCE(pv.tildelinger_uten_dato, 0) AS tildelinger_uten_dato,
  COALESCE(pv.antall_forlengelser, 0) AS antall_forlengelser,
  pv.forlenget_til,
  pr.rad IS NOT NULL AS nummer_kjent,
  pr.nummer_gyldig,
  COALESCE(ps.dager_samme_kommune, 0) AS dager_samme_kommune,
  COALESCE(ps.dager_annen_senere, 0) AS dager_annen_senere,
  COALESCE(ps.dager_annen_tidligere, 0) AS dager_annen_tidligere,
  COALESCE(ps.dager_annen_bydel, 0) AS dager_annen_bydel,
  COALESCE(ps.annen_bydel_samme_aar, FALSE) AS annen_bydel_samme_aar,
  pp.ulest AS permisjon_ulest,
  pv.ulest AS vedtak_ulest
FROM basis.program AS bp
LEFT JOIN _program_permisjon AS pp ON pp.program_noekkel = bp.noekkel
LEFT JOIN _program_siste_permisjon AS pm ON pm.program_id = bp.program_id
LEFT JOIN _program_vedtak AS pv ON pv.program_id = bp.program_id
LEFT JOIN _program_samtidig AS ps ON ps.rad = bp.rad
LEFT JOIN _program_nummer AS pr ON pr.rad = bp.rad
