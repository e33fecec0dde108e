-- What is known about permisjon from each programme. Overlapping periods count once, one without a last day
-- goes on to the extract date, and one without a first day counts for nothing.
-- A permisjon that names no programme counts for the person's programmes; one that belongs to norsk does not.
-- `perm_dager` are the days taken within the programme so far, `perm_dager_i_alt` all that are granted from its
-- start on. `ulest` tells that a date could not be read, so that no length is judged by too few days.
WITH hoerer_til AS (
  SELECT
    bp.noekkel AS program_noekkel, bm.fra_dato, bm.til_dato, bm.ulest,
    CASE WHEN bm.fra_dato IS NOT NULL AND bp.startdato IS NOT NULL THEN GREATEST(bm.fra_dato, bp.startdato) END AS fra,
    COALESCE(bm.til_dato, UTTREKKSDATO()) AS til_i_alt,
    LEAST(
      COALESCE(bm.til_dato, UTTREKKSDATO()), COALESCE(bp.sluttdato, UTTREKKSDATO()), UTTREKKSDATO()
    ) AS til
  FROM basis.program AS bp
  JOIN basis.permisjon AS bm ON bm.person_id = bp.person_id
  WHERE bm.program_id = bp.program_id OR (bm.program_id IS NULL AND bm.norsk_id IS NULL)
), ordnet AS (
  SELECT
    h.*,
    MAX(CASE WHEN h.fra <= h.til THEN h.til END) OVER foer AS dekket_til,
    MAX(CASE WHEN h.fra <= h.til_i_alt THEN h.til_i_alt END) OVER foer AS dekket_til_i_alt
  FROM hoerer_til AS h
  WINDOW foer AS (
    PARTITION BY h.program_noekkel ORDER BY h.fra, h.til_i_alt ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
)
SELECT
  o.program_noekkel,
  SUM(CASE
    WHEN o.fra <= o.til AND COALESCE(o.dekket_til < o.til, TRUE)
    THEN date_diff('day', COALESCE(GREATEST(o.fra, o.dekket_til + 1), o.fra), o.til) + 1 ELSE 0
  END) AS perm_dager,
  SUM(CASE
    WHEN o.fra <= o.til_i_alt AND COALESCE(o.dekket_til_i_alt < o.til_i_alt, TRUE)
    THEN date_diff('day', COALESCE(GREATEST(o.fra, o.dekket_til_i_alt + 1), o.fra), o.til_i_alt) + 1 ELSE 0
  END) AS perm_dager_i_alt,
  MAX(CASE WHEN o.fra <= o.til THEN o.til_dato END) AS siste_permisjon_til,
  SUM(CASE WHEN o.fra_dato <= UTTREKKSDATO() AND o.til_dato IS NULL THEN 1 ELSE 0 END) AS perm_aapne,
  SUM(CASE WHEN o.fra_dato IS NULL OR o.til_dato < o.fra_dato THEN 1 ELSE 0 END) AS perm_uten_lengde,
  STRING_AGG(o.ulest, '') AS ulest
FROM ordnet AS o
GROUP BY o.program_noekkel
