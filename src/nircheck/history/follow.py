"""What has become of every finding since the run before."""

from __future__ import annotations

from nircheck.contract.kommuner import Kommuner
from nircheck.history.comparable import Ground, is_kommune
from nircheck.history.model import Before, Cell, Found, Look, Now, Status, Track
from nircheck.history.tracks import ends

FIRST_TIME = "foerste_kontroll"
NEVER_JUDGED = "ikke_vurdert_foer"
NEW_RULE = "ny_regel"
CHANGED_RULE = "endret_regel"
MOVED = "fra_kommune"
ROW_GONE = "rad_borte"
ROW_UNJUDGED = "rad_ikke_vurdert"


def follow(
    before: Before | None, now: Now, look: Look, ground: Ground, kommuner: Kommuner
) -> dict[str, Track]:
    """Every finding there is or has been, with its status, by `spor`."""
    known = before.tracks if before else {}
    result = {}
    for name, found in now.found.items():
        track = known.get(name)
        result[name] = (
            _again(track, found, now, kommuner)
            if track
            else _first(name, found, before, now, ground)
        )
    for name, track in known.items():
        if name not in result:
            result[name] = _gone(track, now, look, ground, kommuner) if track.open else track
    return result


def judged(before: Before | None, now: Now, ground: Ground) -> dict[Cell, str]:
    """When each rule was last judged in each kommune, so that it could be compared."""
    kept = before.judged.items() if before else ()
    latest = {cell: day for cell, day in kept if cell.rule_id in now.meanings}
    for rule_id in now.meanings:
        for number in now.rows:
            if ground.against(rule_id, number) is None:
                latest[Cell(rule_id, number)] = now.day
    return latest


def rows_compared(
    before: Before | None, now: Now, ground: Ground, kommuner: Kommuner
) -> dict[str, dict[str, int]]:
    """The rows of each kommune when it could last be compared, which the next run is weighed by."""
    latest: dict[str, dict[str, int]] = {}
    failed = set(ground.kommuner) | {number for number, _ in ground.tables}
    for number, rows in (before.rows if before else {}).items():
        after = ends(number, kommuner)
        if any(end in failed or end not in now.rows for end in after):
            latest[number] = dict(rows)
    for number, rows in now.rows.items():
        if number not in failed:
            latest[number] = dict(rows)
    return latest


def _again(track: Track, found: Found, now: Now, kommuner: Kommuner) -> Track:
    """A finding that is known from before."""
    left = track.found.kommunenummer
    moved = found.kommunenummer not in ends(left, kommuner)
    return track._replace(
        found=found,
        status=Status.FORTSATT_AAPEN if track.open else Status.GJENAAPNET,
        grunn=f"{MOVED}:{left}" if moved else None,
        sist_sett=now.day,
        endret=now.day,
        mening=now.meanings[found.rule_id],
    )


def _first(name: str, found: Found, before: Before | None, now: Now, ground: Ground) -> Track:
    """A finding that was never seen: new, unless nobody had looked before."""
    status, reason = _why_new(found, before, now, ground)
    meaning = now.meanings[found.rule_id]
    return Track(name, found, status, reason, now.day, now.day, now.day, meaning)


def _why_new(
    found: Found, before: Before | None, now: Now, ground: Ground
) -> tuple[Status, str | None]:
    rule_id, number = found.rule_id, found.kommunenummer
    if before is None or (is_kommune(number) and number not in before.places):
        return Status.IKKE_SAMMENLIGNBART, FIRST_TIME
    if reason := ground.against(rule_id, number):
        return Status.IKKE_SAMMENLIGNBART, reason
    if rule_id not in before.meanings:
        return Status.NY, NEW_RULE
    if is_kommune(number) and Cell(rule_id, number) not in before.judged:
        return Status.IKKE_SAMMENLIGNBART, NEVER_JUDGED
    if before.meanings[rule_id] != now.meanings[rule_id]:
        return Status.NY, CHANGED_RULE
    return Status.NY, None


def _gone(track: Track, now: Now, look: Look, ground: Ground, kommuner: Kommuner) -> Track:
    """A finding that was open and is not listed now: corrected, unless there is another reason."""
    status, reason = _why_gone(track, now, look, ground, kommuner)
    return track._replace(status=status, grunn=reason, endret=now.day)


def _why_gone(
    track: Track, now: Now, look: Look, ground: Ground, kommuner: Kommuner
) -> tuple[Status, str | None]:
    rule_id = track.found.rule_id
    if rule_id not in now.meanings:
        return Status.REGEL_UTGAATT, None
    here = look.kommune.get(track.spor)
    places = (here,) if here else ends(track.found.kommunenummer, kommuner)
    for number in places:
        if reason := ground.against(rule_id, number):
            return Status.IKKE_SAMMENLIGNBART, reason
    if track.spor in look.unjudged:
        return Status.IKKE_SAMMENLIGNBART, ROW_UNJUDGED
    if track.spor in now.shown_by_others:
        return Status.VIST_AV_ANNEN, None
    if track.mening != now.meanings[rule_id]:
        return Status.REGEL_ENDRET, None
    return Status.RETTET, None if here else ROW_GONE
