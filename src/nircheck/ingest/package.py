"""The zip a workbook is: opened only within limits, and only if it is what it says it is."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from nircheck.errors import ExtractError, Message
from nircheck.ingest import limits
from nircheck.ingest.unseen import is_true

MOST_UNPACKED_BYTES = 2 * 1024**3
_CHUNK = 1 << 20
_OLE_MAGIC = b"\xd0\xcf\x11\xe0"
_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"


class Package:
    """The parts of an .xlsx file, checked before anything is read from them."""

    def __init__(self, path: Path) -> None:
        """Refuse what is too large, broken, protected or no workbook."""
        self.path = path
        self._refuse_other_kinds()
        with self._opened() as archive:
            self._check(archive.infolist())
            workbook, relations = (self._tree(archive, name) for name in (_WORKBOOK, _RELATIONS))
            self.sheets = self._sheets(archive, workbook, relations)
            self.counts_from_1904 = any(
                is_true(element.get("date1904")) for element in _named(workbook, "workbookPr")
            )
            parts = [
                name for name in archive.namelist() if name.lower().endswith((".xml", ".rels"))
            ]
            for name in parts:
                self._pass(archive, name, whole=name not in self.sheets.values())
            self.unpacked_bytes = sum(member.file_size for member in archive.infolist())

    def tables(self, sheet: str) -> set[str]:
        """The parts that the tables in a sheet are described in."""
        folder, name = posixpath.split(self.sheets[sheet])
        targets: set[str] = set()

        def begun(_: str, attributes: dict[str, str]) -> None:
            if attributes.get("Type", "").endswith("/table"):
                targets.add(posixpath.normpath(_target(folder, attributes.get("Target", ""))))

        parser = expat.ParserCreate()
        parser.StartElementHandler = begun
        self.feed(f"{folder}/_rels/{name}.rels", parser)
        return targets

    def feed(self, part: str, parser: expat.XMLParserType) -> None:
        """The XML of a part, bit by bit, to a parser; also proves that it is unharmed."""
        refuse_doctype(parser)
        with self._opened() as archive:
            for chunk in _chunks(archive, part):
                parser.Parse(chunk)
            parser.Parse(b"", True)

    def unreadable(self) -> ExtractError:
        """What to say of a file that is damaged, or so odd that we do not trust our reading."""
        return ExtractError(Message("xlsx_ulest", {"fil": self.path.name}))

    def _refuse_other_kinds(self) -> None:
        try:
            with self.path.open("rb") as handle:
                magic = handle.read(4)
        except OSError:
            raise self.unreadable() from None
        shown: dict[str, str | int] = {"fil": self.path.name}
        if not magic:
            raise ExtractError(Message("tom_fil", shown))
        if magic == _OLE_MAGIC:
            raise ExtractError(Message("xlsx_passord", shown))
        if not magic.startswith(b"PK"):
            raise ExtractError(Message("xlsx_ikke_arbeidsbok", shown))

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        """The zip; everything that can be wrong in it or its XML is one kind of trouble."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                yield archive
        except _DoctypeError:
            raise ExtractError(Message("xlsx_doctype", {"fil": self.path.name})) from None
        except (
            zipfile.BadZipFile,
            zlib.error,
            expat.ExpatError,
            ElementTree.ParseError,
            EOFError,
            LookupError,
            NotImplementedError,
            OSError,
            RuntimeError,
            ValueError,
        ):
            raise self.unreadable() from None

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if any(member.flag_bits & 0x1 for member in members):
            raise ExtractError(Message("xlsx_passord", {"fil": self.path.name}))
        names = {member.filename.replace("\\", "/").casefold() for member in members}
        if len(names) < len(members) or _WORKBOOK not in names:
            raise self.unreadable()
        unpacked = sum(member.file_size for member in members)
        if limits.too_large(unpacked, self.path.stat().st_size, MOST_UNPACKED_BYTES):
            values: dict[str, str | int] = {
                "fil": self.path.name,
                "grense": MOST_UNPACKED_BYTES // 1024**3,
                "ganger": limits.MOST_RATIO,
            }
            raise ExtractError(Message("xlsx_for_stor", values))

    def _tree(self, archive: zipfile.ZipFile, name: str) -> Element:
        self._pass(archive, name, whole=True)
        return ElementTree.fromstring(archive.read(name))

    def _sheets(
        self, archive: zipfile.ZipFile, workbook: Element, relations: Element
    ) -> dict[str, str]:
        """The part each sheet is in, by the name of the sheet."""
        targets: dict[str, str] = {}
        for element in relations:
            if element.attrib["Id"] in targets:
                raise self.unreadable()
            targets[element.attrib["Id"]] = _target("xl", element.attrib["Target"])
        sheets: dict[str, str] = {}
        for element in _named(workbook, "sheet"):
            name = element.attrib["name"]
            relation = {key.rpartition("}")[2]: v for key, v in element.attrib.items()}["id"]
            if name in sheets:
                raise self.unreadable()
            sheets[name] = archive.getinfo(targets[relation]).filename
        return sheets

    def _pass(self, archive: zipfile.ZipFile, name: str, *, whole: bool) -> None:
        """Look at the head of a part for tricks; `whole` also proves that it is unharmed."""
        parser = expat.ParserCreate()
        refuse_doctype(parser)
        inside = False
        size = archive.getinfo(name).file_size

        def begun(element: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            inside = True
            parser.StartElementHandler = None
            if element.endswith("sst"):
                _refuse_false_promises(attributes, size)

        parser.StartElementHandler = begun
        for chunk in _chunks(archive, name):
            if not inside:
                parser.Parse(chunk)
            elif not whole:
                return


def _named(tree: Element, name: str) -> Iterator[Element]:
    """The elements of a name, in whichever edition of the standard they are written."""
    return (element for element in tree.iter() if element.tag.rpartition("}")[2] == name)


def _target(folder: str, target: str) -> str:
    """The part that something in a folder of the package points to."""
    return target[1:] if target.startswith("/") else posixpath.join(folder, target)


def _refuse_false_promises(attributes: dict[str, str], size: int) -> None:
    """Calamine sets aside room for as many texts as the table of texts says it holds."""
    for count in ("count", "uniqueCount"):
        if int(attributes.get(count, 0)) > size:
            raise ValueError("more texts than there can be")


def _chunks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The content of a part, which must be exactly as long as the zip says it is."""
    member = copy(archive.getinfo(name))
    left = member.file_size
    member.file_size += 1
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ValueError("longer than it says")
            yield chunk


class _DoctypeError(Exception):
    """A part declares a document type: entities of its own, or other files to be drawn in."""


def refuse_doctype(parser: expat.XMLParserType) -> None:
    """Let a parser give up at the first word of a DOCTYPE."""

    def refuse(*_: object) -> None:
        raise _DoctypeError

    parser.StartDoctypeDeclHandler = refuse
