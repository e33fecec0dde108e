-- What can be said of each person's fødselsnummer and DUF-nummer without showing them.
WITH rene AS (
  SELECT
    bq.rad, bq.person_id, bq.foedselsdato,
    UTEN_SKILLE(bq.foedselsnummer) AS fnr,
    UTEN_SKILLE(bq.dufnummer) AS duf,
    FNR_GYLDIG(UTEN_SKILLE(bq.foedselsnummer)) AS gyldig
  FROM basis.person AS bq
), lest AS (
  SELECT
    r.*,
    CASE
      WHEN r.fnr IS NULL THEN NULL
      WHEN NOT r.gyldig THEN 'UGYLDIG'
      WHEN TO_SIFFER(r.fnr, 1) > 40 THEN 'DNR'
      ELSE 'FNR'
    END AS foedselsnummer_type,
    CASE WHEN r.gyldig THEN FNR_SERIE(r.fnr) END AS foedselsnummer_serie,
    CASE WHEN r.gyldig THEN FNR_REST1(r.fnr) > 0 END AS foedselsnummer_fra_2032,
    CASE WHEN r.gyldig THEN FNR_DATO(r.fnr) END AS nummerdato,
    CASE
      WHEN r.duf IS NULL THEN NULL
      WHEN NOT REGEXP_FULL_MATCH(r.duf, '[0-9]{12}') THEN 'FEIL_FORM'
      WHEN TRY_CAST(SUBSTRING(r.duf, 1, 4) AS INTEGER) NOT BETWEEN 1990 AND year(UTTREKKSDATO()) THEN 'UMULIG_AAR'
      ELSE 'OK'
    END AS dufnummer_form
  FROM rene AS r
)
SELECT
  l.rad,
  l.foedselsnummer_type,
  l.foedselsnummer_serie,
  l.foedselsnummer_fra_2032,
  LENGTH(l.fnr) AS foedselsnummer_lengde,
  LENGTH(l.duf) AS dufnummer_lengde,
  l.dufnummer_form,
  CASE WHEN l.dufnummer_form = 'OK' THEN DUF_KONTROLL(l.duf) END AS dufnummer_kontroll,
  month(l.nummerdato) <> month(l.foedselsdato) OR day(l.nummerdato) <> day(l.foedselsdato)
    OR MOD(year(l.nummerdato), 100) <> MOD(year(l.foedselsdato), 100) AS foedselsdato_avviker,
  -- The ninth digit tells the sex in the scheme before 2032, of ordinary numbers only.
  CASE
    WHEN l.foedselsnummer_type = 'FNR' AND l.foedselsnummer_serie <> 40 AND NOT l.foedselsnummer_fra_2032
      AND UTTREKKSDATO() < DATE '2032-01-01'
      THEN CASE WHEN MOD(SIFFER(l.fnr, 9), 2) = 0 THEN 'K' ELSE 'M' END
  END AS kjoenn_i_nummeret,
  -- Whether the number is found under more than one NIR-ID, and whether such persons with the same
  -- DUF-nummer have a D-number and a fødselsnummer.
  l.foedselsnummer_type <> 'UGYLDIG'
    AND MIN(l.person_id) OVER (PARTITION BY l.fnr) <> MAX(l.person_id) OVER (PARTITION BY l.fnr)
    AS foedselsnummer_paa_flere,
  l.dufnummer_form = 'OK'
    AND MIN(l.person_id) OVER (PARTITION BY l.duf) <> MAX(l.person_id) OVER (PARTITION BY l.duf)
    AS dufnummer_paa_flere,
  l.dufnummer_form = 'OK'
    AND MAX(CASE WHEN l.foedselsnummer_type = 'DNR' THEN 1 ELSE 0 END) OVER (PARTITION BY l.duf) = 1
    AND MAX(CASE WHEN l.foedselsnummer_type = 'FNR' THEN 1 ELSE 0 END) OVER (PARTITION BY l.duf) = 1
    AS dufnummer_har_begge
FROM lest AS l
