-- What the tiltak of each programme are about, and how many hours they make in all. A week begun
-- counts as a whole week, so that no one is told of too few hours because of where a week is cut.
WITH rader AS (
  SELECT
    bt.program_id, bt.tiltakstype, bt.startdato,
    TILTAKSRETNING(bt.tiltakstype, bt.tiltaksgruppe) AS retning,
    bt.stoppdato IS NULL AS aapen,
    bt.startdato IS NULL OR COALESCE(bt.stoppdato < bt.startdato, FALSE) AS uten_tid,
    COALESCE(bt.timer_per_uke, 0) <= 0 AS uten_timer,
    bt.timer_per_uke,
    t.fra IS NULL OR (COALESCE(bt.timer_per_uke, 0) <= 0 AND DAGER(t.fra, t.til) >= 7) AS timer_ukjent,
    GREATEST(0, CEIL(DAGER(t.fra, t.til) / 7)) * COALESCE(bt.timer_per_uke, 0) AS timer
  FROM basis.tiltak AS bt
  LEFT JOIN _tiltak_periode AS t ON t.rad = bt.rad
  WHERE bt.program_id IS NOT NULL AND bt.forekomst = 1
)
SELECT
  r.program_id,
  COUNT(CASE WHEN r.retning IN ('ARBEID', 'UTDANNING', 'UVISS') THEN 1 END) AS antall_retning_mulig,
  COUNT(CASE WHEN r.retning IN ('ARBEID', 'UVISS') AND COALESCE(r.tiltakstype <> 'HURTIGSPOR', TRUE) THEN 1 END)
    AS antall_arbeid_mulig,
  COUNT(CASE WHEN r.retning IN ('SPRAAK', 'UTDANNING', 'UVISS') THEN 1 END) AS antall_spraak_mulig,
  COUNT(CASE WHEN r.tiltakstype = 'NORSK' OR r.retning IN ('UTDANNING', 'UVISS') THEN 1 END) AS antall_norsk_mulig,
  MIN(CASE WHEN r.tiltakstype = 'HURTIGSPOR' THEN r.startdato END) AS hurtigspor_fra,
  COUNT(CASE WHEN r.uten_tid THEN 1 END) AS antall_uten_tid,
  COUNT(CASE WHEN r.aapen THEN 1 END) AS antall_aapne_tiltak,
  COUNT(CASE WHEN r.uten_timer THEN 1 END) AS antall_uten_timer,
  MAX(r.timer_per_uke) AS tiltak_timer_maks,
  COUNT(CASE WHEN r.tiltakstype = 'LIVSMESTRING' THEN 1 END) AS antall_livsmestring,
  COUNT(CASE WHEN r.tiltakstype = 'FORELDREVEILEDNING' THEN 1 END) AS antall_foreldreveiledning,
  COUNT(CASE WHEN r.tiltakstype = 'DIGITAL_KOMPETANSE' THEN 1 END) AS antall_digital,
  CAST(CASE WHEN COUNT(CASE WHEN r.tiltakstype = 'LIVSMESTRING' AND r.timer_ukjent THEN 1 END) = 0
    THEN SUM(CASE WHEN r.tiltakstype = 'LIVSMESTRING' THEN r.timer END) END AS DECIMAL(18, 1)) AS livsmestring_timer,
  CAST(CASE WHEN COUNT(CASE WHEN r.tiltakstype = 'FORELDREVEILEDNING' AND r.timer_ukjent THEN 1 END) = 0
    THEN SUM(CASE WHEN r.tiltakstype = 'FORELDREVEILEDNING' THEN r.timer END) END AS DECIMAL(18, 1)) AS foreldreveiledning_timer,
  CAST(CASE WHEN COUNT(CASE WHEN r.tiltakstype = 'DIGITAL_KOMPETANSE' AND r.timer_ukjent THEN 1 END) = 0
    THEN SUM(CASE WHEN r.tiltakstype = 'DIGITAL_KOMPETANSE' THEN r.timer END) END AS DECIMAL(18, 1)) AS digital_timer
FROM rader AS r
GROUP BY r.program_id
