-- One row per programme, with the facts about the person, the law it is under and how long it has lasted.
WITH kilde AS (
  SELECT
    bp.*,
    q.foedselsdato, q.kjoenn, q.statsborgerskap, q.oppholdsgrunnlag, q.innvilget_dato, q.ankomst_dato,
    q.bosatt_dato, q.bosettingskommune, q.rettighetskategori, q.utdanning_vgo, q.utdanningsnivaa,
    q.har_barn_under_18,
    SAMLET_ULEST(
      SAMLET_ULEST(bp.ulest, q.person_ulest), SAMLET_ULEST(v.permisjon_ulest, SAMLET_ULEST(v.vedtak_ulest, q.vedtak_ulest))
    ) AS ulest_uten_tiltak,
    SAMLET_ULEST(q.tiltak_ulest, t.ulest) AS ulest_av_tiltak,
    REGIME(q.oppholdsgrunnlag, q.innvilget_dato, q.ankomst_dato, bp.startdato) AS regime,
    COALESCE(bp.sluttdato <= UTTREKKSDATO(), FALSE) AS avsluttet,
    -- what the vedtak and permisjon of the programme say of its days
    v.perm_dager, v.perm_dager_i_alt, v.perm_aapne, v.perm_uten_lengde, v.siste_permisjon_til,
    v.antall_forlengelser + COALESCE(q.antall_forlengelser, 0) > 0 AS har_forlengelse,
    COALESCE(GREATEST(v.forlenget_til, q.forlenget_til), v.forlenget_til, q.forlenget_til) AS forlenget_til,
    -- Kommune and bydel.
    q.bosettingskommune_gjeldende,
    v.nummer_kjent,
    v.nummer_gyldig,
    bp.bydel IS NULL AND bp.bydel_gjeldende IS NULL
      AND COALESCE(SUBSTRING(q.person_bydel, 1, 4) <> '0301', TRUE) AS bydel_mangler,
    v.dager_samme_kommune, v.dager_annen_senere, v.dager_annen_tidligere, v.dager_annen_bydel, v.annen_bydel_samme_aar,
    -- what the tiltak hold
    t.antall_tiltak, t.tiltak_dager, t.foerste_tiltak,
    GREATEST(t.siste_tiltak, v.siste_permisjon, v.siste_vedtak, bp.gjenaapnet_dato) AS siste_aktivitet,
    t.antall_retning_mulig, t.antall_arbeid_mulig, t.antall_spraak_mulig, t.antall_norsk_mulig, t.hurtigspor_fra,
    t.antall_uten_tid, t.antall_aapne_tiltak, t.antall_uten_timer, t.tiltak_timer_maks,
    t.antall_livsmestring, t.antall_foreldreveiledning, t.antall_digital,
    t.livsmestring_timer, t.foreldreveiledning_timer, t.digital_timer,
    COALESCE(bp.livsmestring_gjennomfoert = 'NEI', FALSE) AS livsmestring_er_nei,
    COALESCE(bp.gjenaapnet_dato IS NOT NULL, FALSE) AS er_gjenaapnet,
    t.dager_med_tiltak, t.uketimer_snitt, t.uketimer_maks, t.krav_uker, t.krav_uker_under_15,
    t.lengste_hull_fra, t.lengste_hull_til, t.lengste_hull_dager,
    -- Order of dates (NIR-140 to 169) and sluttmaal (NIR-170 to 189).
    COALESCE(bp.startdato = q.foerste_start AND q.programmer_uten_start = 0, FALSE) AS er_foerste_program,
    COALESCE(bp.gjenaapnet_dato >= bp.sluttdato, FALSE) AS gjenaapnet_etter_slutt,
    ALDER(q.foedselsdato, COALESCE(bp.sluttmaal_dato, bp.startdato)) AS alder_ved_sluttmaal,
    v.foerste_tildeling, v.foerste_forlengelse,
    COALESCE(bp.sluttmaal_dato > v.foerste_daterte_forlengelse, FALSE) AS maal_satt_etter_forlengelse,
    q.loes_tildeling,
    v.tildelinger_uten_dato + COALESCE(q.tildelinger_uten_dato, 0) AS tildelinger_uten_dato,
    q.foerste_permisjonsdag, q.siste_permisjonsdag,
    t.siste_tiltaksdag, t.antall_opplaering,
    q.har_fulltid_vgo
  FROM basis.program AS bp
  JOIN _program_av_person AS q ON q.rad = bp.rad
  JOIN _program_av_tiltak AS t ON t.rad = bp.rad
  JOIN _program_av_vedtak AS v ON v.rad = bp.rad
), gruppert AS (
  SELECT
    k.*,
    PROGRAMGRUPPE(k.regime, k.sluttmaal, k.utdanning_vgo) AS programgruppe,
    CASE WHEN k.avsluttet THEN k.sluttdato ELSE UTTREKKSDATO() END AS slutt_eller_uttrekk
  FROM kilde AS k
)
SELECT
  g.*,
  SAMLET_ULEST(g.ulest_uten_tiltak, g.ulest_av_tiltak) AS ulest,
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
  -- The frist as NIR holds it; reckoned from the start where it is empty or may lack the permisjon.
  CASE
    WHEN g.perm_dager = 0 AND g.gjennomfoeringsfrist IS NOT NULL THEN g.gjennomfoeringsfrist
    ELSE GREATEST(
      g.gjennomfoeringsfrist, PLUSS_MND(g.startdato, GRENSE_MND(g.programgruppe)) + CAST(g.perm_dager AS INTEGER)
    )
  END AS frist_eller_beregnet,
  -- The ordinary length at the time of the first extension; not known when the goal was set later.
  CASE
    WHEN g.maal_satt_etter_forlengelse THEN NULL
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
LEFT JOIN _kommune_nyttaar AS kn ON kn.kommunenummer_gjeldende = g.kommunenummer_gjeldende
