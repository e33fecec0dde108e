-- From which day the time for norsk runs and for how many months, for each participation.
-- Kapittel 6A: a year from the start. § 32: from the permit until 31 July 2023, from the offered start since then;
-- where the two meet, the later day holds.
SELECT
  bn.noekkel AS norsk_noekkel,
  CASE
    WHEN q.regime = 'KAP6A' OR q.innvilget_dato >= DATE '2023-08-01' OR bn.startdato >= DATE '2023-08-01'
      THEN GREATEST(bn.startdato, COALESCE(bn.tildelt_dato, bn.startdato))
    ELSE GREATEST(q.innvilget_dato, COALESCE(q.ankomst_dato, q.innvilget_dato))
  END AS frist_fra,
  CASE
    WHEN q.regime = 'KAP6A' THEN 12
    WHEN q.utdanning_vgo = 'JA' THEN 18
    ELSE 36
  END AS frist_mnd,
  ROW_NUMBER() OVER (PARTITION BY bn.person_id ORDER BY bn.startdato, bn.noekkel) AS nummer_forfra,
  ROW_NUMBER() OVER (PARTITION BY bn.person_id ORDER BY bn.startdato DESC, bn.noekkel DESC) AS nummer_bakfra
FROM basis.norsk AS bn
LEFT JOIN person AS q ON q.person_id = bn.person_id AND q.forekomst = 1
WHERE bn.startdato IS NOT NULL
