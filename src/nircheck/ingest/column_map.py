"""A fagsystem's own names for tables, columns and codes, and what they are in the contract.

A name in the map counts for more than a name that is recognised. Upper and lower case and blanks
do not matter; every other character does.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode

from nircheck import yamlfile
from nircheck.contract import Contract, Table
from nircheck.errors import Message, RuleBookError, UsageError
from nircheck.ingest import names
from nircheck.privacy import masked
from nircheck.suggest import nearest

_KEYS = ("kontrakt", "fagsystem", "tabeller")
_TABLE_KEYS = ("table", "columns", "codes")


@dataclass(frozen=True)
class Header:
    """A header as a map has it."""

    columns: list[str | None]
    mapped: list[str]
    displaced: dict[str, str]
    absent: list[str]


@dataclass(frozen=True)
class TableMap:
    """What one table of a fagsystem is in the contract; `codes` by column, then by own value."""

    source: str
    table: str
    columns: dict[str, str]
    codes: dict[str, dict[str, str]]

    def header(self, header: list[str], recognised: list[str | None]) -> Header:
        """The columns of a header: those the map names, then those that are recognised."""
        own = {folded(source): column for source, column in self.columns.items()}
        mapped = [own.get(folded(cell)) for cell in header]
        taken = {column for column in mapped if column}
        columns = list(mapped)
        displaced = {}
        for index, name in enumerate(recognised):
            if name and mapped[index] is None:
                if name in taken:
                    displaced[header[index]] = name
                else:
                    columns[index] = name
        cells = {folded(cell) for cell in header}
        return Header(
            columns=columns,
            mapped=[cell for cell, column in zip(header, mapped, strict=True) if column],
            displaced=displaced,
            absent=[source for source in self.columns if folded(source) not in cells],
        )


@dataclass(frozen=True)
class ColumnMap:
    """A whole map, and the hash of the file it was read from."""

    name: str
    sha256: str
    tables: tuple[TableMap, ...]

    def of(self, name: str) -> TableMap | None:
        """What the map says of a file (without its suffix) or sheet called `name`."""
        return next((t for t in self.tables if folded(t.source) == folded(name)), None)


def folded(name: str) -> str:
    """A name the way names in a map are compared."""
    return " ".join(unicodedata.normalize("NFC", name).replace("\ufeff", "").casefold().split())


def load(path: Path, contract: Contract) -> ColumnMap:
    """The map in `path`, every mistake in it told at once."""
    if not path.is_file():
        raise UsageError(Message("fil_finnes_ikke", {"fil": str(path)}))
    try:
        root = yamlfile.nodes(path)
    except RuleBookError as error:
        raise UsageError(*(masked(str(problem)) for problem in error.problems)) from None
    reader = _Reader(path.name, contract)
    tables = reader.read(root)
    if reader.problems:
        raise UsageError(*reader.problems)
    return ColumnMap(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), tables)


class _Reader:
    """One file on its way to a map."""

    def __init__(self, file: str, contract: Contract) -> None:
        self.file = file
        self.contract = contract
        self.problems: list[Message] = []

    def read(self, root: Node | None) -> tuple[TableMap, ...]:
        top = self._keys(root, _KEYS, required=("kontrakt", "tabeller"))
        if "kontrakt" in top:
            said = self._text(top["kontrakt"])
            if said not in (None, self.contract.name):
                self._wrong(top["kontrakt"], "kart_feil_kontrakt", kjent=self.contract.name)
        if "fagsystem" in top:
            self._text(top["fagsystem"])
        tables: list[TableMap] = []
        entries = self._pairs(top["tabeller"]) if "tabeller" in top else []
        for key, value in self._once(entries):
            table = self._table(key, value, [t.table for t in tables])
            if table:
                tables.append(table)
        return tuple(tables)

    def _table(self, key: ScalarNode, value: Node, before: list[str]) -> TableMap | None:
        entry = self._keys(value, _TABLE_KEYS, required=("table",))
        if "table" not in entry:
            return None
        name = self._known(entry["table"], self.contract.tables, "kart_tabell")
        if name is None:
            return None
        if name in before:
            self._wrong(entry["table"], "kart_to_til_en", navn=name)
            return None
        table = self.contract.tables[name]
        return TableMap(
            source=str(key.value),
            table=name,
            columns=self._columns(entry.get("columns"), table),
            codes=self._codes(entry.get("codes"), table),
        )

    def _columns(self, node: Node | None, table: Table) -> dict[str, str]:
        columns: dict[str, str] = {}
        for key, value in self._once(self._pairs(node) if node else []):
            name = self._known(value, table.by_name, "kart_kolonne", tabell=table.name)
            if name and name in columns.values():
                self._wrong(value, "kart_to_til_en", navn=name)
            elif name:
                columns[str(key.value)] = name
        return columns

    def _codes(self, node: Node | None, table: Table) -> dict[str, dict[str, str]]:
        codes: dict[str, dict[str, str]] = {}
        for key, value in self._once(self._pairs(node) if node else []):
            column = self._known(key, table.by_name, "kart_kolonne", tabell=table.name)
            if column is None:
                continue
            code_list = table.by_name[column].code_list
            if code_list is None:
                self._wrong(key, "kart_uten_koder", navn=column)
                continue
            known = [code.code for code in self.contract.code_lists[code_list].codes]
            codes[column] = {}
            for spelling, meant in self._once(self._pairs(value)):
                code = self._known(meant, known, "kart_kode", kolonne=f"{table.name}.{column}")
                if code:
                    codes[column][str(spelling.value).strip()] = code
        return codes

    def _keys(
        self, node: Node | None, known: tuple[str, ...], required: tuple[str, ...]
    ) -> dict[str, Node]:
        """The values of a map that may hold only these keys."""
        found: dict[str, Node] = {}
        for key, value in self._once(self._pairs(node)):
            name = self._known(key, known, "kart_noekkel")
            if name:
                found[name] = value
        if isinstance(node, MappingNode):
            given = {key.value for key, _ in node.value}
            for name in required:
                if name not in given:
                    self._wrong(node, "kart_noekkel_mangler", navn=name)
        return found

    def _pairs(self, node: Node | None) -> list[tuple[Node, Node]]:
        if isinstance(node, MappingNode) and node.value:
            return list(node.value)
        self._wrong(node, "kart_ingen_par")
        return []

    def _once(self, pairs: Iterable[tuple[Node, Node]]) -> Iterator[tuple[ScalarNode, Node]]:
        """The pairs whose key is a text that has not stood above."""
        seen: dict[str, int] = {}
        for key, value in pairs:
            name = self._text(key)
            if name is None or not isinstance(key, ScalarNode):
                continue
            if folded(name) in seen:
                self._wrong(key, "kart_to_ganger", navn=name, linje=seen[folded(name)])
                continue
            seen[folded(name)] = _line(key)
            if isinstance(value, ScalarNode) and not str(value.value).strip():
                self._wrong(key, "kart_tom", navn=name)
            else:
                yield key, value

    def _known(self, node: Node, known: Iterable[str], message: str, **values: str) -> str | None:
        """The text of a node if it is one of the known names; else a complaint with the nearest."""
        text = self._text(node)
        if text is None or text in known:
            return text
        by_spelling = {names.plain(name): name for name in known}
        near = nearest(names.plain(text), by_spelling)
        if near:
            self._wrong(node, f"{message}_ligner", navn=text, ligner=by_spelling[near], **values)
        else:
            self._wrong(node, message, navn=text, **values)
        return None

    def _text(self, node: Node) -> str | None:
        if isinstance(node, ScalarNode) and str(node.value).strip():
            return str(node.value).strip()
        self._wrong(node, "kart_ikke_tekst")
        return None

    def _wrong(self, node: Node | None, message: str, **values: str | int) -> None:
        place: dict[str, str | int] = {"sted": f"{self.file}:{_line(node)}"}
        self.problems.append(Message(message, place | values))


def _line(node: Node | None) -> int:
    return int(node.start_mark.line) + 1 if node is not None else 1
