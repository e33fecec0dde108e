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
    WHEN sluttmaal IN ('ARBEID_HAR_VGO', 'HOEYERE_HAR_VGO') AND utdanning_vgo = 'NEI' THEN 'OEVRIGE'
    WHEN sluttmaal IN ('ARBEID_HAR_VGO', 'HOEYERE_HAR_VGO') OR utdanning_vgo = 'JA' THEN 'HAR_VGO'
    WHEN utdanning_vgo = 'NEI' THEN 'OEVRIGE'
  END;

-- Months without a decision on extension, and months in all.
CREATE MACRO GRENSE_MND(gruppe) AS
  CASE gruppe WHEN 'HAR_VGO' THEN 6 WHEN 'FULLFOERE_VGO' THEN 36 WHEN 'OEVRIGE' THEN 24 WHEN 'INTRO' THEN 24 END;
CREATE MACRO MAKS_MND(gruppe) AS
  CASE gruppe WHEN 'HAR_VGO' THEN 12 WHEN 'FULLFOERE_VGO' THEN 48 WHEN 'OEVRIGE' THEN 36 WHEN 'INTRO' THEN 36 END;

-- A level of Norwegian as a number, so that levels can be compared; 0 is below A1.
CREATE MACRO NIVAA_TALL(nivaa) AS
  CASE nivaa
    WHEN 'UNDER_A1' THEN 0 WHEN 'A1' THEN 1 WHEN 'A2' THEN 2 WHEN 'B1' THEN 3 WHEN 'B2' THEN 4 WHEN 'C1' THEN 5
  END;

-- The law as the column `lov` and the code lists name it. GYLDIG_<KODELISTE>(kode, lov, gruppe, dag),
-- made from the code lists themselves, tells whether a code is for that law, group and day.
CREATE MACRO LOV_FOR(regime) AS
  CASE regime WHEN 'IL' THEN 'INTRO' WHEN 'INT' THEN 'INTEGRERING' WHEN 'KAP6A' THEN 'KAP6A' END;

-- Numbers that stand for a person. They are judged here and never shown.

-- A number without what people put between its digits.
CREATE MACRO UTEN_SKILLE(t) AS REPLACE(REPLACE(REPLACE(REPLACE(t, ' ', ''), CHR(160), ''), '-', ''), '.', '');

-- Digit number i of n, and the two digits from i on.
CREATE MACRO SIFFER(n, i) AS TRY_CAST(SUBSTRING(n, i, 1) AS INTEGER);
CREATE MACRO TO_SIFFER(n, i) AS TRY_CAST(SUBSTRING(n, i, 2) AS INTEGER);

-- What the weighted digits of a fødselsnummer leave when divided by eleven. Both are 0; in numbers
-- issued from 2032 on the first may also be 1, 2 or 3.
CREATE MACRO FNR_REST1(n) AS MOD(
  3 * SIFFER(n, 1) + 7 * SIFFER(n, 2) + 6 * SIFFER(n, 3) + SIFFER(n, 4) + 8 * SIFFER(n, 5) + 9 * SIFFER(n, 6)
  + 4 * SIFFER(n, 7) + 5 * SIFFER(n, 8) + 2 * SIFFER(n, 9) + SIFFER(n, 10), 11);
CREATE MACRO FNR_REST2(n) AS MOD(
  5 * SIFFER(n, 1) + 4 * SIFFER(n, 2) + 3 * SIFFER(n, 3) + 2 * SIFFER(n, 4) + 7 * SIFFER(n, 5) + 6 * SIFFER(n, 6)
  + 5 * SIFFER(n, 7) + 4 * SIFFER(n, 8) + 3 * SIFFER(n, 9) + 2 * SIFFER(n, 10) + SIFFER(n, 11), 11);

-- What is added to the month: nothing, 80 (Skatteetaten's test persons), 65 (SyntPop), or 40, which
-- both hjelpenummer of the health service and NAV's test persons have.
CREATE MACRO FNR_SERIE(n) AS
  CASE
    WHEN TO_SIFFER(n, 3) BETWEEN 1 AND 12 THEN 0
    WHEN TO_SIFFER(n, 3) BETWEEN 41 AND 52 THEN 40
    WHEN TO_SIFFER(n, 3) BETWEEN 66 AND 77 THEN 65
    WHEN TO_SIFFER(n, 3) BETWEEN 81 AND 92 THEN 80
  END;

-- The day, month and two-digit year of a number as a date of this century; a D-number has 40 added
-- to the day. 29 February exists in the same years of every century but 1900.
CREATE MACRO FNR_DATO(n) AS TRY_CAST(
  '20' || SUBSTRING(n, 5, 2) || '-' || SUBSTRING(CAST(100 + TO_SIFFER(n, 3) - FNR_SERIE(n) AS VARCHAR), 2, 2) || '-'
  || SUBSTRING(CAST(100 + TO_SIFFER(n, 1) - CASE WHEN TO_SIFFER(n, 1) > 40 THEN 40 ELSE 0 END AS VARCHAR), 2, 2)
  AS DATE);

-- Whether n is a fødselsnummer or a D-number by the control digits of either scheme.
CREATE MACRO FNR_GYLDIG(n) AS
  CASE
    WHEN REGEXP_FULL_MATCH(n, '[0-9]{11}')
      THEN FNR_REST1(n) <= 3 AND FNR_REST2(n) = 0 AND FNR_DATO(n) IS NOT NULL
    ELSE FALSE
  END;

-- Whether a DUF-nummer has the control digits of the formula that is in use; it is not official.
CREATE MACRO DUF_KONTROLL(n) AS
  MOD(
    4 * SIFFER(n, 1) + 6 * SIFFER(n, 2) + 3 * SIFFER(n, 3) + 2 * SIFFER(n, 4) + 4 * SIFFER(n, 5)
    + 6 * SIFFER(n, 6) + 3 * SIFFER(n, 7) + 2 * SIFFER(n, 8) + 7 * SIFFER(n, 9) + 5 * SIFFER(n, 10), 11)
  = TO_SIFFER(n, 11);
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
