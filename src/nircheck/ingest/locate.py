"""Which file or sheet holds which table: folder, zip, workbook or single files."""

from __future__ import annotations

import shutil
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nircheck.contract import Contract
from nircheck.errors import ExtractError, Message
from nircheck.ingest import manifest, names, workbook

SUFFIXES = (".csv.gz", ".csv", ".parquet", ".xlsx")
MOST_UNPACKED_BYTES = 32 * 1024**3
MOST_RATIO = 200


@dataclass(frozen=True)
class Source:
    """One table's place: a file, and for a workbook the sheet in it."""

    table: str
    path: Path
    shown: str
    sheet: str | None = None


@dataclass
class Found:
    """Everything that was found, before a single row is read."""

    sources: list[Source] = field(default_factory=list)
    manifest: Path | None = None
    notes: list[Message] = field(default_factory=list)
    inputs: list[Path] = field(default_factory=list)


def locate(paths: list[Path], contract: Contract, scratch: Path) -> Found:
    """The sources behind what the user named; zips are unpacked into `scratch`."""
    found = Found()
    for path in paths:
        if not path.exists():
            raise ExtractError(Message("fil_finnes_ikke", {"fil": str(path)}))
        if path.is_dir():
            _folder(path, contract, found)
        elif path.suffix.lower() == ".zip":
            found.inputs.append(path)
            _folder(_unpacked(path, scratch), contract, found, hashed=False)
        else:
            _single(path, contract, found)
    _refuse_twice(found)
    if not found.sources:
        raise ExtractError(
            Message("ingen_tabeller", {"fil": ", ".join(path.name for path in paths)})
        )
    return found


def _folder(folder: Path, contract: Contract, found: Found, *, hashed: bool = True) -> None:
    for path in sorted(folder.iterdir()):
        if path.name == manifest.FILE_NAME:
            found.manifest = path
            if hashed:
                found.inputs.append(path)
        elif path.is_file() and _suffix(path) and not path.name.startswith((".", "~$")):
            _single(path, contract, found, hashed=hashed, inside_folder=True)


def _single(
    path: Path,
    contract: Contract,
    found: Found,
    *,
    hashed: bool = True,
    inside_folder: bool = False,
) -> None:
    suffix = _suffix(path)
    if suffix is None:
        raise ExtractError(Message("ukjent_filtype", {"fil": path.name}))
    stem = path.name[: -len(suffix)]
    table = names.match(stem, contract.tables)
    sources: list[Source] = []
    if suffix == ".xlsx":
        sources = _sheets(path, table, contract, found)
    elif table:
        sources = [Source(table, path, path.name)]
    if sources:
        found.sources += sources
        if hashed:
            found.inputs.append(path)
    elif inside_folder:
        found.notes.append(Message("fil_ikke_brukt", {"fil": path.name}))
    else:
        known = ", ".join(contract.tables)
        raise ExtractError(Message("fil_uten_tabell", {"fil": path.name, "kjente": known}))
    if not inside_folder and found.manifest is None:
        beside = path.parent / manifest.FILE_NAME
        found.manifest = beside if beside.is_file() else None


def _sheets(path: Path, table: str | None, contract: Contract, found: Found) -> list[Source]:
    sheets = workbook.sheet_names(path)
    named = {sheet: names.match(sheet, contract.tables) for sheet in sheets}
    sources = [
        Source(target, path, f"{path.name} [{sheet}]", sheet)
        for sheet, target in named.items()
        if target
    ]
    if not sources and table and len(sheets) == 1:
        return [Source(table, path, path.name, sheets[0])]
    found.notes += [
        Message("ark_ikke_brukt", {"fil": path.name, "ark": sheet})
        for sheet, target in named.items()
        if not target
    ]
    return sources


def _suffix(path: Path) -> str | None:
    return next((suffix for suffix in SUFFIXES if path.name.lower().endswith(suffix)), None)


def _refuse_twice(found: Found) -> None:
    seen: dict[str, Source] = {}
    problems = []
    for source in found.sources:
        if source.table in seen:
            problems.append(
                Message(
                    "tabell_to_ganger",
                    {
                        "tabell": source.table,
                        "foerste": seen[source.table].shown,
                        "andre": source.shown,
                    },
                )
            )
        seen.setdefault(source.table, source)
    if problems:
        raise ExtractError(*problems)


def _unpacked(path: Path, scratch: Path) -> Path:
    """The files of a zip, flat in a folder of their own; only names we know, never a path."""
    target = scratch / f"zip-{len(list(scratch.iterdir()))}"
    target.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            unpacked = sum(member.file_size for member in members)
            if unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(
                path.stat().st_size, 1_000_000
            ):
                raise ExtractError(Message("zip_for_stor", {"fil": path.name}))
            taken: set[str] = set()
            for member in members:
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                if name in taken:
                    raise ExtractError(Message("zip_samme_navn", {"fil": path.name, "navn": name}))
                taken.add(name)
                if member.flag_bits & 0x1:
                    raise ExtractError(Message("zip_passord", {"fil": path.name}))
                with archive.open(member) as packed, (target / name).open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
    except (zipfile.BadZipFile, EOFError, OSError):
        raise ExtractError(Message("zip_ulest", {"fil": path.name})) from None
    return target
