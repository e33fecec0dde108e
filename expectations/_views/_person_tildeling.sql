-- The first TILDELING of each person that names neither a programme nor norsk: it may be about either.
SELECT
  bv.person_id,
  MIN(bv.vedtaksdato) AS loes_tildeling,
  COUNT(*) FILTER (WHERE bv.vedtaksdato IS NULL) AS tildelinger_uten_dato
FROM basis.vedtak AS bv
WHERE bv.vedtakstype = 'TILDELING' AND bv.program_id IS NULL AND bv.norsk_id IS NULL AND bv.person_id IS NOT NULL
GROUP BY bv.person_id
