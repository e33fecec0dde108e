-- Persons born the same day, of the same sex and citizenship, settled the same day in the same
-- kommune, at least one of them with a number, where neither fødselsnummer nor DUF-nummer tells them
-- apart. 1 January is left out: it stands for an unknown birthday too often.
WITH personer AS (
  SELECT
    bq.rad, bq.foedselsdato, bq.kjoenn, bq.statsborgerskap, bq.bosatt_dato, bq.bosettingskommune,
    COALESCE(pn.foedselsnummer_type = 'FNR', FALSE) AS har_fnr,
    COALESCE(pn.dufnummer_form = 'OK', FALSE) AS har_duf
  FROM basis.person AS bq
  JOIN _person_nummer AS pn ON pn.rad = bq.rad
  WHERE bq.forekomst = 1 AND bq.person_id IS NOT NULL
    AND bq.foedselsdato IS NOT NULL AND bq.kjoenn IS NOT NULL AND bq.statsborgerskap IS NOT NULL
    AND bq.bosatt_dato IS NOT NULL AND bq.bosettingskommune IS NOT NULL
    AND month(bq.foedselsdato) * 100 + day(bq.foedselsdato) <> 101
), grupper AS (
  SELECT
    p.foedselsdato, p.kjoenn, p.statsborgerskap, p.bosatt_dato, p.bosettingskommune,
    COUNT(*) AS antall,
    SUM(CASE WHEN p.har_fnr THEN 1 ELSE 0 END) AS med_fnr,
    SUM(CASE WHEN p.har_duf THEN 1 ELSE 0 END) AS med_duf,
    SUM(CASE WHEN p.har_fnr OR p.har_duf THEN 1 ELSE 0 END) AS med_nummer
  FROM personer AS p
  GROUP BY p.foedselsdato, p.kjoenn, p.statsborgerskap, p.bosatt_dato, p.bosettingskommune
  HAVING COUNT(*) > 1 AND MAX(CASE WHEN p.har_fnr OR p.har_duf THEN 1 ELSE 0 END) = 1
)
SELECT
  p.rad,
  CASE
    WHEN p.har_fnr AND p.har_duf THEN g.med_nummer < g.antall
    WHEN p.har_fnr THEN g.med_fnr < g.antall
    WHEN p.har_duf THEN g.med_duf < g.antall
    ELSE TRUE
  END AS mulig_dublett
FROM personer AS p
JOIN grupper AS g ON g.foedselsdato = p.foedselsdato AND g.kjoenn = p.kjoenn
  AND g.statsborgerskap = p.statsborgerskap AND g.bosatt_dato = p.bosatt_dato
  AND g.bosettingskommune = p.bosettingskommune
