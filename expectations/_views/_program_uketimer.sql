-- What a programme holds week by week, from the days on which its tiltak begin and stop: between two
-- such days the hours per week stay the same. Days in permisjon are taken away, and so are the last
-- two months before the extract date: what happened then may still be registered.
WITH perioder AS (
  SELECT
    v.noekkel, v.fra AS program_fra, GREATEST(t.fra, v.fra) AS fra, LEAST(t.til, v.til) AS til, t.timer_per_uke,
    CASE WHEN TILTAKSRETNING(t.tiltakstype, t.tiltaksgruppe) IN ('ARBEID', 'UVISS') THEN t.timer_per_uke ELSE 0 END
      AS arbeid_per_uke
  FROM _program_vindu AS v
  JOIN _tiltak_periode AS t ON t.program_id = v.program_id
  WHERE GREATEST(t.fra, v.fra) <= LEAST(t.til, v.til)
), ender AS (
  SELECT p.*, UNNEST([1, -1]) AS fortegn
  FROM perioder AS p
), hendelser AS (
  SELECT
    e.noekkel, e.program_fra,
    CASE WHEN e.fortegn = 1 THEN e.fra ELSE e.til + 1 END AS dag,
    SUM(e.fortegn) AS tiltak,
    SUM(e.fortegn * COALESCE(e.timer_per_uke, 0)) AS timer,
    SUM(e.fortegn * COALESCE(e.arbeid_per_uke, 0)) AS arbeid
  FROM ender AS e
  GROUP BY e.noekkel, e.program_fra, CASE WHEN e.fortegn = 1 THEN e.fra ELSE e.til + 1 END
), strekk AS (
  SELECT
    h.noekkel, h.dag AS fra,
    LEAD(h.dag) OVER (PARTITION BY h.noekkel ORDER BY h.dag) - 1 AS til,
    SUM(h.tiltak) OVER (PARTITION BY h.noekkel ORDER BY h.dag) AS tiltak,
    SUM(h.timer) OVER (PARTITION BY h.noekkel ORDER BY h.dag) AS timer,
    SUM(h.arbeid) OVER (PARTITION BY h.noekkel ORDER BY h.dag) AS arbeid,
    GREATEST(PLUSS_MND(h.program_fra, 3) + 1, DATE '2024-02-01') AS krav_fra
  FROM hendelser AS h
), i_permisjon AS (
  SELECT
    s.noekkel, s.fra,
    SUM(GREATEST(0, DAGER(GREATEST(s.fra, m.fra), LEAST(s.til, m.til)))) AS dager,
    SUM(GREATEST(0, DAGER(GREATEST(s.fra, m.fra, s.krav_fra), LEAST(s.til, m.til)))) AS krav_dager
  FROM strekk AS s
  JOIN _permisjon_periode AS m ON m.program_noekkel = s.noekkel
  GROUP BY s.noekkel, s.fra
), netto AS (
  SELECT
    s.noekkel, s.timer, s.arbeid,
    DAGER(s.fra, s.til) AS brutto_dager,
    DAGER(s.fra, s.til) - COALESCE(m.dager, 0) AS dager,
    GREATEST(0, DAGER(GREATEST(s.fra, s.krav_fra), s.til)) - COALESCE(m.krav_dager, 0) AS krav_dager
  FROM strekk AS s
  LEFT JOIN i_permisjon AS m ON m.noekkel = s.noekkel AND m.fra = s.fra
  WHERE s.tiltak > 0
)
SELECT
  n.noekkel AS program_noekkel,
  CAST(SUM(n.dager) AS INTEGER) AS dager_med_tiltak,
  CAST(ROUND(SUM(n.timer * n.dager) / NULLIF(SUM(n.dager), 0), 1) AS DECIMAL(10, 1)) AS uketimer_snitt,
  CAST(MAX(CASE WHEN n.brutto_dager >= 7 THEN n.timer END) AS DECIMAL(10, 1)) AS uketimer_maks,
  CAST(FLOOR(SUM(n.krav_dager) / 7) AS INTEGER) AS krav_uker,
  CAST(FLOOR(SUM(CASE WHEN n.arbeid < 15 THEN n.krav_dager ELSE 0 END) / 7) AS INTEGER) AS krav_uker_under_15
FROM netto AS n
GROUP BY n.noekkel
