-- One row per delproeve, with the law of the person who sat it and the best level before.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest,
  LEAST(q.innvilget_dato, COALESCE(q.ankomst_dato, q.innvilget_dato)) AS foerste_opphold_dato,
  f.tall_foer,
  CASE f.tall_foer WHEN 5 THEN 'C1' WHEN 4 THEN 'B2' WHEN 3 THEN 'B1' WHEN 2 THEN 'A2' WHEN 1 THEN 'A1' END AS nivaa_foer
FROM basis.norskproeve AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
LEFT JOIN _proeve_foer AS f ON f.proeve_noekkel = b.noekkel
