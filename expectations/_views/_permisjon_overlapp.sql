-- The permisjoner that begin while another permisjon of the same person, from the same programme or the same norsk,
-- still lasts. Only rows that can be read in full take part.
WITH perioder AS (
  SELECT
    bm.noekkel, bm.person_id, bm.fra_dato,
    COALESCE(bm.program_id, bm.norsk_id, '') AS gjelder,
    COALESCE(bm.til_dato, GREATEST(UTTREKKSDATO(), bm.fra_dato)) AS til
  FROM basis.permisjon AS bm
  WHERE bm.ulest IS NULL AND bm.forekomst = 1 AND bm.person_id IS NOT NULL AND bm.fra_dato IS NOT NULL
), ordnet AS (
  SELECT
    p.noekkel, p.fra_dato, p.til,
    MAX(p.til) OVER (
      PARTITION BY p.person_id, p.gjelder ORDER BY p.fra_dato, p.til, p.noekkel
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS dekket_til
  FROM perioder AS p
  WHERE p.fra_dato <= p.til
)
SELECT
  o.noekkel, o.dekket_til AS forrige_permisjon_til,
  date_diff('day', o.fra_dato, LEAST(o.til, o.dekket_til)) + 1 AS overlapp_dager
FROM ordnet AS o
WHERE o.fra_dato <= o.dekket_til
