-- The reason for ending that each kommune has registered most often, and how many times.
WITH talt AS (
  SELECT p.kommunenummer_gjeldende AS kommunenummer, p.avslutningsaarsak, COUNT(*) AS antall
  FROM program AS p
  WHERE p.forekomst = 1 AND p.ekte_avsluttet
  GROUP BY p.kommunenummer_gjeldende, p.avslutningsaarsak
), ordnet AS (
  SELECT
    t.kommunenummer, t.avslutningsaarsak, t.antall,
    ROW_NUMBER() OVER (PARTITION BY t.kommunenummer ORDER BY t.antall DESC, t.avslutningsaarsak) AS nummer
  FROM talt AS t
)
SELECT o.kommunenummer, o.avslutningsaarsak, o.antall
FROM ordnet AS o
WHERE o.nummer = 1
