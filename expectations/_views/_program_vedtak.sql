-- The first decisions of each kind that name a programme, and whether one of them has no (readable) date.
SELECT
  bv.program_id,
  MIN(bv.vedtaksdato) FILTER (WHERE bv.vedtakstype = 'TILDELING') AS foerste_tildeling,
  MIN(bv.vedtaksdato) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE') AS foerste_forlengelse,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'TILDELING' AND bv.vedtaksdato IS NULL) AS tildelinger_uten_dato,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE' AND bv.vedtaksdato IS NULL) AS forlengelser_uten_dato
FROM basis.vedtak AS bv
WHERE bv.program_id IS NOT NULL
GROUP BY bv.program_id
