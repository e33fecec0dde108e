"""The way from what the user named to a register that can be judged."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb

from nircheck.contract import Contract, kommuner
from nircheck.errors import ExtractError, Message, UsageError
from nircheck.ingest import manifest, names, own_kommune
from nircheck.ingest.column_map import ColumnMap
from nircheck.ingest.locate import Found, locate
from nircheck.ingest.manifest import Manifest
from nircheck.ingest.stage import Staging
from nircheck.register import InputFile, JudgedRegister, Register
from nircheck.sql import PRODUCTION, Views

_TIMES_ANEW = 2
"""DuckDB 2.0 may fail by chance when it joins with little memory (ADR 0031): read once more then.

After such a failure the database it happened in cannot be used.
"""

_UNUSED = ("fil_ikke_brukt", "filtype_ikke_brukt", "pakke_ikke_brukt")


@dataclass(frozen=True)
class Limits:
    """How much of the machine reading and judging may use."""

    memory: str | None = None
    threads: int | None = None


def read(
    paths: list[Path],
    options: Manifest,
    contract: Contract,
    views: Views,
    expectations: Path,
    limits: Limits | None = None,
    column_map: ColumnMap | None = None,
) -> tuple[Register, Manifest]:
    """The extract behind `paths` as a register; options win over what `uttrekk.toml` says."""
    once = partial(
        _read, paths, options, contract, views, expectations, limits or Limits(), column_map
    )
    for _ in range(_TIMES_ANEW):
        with suppress(duckdb.InternalException):
            return once()
    return once()


def _read(
    paths: list[Path],
    options: Manifest,
    contract: Contract,
    views: Views,
    expectations: Path,
    limits: Limits,
    column_map: ColumnMap | None,
) -> tuple[Register, Manifest]:
    with tempfile.TemporaryDirectory(prefix="nircheck-") as name:
        scratch = Path(name)
        found = locate(paths, contract, scratch, column_map)
        facts = _facts(found, options, contract)
        day = facts.dated()
        register = Register.open(
            contract,
            views,
            kommuner.load(expectations, day),
            day,
            memory=limits.memory,
            threads=limits.threads,
        )
        try:
            register.own_kommune = facts.kommunenummer
            register.miljoe = facts.miljoe or PRODUCTION
            register.notes += found.notes
            register.column_map_sha256 = column_map.sha256 if column_map else None
            staged = _stage(register, found, scratch)
            register.build()
            _account(register, staged)
            own_kommune.compare(register, facts)
        except BaseException:
            register.close()
            raise
    return register, facts


def read_pair(
    paths: list[Path],
    previous: Path | None,
    options: Manifest,
    contract: Contract,
    views: Views,
    expectations: Path,
    limits: Limits | None = None,
    column_map: ColumnMap | None = None,
) -> tuple[Register, Manifest]:
    """An extract, and beside it the one of the month before if there is one."""
    register, facts = read(paths, options, contract, views, expectations, limits, column_map)
    if previous is not None:
        try:
            before, _ = read(
                [previous], Manifest(), contract, views, expectations, limits, column_map
            )
            with before:
                register.attach_previous(before)
        except BaseException:
            register.close()
            raise
    return register, facts


def _facts(found: Found, options: Manifest, contract: Contract) -> Manifest:
    said = manifest.load(found.manifest) if found.manifest else Manifest()
    return manifest.agreed(said, options, contract)


def _missing_tables(found: Found, contract: Contract) -> list[Message]:
    present = {source.table for source in found.sources}
    links = {
        names.match(name.split(".")[0], contract.tables): name
        for note in found.notes
        if note.key == "lenke_ut" and (name := str(note.values["fil"]))
    }
    unused = [str(note.values["fil"]) for note in found.notes if note.key in _UNUSED]
    unused += [
        f"{note.values['fil']} [{note.values['ark']}]"
        for note in found.notes
        if note.key.startswith("ark_ikke_brukt")
    ]
    problems = []
    for table in contract.tables.values():
        if table.required and table.name not in present:
            values: dict[str, str | int] = {"tabell": table.name}
            if table.name in links:
                values["fil"] = links[table.name]
                problems.append(Message("tabell_er_lenke", values))
                continue
            if unused:
                values["ubrukte"] = ", ".join(unused)
            problems.append(
                Message("tabell_mangler_ubrukte" if unused else "tabell_mangler", values)
            )
    return problems


def _stage(register: Register, found: Found, scratch: Path) -> list[tuple[Staging, str]]:
    """Put every source into the register; each with its hash."""
    problems: list[Message | str] = [*_missing_tables(found, register.contract)]
    staged = []
    for source in found.sources:
        staging = Staging(register, source, scratch)
        try:
            staged.append((staging, staged_and_hashed(staging)))
        except ExtractError as error:
            problems += error.problems
    if problems:
        raise ExtractError(*problems)
    return staged


def staged_and_hashed(staging: Staging) -> str:
    """Put a source into the register; its hash, which a clean file has been given on the way."""
    staging.run()
    return staging.sha256 or staging.source.sha256()


def _account(register: Register, staged: list[tuple[Staging, str]]) -> None:
    """Tell of each file what it was and how many rows it had; refuse an extract without any."""
    for staging, sha256 in staged:
        source = staging.source
        rows = register.rows(source.table)
        register.files.append(
            InputFile(source.table, source.shown, sha256, rows, staging.encoding, staging.separator)
        )
        if rows == 0:
            register.notes.append(Message("tom_tabell", {"tabell": source.table}))
    if not sum(staging.rejected for staging, _ in staged):
        require_rows(register)


def require_rows(register: JudgedRegister) -> None:
    """Refuse an extract without a row in any table it must have."""
    required = {table.name for table in register.contract.tables.values() if table.required}
    if not any(file.rows for file in register.files if file.table in required):
        raise ExtractError(Message("ingen_rader"))


def require_kommuner(asked: tuple[str, ...], register: JudgedRegister) -> None:
    """Refuse numbers that are no kommune on the extract date."""
    problems = [
        Message("ukjent_kommune", {"nummer": number, "dato": register.uttrekksdato.isoformat()})
        for number in asked
        if number not in register.kommuner.names
    ]
    if problems:
        raise UsageError(*problems)
