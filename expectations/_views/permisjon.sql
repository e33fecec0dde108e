-- One row per permisjon, with the law of the person it is about and whether it overlaps an earlier one.
SELECT
  b.*,
  COALESCE(q.regime, 'UKJENT') AS regime,
  SAMLET_ULEST(b.ulest, q.ulest) AS ulest,
  o.forrige_permisjon_til,
  COALESCE(o.overlapp_dager, 0) AS overlapp_dager,

  -- Order of dates (NIR-150): a permisjon may be from a programme, from norsk or from both; it lies
  -- outside when it touches none of them. A programme that NIR itself ended, or that is reopened, has no end.
  CASE
    WHEN b.program_id IS NULL AND b.norsk_id IS NULL THEN NULL
    ELSE
      (b.program_id IS NULL OR b.til_dato < ep.startdato OR (
        b.fra_dato > ep.sluttdato AND FORFALT(ep.sluttdato) AND NOT ep.gjenaapnet_etter_slutt
        AND COALESCE(ep.avslutningsaarsak, '') <> 'IKKE_REGISTRERT'
      ))
      AND (b.norsk_id IS NULL OR b.til_dato < en.startdato OR (b.fra_dato > en.sluttdato AND FORFALT(en.sluttdato)))
  END AS utenfor_deltakelsen
FROM basis.permisjon AS b
LEFT JOIN person AS q ON q.person_id = b.person_id AND q.forekomst = 1
LEFT JOIN program AS ep ON ep.program_id = b.program_id AND ep.forekomst = 1
LEFT JOIN basis.norsk AS en ON en.norsk_id = b.norsk_id AND en.forekomst = 1
LEFT JOIN _permisjon_overlapp AS o ON o.noekkel = b.noekkel
