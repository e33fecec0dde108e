"""Accepted answers that something is no error, which keep a finding quiet while they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.contract import kommuner as kommuner_of
from nircheck.contract.kommuner import Kommuner
from nircheck.errors import UsageError
from nircheck.history.model import Track
from nircheck.history.schema import SVAR, UNNTAK, rows, table, to_tracks
from nircheck.history.store import Entry, Store
from nircheck.history.tracks import ends, present, renamed
from nircheck.privacy import masked

NOT_AN_ERROR = "ikke_feil"
ANSWERS = ("rettet", NOT_AN_ERROR, "under_arbeid", "feil_i_nir", "ikke_vaar")
_WHOLE = "kommune"


class Reply(NamedTuple):
    """What a kommune has answered about a finding."""

    finding_id: str
    kommunenummer: str
    rule_id: str
    values_hash: str
    svar: str
    begrunnelse: str | None
    avsender: str | None
    dato: str | None
    fil: str | None
    run_id: str


class Unntak(NamedTuple):
    """An accepted answer, who gave and who accepted it, and what it was about."""

    spor: str
    finding_id: str
    kommunenummer: str
    rule_id: str
    values_hash: str
    mening: str
    begrunnelse: str
    avsender: str | None
    dato: str | None
    godtatt_av: str
    godtatt: str
    utloeper: str
    run_id: str
    regelbok: str
    fil: str | None


@dataclass(frozen=True)
class Proposed:
    """Answers that could be accepted, and those that could not, each with the reason."""

    possible: tuple[tuple[Reply, Track, Entry], ...]
    refused: tuple[tuple[Reply, str], ...]


def read(path: Path) -> pa.Table:
    """The answers in a file, as `nircheck replies` writes it."""
    try:
        replies = pq.read_table(path).select(SVAR.names).cast(SVAR)
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{path}: not a table of answers ({type(error).__name__}); give svar.parquet"
        ) from None
    strange = sorted({str(code) for code in replies.column("svar").to_pylist()} - {*ANSWERS})
    if strange:
        raise UsageError(f"{path}: unknown answer '{masked(strange[0])}'")
    return replies


def taken_in(replies: pa.Table) -> pa.Table:
    """Answers as they are kept: personal numbers in free text blotted out."""
    cleaned = (
        reply._replace(
            begrunnelse=masked(reply.begrunnelse) if reply.begrunnelse else None,
            avsender=masked(reply.avsender) if reply.avsender else None,
            fil=masked(reply.fil) if reply.fil else None,
        )
        for reply in (Reply(*row) for row in rows(replies.select(SVAR.names).cast(SVAR)))
    )
    return table(cleaned, SVAR)


def proposed(store: Store) -> Proposed:
    """The answers "no error" that nobody has accepted yet, and may be."""
    by_run = store.by_run()
    accepted = {(e.spor, e.kommunenummer, e.values_hash, e.mening, e.run_id) for e in held(store)}
    last: dict[tuple[str, str], Reply] = {}
    for reply in (Reply(*row) for row in rows(store.replies())):
        last.pop((reply.finding_id, reply.kommunenummer), None)
        last[reply.finding_id, reply.kommunenummer] = reply
    asked = [reply for reply in last.values() if reply.svar == NOT_AN_ERROR]
    seen: dict[str, dict[str, Track]] = {}
    possible, refused = [], []
    for reply in asked:
        entry = by_run.get(reply.run_id)
        if entry is not None and reply.run_id not in seen:
            tracks = to_tracks(entry.table("funn"))
            seen[reply.run_id] = {t.found.finding_id: t for t in tracks if t.sist_sett == entry.day}
        track = seen.get(reply.run_id, {}).get(reply.finding_id)
        if reason := _refusal(reply, entry, track):
            refused.append((reply, reason))
        elif entry and track:
            name = (track.spor, reply.kommunenummer, reply.values_hash, track.mening, reply.run_id)
            if name not in accepted:
                possible.append((reply, track, entry))
    return Proposed(tuple(possible), tuple(refused))


def _refusal(reply: Reply, entry: Entry | None, track: Track | None) -> str | None:
    if entry is None:
        return "ukjent_kjoering"
    if track is None:
        return "ukjent_funn"
    if track.found.kommunenummer != reply.kommunenummer:
        return "annen_kommune"
    if track.found.values_hash != reply.values_hash:
        return "andre_verdier"
    return None if (reply.begrunnelse or "").strip() else "uten_begrunnelse"


def accept(
    chosen: Iterable[tuple[Reply, Track, Entry]], by: str, day: str, expires: str
) -> pa.Table:
    """Exceptions made of answers, on this day and by this person, until they expire."""
    made = (
        Unntak(
            track.spor, reply.finding_id, reply.kommunenummer, reply.rule_id, reply.values_hash,
            track.mening, masked(str(reply.begrunnelse)), reply.avsender, reply.dato, masked(by),
            day, expires, reply.run_id, str(entry.facts["regelbok"]), reply.fil,
        )
        for reply, track, entry in chosen
    )  # fmt: skip
    return table(sorted(made), UNNTAK)


def held(store: Store) -> Iterator[Unntak]:
    """Every exception ever accepted."""
    return (Unntak(*row) for row in rows(store.exceptions()))


def quiet(
    exceptions: Iterable[Unntak], tracks: Mapping[str, Track], day: str, kommuner: Kommuner
) -> dict[str, Unntak]:
    """The findings kept quiet on a day, by `spor`, each with the exception that lasts longest."""
    found: dict[str, Unntak] = {}
    by_name = _by_name(tracks, kommuner)
    for exception in exceptions:
        track = by_name(exception)
        if track is None or standing(exception, track, day, kommuner) != "gjelder":
            continue
        other = found.get(track.spor)
        if other is None or other.utloeper < exception.utloeper:
            found[track.spor] = exception
    return found


def standing(exception: Unntak, track: Track | None, day: str, kommuner: Kommuner) -> str:
    """Whether an exception holds, or why it no longer does."""
    if exception.utloeper < day:
        return "utloept"
    if track is None or not track.open:
        return "funnet_borte"
    if track.found.kommunenummer not in ends(exception.kommunenummer, kommuner):
        return "annen_kommune"
    if track.mening != exception.mening:
        return "regelen_endret"
    return "gjelder" if track.found.values_hash == exception.values_hash else "verdiene_endret"


def standings(
    exceptions: Iterable[Unntak], tracks: Mapping[str, Track], day: str, kommuner: Kommuner
) -> list[tuple[Unntak, str]]:
    """Every exception, and how it stands."""
    by_name = _by_name(tracks, kommuner)
    return [(e, standing(e, by_name(e), day, kommuner)) for e in exceptions]


def as_they_stand(store: Store, expectations: Path) -> list[tuple[Unntak, str]]:
    """Every exception, and how it stands in the last run of those it is about."""
    entries = {entry.run_id: entry for entry in store.entries()}
    stood: list[tuple[Unntak, str]] = []
    populations = {e.run_id: entries[e.run_id].population for e in held(store)}
    for population in sorted(set(populations.values())):
        last = store.valid(population)[-1]
        kommuner = kommuner_of.load(expectations, date.fromisoformat(last.day))
        tracks = renamed(to_tracks(last.table("funn")), kommuner)
        mine = [e for e in held(store) if populations[e.run_id] == population]
        stood += standings(mine, tracks, last.day, kommuner)
    return stood


def a_year_after(day: date) -> date:
    """The same day next year; the last of February stays the last."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 2, 28)


def _by_name(tracks: Mapping[str, Track], kommuner: Kommuner) -> Callable[[Unntak], Track | None]:
    """Finds the finding of an exception; one on a whole kommune also by its number of now."""
    whole = {
        (t.found.rule_id, t.found.kommunenummer): t
        for t in tracks.values()
        if t.found.tabell == _WHOLE
    }
    return lambda e: (
        tracks.get(e.spor) or whole.get((e.rule_id, present(e.kommunenummer, kommuner)))
    )
