"""The way from a place that Spark understands to a register that can be judged there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nircheck.contract import Contract, Table, kommuner
from nircheck.errors import ExtractError, Message
from nircheck.ingest import Manifest, header, locate, manifest, names, own_kommune, require_rows
from nircheck.privacy import masked
from nircheck.register import InputFile
from nircheck.register.missing import PREVIOUS
from nircheck.rulebook import RuleBook
from nircheck.spark import rows
from nircheck.spark.database import SparkDatabase
from nircheck.spark.register import SparkRegister
from nircheck.spark.session import apart
from nircheck.spark.storage import Storage, StoredFile
from nircheck.sql import PRODUCTION

_READERS = {".csv": rows.csv, ".parquet": rows.parquet}
_BEFORE = "forrige__"


def read_pair(
    session: Any, place: str, previous: str | None, options: Manifest, book: RuleBook
) -> tuple[SparkRegister, Manifest]:
    """An extract, and beside it the one of the month before if there is one."""
    own = apart(session)
    register, facts = _read(SparkDatabase(own), place, options, book)
    if previous is not None:
        looked_at = {
            needed.removeprefix(PREVIOUS).partition(".")[0]
            for compiled in book.running()
            for needed in compiled.needs
            if needed.startswith(PREVIOUS)
        }
        before, _ = _read(SparkDatabase(own, _BEFORE), previous, Manifest(), book, looked_at)
        register.attach_previous(before)
    return register, facts


def _read(
    database: SparkDatabase,
    place: str,
    options: Manifest,
    book: RuleBook,
    derived: set[str] | None = None,
) -> tuple[SparkRegister, Manifest]:
    storage = Storage(database.session)
    found = _located(storage, place, book.contract)
    said = Manifest()
    if found.manifest:
        said = manifest.parsed(storage.content(found.manifest.path), found.manifest.name)
    facts = manifest.agreed(said, options, book.contract)
    day = facts.dated()
    register = SparkRegister(
        book.contract,
        book.views,
        kommuner.load(book.folder, day),
        day,
        database,
        miljoe=facts.miljoe or PRODUCTION,
        notes=list(found.notes),
    )
    staged = [
        (_staged(register, book.contract.tables[name], file), file)
        for name, file in found.tables.items()
    ]
    register.build(derived)
    for raw, file in staged:
        count = register.rows(raw.table)
        register.files.append(
            InputFile(
                raw.table,
                masked(file.name),
                storage.sha256(file.path),
                count,
                raw.encoding,
                raw.separator,
            )
        )
        if count == 0:
            register.notes.append(Message("tom_tabell", {"tabell": raw.table}))
    require_rows(register)
    own_kommune.compare(register, facts)
    return register, facts


@dataclass
class _Found:
    """The file of each table, and what the extract says of itself."""

    tables: dict[str, StoredFile] = field(default_factory=dict)
    manifest: StoredFile | None = None
    notes: list[Message] = field(default_factory=list)


def _located(storage: Storage, place: str, contract: Contract) -> _Found:
    """Which file in the place is which table; all that is wrong is told at once."""
    found = _Found()
    problems: list[Message | str] = []
    for file in storage.listed(place):
        stem, suffix = _parted(file.name)
        table = names.match(stem, contract.tables)
        if file.name == manifest.FILE_NAME:
            found.manifest = file
        elif table and (file.is_folder or suffix not in _READERS):
            problems.append(Message("spark_filtype", {"fil": file.name}))
        elif suffix is None:
            found.notes += locate.passed_over(file.name, contract)
        elif table is None:
            found.notes.append(Message("fil_ikke_brukt", {"fil": file.name}))
        elif table in found.tables:
            first = found.tables[table].name
            problems.append(
                Message("tabell_to_ganger", {"tabell": table, "foerste": first, "andre": file.name})
            )
        else:
            found.tables[table] = file
    problems += [
        Message("tabell_mangler", {"tabell": table.name})
        for table in contract.tables.values()
        if table.required and table.name not in found.tables
    ]
    if problems:
        raise ExtractError(*problems)
    return found


def _parted(name: str) -> tuple[str, str | None]:
    """The name before what tells how a file is read, and that."""
    suffix = next((s for s in locate.SUFFIXES if name.lower().endswith(s)), None)
    return (name[: -len(suffix)] if suffix else name), suffix


def _staged(register: SparkRegister, table: Table, file: StoredFile) -> rows.RawTable:
    shown = masked(file.name)

    def columns(cells: list[str]) -> list[str | None]:
        named = names.columns(cells, table)
        if problems := header.problems(shown, table, cells, named):
            raise ExtractError(*problems)
        register.notes += [
            header.unused(shown, cell, table, named)
            for cell, name in zip(cells, named, strict=True)
            if name is None and cell.strip()
        ]
        return named

    _, suffix = _parted(file.name)
    raw = _READERS[suffix or ""](register.connection, file.path, shown, table, columns)
    register.stage(raw)
    return raw
