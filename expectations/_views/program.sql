-- One row per programme, with the facts about the person, the law it is under and how long it has lasted.
WITH kilde AS (
  SELECT
    bp.*,
    bq.foedselsdato, bq.kjoenn, bq.statsborgerskap, bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato,
    bq.bosatt_dato, bq.bosettingskommune, bq.rettighetskategori, bq.utdanning_vgo, bq.utdanningsnivaa,
    bq.har_barn_under_18,
    SAMLET_ULEST(bp.ulest, bq.ulest) AS ulest_uten_tiltak,
    SAMLET_ULEST(SAMLET_ULEST(bp.ulest, bq.ulest), pi.ulest) AS ulest,
    REGIME(bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato, bp.startdato) AS regime,
    COALESCE(bp.sluttdato <= UTTREKKSDATO(), FALSE) AS avsluttet,
    COALESCE(pp.perm_dager, 0) AS perm_dager,
    COALESCE(pt.antall_tiltak, 0) AS antall_tiltak,
    COALESCE(pf.antall_forlengelser, 0) > 0 AS har_forlengelse,
    -- what the tiltak hold
    pi.antall_retning_mulig, pi.antall_arbeid_mulig, pi.antall_spraak_mulig, pi.antall_norsk_mulig, pi.hurtigspor_fra,
    pi.antall_uten_tid, pi.antall_aapne_tiltak, pi.antall_uten_timer, pi.tiltak_timer_maks,
    pi.antall_livsmestring, pi.antall_foreldreveiledning, pi.antall_digital,
    pi.livsmestring_timer, pi.foreldreveiledning_timer, pi.digital_timer,
    COALESCE(bp.livsmestring_gjennomfoert = 'NEI', FALSE) AS livsmestring_er_nei,
    COALESCE(bp.gjenaapnet_dato IS NOT NULL, FALSE) AS er_gjenaapnet,
    pu.dager_med_tiltak, pu.uketimer_snitt, pu.uketimer_maks, pu.krav_uker, pu.krav_uker_under_15,
    ph.lengste_hull_fra, ph.lengste_hull_til, ph.lengste_hull_dager
  FROM basis.program AS bp
  LEFT JOIN basis.person AS bq ON bq.person_id = bp.person_id AND bq.forekomst = 1
  LEFT JOIN _program_permisjon AS pp ON pp.program_noekkel = bp.noekkel
  LEFT JOIN _program_tiltak AS pt ON pt.program_id = bp.program_id
  LEFT JOIN _program_forlengelse AS pf ON pf.program_id = bp.program_id
  LEFT JOIN _program_innhold AS pi ON pi.program_id = bp.program_id
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
  ALDER(g.foedselsdato, g.innvilget_dato) AS alder_ved_innvilgelse
FROM gruppert AS g
