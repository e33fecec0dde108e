-- The last day, up to the extract date, of a person's tiltak in norsk in a kommune, and the last start.
-- A tiltak without stoppdato has no last day.
SELECT
  bt.person_id,
  bt.kommunenummer_gjeldende AS kommunenummer,
  MAX(CASE WHEN bt.stoppdato > UTTREKKSDATO() THEN UTTREKKSDATO() ELSE bt.stoppdato END) AS siste_dag,
  MAX(bt.startdato) AS siste_start
FROM basis.tiltak AS bt
WHERE bt.tiltakstype = 'NORSK' AND bt.startdato <= UTTREKKSDATO()
GROUP BY bt.person_id, bt.kommunenummer_gjeldende
