-- How many start and end dates each kommune has registered, and how many of them are 1 January or 31 December.
SELECT
  bp.kommunenummer_gjeldende,
  COUNT(bp.startdato) + COUNT(bp.sluttdato) AS antall_datoer,
  COUNT(*) FILTER (WHERE month(bp.startdato) * 100 + day(bp.startdato) IN (101, 1231))
    + COUNT(*) FILTER (WHERE month(bp.sluttdato) * 100 + day(bp.sluttdato) IN (101, 1231)) AS antall_nyttaarsdatoer
FROM basis.program AS bp
GROUP BY bp.kommunenummer_gjeldende
