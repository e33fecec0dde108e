-- What each programme has from its person, and from what is registered of that person elsewhere. A view of its own, as
-- its neighbours `_program_av_tiltak` and `_program_av_vedtak` are: all tables that one statement joins are in memory
-- together (ADR 0031).
SELECT
  bp.rad,
  bq.foedselsdato, bq.kjoenn, bq.statsborgerskap, bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato,
  bq.bosatt_dato, bq.bosettingskommune, bq.rettighetskategori, bq.utdanning_vgo, bq.utdanningsnivaa,
  bq.har_barn_under_18,
  bq.bydel AS person_bydel,
  gk.gjeldende AS bosettingskommune_gjeldende,
  ps.foerste_start,
  ps.programmer_uten_start,
  pv.antall_forlengelser,
  pv.forlenget_til,
  pv.loes_tildeling,
  pv.tildelinger_uten_dato,
  pm.foerste_permisjonsdag,
  pm.siste_permisjonsdag,
  COALESCE(pu.antall_fulltid_vgo, 0) > 0 AS har_fulltid_vgo,
  bq.ulest AS person_ulest,
  pv.ulest AS vedtak_ulest,
  ut.ulest AS tiltak_ulest
FROM basis.program AS bp
LEFT JOIN basis.person AS bq ON bq.person_id = bp.person_id AND bq.forekomst = 1
LEFT JOIN referanse.kommune AS gk ON gk.kommunenummer = bq.bosettingskommune
LEFT JOIN _person_start AS ps ON ps.person_id = bp.person_id
LEFT JOIN _person_vedtak AS pv ON pv.person_id = bp.person_id
LEFT JOIN _person_permisjon AS pm ON pm.person_id = bp.person_id
LEFT JOIN _person_fulltid_vgo AS pu ON pu.person_id = bp.person_id
LEFT JOIN _person_tiltak_ulest AS ut ON ut.person_id = bp.person_id
