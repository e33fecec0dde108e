-- One row per kommune that has programmes, with the counts that rules about a whole kommune use. A share is in whole
-- percent, rounded down, so that a share that is only just above a limit is not told of.
WITH talt AS (
  SELECT
    p.kommunenummer_gjeldende AS kommunenummer,
    COUNT(*) AS antall_program,
    COUNT(DISTINCT p.person_id) AS antall_personer,
    SUM(CASE WHEN p.avsluttet THEN 1 ELSE 0 END) AS antall_avsluttet,
    SUM(CASE WHEN p.avsluttet AND FORFALT(p.sluttdato) THEN 1 ELSE 0 END) AS antall_avsluttet_forfalt,
    SUM(CASE WHEN p.avsluttet AND FORFALT(p.sluttdato) AND p.antall_tiltak = 0 THEN 1 ELSE 0 END)
      AS antall_avsluttet_uten_tiltak,
    SUM(p.antall_tiltak) AS antall_tiltak
  FROM program AS p
  WHERE REGEXP_FULL_MATCH(p.kommunenummer_gjeldende, '[0-9]{4}')
  GROUP BY p.kommunenummer_gjeldende
)
SELECT
  t.kommunenummer,
  t.kommunenummer AS kommunenummer_gjeldende,
  CAST(NULL AS VARCHAR) AS bydel_gjeldende,
  CAST(NULL AS VARCHAR) AS person_id,
  t.kommunenummer AS noekkel,
  CAST(NULL AS VARCHAR) AS fil,
  CAST(NULL AS BIGINT) AS linje,
  CAST(NULL AS VARCHAR) AS ulest,
  t.antall_program,
  t.antall_personer,
  t.antall_avsluttet,
  t.antall_avsluttet_forfalt,
  t.antall_avsluttet_uten_tiltak,
  t.antall_tiltak,
  -- Ended programmes under integreringsloven and kapittel 6A, two months after the end.
  kp.antall_forfalt,
  kp.antall_forfalt_uten_tiltak,
  100 * kp.antall_forfalt_uten_tiltak // NULLIF(kp.antall_forfalt, 0) AS andel_uten_tiltak,
  kp.antall_forfalt_uten_aarsak,
  100 * kp.antall_forfalt_uten_aarsak // NULLIF(kp.antall_forfalt, 0) AS andel_uten_aarsak,
  kp.antall_forfalt_med_tiltak,
  kp.antall_forfalt_arbeidsrettet,
  100 * kp.antall_forfalt_arbeidsrettet // NULLIF(kp.antall_forfalt_med_tiltak, 0) AS andel_arbeidsrettet,
  kp.antall_forfalt - kp.antall_forfalt_uten_aarsak AS antall_forfalt_med_aarsak,
  kp.antall_forfalt_i_maal,
  100 * kp.antall_forfalt_i_maal // NULLIF(kp.antall_forfalt - kp.antall_forfalt_uten_aarsak, 0) AS maal_av_kjente,
  100 * kp.antall_forfalt_i_maal // NULLIF(kp.antall_forfalt, 0) AS maal_av_alle,
  -- Running programmes, and what is known of those who take part.
  kp.antall_i_program,
  kp.antall_i_program_uten_sluttmaal,
  100 * kp.antall_i_program_uten_sluttmaal // NULLIF(kp.antall_i_program, 0) AS andel_uten_sluttmaal,
  kp.antall_utdanning_kreves,
  kp.antall_uten_utdanning,
  100 * kp.antall_uten_utdanning // NULLIF(kp.antall_utdanning_kreves, 0) AS andel_uten_utdanning,
  -- Reasons for ending, whatever the law.
  kp.antall_avsluttet_eller_ulest,
  kp.antall_med_aarsak,
  ka.avslutningsaarsak AS vanligste_aarsak,
  ka.antall AS antall_vanligste_aarsak,
  100 * ka.antall // NULLIF(kp.antall_med_aarsak, 0) AS andel_vanligste_aarsak,
  kp.antall_flyttet,
  100 * kp.antall_flyttet // NULLIF(kp.antall_med_aarsak, 0) AS andel_flyttet,
  -- Tiltak directed at work.
  COALESCE(kt.antall_arbeidstiltak, 0) AS antall_arbeidstiltak,
  COALESCE(kt.antall_uspesifiserte, 0) AS antall_uspesifiserte,
  100 * kt.antall_uspesifiserte // NULLIF(kt.antall_arbeidstiltak, 0) AS andel_uspesifiserte,
  -- Length and extension.
  kp.antall_over_tiden,
  kp.antall_over_tiden_uten_slutt,
  100 * kp.antall_over_tiden_uten_slutt // NULLIF(kp.antall_over_tiden, 0) AS andel_over_tiden,
  kp.antall_vgo_2022,
  kp.antall_vgo_2022_forlenget,
  100 * kp.antall_vgo_2022_forlenget // NULLIF(kp.antall_vgo_2022, 0) AS andel_vgo_2022_forlenget,
  -- When things were registered, and what is left of last year.
  kr.aarsfrist,
  COALESCE(kr.antall_startet, 0) AS antall_startet,
  kr.median_dager,
  COALESCE(kr.antall_registrert_aar, 0) AS antall_registrert_aar,
  COALESCE(kr.antall_registrert_sist, 0) AS antall_registrert_sist,
  100 * kr.antall_registrert_sist // NULLIF(kr.antall_registrert_aar, 0) AS andel_registrert_sist,
  month(UTTREKKSDATO()) <= 2 AS foer_aarsfrist,
  kp.antall_avsluttet_i_fjor,
  kp.antall_i_fjor_ikke_ferdige
FROM talt AS t
LEFT JOIN _kommune_program AS kp ON kp.kommunenummer = t.kommunenummer
LEFT JOIN _kommune_aarsak AS ka ON ka.kommunenummer = t.kommunenummer
LEFT JOIN _kommune_tiltak AS kt ON kt.kommunenummer = t.kommunenummer
LEFT JOIN _kommune_registrering AS kr ON kr.kommunenummer = t.kommunenummer
