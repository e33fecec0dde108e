-- How a programme runs beside the person's other programmes, each up to the extract date: days together
-- with one in the same kommune that came before it, with one elsewhere that started the same day or later, with one elsewhere
-- that started earlier, and programmes in another bydel of Oslo. More than fifty programmes are not one
-- person's. A programme with an unreadable date is not compared.
WITH flere AS (
  SELECT ba.person_id
  FROM basis.program AS ba
  WHERE ba.person_id IS NOT NULL AND ba.forekomst = 1
  GROUP BY ba.person_id
  HAVING COUNT(*) BETWEEN 2 AND 50
), perioder AS (
  SELECT
    bp.rad, bp.noekkel, bp.person_id, bp.kommunenummer_gjeldende AS kommune, bp.lov, bp.bydel, bp.startdato AS fra,
    LEAST(COALESCE(bp.sluttdato, UTTREKKSDATO()), UTTREKKSDATO()) AS til
  FROM basis.program AS bp
  JOIN flere AS fl ON fl.person_id = bp.person_id
  WHERE bp.forekomst = 1 AND bp.startdato IS NOT NULL AND bp.kommunenummer IS NOT NULL
    AND bp.kommunenummer_gjeldende NOT IN ('ukjent', 'ikke_fordelt')
    AND NOT CONTAINS(COALESCE(bp.ulest, ''), '|program.sluttdato|')
), par AS (
  SELECT
    a.rad, a.fra, b.fra AS annen_fra,
    date_diff('day', GREATEST(a.fra, b.fra), LEAST(a.til, b.til)) + 1 AS dager,
    a.kommune = b.kommune AS samme_kommune,
    COALESCE(a.lov = b.lov, TRUE) AS samme_lov,
    b.fra < a.fra OR b.fra = a.fra AND b.noekkel < a.noekkel AS annen_foerst,
    COALESCE(a.kommune = '0301' AND b.kommune = '0301' AND a.bydel <> b.bydel, FALSE) AS annen_bydel,
    year(a.fra) <= year(b.til) AND year(b.fra) <= year(a.til) AS samme_aar
  FROM perioder AS a
  JOIN perioder AS b ON b.person_id = a.person_id AND b.rad <> a.rad
  WHERE a.fra <= a.til AND b.fra <= b.til
)
SELECT
  p.rad,
  MAX(CASE WHEN p.samme_kommune AND p.samme_lov AND p.annen_foerst THEN p.dager END) AS dager_samme_kommune,
  MAX(CASE WHEN NOT p.samme_kommune AND p.annen_fra >= p.fra THEN p.dager END) AS dager_annen_senere,
  MAX(CASE WHEN NOT p.samme_kommune AND p.annen_fra < p.fra THEN p.dager END) AS dager_annen_tidligere,
  MAX(CASE WHEN p.annen_bydel THEN p.dager END) AS dager_annen_bydel,
  MAX(CASE WHEN p.annen_bydel AND p.samme_aar THEN 1 ELSE 0 END) = 1 AS annen_bydel_samme_aar
FROM par AS p
GROUP BY p.rad
