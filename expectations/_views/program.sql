-- One row per programme, with the facts about the person, the law it is under and how long it has lasted.
WITH kilde AS (
  SELECT
    bp.*,
    bq.foedselsdato, bq.kjoenn, bq.statsborgerskap, bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato,
    bq.bosatt_dato, bq.bosettingskommune, bq.rettighetskategori, bq.utdanning_vgo, bq.utdanningsnivaa,
    bq.har_barn_under_18,
    SAMLET_ULEST(bp.ulest, bq.ulest) AS ulest,
    REGIME(bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato, bp.startdato) AS regime,
    COALESCE(bp.sluttdato <= UTTREKKSDATO(), FALSE) AS avsluttet,
    COALESCE(pp.perm_dager, 0) AS perm_dager,
    COALESCE(pt.antall_tiltak, 0) AS antall_tiltak,
    COALESCE(pf.antall_forlengelser, 0) > 0 AS har_forlengelse,
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
    COALESCE(ps.annen_bydel_samme_aar, FALSE) AS annen_bydel_samme_aar
  FROM basis.program AS bp
  LEFT JOIN basis.person AS bq ON bq.person_id = bp.person_id AND bq.forekomst = 1
  LEFT JOIN _program_permisjon AS pp ON pp.program_noekkel = bp.noekkel
  LEFT JOIN _program_tiltak AS pt ON pt.program_id = bp.program_id
  LEFT JOIN _program_forlengelse AS pf ON pf.program_id = bp.program_id
  LEFT JOIN _program_samtidig AS ps ON ps.rad = bp.rad
  LEFT JOIN _program_nummer AS pr ON pr.rad = bp.rad
  LEFT JOIN referanse.kommune AS gk ON gk.kommunenummer = bq.bosettingskommune
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
