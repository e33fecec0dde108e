-- One row per programme, with the facts about the person, the law it is under and how long it has lasted.
WITH kilde AS (
  SELECT
    bp.*,
    bq.foedselsdato, bq.kjoenn, bq.statsborgerskap, bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato,
    bq.bosatt_dato, bq.bosettingskommune, bq.rettighetskategori, bq.utdanning_vgo, bq.utdanningsnivaa,
    bq.har_barn_under_18,
    SAMLET_ULEST(
      SAMLET_ULEST(bp.ulest, bq.ulest), SAMLET_ULEST(pp.ulest, SAMLET_ULEST(pf.ulest, qf.ulest))
    ) AS ulest_uten_tiltak,
    SAMLET_ULEST(
      SAMLET_ULEST(SAMLET_ULEST(bp.ulest, bq.ulest), SAMLET_ULEST(pp.ulest, SAMLET_ULEST(pf.ulest, qf.ulest))),
      SAMLET_ULEST(ut.ulest, ti.ulest)
    ) AS ulest,
    REGIME(bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato, bp.startdato) AS regime,
    COALESCE(bp.sluttdato <= UTTREKKSDATO(), FALSE) AS avsluttet,
    COALESCE(pp.perm_dager, 0) AS perm_dager,
    COALESCE(pt.antall_tiltak, 0) AS antall_tiltak,
    COALESCE(pf.antall_forlengelser, 0) + COALESCE(qf.antall_forlengelser, 0) > 0 AS har_forlengelse,
    COALESCE(GREATEST(pf.forlenget_til, qf.forlenget_til), pf.forlenget_til, qf.forlenget_til) AS forlenget_til,
    COALESCE(pp.perm_dager_i_alt, 0) AS perm_dager_i_alt,
    COALESCE(pp.perm_aapne, 0) AS perm_aapne,
    COALESCE(pp.perm_uten_lengde, 0) AS perm_uten_lengde,
    pp.siste_permisjon_til,
    -- what the tiltak, permisjon and vedtak of the programme say of its days
    COALESCE(pd.tiltak_dager, 0) AS tiltak_dager,
    pi.foerste_tiltak,
    GREATEST(pi.siste_tiltak, pm.siste_permisjon, pv.siste_vedtak, bp.gjenaapnet_dato) AS siste_aktivitet,
    -- Kommune and bydel.
    gk.gjeldende AS bosettingskommune_gjeldende,
    pr.rad IS NOT NULL AS nummer_kjent,
    pr.nummer_gyldig,
    bp.bydel IS NULL AND bp.bydel_gjeldende IS NULL
      AND COALESCE(SUBSTRING(bq.bydel, 1, 4) <> '0301', TRUE) AS bydel_mangler,
    COALESCE(ps.dager_samme_kommune, 0) AS dager_samme_kommune,
    COALESCE(ps.dager_annen_senere, 0) AS dager_annen_senere,
    COALESCE(ps.dager_annen_tidligere, 0) AS dager_annen_tidligere,
    COALESCE(ps.dager_annen_bydel, 0) AS dager_annen_bydel,
    COALESCE(ps.annen_bydel_samme_aar, FALSE) AS annen_bydel_samme_aar,
    -- what the tiltak hold
    ti.antall_retning_mulig, ti.antall_arbeid_mulig, ti.antall_spraak_mulig, ti.antall_norsk_mulig, ti.hurtigspor_fra,
    ti.antall_uten_tid, ti.antall_aapne_tiltak, ti.antall_uten_timer, ti.tiltak_timer_maks,
    ti.antall_livsmestring, ti.antall_foreldreveiledning, ti.antall_digital,
    ti.livsmestring_timer, ti.foreldreveiledning_timer, ti.digital_timer,
    COALESCE(bp.livsmestring_gjennomfoert = 'NEI', FALSE) AS livsmestring_er_nei,
    COALESCE(bp.gjenaapnet_dato IS NOT NULL, FALSE) AS er_gjenaapnet,
    pu.dager_med_tiltak, pu.uketimer_snitt, pu.uketimer_maks, pu.krav_uker, pu.krav_uker_under_15,
    ph.lengste_hull_fra, ph.lengste_hull_til, ph.lengste_hull_dager
  FROM basis.program AS bp
  LEFT JOIN basis.person AS bq ON bq.person_id = bp.person_id AND bq.forekomst = 1
  LEFT JOIN _program_permisjon AS pp ON pp.program_noekkel = bp.noekkel
  LEFT JOIN _program_tiltak AS pt ON pt.program_id = bp.program_id
  LEFT JOIN _program_forlengelse AS pf ON pf.program_id = bp.program_id
  LEFT JOIN _person_forlengelse AS qf ON qf.person_id = bp.person_id
  LEFT JOIN _person_tiltak_ulest AS ut ON ut.person_id = bp.person_id
  LEFT JOIN _program_dekning AS pd ON pd.program_noekkel = bp.noekkel
  LEFT JOIN _program_tiltaksdager AS pi ON pi.program_id = bp.program_id
  LEFT JOIN _program_siste_permisjon AS pm ON pm.program_id = bp.program_id
  LEFT JOIN _program_siste_vedtak AS pv ON pv.program_id = bp.program_id
  LEFT JOIN _program_samtidig AS ps ON ps.rad = bp.rad
  LEFT JOIN _program_nummer AS pr ON pr.rad = bp.rad
  LEFT JOIN referanse.kommune AS gk ON gk.kommunenummer = bq.bosettingskommune
  LEFT JOIN _program_innhold AS ti ON ti.program_id = bp.program_id
  LEFT JOIN _program_uketimer AS pu ON pu.program_noekkel = bp.noekkel
  LEFT JOIN _program_hull AS ph ON ph.program_noekkel = bp.noekkel
), gruppert AS (
  SELECT
    k.*,
    PROGRAMGRUPPE(k.regime, k.sluttmaal, k.utdanning_vgo) AS programgruppe,
    CASE WHEN k.avsluttet THEN k.sluttdato ELSE UTTREKKSDATO() END AS slutt_eller_uttrekk
  FROM kilde AS k
)
SELECT
  g.*,
  g.avsluttet AND g.avslutningsaarsak IS NOT NULL AND g.avslutningsaarsak <> 'IKKE_REGISTRERT' AS ekte_avsluttet,
  CASE
    WHEN MND(g.startdato, g.slutt_eller_uttrekk - CAST(g.perm_dager AS INTEGER)) < 0 THEN 0
    ELSE MND(g.startdato, g.slutt_eller_uttrekk - CAST(g.perm_dager AS INTEGER))
  END AS lengde_mnd,
  GRENSE_MND(g.programgruppe) AS grense_mnd,
  MAKS_MND(g.programgruppe) AS maks_mnd,
  ALDER(g.foedselsdato, g.innvilget_dato) AS alder_ved_innvilgelse,
  -- The last days the programme may last: without and with forlengelse, permisjon so far counted in; and the same
  -- with all permisjon that is granted, as a frist is set.
  PLUSS_MND(g.startdato, GRENSE_MND(g.programgruppe)) + CAST(g.perm_dager AS INTEGER) AS grense_dato,
  PLUSS_MND(g.startdato, MAKS_MND(g.programgruppe)) + CAST(g.perm_dager AS INTEGER) AS maks_dato,
  PLUSS_MND(g.startdato, GRENSE_MND(g.programgruppe)) + CAST(g.perm_dager_i_alt AS INTEGER) AS grense_frist,
  PLUSS_MND(g.startdato, MAKS_MND(g.programgruppe)) + CAST(g.perm_dager_i_alt AS INTEGER) AS maks_frist,
  -- Kapittel 6A from June 2023: vgo from Ukraine without a year of higher education, and higher education as goal,
  -- gives a year at once that cannot be extended.
  COALESCE(
    g.regime = 'KAP6A' AND g.sluttmaal = 'HOEYERE_HAR_VGO' AND COALESCE(g.utdanningsnivaa <> 'HOEYERE', TRUE)
    AND g.slutt_eller_uttrekk >= DATE '2023-06-01', FALSE
  ) AS ett_aar_uten_forlengelse,
  g.perm_aapne + g.perm_uten_lengde = 0 AS permisjon_avklart,

  -- Order of dates (NIR-140 to 169) and sluttmaal (NIR-170 to 189).
  COALESCE(g.startdato = ps.foerste_start AND ps.programmer_uten_start = 0, FALSE) AS er_foerste_program,
  COALESCE(g.gjenaapnet_dato >= g.sluttdato, FALSE) AS gjenaapnet_etter_slutt,
  ALDER(g.foedselsdato, COALESCE(g.sluttmaal_dato, g.startdato)) AS alder_ved_sluttmaal,
  pv.foerste_tildeling,
  CASE WHEN pv.forlengelser_uten_dato = 0 THEN pv.foerste_forlengelse END AS foerste_forlengelse,
  pl.loes_tildeling,
  COALESCE(pv.tildelinger_uten_dato, 0) + COALESCE(pl.tildelinger_uten_dato, 0) AS tildelinger_uten_dato,
  pm.foerste_permisjonsdag,
  pm.siste_permisjonsdag,
  pa.siste_tiltaksdag,
  COALESCE(pa.antall_opplaering, 0) AS antall_opplaering,
  COALESCE(pu.antall_fulltid_vgo, 0) > 0 AS har_fulltid_vgo,
  -- The frist as NIR holds it; reckoned from the start where it is empty or may lack the permisjon.
  CASE
    WHEN g.perm_dager = 0 AND g.gjennomfoeringsfrist IS NOT NULL THEN g.gjennomfoeringsfrist
    ELSE GREATEST(
      g.gjennomfoeringsfrist, PLUSS_MND(g.startdato, GRENSE_MND(g.programgruppe)) + CAST(g.perm_dager AS INTEGER)
    )
  END AS frist_eller_beregnet,
  -- The ordinary length at the time of the first extension; not known when the goal was set later.
  CASE
    WHEN g.sluttmaal_dato > pv.foerste_forlengelse THEN NULL
    WHEN g.utdanning_vgo = 'JA' THEN GRENSE_MND('HAR_VGO')
    ELSE GRENSE_MND(g.programgruppe)
  END AS ordinaere_mnd,
  COALESCE(month(g.startdato) * 100 + day(g.startdato) IN (101, 1231), FALSE) AS start_paa_nyttaar,
  COALESCE(month(g.sluttdato) * 100 + day(g.sluttdato) IN (101, 1231), FALSE) AS slutt_paa_nyttaar,
  COALESCE(
    month(g.startdato) * 100 + day(g.startdato) = 101 AND month(g.sluttdato) * 100 + day(g.sluttdato) = 1231, FALSE
  ) AS hele_kalenderaar,
  COALESCE(kn.antall_datoer, 0) AS kommunens_datoer,
  COALESCE(kn.antall_nyttaarsdatoer, 0) AS kommunens_nyttaarsdatoer
FROM gruppert AS g
LEFT JOIN _person_start AS ps ON ps.person_id = g.person_id
LEFT JOIN _person_tildeling AS pl ON pl.person_id = g.person_id
LEFT JOIN _person_fulltid_vgo AS pu ON pu.person_id = g.person_id
LEFT JOIN _person_permisjon AS pm ON pm.person_id = g.person_id
LEFT JOIN _program_vedtak AS pv ON pv.program_id = g.program_id
LEFT JOIN _program_aktivitet AS pa ON pa.program_id = g.program_id
LEFT JOIN _kommune_nyttaar AS kn ON kn.kommunenummer_gjeldende = g.kommunenummer_gjeldende
