-- The days of permisjon within each programme as periods that do not overlap, up to the extract date.
-- The same permisjoner count here as in _program_permisjon.
WITH biter AS (
  SELECT
    bp.noekkel AS program_noekkel,
    GREATEST(bm.fra_dato, bp.startdato) AS fra,
    LEAST(
      COALESCE(bm.til_dato, UTTREKKSDATO()), COALESCE(bp.sluttdato, UTTREKKSDATO()), UTTREKKSDATO()
    ) AS til
  FROM basis.program AS bp
  JOIN basis.permisjon AS bm ON bm.person_id = bp.person_id
  WHERE bm.fra_dato IS NOT NULL AND bp.startdato IS NOT NULL
    AND (bm.program_id = bp.program_id OR (bm.program_id IS NULL AND bm.norsk_id IS NULL))
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
  COALESCE(GREATEST(o.fra, o.dekket_til + 1), o.fra) AS fra,
  o.til
FROM ordnet AS o
WHERE o.dekket_til IS NULL OR o.til > o.dekket_til
