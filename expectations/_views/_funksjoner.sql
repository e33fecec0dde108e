-- The words rules and views may use beside plain SQL. Each is expanded where it is used, so every
-- engine sees only SQL it knows. UTTREKKSDATO() is the extract date; it is never today's date.

-- A day moved by whole calendar months; 31 January plus one month is the last day of February.
CREATE MACRO PLUSS_MND(d, n) AS CAST(d + n * INTERVAL '1' MONTH AS DATE);

-- A day moved by whole years.
CREATE MACRO PLUSS_AAR(d, n) AS CAST(d + n * INTERVAL '12' MONTH AS DATE);

-- Whether the two months a kommune has for registering what happened on day d are over.
CREATE MACRO FORFALT(d) AS PLUSS_MND(d, 2) < UTTREKKSDATO();

-- Whole calendar months from a to b.
CREATE MACRO MND(a, b) AS
  (year(b) - year(a)) * 12 + month(b) - month(a)
  - CASE WHEN PLUSS_MND(a, (year(b) - year(a)) * 12 + month(b) - month(a)) > b THEN 1 ELSE 0 END;

-- Days from a to b, both counted.
CREATE MACRO DAGER(a, b) AS date_diff('day', a, b) + 1;

-- Whole years on day d; who is born on 29 February has birthday on 1 March in other years.
CREATE MACRO ALDER(f, d) AS
  year(d) - year(f)
  - CASE WHEN month(d) * 100 + day(d) < month(f) * 100 + day(f) THEN 1 ELSE 0 END;

-- Names of unreadable values, from two sources put together.
CREATE MACRO SAMLET_ULEST(a, b) AS NULLIF(COALESCE(a, '') || COALESCE(b, ''), '');

-- The law a person's programme is under: never from citizenship, never from what `lov` says.
CREATE MACRO REGIME(oppholdsgrunnlag, innvilget, ankomst, programstart) AS
  CASE
    WHEN oppholdsgrunnlag IS NULL OR innvilget IS NULL THEN 'UKJENT'
    WHEN oppholdsgrunnlag = 'KOLLEKTIV_34' AND innvilget >= DATE '2022-03-11' THEN 'KAP6A'
    WHEN innvilget >= DATE '2021-01-01' OR ankomst >= DATE '2021-01-01' THEN 'INT'
    WHEN ankomst IS NOT NULL OR programstart < DATE '2021-01-01' THEN 'IL'
    ELSE 'UKJENT'
  END;

-- The group of § 13 (and of kapittel 6A) that decides how long a programme may last. Where goal
-- and education disagree the longer limit holds: the disagreement is another rule's business.
CREATE MACRO PROGRAMGRUPPE(regime, sluttmaal, utdanning_vgo) AS
  CASE
    WHEN regime = 'IL' THEN 'INTRO'
    WHEN regime = 'UKJENT' THEN NULL
    WHEN sluttmaal = 'FULLFOERE_VGO' THEN 'FULLFOERE_VGO'
    WHEN sluttmaal IN ('ARBEID_UTEN_VGO', 'GRUNNSKOLE', 'DELER_AV_VGO') THEN 'OEVRIGE'
    WHEN sluttmaal IN ('ARBEID_HAR_VGO', 'HOEYERE_HAR_VGO') OR utdanning_vgo = 'JA' THEN 'HAR_VGO'
    WHEN utdanning_vgo = 'NEI' THEN 'OEVRIGE'
  END;

-- Months without a decision on extension, and months in all.
CREATE MACRO GRENSE_MND(gruppe) AS
  CASE gruppe WHEN 'HAR_VGO' THEN 6 WHEN 'FULLFOERE_VGO' THEN 36 WHEN 'OEVRIGE' THEN 24 WHEN 'INTRO' THEN 24 END;
CREATE MACRO MAKS_MND(gruppe) AS
  CASE gruppe WHEN 'HAR_VGO' THEN 12 WHEN 'FULLFOERE_VGO' THEN 48 WHEN 'OEVRIGE' THEN 36 WHEN 'INTRO' THEN 36 END;

-- Which way a tiltak points. What may hold anything (ANNET, HURTIGSPOR, PRAKSIS_SPRAAK, an unknown
-- code) is UVISS, and no rule takes it for the lack of something.
CREATE MACRO TILTAKSRETNING(tiltakstype, tiltaksgruppe) AS
  CASE
    WHEN tiltakstype IN (
      'LOENNSTILSKUDD', 'ARBEID_I_PROGRAM', 'JOBBSOEKERKURS', 'BRANSJEKURS', 'ENTREPRENOERSKAP',
      'ARBEIDSLIV_OG_SIKKERHET', 'PRAKSIS_ARBEID', 'ANNEN_DELTAKELSE_ARBEIDSLIV', 'AMO_KURS', 'NAV_TILTAK'
    ) OR tiltaksgruppe = 'ARBEID' THEN 'ARBEID'
    WHEN tiltakstype IN ('GRUNNSKOLE', 'VGO', 'FORBEREDENDE') OR tiltaksgruppe = 'UTDANNING' THEN 'UTDANNING'
    WHEN tiltakstype IN ('NORSK', 'SPRAAKTILBUD_ENGELSK', 'SPRAAKTILBUD_ANNET') THEN 'SPRAAK'
    WHEN tiltakstype IN (
      'SAMFUNNSKUNNSKAP', 'LIVSMESTRING', 'FORELDREVEILEDNING', 'DIGITAL_KOMPETANSE', 'PERSONLIG_OEKONOMI',
      'SAMFUNNSLIV'
    ) THEN 'ANDRE'
    ELSE 'UVISS'
  END;
