-- For each decision on utvidet norsk since 1 July 2023: its number for the person, until when the one before lasts, the participation
-- in norsk it belongs to, and days of permisjon in its own period. One registered twice keeps its number.
-- A decision that names no norsk belongs to the person's first.
WITH permisjon_i_vedtak AS (
  SELECT
    bv.noekkel,
    SUM(DAGER(
      GREATEST(bm.fra_dato, bv.gjelder_fra), LEAST(COALESCE(bm.til_dato, UTTREKKSDATO()), bv.gjelder_til)
    )) AS dager
  FROM basis.vedtak AS bv
  JOIN basis.permisjon AS bm ON bm.person_id = bv.person_id
  WHERE bv.vedtakstype = 'UTVIDET_NORSK'
    AND bm.fra_dato <= bv.gjelder_til AND COALESCE(bm.til_dato, UTTREKKSDATO()) >= bv.gjelder_fra
    AND COALESCE(bm.til_dato, UTTREKKSDATO()) >= bm.fra_dato
  GROUP BY bv.noekkel
), foerste_norsk AS (
  SELECT bn.person_id, bn.noekkel
  FROM basis.norsk AS bn
  JOIN _norsk_frist AS f ON f.norsk_noekkel = bn.noekkel
  WHERE f.nummer_forfra = 1 AND bn.person_id IS NOT NULL
)
SELECT
  bv.noekkel AS vedtak_noekkel,
  COALESCE(bn.noekkel, fn.noekkel) AS norsk_noekkel,
  COALESCE(pv.dager, 0) AS perm_dager,
  DENSE_RANK() OVER (PARTITION BY bv.person_id ORDER BY bv.vedtaksdato, bv.gjelder_fra) AS nummer,
  LAG(bv.gjelder_til) OVER (PARTITION BY bv.person_id ORDER BY bv.vedtaksdato, bv.gjelder_fra, bv.noekkel) AS forrige_til
FROM basis.vedtak AS bv
LEFT JOIN basis.norsk AS bn ON bn.norsk_id = bv.norsk_id AND bn.person_id = bv.person_id AND bn.forekomst = 1
LEFT JOIN foerste_norsk AS fn ON fn.person_id = bv.person_id
LEFT JOIN permisjon_i_vedtak AS pv ON pv.noekkel = bv.noekkel
WHERE bv.vedtakstype = 'UTVIDET_NORSK' AND bv.vedtaksdato >= DATE '2023-07-01' AND bv.person_id IS NOT NULL
  AND bv.forekomst = 1
