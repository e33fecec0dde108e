"""The findings of a case as the sheets a caseworker goes through: one per NIR table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import starmap
from typing import Any

import pandas as pd

from nircheck.letters.case import Case
from nircheck.letters.workbook_cells import MOST, fitted, shown, unique
from nircheck.letters.workbook_wording import RuleWording, Wording, day_number, said
from nircheck.rulebook.model import SEVERITIES
from nircheck.texts import Texts, texts

Place = tuple[str, int]
Found = dict[str, list[Any]]
Cells = Sequence[str | int | None]
_GRAVITY = {severity: place for place, severity in enumerate(SEVERITIES)}
_NEEDED = (
    "finding_id", "rule_id", "severity", "kommunenummer", "bydel", "tabell", "noekkel", "person_id",
    "verdi", "foedselsdato", "foerst_sett", "maaneder", "siden_sist", "fil", "linje",
)  # fmt: skip
_ORDER = ("person_id", "noekkel", "severity", "rule_id", "finding_id")
_UNLIKE = ("finding_id", "noekkel", "person_id", "linje")
_READ_AT_ONCE = 20_000
_MANY_ALIKE = 5_000
_WHOLE = "kommune"
_MOST_IN_A_NAME = 31
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True)
class Column:
    """One column of a sheet: what it is, its heading, and a value for every row."""

    key: str
    heading: str
    values: Cells = field(repr=False)


@dataclass(frozen=True)
class Sheet:
    """The findings of one table, person by person."""

    table: str
    name: str
    columns: tuple[Column, ...]

    @property
    def rows(self) -> int:
        """How many findings it lists."""
        return len(self.columns[0].values)

    def at(self, key: str) -> int:
        """The place of a column."""
        return next(at for at, column in enumerate(self.columns) if column.key == key)


@dataclass(frozen=True)
class OwnFiles:
    """What only the sender's own files have: their unknown columns, by file and line."""

    columns: Mapping[Place, Mapping[str, str]] = field(default_factory=dict)


def sheets(case: Case, wording: Wording, own: OwnFiles | None) -> list[Sheet]:
    """The sheets of a case in the order of the contract, what is about the whole kommune last."""
    found = _by_table(case)
    order = [table for table in wording.keys if table in found]
    order += sorted(found.keys() - wording.keys.keys())
    taken = reserved_names(texts(case.maalform, "workbook"))
    result = []
    for table in order:
        lines = _Lines(case, table, found.pop(table), wording, own)
        name = sheet_name(lines.label, taken)
        taken.add(name.casefold())
        result.append(Sheet(table, name, tuple(lines.columns())))
    return result


def reserved_names(say: Texts) -> set[str]:
    """The names that sheets of our own have, and the one Excel keeps for itself."""
    ours = {name for key, name in say.groups["ark"].items() if key != "hele_kommunen"}
    return {name.casefold() for name in ours} | {"history", "_meta", "_lister"}


def sheet_name(label: str, taken: set[str]) -> str:
    """The label as a name that a sheet may have and no other has."""
    bare = _NOT_IN_A_NAME.sub(" ", shown(label)).strip()[:_MOST_IN_A_NAME].strip() or "–"
    name, number = bare, 2
    while name.casefold() in taken:
        ending = f" {number}"
        name, number = bare[: _MOST_IN_A_NAME - len(ending)] + ending, number + 1
    return name


def _by_table(case: Case) -> dict[str, Found]:
    """The findings per table, each as its columns, person by person.

    A column at a time, so that the texts of a large kommune are not in memory twice.
    """
    findings = case.findings
    names = [name for name in (*_NEEDED, case.melding) if name in findings]
    columns = {name: _read(findings[name]) for name in _ORDER}
    places = list(range(len(findings)))
    for name in reversed(_ORDER):
        places.sort(key=_sorted_by(name, columns[name]))
    rows: dict[str, list[int]] = {}
    tables = _read(findings["tabell"])
    for at in places:
        rows.setdefault(tables[at], []).append(at)
    found: dict[str, Found] = {table: {} for table in rows}
    for name in names:
        column = columns.pop(name) if name in columns else _read(findings[name])
        for table, held in rows.items():
            found[table][name] = [column[at] for at in held]
    return found


def _read(column: pd.Series) -> list[Any]:
    """The values of a column; where many are alike, each is kept once."""
    if column.name in _UNLIKE:
        return column.tolist()
    once: dict[Any, Any] = {}
    parts = (column.iloc[at : at + _READ_AT_ONCE] for at in range(0, len(column), _READ_AT_ONCE))
    return [once.setdefault(value, value) for part in parts for value in part.tolist()]


def _sorted_by(name: str, column: list[Any]) -> Callable[[int], Any]:
    if name == "person_id":
        return lambda at: str(column[at])
    if name == "severity":
        return lambda at: _GRAVITY[column[at]]
    return column.__getitem__


class _Lines:
    """The columns of one sheet, made column by column."""

    def __init__(
        self, case: Case, table: str, found: Found, wording: Wording, own: OwnFiles | None
    ) -> None:
        self._case, self._table, self._own, self._wording = case, table, own, wording
        self._say = texts(case.maalform, "workbook")
        self._found = found
        self._rules = [wording.rules[rule_id] for rule_id in self._found["rule_id"]]

    @property
    def label(self) -> str:
        if self._table == _WHOLE:
            return self._say.groups["ark"]["hele_kommunen"]
        return self._case.labels.get(self._table, self._table)

    def columns(self) -> Iterable[Column]:
        """Those that say something here; a column that would be empty all the way is left out."""
        severities = self._say.groups["alvor"]
        fixes = {line.id: line.fix_nir for line in self._case.rules}
        yield self._column("feil_id", self._found["finding_id"])
        yield self._column("regel", self._found["rule_id"])
        yield self._column("alvor", [severities[s] for s in self._found["severity"]])
        yield from self._keys()
        yield from self._places()
        yield self._column("hva", self._texts(self._case.melding))
        yield self._column("felt", [rule.names for rule in self._rules])
        values, dates = self._values_and_dates()
        yield self._column("verdi", values, "verdi_i_filen" if self._own else "verdi")
        yield from self._unless_empty("ventet", [rule.expected or None for rule in self._rules])
        yield from self._unless_empty("dato", dates)
        yield self._column("rett", [self._cell(fixes[r]) for r in self._found["rule_id"]])
        if "foerst_sett" in self._found:
            past = texts(self._case.maalform, "history")
            yield self._column(
                "siden_sist", [past.groups["status"][code] for code in self._found["siden_sist"]]
            )
            seen = zip(self._found["foerst_sett"], self._found["maaneder"], strict=True)
            yield self._column(
                "foerst_sett",
                [past.say("siden", "maaned", maaned=day[:7], antall=int(age)) for day, age in seen],
            )
        yield self._column("status", [None] * len(self._rules))
        yield self._column("kommentar", [None] * len(self._rules))
        if self._own:
            yield from self._from_the_file(self._own)

    def _keys(self) -> Iterable[Column]:
        if self._table == _WHOLE:
            return
        yield Column("nir_id", self._wording.keys.get("person", "NIR-ID"), self._texts("person_id"))
        if "foedselsdato" in self._found:
            born = [str(day) for day in self._found["foedselsdato"]]
            yield from self._unless_empty("foedselsdato", [day_number(day) for day in born])
        if self._table != "person":
            heading = self._wording.keys.get(self._table, self._table)
            yield Column("noekkel", heading, self._texts("noekkel"))

    def _places(self) -> Iterable[Column]:
        if self._own and len(set(self._found["kommunenummer"])) > 1:
            yield self._column("kommune", self._texts("kommunenummer"))
        if self._case.bydel is None:
            names = {line.number: f"{line.number} {line.name}" for line in self._case.bydeler}
            places = [names.get(str(place), place) for place in self._texts("bydel")]
            yield from self._unless_empty("bydel", places)

    def _from_the_file(self, own: OwnFiles) -> Iterable[Column]:
        files, lines = self._texts("fil"), self._found["linje"]
        yield from self._unless_empty("fil", files)
        numbers = [int(line) if line == line and line is not None else None for line in lines]
        yield from self._unless_empty("linje", numbers)
        places = zip(self._found["fil"], numbers, strict=True)
        rows = [own.columns.get((file, line), {}) if line else {} for file, line in places]
        names = list(dict.fromkeys(name for row in rows for name in row))
        filled = [name for name in names if any(row.get(name) for row in rows)]
        headings = unique(
            [self._say.say("kolonne", "fra_filen", navn=name) for name in filled], set()
        )
        for name, heading in zip(filled, headings, strict=True):
            yield Column("fra_filen", heading, [self._cell(row.get(name)) for row in rows])

    def _column(self, key: str, values: Cells, heading: str | None = None) -> Column:
        return Column(key, self._say.groups["kolonne"][heading or key], values)

    def _unless_empty(self, key: str, values: Cells) -> Iterable[Column]:
        if any(value is not None for value in values):
            yield self._column(key, values)

    def _texts(self, name: str) -> Cells:
        return [self._cell(text) for text in self._found[name]]

    def _cell(self, text: object) -> str | None:
        if not isinstance(text, str) or not text:
            return None
        return self._fitted(shown(text))

    def _fitted(self, text: str) -> str:
        if len(text) * 2 <= MOST:
            return text
        return fitted(text, self._say.say("celle", "avkortet", antall=len(text)))

    def _values_and_dates(self) -> tuple[Cells, Cells]:
        """What the findings show, and their date; those that are alike are made, and kept, once."""

        @lru_cache(maxsize=_MANY_ALIKE)
        def read(rule_id: str, written: object) -> tuple[str | None, int | None]:
            rule = self._wording.rules[rule_id]
            values = rule.values(written) if isinstance(written, str) else None
            date = self._date(rule, values) if values else None
            return self._shown_value(rule, values, written), date

        pairs = zip(self._found["rule_id"], self._found["verdi"], strict=True)
        values: list[str | None] = []
        dates: list[int | None] = []
        for value, date in starmap(read, pairs):
            values.append(value)
            dates.append(date)
        return values, dates

    def _shown_value(
        self, rule: RuleWording, values: list[str] | None, written: object
    ) -> str | None:
        if values is None:
            return self._cell(written)
        fields = zip(rule.fields, values, strict=True)
        return self._fitted("\n".join(shown(said(*field, self._say)) for field in fields))

    def _date(self, rule: RuleWording, values: list[str]) -> int | None:
        days = (day_number(values[at]) for at in rule.dated)
        return next((day for day in days if day is not None), None)
