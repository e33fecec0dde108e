"""The name by which a finding is known in every run, also when its row has no key of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from nircheck.contract.kommuner import Kommuner
from nircheck.history.model import Found, Track
from nircheck.rulebook.compile import finding_id

_MADE_UP = "linje-"
_WHOLE = "kommune"


def named(found: Iterable[Found], kommuner: Kommuner) -> Iterator[tuple[str, Found]]:
    """Each finding with its name.

    It is the finding's own id. But a row without a key is only known by its line, which another
    sorting of the file changes: it is named by its person and values, and equals are numbered. A
    finding on a whole kommune is named by the number the kommune has now.
    """
    seen: Counter[str] = Counter()
    for finding in found:
        if finding.tabell == _WHOLE:
            place = present(finding.kommunenummer, kommuner)
            yield finding_id(f"{finding.rule_id}|{_WHOLE}|{place}"), finding
        elif finding.noekkel.startswith(_MADE_UP):
            whose = finding.person_id or present(finding.kommunenummer, kommuner)
            alike = f"{finding.rule_id}|{finding.tabell}|{whose}|{finding.values_hash}"
            seen[alike] += 1
            yield finding_id(f"{alike}|{seen[alike]}"), finding
        else:
            yield finding.finding_id, finding


def renamed(tracks: Iterable[Track], kommuner: Kommuner) -> dict[str, Track]:
    """What was followed before, by the names things have now; equals are told apart open first."""
    ordered = sorted(tracks, key=lambda track: (not track.open, track.foerst_sett, track.spor))
    names = named((track.found for track in ordered), kommuner)
    result: dict[str, Track] = {}
    for track, (name, found) in zip(ordered, names, strict=True):
        place = present(found.kommunenummer, kommuner)
        moved = track._replace(spor=name, found=found._replace(kommunenummer=place))
        first = result.setdefault(name, moved)
        if first is not moved:  # two kommuner have become one
            since = min(first.foerst_sett, moved.foerst_sett)
            result[name] = first._replace(foerst_sett=since)
    return result


def present(number: str, kommuner: Kommuner) -> str:
    """The number a kommune has now; one that was divided keeps its old number."""
    return kommuner.current.get(number, number)


def ends(number: str, kommuner: Kommuner) -> tuple[str, ...]:
    """Every kommune that a number stands for now."""
    return kommuner.split.get(number) or (present(number, kommuner),)
