-- The last day that a vedtak on forlengelse or stans says something of a programme.
SELECT
  bv.program_id,
  MAX(GREATEST(bv.vedtaksdato, CASE WHEN bv.vedtakstype = 'FORLENGELSE' THEN bv.gjelder_til END)) AS siste_vedtak
FROM basis.vedtak AS bv
WHERE bv.program_id IS NOT NULL AND bv.vedtakstype IN ('FORLENGELSE', 'STANS')
GROUP BY bv.program_id
