-- The decisions of each person that name neither programme nor norsk: they may be about any. One on forlengelse counts
-- for all programmes of the person, so that nobody is told that a decision is missing which is there;
-- one whose kind cannot be read may be such.
SELECT
  bv.person_id,
  MIN(bv.vedtaksdato) FILTER (WHERE bv.vedtakstype = 'TILDELING') AS loes_tildeling,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'TILDELING' AND bv.vedtaksdato IS NULL) AS tildelinger_uten_dato,
  COUNT(*) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE') AS antall_forlengelser,
  MAX(bv.gjelder_til) FILTER (WHERE bv.vedtakstype = 'FORLENGELSE') AS forlenget_til,
  STRING_AGG(CASE WHEN COALESCE(bv.vedtakstype, 'FORLENGELSE') = 'FORLENGELSE' THEN bv.ulest END, '') AS ulest
FROM basis.vedtak AS bv
WHERE bv.program_id IS NULL AND bv.norsk_id IS NULL AND bv.person_id IS NOT NULL
GROUP BY bv.person_id
