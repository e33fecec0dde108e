"""Proposes a column map from the names and values of files, and says how sure it is and why.

What fits nothing well, or several things about equally well, is listed and not placed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeVar

from nircheck.contract import Column, Contract, Table, kommuner
from nircheck.errors import ExtractError, Message
from nircheck.ingest import names, sheets
from nircheck.ingest.code_proposal import Codes, Placed, Unplaced, propose_codes
from nircheck.ingest.column_profile import (
    Profile,
    alike,
    fit,
    known_codes,
    likeness,
    no_header,
    profiles,
)
from nircheck.privacy import masked

MOST_ROWS = 20_000
_PLACED, _SURE, _MARGIN, _CANDIDATE = 0.7, 0.9, 0.05, 0.4

Own = TypeVar("Own", bound=Hashable)
Scores = dict[tuple[Own, str], float]


@dataclass
class TableProposal:
    """What one file or sheet is proposed to be; `table` is None when it could not be told."""

    source: str
    shown: str
    rows: int
    candidates: tuple[str, ...]
    table: str | None = None
    sure: bool = False
    columns: list[Placed] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    codes: dict[str, Codes] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


@dataclass
class Proposal:
    """The whole proposal, and the files nothing can be proposed for."""

    tables: list[TableProposal] = field(default_factory=list)
    problems: list[Message | str] = field(default_factory=list)


def propose(paths: list[Path], contract: Contract, expectations: Path) -> Proposal:
    """A column map for these files, as far as it can be told."""
    every = kommuner.load(expectations, date.max)
    maker = _Maker(contract, set(every.current) | set(every.split))
    proposal = Proposal()
    with tempfile.TemporaryDirectory(prefix="nircheck-") as scratch:
        for sheet in sheets.every(paths, Path(scratch), contract, proposal.problems):
            try:
                maker.take_in(sheet)
            except ExtractError as error:
                proposal.problems += error.problems
    proposal.tables = maker.make()
    if not proposal.tables:
        raise ExtractError(*proposal.problems, Message("forslag_ingen_filer"))
    return proposal


class _Maker:
    """The files while their tables, keys, references and columns are found, in that order."""

    def __init__(self, contract: Contract, kommuner: set[str]) -> None:
        self.contract = contract
        self.kommuner = kommuner
        self.sheets: dict[str, sheets.Sheet] = {}
        self.profiles: dict[str, list[Profile]] = {}
        self.keys: dict[str, Profile] = {}

    def take_in(self, sheet: sheets.Sheet) -> None:
        """Look at the first rows of a file or sheet."""
        header, rows = sheet.read()
        if no_header(header) or masked(sheet.name) != sheet.name:
            raise ExtractError(Message("forslag_uten_overskrift", {"fil": sheet.shown}))
        self.sheets[sheet.shown] = sheet
        self.profiles[sheet.shown] = profiles(header, list(islice(rows, MOST_ROWS)))

    def make(self) -> list[TableProposal]:
        scores = {
            (shown, table.name): self._table_score(shown, table)
            for shown in self.sheets
            for table in self.contract.tables.values()
        }
        chosen = assigned(scores, floor=0.4)
        result = []
        for shown, sheet in self.sheets.items():
            rows = max((profile.rows for profile in self.profiles[shown]), default=0)
            likely = _best(scores, shown, 0.3)
            proposal = TableProposal(sheet.name, shown, rows, likely, chosen.get(shown))
            proposal.sure = scores.get((shown, str(proposal.table)), 0) >= 0.7
            result.append(proposal)
        known = [(p, self.contract.tables[p.table]) for p in result if p.table]
        for proposal, table in known:
            self._place_key(proposal, table)
        for proposal, table in known:
            self._place_references(proposal, table)
            self._place_others(proposal, table)
            self._place_codes(proposal, table)
            placed = {p.meant for p in proposal.columns}
            proposal.missing = [
                c.name for c in table.columns if c.column_required and c.name not in placed
            ]
            proposal.columns.sort(key=lambda p: self._position(proposal, p.own))
        return result

    def _table_score(self, shown: str, table: Table) -> float:
        """How much a file is like a table: its name, and how many columns find a place in it."""
        own = names.plain(self.sheets[shown].name)
        called = max(
            alike(own, spelling)
            for spelling in (table.name, *(names.plain(label) for label in table.label.values()))
        )
        if called == 1.0:
            return 1.0
        columns = [c for c in table.columns if not c.is_key and not c.references]
        placed = assigned(self._scores(self.profiles[shown], columns), _PLACED)
        required = [c.name for c in columns if c.column_required]
        found = sum(name in placed.values() for name in required) / max(1, len(required))
        coded = [p for p in self.profiles[shown] if self._holds_codes(p)]
        lists = [c.code_list for c in columns if c.name in placed.values()]
        told = len([name for name in lists if name not in (None, "ja_nei")])
        return (
            0.2 * (called if called > 0.6 else 0)
            + 0.25 * found
            + 0.25 * len(placed) / max(1, len(self.profiles[shown]))
            + 0.3 * (min(1.0, told / len(coded)) if coded else found)
        )

    def _holds_codes(self, profile: Profile) -> bool:
        """Whether nearly all values are codes or labels of one list that is not just yes or no."""
        return any(
            known_codes(profile, codes) >= 0.9
            for name, codes in self.contract.code_lists.items()
            if name != "ja_nei"
        )

    def _scores(self, own: Iterable[Profile], columns: Iterable[Column]) -> Scores[str]:
        columns = list(columns)
        scores: Scores[str] = {}
        for profile in own:
            fits = {c.name: self._fit(profile, c) for c in columns}
            alone = [name for name, f in fits.items() if f >= 0.9 and _telling(name, columns)]
            for column in columns:
                if fits[column.name]:
                    like = likeness(profile.header, column)
                    if alone == [column.name]:
                        like = max(like, 0.65)
                    scores[profile.header, column.name] = 0.65 * like + 0.35 * fits[column.name]
        return scores

    def _fit(self, profile: Profile, column: Column) -> float:
        codes = self.contract.code_lists[column.code_list] if column.code_list else None
        return fit(profile, column, codes, self.kommuner)

    def _place_key(self, proposal: TableProposal, table: Table) -> None:
        """The column that tells rows apart, if one alone does and sounds like it."""
        own = names.plain(proposal.source)
        scores: Scores[str] = {}
        for profile in (p for p in self.profiles[proposal.shown] if p.may_be_key):
            like = likeness(profile.header, table.key)
            if profile.sounds_like_id:
                header = names.plain(profile.header)
                like = max(like, 0.75 if _same_stem(header, own) else 0.6)
            scores[profile.header, table.key.name] = 0.65 * like + 0.35
        for header, name in assigned(scores, _PLACED).items():
            profile = self._profile(proposal, header)
            self.keys[table.name] = profile
            why = (*_why_header(profile, table.key), _said("alle_ulike", profile.filled))
            self._place(proposal, table, header, name, scores[header, name], why)

    def _place_references(self, proposal: TableProposal, table: Table) -> None:
        """Columns whose values are keys in another file, or that are called what those keys are."""
        for column in (c for c in table.columns if c.references):
            assert column.references is not None
            target = self.keys.get(column.references[0])
            scores: Scores[str] = {}
            inside: dict[str, float] = {}
            for profile in self._unplaced(proposal):
                like = likeness(profile.header, column)
                share = 0.5
                if target:
                    same = names.plain(profile.header) == names.plain(target.header)
                    like = 1.0 if same else like
                    if profile.filled:
                        share = inside[profile.header] = profile.within(target.values)
                        like = max(like, 0.55 if share > 0.95 and profile.sounds_like_id else 0)
                if share >= 0.5 and not profile.dates and not profile.personal:
                    scores[profile.header, column.name] = 0.65 * like + 0.35 * share
            for header, name in assigned(scores, _PLACED).items():
                profile = self._profile(proposal, header)
                why = _why_header(profile, column)
                if header in inside:
                    found = _said("finnes_i", round(100 * inside[header]), column.references[0])
                    why = (*why, found)
                self._place(proposal, table, header, name, scores[header, name], why)

    def _place_others(self, proposal: TableProposal, table: Table) -> None:
        columns = [c for c in table.columns if not c.is_key and not c.references]
        scores = self._scores(self._unplaced(proposal), columns)
        for header, name in assigned(scores, _PLACED).items():
            profile, column = self._profile(proposal, header), table.by_name[name]
            why = (*_why_header(profile, column), *self._why_values(profile, column))
            self._place(proposal, table, header, name, scores[header, name], why)
        placed = {p.meant for p in proposal.columns}
        open_ = {pair: score for pair, score in scores.items() if pair[1] not in placed}
        ids = [c.name for c in table.columns if c not in columns and c.name not in placed]
        for profile in self._unplaced(proposal):
            likely = _best(open_, profile.header, _CANDIDATE)
            if profile.sounds_like_id and not profile.dates and not profile.personal:
                likely = (*ids, *likely)[:3]
            proposal.unplaced.append(Unplaced(profile.header, likely))

    def _place(
        self,
        proposal: TableProposal,
        table: Table,
        header: str,
        name: str,
        score: float,
        why: tuple[Message, ...],
    ) -> None:
        proposal.columns.append(Placed(header, name, score >= _SURE, why))

    def _why_values(self, profile: Profile, column: Column) -> tuple[Message, ...]:
        if not profile.filled:
            return (Message("tom_kolonne"),)
        share = round(100 * self._fit(profile, column))
        if column.kind == "date":
            return (_said("datoer", share),)
        if column.kind == "decimal":
            return (_said("tall", round(share / 0.9)),)
        if column.code_list:
            return (_said("kjente_koder", share),) if share > 30 else (Message("egne_koder"),)
        if column.pattern or column.name in ("foedselsnummer", "dufnummer"):
            return (_said("rett_form", share),)
        return ()

    def _place_codes(self, proposal: TableProposal, table: Table) -> None:
        for placed in proposal.columns:
            code_list = table.by_name[placed.meant].code_list
            if code_list:
                profile = self._profile(proposal, placed.own)
                codes = propose_codes(profile, self.contract.code_lists[code_list])
                if codes.placed or codes.unplaced or codes.rare:
                    proposal.codes[placed.meant] = codes

    def _unplaced(self, proposal: TableProposal) -> list[Profile]:
        placed = {p.own for p in proposal.columns}
        return [p for p in self.profiles[proposal.shown] if p.header not in placed]

    def _profile(self, proposal: TableProposal, header: str) -> Profile:
        return next(p for p in self.profiles[proposal.shown] if p.header == header)

    def _position(self, proposal: TableProposal, header: str) -> int:
        return self._profile(proposal, header).position


def assigned(scores: Scores[Own], floor: float) -> dict[Own, str]:
    """Pairs that are each other's best by a margin; what is taken is no longer in the way."""
    left = {pair: score for pair, score in scores.items() if score >= floor}
    chosen: dict[Own, str] = {}
    while True:
        found = [pair for pair in left if _stands_out(pair, left)]
        if not found:
            return chosen
        for own, meant in found:
            chosen[own] = meant
        left = {
            (own, meant): score
            for (own, meant), score in left.items()
            if own not in chosen and meant not in chosen.values()
        }


def _stands_out(pair: tuple[Own, str], scores: Scores[Own]) -> bool:
    rivals = [s for p, s in scores.items() if p != pair and (p[0] == pair[0] or p[1] == pair[1])]
    return all(scores[pair] >= rival + _MARGIN for rival in rivals)


def _best(scores: Scores[Own], own: Own, floor: float) -> tuple[str, ...]:
    fitting = [(-s, meant) for (o, meant), s in scores.items() if o == own and s >= floor]
    return tuple(meant for _, meant in sorted(fitting)[:3])


def _telling(name: str, columns: list[Column]) -> bool:
    """Whether values alone may tell a column: no other column of the table has the same form."""
    form = {c.name: (c.code_list, c.pattern) for c in columns}
    if name in ("foedselsnummer", "dufnummer"):
        return True
    return any(form[name]) and list(form.values()).count(form[name]) == 1


def _same_stem(header: str, table: str) -> bool:
    return header[:4] == table[:4]


def _why_header(profile: Profile, column: Column) -> tuple[Message, ...]:
    like = likeness(profile.header, column)
    if like >= 0.9:
        return (Message("samme_navn"),)
    return (Message("ligner_navn", {"navn": column.name}),) if like >= 0.6 else ()


def _said(key: str, number: int, table: str = "") -> Message:
    return Message(key, {"antall": number, "tabell": table})
