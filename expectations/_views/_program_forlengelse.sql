-- The programmes that a decision on extension names, and how far the longest reaches.
SELECT
  bv.program_id, COUNT(*) AS antall_forlengelser, MAX(bv.gjelder_til) AS forlenget_til, STRING_AGG(bv.ulest, '') AS ulest
FROM basis.vedtak AS bv
WHERE bv.vedtakstype = 'FORLENGELSE' AND bv.program_id IS NOT NULL
GROUP BY bv.program_id
