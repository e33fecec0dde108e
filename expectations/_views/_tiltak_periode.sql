-- The days of each tiltak, and from which of them on it adds something to its programme: what an
-- earlier row of the same kind, with the same hours and the same description, covers is not counted
-- again. An open tiltak runs to the extract date. Rows that cannot be placed in time are left out.
WITH ordnet AS (
  SELECT
    bt.rad, bt.program_id, bt.tiltakstype, bt.tiltaksgruppe, bt.timer_per_uke, bt.startdato,
    COALESCE(bt.stoppdato, UTTREKKSDATO()) AS til,
    MAX(COALESCE(bt.stoppdato, UTTREKKSDATO())) OVER (
      PARTITION BY bt.program_id, bt.person_id, bt.tiltakstype, bt.timer_per_uke, bt.beskrivelse, bt.ulest
      ORDER BY bt.startdato, bt.stoppdato, bt.noekkel
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS dekket_til
  FROM basis.tiltak AS bt
  WHERE bt.program_id IS NOT NULL AND bt.forekomst = 1 AND bt.startdato IS NOT NULL
    AND bt.startdato <= COALESCE(bt.stoppdato, UTTREKKSDATO())
)
SELECT
  o.rad, o.program_id, o.tiltakstype, o.tiltaksgruppe, o.timer_per_uke, o.til,
  COALESCE(GREATEST(o.startdato, o.dekket_til + 1), o.startdato) AS fra,
  CASE WHEN o.dekket_til IS NOT NULL THEN DAGER(o.startdato, LEAST(o.til, o.dekket_til)) END AS dublett_dager
FROM ordnet AS o
