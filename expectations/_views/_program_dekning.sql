-- Days of each ended programme that some tiltak covers, each counted once. Where a date of a tiltak is
-- missing or cannot be read, the tiltak counts to that end of the programme.
WITH biter AS (
  SELECT
    bp.noekkel AS program_noekkel,
    GREATEST(COALESCE(bt.startdato, bp.startdato), bp.startdato) AS fra,
    LEAST(COALESCE(bt.stoppdato, bp.sluttdato), bp.sluttdato) AS til
  FROM basis.program AS bp
  JOIN basis.tiltak AS bt ON bt.program_id = bp.program_id
  WHERE bp.startdato IS NOT NULL AND bp.sluttdato <= UTTREKKSDATO()
), ordnet AS (
  SELECT
    b.program_noekkel, b.fra, b.til,
    MAX(b.til) OVER (
      PARTITION BY b.program_noekkel ORDER BY b.fra, b.til
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS dekket_til
  FROM biter AS b
  WHERE b.fra <= b.til
)
SELECT
  o.program_noekkel,
  SUM(GREATEST(0, date_diff('day', COALESCE(GREATEST(o.fra, o.dekket_til + 1), o.fra), o.til) + 1)) AS tiltak_dager
FROM ordnet AS o
GROUP BY o.program_noekkel
