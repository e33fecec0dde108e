-- What a kommune has registered of its programmes, counted. A programme whose last day cannot be read is left out
-- where it would look as if it were running; one whose law is not known, where the law matters.
WITH rader AS (
  SELECT
    p.kommunenummer_gjeldende AS kommunenummer, p.person_id, p.avslutningsaarsak, p.startdato, p.sluttdato, p.avsluttet,
    p.ekte_avsluttet, p.antall_tiltak, p.sluttmaal, p.utdanning_vgo, p.har_forlengelse,
    p.regime IN ('INT', 'KAP6A') AS ny_lov,
    COALESCE(p.regime = 'INT' AND p.rettighetskategori = 'RETT_OG_PLIKT', FALSE) AS er_int,
    p.regime IN ('INT', 'KAP6A') AND p.avsluttet AND FORFALT(p.sluttdato) AS forfalt,
    COALESCE(CONTAINS(p.ulest, '|program.sluttdato|'), FALSE) AS slutt_ulest,
    COALESCE(p.avslutningsaarsak = 'IKKE_REGISTRERT', TRUE) AS uten_aarsak,
    COALESCE(p.antall_arbeid_mulig, 0) > 0 AS arbeidsrettet,
    -- Beyond the longest the programme may last, and half a year more.
    COALESCE(PLUSS_MND(p.maks_dato, 6) < UTTREKKSDATO(), FALSE) AND p.regime <> 'UKJENT' AND NOT p.er_gjenaapnet
      AS over_tiden,
    p.perm_aapne > 0 OR p.perm_uten_lengde > 0 OR COALESCE(p.siste_permisjon_til >= UTTREKKSDATO(), FALSE)
      AS i_permisjon,
    COALESCE(
      p.regime = 'KAP6A' AND p.sluttmaal IN ('ARBEID_HAR_VGO', 'HOEYERE_HAR_VGO') AND NOT p.ett_aar_uten_forlengelse
      AND p.startdato BETWEEN DATE '2022-06-15' AND DATE '2022-12-31' AND p.grense_frist < UTTREKKSDATO(), FALSE
    ) AS kan_forlenges
  FROM program AS p
  WHERE p.forekomst = 1
)
SELECT
  r.kommunenummer,
  COUNT(CASE WHEN r.avsluttet OR r.slutt_ulest THEN 1 END) AS antall_avsluttet_eller_ulest,
  COUNT(CASE WHEN r.forfalt THEN 1 END) AS antall_forfalt,
  COUNT(CASE WHEN r.forfalt AND r.antall_tiltak = 0 THEN 1 END) AS antall_forfalt_uten_tiltak,
  COUNT(CASE WHEN r.forfalt AND r.uten_aarsak THEN 1 END) AS antall_forfalt_uten_aarsak,
  COUNT(CASE WHEN r.forfalt AND r.antall_tiltak > 0 THEN 1 END) AS antall_forfalt_med_tiltak,
  COUNT(CASE WHEN r.forfalt AND r.antall_tiltak > 0 AND r.arbeidsrettet THEN 1 END) AS antall_forfalt_arbeidsrettet,
  COUNT(CASE WHEN r.forfalt AND r.avslutningsaarsak IN ('ARBEID', 'UTDANNING', 'ARBEID_OG_UTDANNING') THEN 1 END)
    AS antall_forfalt_i_maal,
  COUNT(CASE WHEN r.ny_lov AND NOT r.avsluttet AND NOT r.slutt_ulest AND FORFALT(r.startdato) THEN 1 END)
    AS antall_i_program,
  COUNT(CASE
    WHEN r.ny_lov AND NOT r.avsluttet AND NOT r.slutt_ulest AND FORFALT(r.startdato) AND r.sluttmaal IS NULL THEN 1
  END) AS antall_i_program_uten_sluttmaal,
  COUNT(DISTINCT CASE WHEN r.er_int AND FORFALT(r.startdato) THEN r.person_id END) AS antall_utdanning_kreves,
  COUNT(DISTINCT CASE WHEN r.er_int AND FORFALT(r.startdato) AND r.utdanning_vgo IS NULL THEN r.person_id END)
    AS antall_uten_utdanning,
  COUNT(CASE WHEN r.ekte_avsluttet THEN 1 END) AS antall_med_aarsak,
  COUNT(CASE WHEN r.ekte_avsluttet AND r.avslutningsaarsak = 'FLYTTET' THEN 1 END) AS antall_flyttet,
  COUNT(CASE WHEN r.over_tiden AND NOT r.slutt_ulest THEN 1 END) AS antall_over_tiden,
  COUNT(CASE WHEN r.over_tiden AND NOT r.slutt_ulest AND NOT r.avsluttet AND NOT r.i_permisjon THEN 1 END)
    AS antall_over_tiden_uten_slutt,
  COUNT(CASE WHEN r.kan_forlenges THEN 1 END) AS antall_vgo_2022,
  COUNT(CASE WHEN r.kan_forlenges AND r.har_forlengelse THEN 1 END) AS antall_vgo_2022_forlenget,
  COUNT(CASE WHEN r.ny_lov AND r.avsluttet AND year(r.sluttdato) = year(UTTREKKSDATO()) - 1 THEN 1 END)
    AS antall_avsluttet_i_fjor,
  COUNT(CASE
    WHEN r.ny_lov AND r.avsluttet AND year(r.sluttdato) = year(UTTREKKSDATO()) - 1
      AND (r.uten_aarsak OR r.antall_tiltak = 0 OR r.sluttmaal IS NULL) THEN 1
  END) AS antall_i_fjor_ikke_ferdige
FROM rader AS r
GROUP BY r.kommunenummer
