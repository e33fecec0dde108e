-- The longest time without any tiltak in each programme, permisjon taken away. Only days more than
-- two months before the extract date are looked at: what happened later may still be registered.
WITH ordnet AS (
  SELECT
    v.noekkel, v.fra AS program_fra, v.til AS program_til, t.fra, t.til,
    MAX(t.til) OVER (
      PARTITION BY v.noekkel ORDER BY t.fra, t.til ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS dekket_til,
    LEAD(t.fra) OVER (PARTITION BY v.noekkel ORDER BY t.fra, t.til) AS neste_fra
  FROM _program_vindu AS v
  JOIN _tiltak_periode AS t ON t.program_id = v.program_id
), ender AS (
  SELECT o.*, UNNEST([TRUE, FALSE]) AS foer
  FROM ordnet AS o
), hull AS (
  SELECT
    e.noekkel,
    CASE
      WHEN e.foer THEN GREATEST(COALESCE(e.dekket_til + 1, e.program_fra), e.program_fra)
      ELSE GREATEST(e.til + 1, COALESCE(e.dekket_til + 1, e.til + 1), e.program_fra)
    END AS fra,
    CASE WHEN e.foer THEN LEAST(e.fra - 1, e.program_til) ELSE e.program_til END AS til
  FROM ender AS e
  WHERE e.foer OR e.neste_fra IS NULL
), uten_permisjon AS (
  SELECT
    h.noekkel, h.fra, h.til,
    DAGER(h.fra, h.til)
    - SUM(CASE WHEN m.fra IS NULL THEN 0 ELSE GREATEST(0, DAGER(GREATEST(h.fra, m.fra), LEAST(h.til, m.til))) END) AS dager
  FROM hull AS h
  LEFT JOIN _permisjon_periode AS m ON m.program_noekkel = h.noekkel
  WHERE h.til >= h.fra + 27
  GROUP BY h.noekkel, h.fra, h.til
), i_rekkefoelge AS (
  SELECT
    u.noekkel, u.fra, u.til, u.dager,
    ROW_NUMBER() OVER (PARTITION BY u.noekkel ORDER BY u.dager DESC, u.fra) AS nummer
  FROM uten_permisjon AS u
)
SELECT
  i.noekkel AS program_noekkel,
  CAST(i.fra AS DATE) AS lengste_hull_fra,
  CAST(i.til AS DATE) AS lengste_hull_til,
  CAST(i.dager AS INTEGER) AS lengste_hull_dager
FROM i_rekkefoelge AS i
WHERE i.nummer = 1
