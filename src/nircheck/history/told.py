"""What a run folder tells of the history, so that letters and reports need nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from nircheck.contract.kommuner import Kommuner
from nircheck.history.exceptions import Unntak
from nircheck.history.follow import MOVED
from nircheck.history.model import Before, Found, Now, Status, Track
from nircheck.history.schema import rows, table
from nircheck.history.store import Entry
from nircheck.history.tracks import ends, present

MONTHS = 12
LEFT = "flyttet"
"""The status of a finding in the kommune that its person has left."""

STATUS = pa.schema(
    [
        *((name, pa.string()) for name in
          ("finding_id", "rule_id", "kommunenummer", "status", "grunn", "foerst_sett")),
        ("maaneder", pa.int64()),
        ("unntak_til", pa.string()),
    ]
)  # fmt: skip
"""One row per finding listed; `unntak_til` says until when an exception keeps it quiet."""

GONE = pa.schema(
    [
        *((name, pa.string()) for name in
          (*Found._fields, "status", "grunn", "foerst_sett")),
        ("maaneder", pa.int64()),
    ]
)  # fmt: skip
"""One row per finding that was open in the run before and is not listed in this one."""

DEVELOPMENT = pa.schema(
    [
        ("uttrekksdato", pa.string()),
        ("kommunenummer", pa.string()),
        ("personer", pa.int64()),
        ("funn", pa.int64()),
    ]
)
"""Feil and advarsler, and persons, of every kommune that could be compared, for twelve months."""


def status(tracks: Iterable[Track], quiet: Mapping[str, Unntak], day: str) -> pa.Table:
    """The status of every finding listed."""
    told = sorted(
        (
            t.found.kommunenummer, t.found.rule_id, t.found.finding_id, t.status.value, t.grunn,
            t.foerst_sett, months(t.foerst_sett, day),
            quiet[t.spor].utloeper if t.spor in quiet else None,
        )
        for t in tracks
    )  # fmt: skip
    return table(((id_, rule, place, *rest) for place, rule, id_, *rest in told), STATUS)


def gone(before: Before | None, tracks: Mapping[str, Track], now: Now) -> pa.Table:
    """What was open and is not listed now, and what each kommune that lost a person had of it."""
    told: list[tuple[Any, ...]] = []
    for name, earlier in (before.tracks if before else {}).items():
        track = tracks[name]
        age = months(track.foerst_sett, now.day)
        if name in now.found:
            if (track.grunn or "").startswith(MOVED):
                place = track.found.kommunenummer
                reason = f"til_kommune:{place}"
                told.append((*earlier.found, LEFT, reason, track.foerst_sett, age))
        elif earlier.open:
            told.append((*track.found, track.status.value, track.grunn, track.foerst_sett, age))
    at = GONE.names.index
    told.sort(key=lambda row: (row[at("kommunenummer")], row[at("rule_id")], row[0]))
    return table(told, GONE)


def facts(
    before: Before | None,
    status: pa.Table,
    gone: pa.Table,
    changes: pa.Table,
    reasons: Mapping[str, str],
    held: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Sums for `run.json`: how each kommune has come on since the run before."""
    counted: dict[str, Counter[str]] = {place: Counter() for place in held}
    for place, what, until in rows(status.select(["kommunenummer", "status", "unntak_til"])):
        counted[place][what] += 1
        if until:
            counted[place]["stille"] += 1
    for place, what in rows(gone.select(["kommunenummer", "status"])):
        still = what in (Status.IKKE_SAMMENLIGNBART, Status.VIST_AV_ANNEN)
        counted.setdefault(place, Counter())[f"{what}_ulistet" if still else what] += 1
    for place, what in rows(changes.select(["kommunenummer", "hva"])):
        counted.setdefault(place, Counter())[what] += 1
    total: Counter[str] = Counter()
    for numbers in counted.values():
        total.update(numbers)
    return {
        "forrige": before and {"uttrekksdato": before.day, "run_id": before.run_id},
        "sum": dict(sorted(total.items())),
        "foerste": sorted(
            place
            for place, tables in held.items()
            if sum(tables.values()) and (before is None or place not in before.places)
        ),
        "kommuner": {
            place: dict(sorted(numbers.items()))
            | ({"ikke_sammenlignbart_fordi": reasons[place]} if place in reasons else {})
            for place, numbers in sorted(counted.items())
            if numbers or place in reasons
        },
    }


def development(entries: Iterable[Entry], here: pa.Table, day: str, kommuner: Kommuner) -> pa.Table:
    """The last twelve months, by the kommuner of now; a divided one has no past of its own."""
    sums: dict[tuple[str, str], list[int]] = {}
    tables = [(entry.day, entry.table("kommuner")) for entry in list(entries)[-(MONTHS - 1) :]]
    columns = ["kommunenummer", "ikke_sammenlignbart", "personer", "feil", "advarsel"]
    for at, held in [*tables, (day, here)]:
        for number, why, persons, errors, warnings in rows(held.select(columns)):
            if why is None and persons and len(ends(number, kommuner)) == 1:
                cell = sums.setdefault((at, present(number, kommuner)), [0, 0])
                cell[0] += persons
                cell[1] += errors + warnings
    return table(((*place, *numbers) for place, numbers in sorted(sums.items())), DEVELOPMENT)


def months(since: str, day: str) -> int:
    """Whole calendar months from one extract date to another."""
    first, last = date.fromisoformat(since), date.fromisoformat(day)
    return 12 * (last.year - first.year) + last.month - first.month
