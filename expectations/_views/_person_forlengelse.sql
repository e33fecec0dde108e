-- Decisions on extension that name neither programme nor norsk: they count for all programmes of the person, so that
-- nobody is told that a decision is missing which is there.
SELECT
  bv.person_id, COUNT(*) AS antall_forlengelser, MAX(bv.gjelder_til) AS forlenget_til, STRING_AGG(bv.ulest, '') AS ulest
FROM basis.vedtak AS bv
WHERE bv.vedtakstype = 'FORLENGELSE' AND bv.program_id IS NULL AND bv.norsk_id IS NULL AND bv.person_id IS NOT NULL
GROUP BY bv.person_id
