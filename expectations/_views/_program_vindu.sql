-- The days of each programme whose content is looked at: those more than two months before the extract date. What
-- happened later may still be registered.
SELECT
  bp.noekkel, bp.program_id, bp.startdato AS fra,
  LEAST(COALESCE(bp.sluttdato, UTTREKKSDATO()), PLUSS_MND(UTTREKKSDATO(), -2) - 1) AS til
FROM basis.program AS bp
WHERE bp.forekomst = 1 AND bp.startdato IS NOT NULL
