-- When each kommune registered its programmes: how long after the start, for those that began in the year that ends
-- two months before the extract; and how many of those registered in the year to the last annual deadline came in
-- its last fortnight. The deadline is taken as the last day of February.
WITH dager AS (
  SELECT
    p.kommunenummer_gjeldende AS kommunenummer, p.startdato, p.registrert_dato,
    CASE
      WHEN MAKE_DATE(CAST(year(UTTREKKSDATO()) AS INTEGER), 3, 1) <= UTTREKKSDATO() + 1
        THEN MAKE_DATE(CAST(year(UTTREKKSDATO()) AS INTEGER), 3, 1) - 1
      ELSE MAKE_DATE(CAST(year(UTTREKKSDATO()) AS INTEGER) - 1, 3, 1) - 1
    END AS aarsfrist
  FROM program AS p
  WHERE p.forekomst = 1 AND p.registrert_dato IS NOT NULL AND p.startdato IS NOT NULL
)
SELECT
  d.kommunenummer,
  MAX(d.aarsfrist) AS aarsfrist,
  COUNT(CASE WHEN FORFALT(d.startdato) AND NOT FORFALT(PLUSS_MND(d.startdato, 12)) THEN 1 END) AS antall_startet,
  CAST(QUANTILE_DISC(
    CASE
      WHEN FORFALT(d.startdato) AND NOT FORFALT(PLUSS_MND(d.startdato, 12))
        THEN GREATEST(date_diff('day', d.startdato, d.registrert_dato), 0)
    END, 0.5
  ) AS BIGINT) AS median_dager,
  COUNT(CASE WHEN d.registrert_dato > PLUSS_MND(d.aarsfrist, -12) AND d.registrert_dato <= d.aarsfrist THEN 1 END)
    AS antall_registrert_aar,
  COUNT(CASE WHEN d.registrert_dato > d.aarsfrist - 14 AND d.registrert_dato <= d.aarsfrist THEN 1 END)
    AS antall_registrert_sist
FROM dager AS d
GROUP BY d.kommunenummer
