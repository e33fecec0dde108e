"""An extract as far as it can be read: where an audit refuses, a survey tells what is missing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

from nircheck.contract import Contract, Table, kommuner
from nircheck.contract.kommuner import Kommuner
from nircheck.errors import ExtractError, Message
from nircheck.ingest import manifest, names, renaming, sheets
from nircheck.ingest.column_map import ColumnMap
from nircheck.ingest.column_profile import Profile, profiles
from nircheck.ingest.locate import Found, Source, search
from nircheck.ingest.manifest import Manifest
from nircheck.ingest.proposal import MOST_ROWS
from nircheck.ingest.read import Limits, staged_and_hashed
from nircheck.ingest.renaming import Renamings
from nircheck.ingest.stage import Staging
from nircheck.register import InputFile, Register
from nircheck.sql import Views

_TOLD_AS_STRUCTURE = (
    "ukjent_kolonne", "ukjent_kolonne_ligner", "fil_ikke_brukt", "ark_ikke_brukt",
    "ark_ikke_brukt_ligner",
)  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """What one file or sheet looks like from outside: its header, what it names, its rows."""

    file: InputFile
    header: tuple[str, ...]
    named: tuple[str | None, ...]
    wrong: tuple[Message, ...]
    rejected: int
    renamings: Renamings = renaming.NONE

    @property
    def columns(self) -> set[str]:
        """The contract columns it has."""
        return {name for name in self.named if name}

    @property
    def unknown(self) -> tuple[str, ...]:
        """The headers the contract does not know."""
        pairs = zip(self.header, self.named, strict=True)
        repeated = {name for name in self.named if name}
        return tuple(
            cell for cell, name in pairs if not name and cell.strip() and cell not in repeated
        )


@dataclass
class Survey:
    """A typed register, the shape of each table, and what could not be read."""

    register: Register
    manifest: Manifest = field(default_factory=Manifest)
    shapes: dict[str, Shape] = field(default_factory=dict)
    unread: dict[str, tuple[Message | str, ...]] = field(default_factory=dict)
    misnamed: dict[str, str] = field(default_factory=dict)
    problems: list[Message | str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Use the survey in a `with` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the register."""
        self.register.close()

    @property
    def notes(self) -> list[Message]:
        """What reading had to say that is not about the structure."""
        return [note for note in self.register.notes if note.key not in _TOLD_AS_STRUCTURE]


def survey(
    paths: list[Path],
    options: Manifest,
    contract: Contract,
    views: Views,
    expectations: Path,
    limits: Limits | None = None,
    column_map: ColumnMap | None = None,
) -> Survey:
    """Every table that can be read, and of the others why not; nothing at all is refused."""
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="nircheck-") as name:
        scratch = Path(name)
        found = search(paths, contract, scratch, column_map)
        if not found.sources:
            raise ExtractError(*found.problems)
        facts, problems = _facts(found, options)
        day = facts.uttrekksdato or date.max
        numbers = kommuner.load(expectations, day)
        register = Register.open(
            contract, views, numbers, day, memory=limits.memory, threads=limits.threads
        )
        try:
            register.notes += found.notes
            result = Survey(register, facts, problems=[*found.problems, *problems])
            _stage(result, found, scratch, numbers)
            _look_among_unused(result, found, paths, scratch)
            register.type_tables()
            register.close_off()
        except BaseException:
            register.close()
            raise
    return result


def _facts(found: Found, options: Manifest) -> tuple[Manifest, list[Message | str]]:
    try:
        said = manifest.load(found.manifest) if found.manifest else Manifest()
        return said.overridden(options), []
    except ExtractError as error:
        return Manifest().overridden(options), list(error.problems)


def _stage(result: Survey, found: Found, scratch: Path, numbers: Kommuner) -> None:
    register = result.register
    every = set(numbers.current) | set(numbers.split)
    for source in found.sources:
        if source.table in result.shapes or source.table in result.unread:
            continue  # a second file for the same table is among the problems
        staging = Staging(register, source, scratch, tolerant=True)
        try:
            sha256 = staged_and_hashed(staging)
        except ExtractError as error:
            register.delivered.pop(source.table, None)
            result.unread[source.table] = tuple(error.problems)
            continue
        result.shapes[source.table] = _shape(staging, sha256, scratch, every)
    register.files += [shape.file for shape in result.shapes.values()]


def _shape(staging: Staging, sha256: str, scratch: Path, every: set[str]) -> Shape:
    register, source = staging.register, staging.source
    rows = register.raw_rows(source.table)
    file = InputFile(source.table, source.shown, sha256, rows, staging.encoding, staging.separator)
    shape = Shape(
        file,
        tuple(staging.header),
        tuple(staging.named),
        tuple(staging.wrong),
        staging.rejected,
    )
    missing = [c for c in staging.table.columns if c.name not in shape.columns]
    unknown = set(shape.unknown) - staging.displaced.keys()
    if not missing or not unknown:
        return shape
    looked_at = [p for p in _profiles(source, scratch) if p.header in _spaced(unknown)]
    told = renaming.renamings(looked_at, missing, register.contract.code_lists, every)
    return Shape(file, shape.header, shape.named, shape.wrong, shape.rejected, told)


def _profiles(source: Source, scratch: Path) -> list[Profile]:
    sheet = sheets.Sheet(
        source.table, source.path, source.shown, scratch, source.sheet, source.book
    )
    header, rows = sheet.read()
    return profiles(header, list(islice(rows, MOST_ROWS)))


def _spaced(cells: Iterable[str]) -> set[str]:
    return {" ".join(cell.split()) for cell in cells}


def _look_among_unused(result: Survey, found: Found, paths: list[Path], scratch: Path) -> None:
    """Whether a file that no table is called after has the columns of one that is missing."""
    contract = result.register.contract
    result.unused = [
        str(note.values["fil"]) + (f" [{note.values['ark']}]" if "ark" in note.values else "")
        for note in found.notes
        if note.key in ("fil_ikke_brukt", "ark_ikke_brukt", "ark_ikke_brukt_ligner")
    ]
    present = {source.table for source in found.sources}
    missing = [table for table in contract.tables.values() if table.name not in present]
    if not result.unused or not missing:
        return
    headers = {
        sheet.shown: header
        for sheet in sheets.every(paths, scratch, contract, [])
        if sheet.shown in result.unused and (header := _header(sheet))
    }
    best: dict[str, float] = {}
    for shown, header in sorted(headers.items()):
        share, table = max((_alike(header, table), table.name) for table in missing)
        if share > best.get(table, 0.0):
            best[table] = share
            result.misnamed[table] = shown


def _header(sheet: sheets.Sheet) -> list[str]:
    try:
        return sheet.read()[0]
    except ExtractError:
        return []


def _alike(header: list[str], table: Table) -> float:
    """The share of a table's columns that a header names, if it names its key and half of them."""
    named = {name for name in names.columns(header, table) if name}
    required = {column.name for column in table.columns if column.column_required}
    enough = table.key.name in named and 2 * len(named & required) >= len(required)
    return len(named) / len(table.columns) if enough else 0.0
