-- The programmes whose kommune number is known, and whether it was in use on some day of the programme:
-- from start to end, to the extract date while it runs, on the extract date when it has no dates. Where
-- only the end is known, the start may be any day before it.
WITH perioder AS (
  SELECT
    bp.rad, bp.kommunenummer,
    CASE
      WHEN bp.startdato IS NULL AND bp.sluttdato IS NULL THEN UTTREKKSDATO()
      WHEN bp.startdato IS NULL THEN DATE '1900-01-01'
      WHEN bp.sluttdato < bp.startdato THEN bp.sluttdato
      ELSE bp.startdato
    END AS fra,
    CASE
      WHEN bp.sluttdato >= bp.startdato OR bp.startdato IS NULL AND bp.sluttdato IS NOT NULL THEN bp.sluttdato
      WHEN bp.sluttdato < bp.startdato OR bp.startdato > UTTREKKSDATO() THEN bp.startdato
      ELSE UTTREKKSDATO()
    END AS til
  FROM basis.program AS bp
)
SELECT
  p.rad,
  MAX(CASE
    WHEN COALESCE(g.gyldig_fra <= p.til, TRUE) AND COALESCE(g.gyldig_til >= p.fra, TRUE) THEN 1 ELSE 0
  END) = 1 AS nummer_gyldig
FROM perioder AS p
JOIN referanse.kommune_gyldig AS g ON g.kommunenummer = p.kommunenummer
GROUP BY p.rad
