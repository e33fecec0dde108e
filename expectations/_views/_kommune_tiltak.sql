-- How many tiltak directed at work each kommune has had in the last two years, and how many of them do not say
-- which kind.
SELECT
  bt.kommunenummer_gjeldende AS kommunenummer,
  COUNT(*) AS antall_arbeidstiltak,
  COUNT(CASE WHEN bt.tiltakstype IN ('ANNEN_DELTAKELSE_ARBEIDSLIV', 'ANNET') THEN 1 END) AS antall_uspesifiserte
FROM basis.tiltak AS bt
WHERE bt.forekomst = 1 AND TILTAKSRETNING(bt.tiltakstype, bt.tiltaksgruppe) = 'ARBEID'
  AND COALESCE(bt.stoppdato >= PLUSS_MND(UTTREKKSDATO(), -24), TRUE)
GROUP BY bt.kommunenummer_gjeldende
