"""Which file or sheet holds which table: folder, zip, workbook or single files."""

from __future__ import annotations

import hashlib
import lzma
import shutil
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nircheck.contract import Contract
from nircheck.errors import ExtractError, Message
from nircheck.ingest import limits, manifest, names
from nircheck.ingest.column_map import ColumnMap, TableMap
from nircheck.ingest.workbook import Workbook
from nircheck.privacy import masked
from nircheck.suggest import nearest

SUFFIXES = (".csv.gz", ".csv", ".parquet", ".xlsx")
_PACKED = (".zip", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst")
_DATA = (".xls", ".xlsb", ".xlsm", ".xltx", ".ods", ".numbers", ".tsv")


@dataclass(frozen=True)
class Source:
    """One table's place: a file, and for a workbook the sheet in it."""

    table: str
    path: Path
    shown: str
    sheet: str | None = None
    mapping: TableMap | None = None
    book: Workbook | None = None

    def sha256(self) -> str:
        """The hash of the file as it was handed over."""
        with self.path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()


@dataclass
class Found:
    """Everything that was found, before a single row is read."""

    column_map: ColumnMap | None = None
    sources: list[Source] = field(default_factory=list)
    manifest: Path | None = None
    notes: list[Message] = field(default_factory=list)
    problems: list[Message | str] = field(default_factory=list)


def locate(
    paths: list[Path], contract: Contract, scratch: Path, column_map: ColumnMap | None = None
) -> Found:
    """The sources behind what the user named; zips are unpacked into `scratch`."""
    found = search(paths, contract, scratch, column_map)
    if found.problems:
        raise ExtractError(*found.problems)
    return found


def search(
    paths: list[Path], contract: Contract, scratch: Path, column_map: ColumnMap | None = None
) -> Found:
    """The same, with all that is wrong told of instead of refused."""
    found = Found(column_map)
    for path in paths:
        try:
            _named(path, contract, scratch, found)
        except ExtractError as error:
            found.problems += error.problems
    _prefer_mapped(found)
    _refuse_twice(found)
    if not found.sources and not found.problems:
        found.problems.append(
            Message("ingen_tabeller", {"fil": ", ".join(path.name for path in paths)})
        )
        found.problems += found.notes
    return found


def _named(path: Path, contract: Contract, scratch: Path, found: Found) -> None:
    if not path.exists():
        raise ExtractError(Message("fil_finnes_ikke", {"fil": str(path)}))
    if path.is_dir():
        _folder(path, contract, found)
    elif path.suffix.lower() == ".zip":
        folder, notes = unpacked(path, scratch, contract)
        found.notes += notes
        _folder(folder, contract, found)
    else:
        _single(path, contract, found)


def _folder(folder: Path, contract: Contract, found: Found) -> None:
    files, notes = files_of(folder, contract)
    found.notes += notes
    for path in files:
        if path.name == manifest.FILE_NAME:
            found.manifest = path
            continue
        try:
            _single(path, contract, found, inside_folder=True)
        except ExtractError as error:
            found.problems += error.problems


def files_of(folder: Path, contract: Contract) -> tuple[list[Path], list[Message]]:
    """The tables and the manifest of a folder, and a note of what may be one and is not used."""
    files, notes = [], []
    for path in sorted(folder.iterdir()):
        if path.name != manifest.FILE_NAME and not is_table_file(path.name):
            notes += passed_over(path.name, contract)
        elif _leads_out(path, folder):
            notes.append(Message("lenke_ut", {"fil": path.name}))
        elif path.is_file():
            files.append(path)
    return files, notes


def _leads_out(path: Path, folder: Path) -> bool:
    """Whether a file is in truth outside the folder, or nowhere."""
    try:
        return not path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return True


def passed_over(name: str, contract: Contract) -> list[Message]:
    """That a file that may hold a table is not opened, told by its suffix or its name."""
    lower = name.lower()
    if lower.startswith((".", "~$")):
        return []
    if lower.endswith(_PACKED):
        return [Message("pakke_ikke_brukt", {"fil": name})]
    stem, _, suffix = name.partition(".")
    if lower.endswith(_DATA) or (suffix and names.match(stem, contract.tables)):
        return [Message("filtype_ikke_brukt", {"fil": name})]
    return []


def _single(path: Path, contract: Contract, found: Found, *, inside_folder: bool = False) -> None:
    suffix = _suffix(path.name)
    if suffix is None:
        raise ExtractError(Message("ukjent_filtype", {"fil": path.name}))
    stem = path.name[: -len(suffix)]
    table, mapping = _meant(stem, contract, found)
    sources: list[Source] = []
    if suffix == ".xlsx":
        sources = _sheets(path, table, contract, found)
    elif table:
        sources = [Source(table, path, masked(path.name), mapping=mapping)]
    if sources:
        found.sources += sources
    elif inside_folder:
        found.notes.append(Message("fil_ikke_brukt", {"fil": path.name}))
    else:
        known = ", ".join(contract.tables)
        values: dict[str, str | int] = {"fil": path.name, "kjente": known}
        raise ExtractError(Message("fil_uten_tabell", values))
    if not inside_folder and found.manifest is None:
        beside = path.parent / manifest.FILE_NAME
        usable = beside.is_file() and not _leads_out(beside, path.parent)
        found.manifest = beside if usable else None


def _sheets(path: Path, table: str | None, contract: Contract, found: Found) -> list[Source]:
    book = Workbook(path)
    named = {sheet: _meant(sheet, contract, found) for sheet in book.sheets}
    sources = [
        Source(target, path, masked(f"{path.name} [{sheet}]"), sheet, mapping, book)
        for sheet, (target, mapping) in named.items()
        if target
    ]
    if not sources and table:
        filled = [sheet for sheet in book.sheets if book.scan(sheet).height]
        if len(filled) == 1 or len(book.sheets) == 1:
            _, mapping = _meant(path.name[: -len(".xlsx")], contract, found)
            sheet = (filled or book.sheets)[0]
            return [Source(table, path, masked(path.name), sheet, mapping, book)]
    found.notes += [
        _unused(path, sheet, contract, found) for sheet, (target, _) in named.items() if not target
    ]
    return sources


def _unused(path: Path, sheet: str, contract: Contract, found: Found) -> Message:
    """That a sheet is no table, and the table it may have been meant to be."""
    values: dict[str, str | int] = {"fil": path.name, "ark": sheet}
    known = {name: name for name in contract.tables}
    if found.column_map:
        known |= {names.plain(table.source): table.source for table in found.column_map.tables}
    near = nearest(names.plain(sheet), known)
    if near is None:
        return Message("ark_ikke_brukt", values)
    return Message("ark_ikke_brukt_ligner", values | {"ligner": known[near]})


def _meant(name: str, contract: Contract, found: Found) -> tuple[str | None, TableMap | None]:
    """The table a file or sheet is: what the column map says, else the name that is recognised."""
    mapping = found.column_map.of(name) if found.column_map else None
    return (mapping.table if mapping else names.match(name, contract.tables)), mapping


def _prefer_mapped(found: Found) -> None:
    """Where the map has named a table, leave out what was only recognised by its name."""
    if found.column_map is None:
        return
    mapped = {source.table: source for source in found.sources if source.mapping}
    for source in list(found.sources):
        if not source.mapping and source.table in mapped:
            found.sources.remove(source)
            values = {
                "fil": source.shown,
                "tabell": source.table,
                "valgt": mapped[source.table].shown,
            }
            found.notes.append(Message("kart_fil_vek", dict(values)))
    found.notes += [
        Message("kart_tabell_ikke_funnet", {"kart": found.column_map.name, "tabell": table.source})
        for table in found.column_map.tables
        if table.table not in mapped
    ]


def _suffix(name: str) -> str | None:
    return next((suffix for suffix in SUFFIXES if name.lower().endswith(suffix)), None)


def is_table_file(name: str) -> bool:
    """Whether a file of this name may hold a table."""
    return _suffix(name) is not None and not name.startswith((".", "~$"))


def _refuse_twice(found: Found) -> None:
    seen: dict[str, Source] = {}
    for source in found.sources:
        if source.table in seen:
            found.problems.append(
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


def unpacked(path: Path, scratch: Path, contract: Contract) -> tuple[Path, list[Message]]:
    """The files of a zip, flat in a folder of their own; only names we know, never a path."""
    notes: list[Message] = []
    target = scratch / f"zip-{len(list(scratch.iterdir()))}"
    target.mkdir(mode=0o700)
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            unpacked = sum(member.file_size for member in members)
            if limits.too_large(unpacked, path.stat().st_size):
                raise ExtractError(Message("zip_for_stor", {"fil": path.name}))
            taken: set[str] = set()
            for member in members:
                name = PurePosixPath(member.filename.replace("\\", "/")).name
                if name != manifest.FILE_NAME and not is_table_file(name):
                    notes += passed_over(name, contract)
                    continue
                if stat.S_ISLNK(member.external_attr >> 16):
                    notes.append(Message("lenke_ut", {"fil": name}))
                    continue
                if name in taken:
                    values: dict[str, str | int] = {"fil": path.name, "navn": name}
                    raise ExtractError(Message("zip_samme_navn", values))
                taken.add(name)
                if member.flag_bits & 0x1:
                    raise ExtractError(Message("zip_passord", {"fil": path.name}))
                with archive.open(member) as packed, (target / name).open("wb") as plain:
                    shutil.copyfileobj(packed, plain)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        NotImplementedError,
        EOFError,
        OSError,
    ):
        raise ExtractError(Message("zip_ulest", {"fil": path.name})) from None
    return target, notes
