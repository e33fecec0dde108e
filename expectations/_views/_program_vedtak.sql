-- The decisions that name a programme: the first of each kind, and whether one of them has no (readable) date; how many
-- extend it, and how far the longest reaches; and the last day that one on forlengelse or stans says something of. One
-- whose kind cannot be read may be on forlengelse.
SELECT
  bv.program_id,
  MIN(bv.vedtaksdato) FILTER (WHERE bv.vedtakstype = 'TILDELING') AS foerste_tildeling,
  MIN(bv.vedtaksdato) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE') AS foerste_forlengelse,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'TILDELING' AND bv.vedtaksdato IS NULL) AS tildelinger_uten_dato,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE' AND bv.vedtaksdato IS NULL) AS forlengelser_uten_dato,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE') AS antall_forlengelser,
  MAX(bv.gjelder_til) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE') AS forlenget_til,
  MAX(GREATEST(bv.vedtaksdato, CASE WHEN bv.vedtakstype = 'FORLENGELSE' THEN bv.gjelder_til END))
    FILTER (WHERE bv.vedtakstype IN ('FORLENGELSE', 'STANS')) AS siste_vedtak,
  STRING_AGG(CASE WHEN COALESCE(bv.vedtakstype, 'FORLENGELSE') = 'FORLENGELSE' THEN bv.ulest END, '') AS ulest
FROM basis.vedtak AS bv
WHERE bv.program_id IS NOT NULL
GROUP BY bv.program_id
