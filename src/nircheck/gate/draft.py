"""An ODCS contract as a first draft, from the headers and values of a sample."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from nircheck.contract import MAALFORMER, Column, Contract, Table
from nircheck.errors import ExtractError, Message
from nircheck.gate.codes import FEWEST_ROWS, MOST_NAMED, looks_like_code
from nircheck.ingest import names, sheets
from nircheck.ingest.column_profile import Profile, no_header, profiles
from nircheck.ingest.proposal import MOST_ROWS
from nircheck.privacy import masked

_NEARLY_ALL = 0.95
_TYPES = {"text": ("string", "VARCHAR"), "date": ("date", "DATE"), "decimal": ("number", "DECIMAL")}


@dataclass(frozen=True)
class Draft:
    """The lines of the contract, the tables no column tells the rows of, and what was not read."""

    lines: tuple[str, ...]
    without_key: tuple[str, ...]
    problems: tuple[Message | str, ...]


def draft(path: Path, contract: Contract) -> Draft:
    """What the files of `path` look like, as a contract; known columns as they are known."""
    problems: list[Message | str] = []
    lines: list[str] = []
    without_key: list[str] = []
    with tempfile.TemporaryDirectory(prefix="nircheck-") as scratch:
        found = list(sheets.every([path], Path(scratch), contract, problems))
        called = {names.match(sheet.name, contract.tables) for sheet in found}
        for sheet in found:
            try:
                header, rows = sheet.read()
                if no_header(header):
                    raise ExtractError(Message("forslag_uten_overskrift", {"fil": sheet.shown}))
            except ExtractError as error:
                problems += error.problems
                continue
            columns = profiles(header, list(islice(rows, MOST_ROWS)))
            name = names.match(sheet.name, contract.tables)
            table = contract.tables[name] if name else None
            writer = _Table(table, table.name if table else _plain(sheet.name, "tabell"), columns)
            lines += writer.lines({one for one in called if one})
            if writer.key is None:
                without_key.append(writer.name)
    if not lines:
        raise ExtractError(*problems, Message("forslag_ingen_filer"))
    return Draft((*_head(path), *lines), tuple(without_key), tuple(problems))


def _head(path: Path) -> Iterator[str]:
    name = _plain(path.stem, "uttrekk")
    yield "apiVersion: v3.1.0"
    yield "kind: DataContract"
    yield f"id: {name}"
    yield f"name: {json.dumps(name)}"
    yield "version: 0.1.0"
    yield "status: draft"
    yield "schema:"


class _Table:
    """One table of the draft."""

    def __init__(self, known: Table | None, name: str, columns: list[Profile]) -> None:
        self.known = known
        self.name = name
        self.columns = columns
        headers = [profile.header for profile in columns]
        self.meant: list[str | None] = [None] * len(headers)
        if known:
            self.meant = names.columns(headers, known)
        self.key = self._key()

    def _key(self) -> int | None:
        """Which column tells the rows apart: the one that is known to, else one that does."""
        if self.known and self.known.key.name in self.meant:
            return self.meant.index(self.known.key.name)
        able = [at for at, profile in enumerate(self.columns) if profile.may_be_key]
        sounding = [at for at in able if self.columns[at].sounds_like_id]
        return next(iter(sounding or able), None)

    def lines(self, tables: set[str]) -> Iterator[str]:
        yield f"  - name: {self.name}"
        yield "    physicalType: table"
        yield "    logicalType: object"
        yield "    customProperties:"
        yield f"      - {_property('maaFinnes', self.known.required if self.known else True)}"
        yield from _labels(self.known.label if self.known else {}, "      ")
        yield "    properties:"
        taken: set[str] = set()
        for at, profile in enumerate(self.columns):
            known = self.known.by_name.get(self.meant[at] or "") if self.known else None
            name = known.name if known else _plain(masked(profile.header), f"kolonne_{at + 1}")
            if name in taken:
                continue
            taken.add(name)
            yield from self._column(name, known, profile, at == self.key, tables)

    def _column(
        self, name: str, known: Column | None, profile: Profile, is_key: bool, tables: set[str]
    ) -> Iterator[str]:
        kind = known.kind if known else _kind(profile)
        logical, physical = _TYPES[kind]
        full = profile.filled == profile.rows > 0
        required = known.value_required if known else is_key or full
        yield f"      - name: {name}"
        yield f"        logicalType: {logical}"
        yield f"        physicalType: {known.sql_type if known else physical}"
        if is_key:
            yield "        primaryKey: true"
            yield "        primaryKeyPosition: 1"
            yield "        unique: true"
        if required:
            yield "        required: true"
        if known and known.pattern:
            yield f"        logicalTypeOptions: {{pattern: {json.dumps(known.pattern)}}}"
        if known and known.references and known.references[0] in tables:
            yield "        relationships:"
            yield f"          - {{type: foreignKey, to: {'.'.join(known.references)}}}"
        codes = [] if known else _codes(profile)
        if codes:
            yield "        quality:"
            rule = "type: library, metric: invalidValues, mustBe: 0"
            yield f"          - {{{rule}, {_valid(codes)}}}"
        yield "        customProperties:"
        must = known.column_required if known else full
        yield f"          - {_property('kolonneMaaFinnes', must)}"
        yield f"          - {_property('inLetter', known.in_letter if known else False)}"
        yield from _labels(known.label if known else {}, "          ")
        if known:
            yield from _labels(known.explanation, "          ", "forklaring")
            if known.code_list:
                yield f"          - {_property('kodeliste', known.code_list)}"


def _kind(profile: Profile) -> str:
    if not profile.filled or profile.personal:
        return "text"
    if profile.dates >= _NEARLY_ALL:
        return "date"
    digits = profile.share(lambda value: _is_number(value))
    return "decimal" if digits >= _NEARLY_ALL and not profile.sounds_like_id else "text"


def _is_number(value: str) -> bool:
    whole, _, part = value.replace(",", ".").partition(".")
    leading_zero = len(whole) > 1 and whole.startswith("0")
    return (
        whole.isdecimal()
        and len(whole) <= 7
        and not leading_zero
        and (not part or part.isdecimal())
    )


def _codes(profile: Profile) -> list[str]:
    """The values of a column, if each of them is a code that several rows have."""
    values = profile.values
    if not values or len(values) > MOST_NAMED:
        return []
    sure = all(
        rows >= FEWEST_ROWS and looks_like_code(value) and not value.isdecimal()
        for value, rows in values.items()
    )
    return sorted(values) if sure else []


def _valid(codes: list[str]) -> str:
    return f"arguments: {{validValues: {json.dumps(codes, ensure_ascii=False)}}}"


def _property(name: str, value: bool | str) -> str:
    shown = str(value).lower() if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
    return f"{{property: {name}, value: {shown}}}"


def _labels(texts: dict[str, str], indent: str, stem: str = "tekst") -> Iterator[str]:
    for form in MAALFORMER:
        if form in texts:
            yield f"{indent}- {_property(stem + form.capitalize(), texts[form])}"


def _plain(name: str, fallback: str) -> str:
    """A name as contracts spell it."""
    spelt = names.plain(name).replace("•", "")
    return spelt if spelt[:1].isalpha() else f"{fallback}_{spelt}".rstrip("_")
