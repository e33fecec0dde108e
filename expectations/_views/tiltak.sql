-- One row per tiltak, with what the programme it belongs to says.
SELECT
  bt.*,
  p.startdato AS program_startdato,
  p.sluttdato AS program_sluttdato,
  COALESCE(p.avsluttet, FALSE) AS program_avsluttet,
  p.lov,
  p.sluttmaal,
  COALESCE(p.regime, 'UKJENT') AS regime,
  DAGER(bt.startdato, bt.stoppdato) AS varighet_dager,
  SAMLET_ULEST(bt.ulest, p.ulest_uten_tiltak) AS ulest,

  -- Order of dates (NIR-147 and 148).
  COALESCE(p.avslutningsaarsak = 'IKKE_REGISTRERT', FALSE) AS program_avsluttet_automatisk,
  COALESCE(p.gjenaapnet_etter_slutt, FALSE) AS program_gjenaapnet_etter_slutt,
  -- what an earlier equal row of the programme covers
  tp.dublett_dager
FROM basis.tiltak AS bt
LEFT JOIN program AS p ON p.program_id = bt.program_id AND p.forekomst = 1
LEFT JOIN _tiltak_periode AS tp ON tp.rad = bt.rad
