-- One row per person, with the law of the person's first programme.
SELECT
  bq.*,
  REGIME(bq.oppholdsgrunnlag, bq.innvilget_dato, bq.ankomst_dato, f.foerste_start) AS regime,
  f.foerste_start,
  COALESCE(f.antall_program, 0) AS antall_program,
  ALDER(bq.foedselsdato, bq.innvilget_dato) AS alder_ved_innvilgelse,
  un.foerste_dato AS utvidet_norsk_dato,
  -- when an opplæring in norsk that the person has rett og plikt to began
  np.norskplikt_start,
  -- Identity.
  pn.foedselsnummer_type,
  pn.foedselsnummer_serie,
  pn.foedselsnummer_fra_2032,
  pn.foedselsnummer_lengde,
  pn.dufnummer_lengde,
  pn.dufnummer_form,
  pn.dufnummer_kontroll,
  pn.foedselsdato_avviker,
  pn.kjoenn_i_nummeret,
  COALESCE(pn.foedselsnummer_paa_flere AND bq.forekomst = 1, FALSE) AS foedselsnummer_paa_flere,
  COALESCE(pn.dufnummer_paa_flere AND bq.forekomst = 1, FALSE) AS dufnummer_paa_flere,
  COALESCE(pn.dufnummer_paa_flere AND pn.dufnummer_har_begge AND bq.forekomst = 1, FALSE) AS dufnummer_har_begge,
  COALESCE(pl.mulig_dublett, FALSE) AS mulig_dublett
FROM basis.person AS bq
LEFT JOIN _person_utvidet AS un ON un.person_id = bq.person_id
LEFT JOIN _person_start AS f ON f.person_id = bq.person_id
LEFT JOIN _person_norskplikt AS np ON np.person_id = bq.person_id
LEFT JOIN _person_nummer AS pn ON pn.rad = bq.rad
LEFT JOIN _person_like AS pl ON pl.rad = bq.rad
