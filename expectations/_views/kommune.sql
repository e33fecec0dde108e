-- One row per kommune that has programmes, with the counts that rules about a whole kommune use.
SELECT
  p.kommunenummer_gjeldende AS kommunenummer,
  p.kommunenummer_gjeldende,
  CAST(NULL AS VARCHAR) AS bydel_gjeldende,
  CAST(NULL AS VARCHAR) AS person_id,
  p.kommunenummer_gjeldende AS noekkel,
  CAST(NULL AS VARCHAR) AS fil,
  CAST(NULL AS BIGINT) AS linje,
  CAST(NULL AS VARCHAR) AS ulest,
  COUNT(*) AS antall_program,
  COUNT(DISTINCT p.person_id) AS antall_personer,
  SUM(CASE WHEN p.avsluttet THEN 1 ELSE 0 END) AS antall_avsluttet,
  SUM(CASE WHEN p.avsluttet AND FORFALT(p.sluttdato) THEN 1 ELSE 0 END) AS antall_avsluttet_forfalt,
  SUM(CASE WHEN p.avsluttet AND FORFALT(p.sluttdato) AND p.antall_tiltak = 0 THEN 1 ELSE 0 END) AS antall_avsluttet_uten_tiltak,
  SUM(p.antall_tiltak) AS antall_tiltak
FROM program AS p
GROUP BY p.kommunenummer_gjeldende
