-- The programmes that have a decision on extension.
SELECT bv.program_id, COUNT(*) AS antall_forlengelser
FROM basis.vedtak AS bv
WHERE bv.vedtakstype = 'FORLENGELSE' AND bv.program_id IS NOT NULL
GROUP BY bv.program_id
