"""What differs between two contracts: each change once, with the rules it touches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nircheck.contract import Column, Contract, Table
from nircheck.gate.deviation import Deviation, in_order
from nircheck.gate.impact import needing
from nircheck.ingest.column_profile import likeness
from nircheck.ingest.proposal import assigned
from nircheck.rulebook import RuleBook

_SAME = 0.7
_NAME, _FORM = 0.65, 0.35


def compare(before: Contract, after: Contract, book: RuleBook) -> tuple[Deviation, ...]:
    """Every change, the gravest first."""
    return in_order([_with_rules(d, book) for d in _changes(before, after)])


def _with_rules(deviation: Deviation, book: RuleBook) -> Deviation:
    listed = str(deviation.values.get("kolonner", ""))
    places = set(listed.split(", ")) if listed else {deviation.place}
    return replace(deviation, partly=needing(book, places))


def _changes(before: Contract, after: Contract) -> Iterator[Deviation]:
    gone = [t for t in before.tables.values() if t.name not in after.tables]
    come = [t for t in after.tables.values() if t.name not in before.tables]
    pairs = {(new.name, old.name): _shared(old, new) for old in gone for new in come}
    renamed = assigned({pair: score for pair, score in pairs.items() if score}, 0.5)
    for old in gone:
        new_name = next((new for new, was in renamed.items() if was == old.name), None)
        if new_name:
            yield Deviation("tabell_nytt_navn", "feil", old.name, values={"naa": new_name})
        else:
            yield Deviation("tabell_fjernet", "feil", old.name)
    for new in (t for t in come if t.name not in renamed):
        if new.required:
            yield Deviation("tabell_krevd", "feil", new.name)
        else:
            yield Deviation("tabell_lagt_til", "info", new.name)
    for old in before.tables.values():
        if old.name in after.tables:
            yield from _table(old, after.tables[old.name])
    yield from _code_lists(before, after)


def _shared(old: Table, new: Table) -> float:
    """The share of columns two tables have in common."""
    both = old.by_name.keys() & new.by_name.keys()
    return len(both) / max(len(old.columns), len(new.columns))


def _table(old: Table, new: Table) -> Iterator[Deviation]:
    if old.required != new.required:
        yield _demand(old.name, None, "tabell", new.required)
    gone = [column for column in old.columns if column.name not in new.by_name]
    come = [column for column in new.columns if column.name not in old.by_name]
    scores = {(n.name, o.name): _alike(o, n) for o in gone for n in come}
    renamed = assigned(scores, _SAME)
    meant = {was: now for now, was in renamed.items()}
    for column in gone:
        if column.name in meant:
            values: dict[str, str | int] = {"naa": meant[column.name]}
            yield Deviation("kolonne_nytt_navn", "feil", old.name, column.name, values=values)
            yield from _column(column, new.by_name[meant[column.name]])
        else:
            yield Deviation("kolonne_fjernet", "feil", old.name, column.name)
    for column in come:
        if column.name in renamed:
            continue
        if column.column_required or column.value_required:
            yield Deviation("kolonne_krevd", "feil", new.name, column.name)
        else:
            yield Deviation("kolonne_lagt_til", "info", new.name, column.name)
    for column in old.columns:
        if column.name in new.by_name:
            yield from _column(column, new.by_name[column.name])


def _alike(old: Column, new: Column) -> float:
    """How like two columns are, by what they are called and by the values they may hold."""
    same = [
        old.kind == new.kind,
        old.code_list == new.code_list,
        old.pattern == new.pattern,
        old.references == new.references,
        old.is_key == new.is_key,
    ]
    if not same[0]:
        return 0.0
    called = max(likeness(new.name, old), likeness(old.name, new))
    if set(old.label.values()) & set(new.label.values()):
        called = max(called, 0.9)
    return _NAME * called + _FORM * sum(same) / len(same)


def _column(old: Column, new: Column) -> Iterator[Deviation]:
    table, name = old.table, old.name
    if old.kind != new.kind:
        kinds: dict[str, str | int] = {"foer": old.kind, "naa": new.kind}
        yield Deviation("type", "feil", table, name, values=kinds)
    if old.is_key != new.is_key and new.is_key:
        yield Deviation("noekkel_flyttet", "feil", new.table, new.name)
    if old.references != new.references:
        ends: dict[str, str | int] = {"foer": _end(old), "naa": _end(new)}
        yield Deviation("kobling", "feil", table, name, values=ends)
    if old.pattern != new.pattern:
        severe = new.pattern is not None
        yield Deviation("moenster", "feil" if severe else "info", table, name)
    if bool(old.code_list) != bool(new.code_list):
        yield Deviation("kodet" if new.code_list else "ukodet", "feil", table, name)
    if not old.is_key and not new.is_key and old.value_required != new.value_required:
        yield _demand(table, name, "verdi", new.value_required)
    if old.column_required != new.column_required:
        yield _demand(table, name, "kolonne", new.column_required)
    if old.label != new.label or old.explanation != new.explanation:
        yield Deviation("tekst", "info", table, name)


def _end(column: Column) -> str:
    return ".".join(column.references) if column.references else ""


def _demand(table: str, column: str | None, what: str, stricter: bool) -> Deviation:
    if stricter:
        return Deviation(f"krav_skjerpet_{what}", "feil", table, column)
    return Deviation(f"krav_loest_{what}", "info", table, column)


def _code_lists(before: Contract, after: Contract) -> Iterator[Deviation]:
    """A list is told of once, however many columns use it."""
    told: dict[tuple[frozenset[str], frozenset[str]], list[Column]] = {}
    for table in before.tables.values():
        for old in table.columns:
            new = after.column(old.qualified)
            if new is None or not old.code_list or not new.code_list:
                continue
            was = {code.code for code in before.code_lists[old.code_list].codes}
            now = {code.code for code in after.code_lists[new.code_list].codes}
            if was != now:
                key = frozenset(now - was), frozenset(was - now)
                told.setdefault(key, []).append(old)
    for (new_codes, gone), columns in told.items():
        first = columns[0]
        yield Deviation(
            "kode_borte" if gone else "kode_ny",
            "feil" if gone else "info",
            first.table,
            first.name,
            values={"kolonner": ", ".join(column.qualified for column in columns)},
            named_codes={
                "nye": dict.fromkeys(sorted(new_codes), 0),
                "borte": dict.fromkeys(sorted(gone), 0),
            },
        )
