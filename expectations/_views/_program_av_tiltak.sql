-- What each programme has from its tiltak: how many, when, of what, and the days and hours they fill.
SELECT
  bp.rad,
  COALESCE(pt.antall_tiltak, 0) AS antall_tiltak,
  COALESCE(pt.antall_opplaering, 0) AS antall_opplaering,
  pt.foerste_tiltak, pt.siste_tiltak, pt.siste_tiltaksdag,
  COALESCE(pd.tiltak_dager, 0) AS tiltak_dager,
  ti.antall_retning_mulig, ti.antall_arbeid_mulig, ti.antall_spraak_mulig, ti.antall_norsk_mulig, ti.hurtigspor_fra,
  ti.antall_uten_tid, ti.antall_aapne_tiltak, ti.antall_uten_timer, ti.tiltak_timer_maks,
  ti.antall_livsmestring, ti.antall_foreldreveiledning, ti.antall_digital,
  ti.livsmestring_timer, ti.foreldreveiledning_timer, ti.digital_timer,
  pu.dager_med_tiltak, pu.uketimer_snitt, pu.uketimer_maks, pu.krav_uker, pu.krav_uker_under_15,
  ph.lengste_hull_fra, ph.lengste_hull_til, ph.lengste_hull_dager,
  tu.ulest
FROM basis.program AS bp
LEFT JOIN _program_tiltak AS pt ON pt.program_id = bp.program_id
LEFT JOIN _program_dekning AS pd ON pd.program_noekkel = bp.noekkel
LEFT JOIN _program_innhold AS ti ON ti.program_id = bp.program_id
LEFT JOIN _program_uketimer AS pu ON pu.program_noekkel = bp.noekkel
LEFT JOIN _program_hull AS ph ON ph.program_noekkel = bp.noekkel
LEFT JOIN _program_tiltak_ulest AS tu ON tu.program_id = bp.program_id
