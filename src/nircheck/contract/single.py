"""A contract in a file of its own, such as a vendor keeps: any ODCS file that says enough."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nircheck import yamlfile
from nircheck.contract.load import Reading, code_lists, contract_of
from nircheck.contract.model import MAALFORMER, Code, CodeList, Contract, Kind
from nircheck.errors import RuleBookError, UsageError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_KINDS: dict[str, tuple[Kind, str]] = {
    "date": ("date", "DATE"),
    "number": ("decimal", "DECIMAL(10,3)"),
    "integer": ("decimal", "DECIMAL(10,3)"),
}


def load_file(path: Path, expectations: Path) -> Contract:
    """The contract in `path`; the code lists it only names are those of the rule book."""
    if not path.is_file():
        raise UsageError(f"{path}: no such contract")
    document = yamlfile.load(path)
    problems = list(_problems(path, document))
    if problems:
        raise RuleBookError(*problems)
    lists = code_lists(expectations)
    digest = hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n"))
    for source in sorted((expectations / "_kodelister").glob("*.csv")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return contract_of(path, document, lists, digest.hexdigest(), Lenient())


@dataclass
class Lenient(Reading):
    """Reading in which what only people read may be left out."""

    lists: dict[str, CodeList] = field(default_factory=dict)

    def kind(self, prop: dict[str, Any]) -> tuple[Kind, str]:
        """What the values are; what a file of text cannot tell apart is text."""
        return _KINDS.get(str(prop.get("logicalType")), ("text", "VARCHAR"))

    def two(self, custom: dict[str, Any], stem: str, node: dict[str, Any]) -> dict[str, str]:
        """A text in both written standards, or the best there is in its place."""
        plain = str(node.get("businessName") or node["name"])
        if stem == "forklaring":
            plain = str(node.get("description") or plain)
        return {form: str(custom.get(f"{stem}{form.capitalize()}", plain)) for form in MAALFORMER}

    def code_list(self, table: str, prop: dict[str, Any]) -> str | None:
        """The list of a column: its valid values if the file has them, else the one it names."""
        valid = next(
            (
                quality["arguments"]["validValues"]
                for quality in prop.get("quality", [])
                if quality.get("metric") == "invalidValues"
                and "validValues" in quality.get("arguments", {})
            ),
            None,
        )
        if valid is None:
            return super().code_list(table, prop)
        name = f"{table}.{prop['name']}"
        codes = (Code(str(code), {form: str(code) for form in MAALFORMER}, True) for code in valid)
        self.lists[name] = CodeList(name, tuple(codes))
        return name

    def shown(self, custom: dict[str, Any]) -> bool:
        """Whether values may be shown: not unless it is said."""
        return bool(custom.get("inLetter", False))

    def column_required(self, custom: dict[str, Any], prop: dict[str, Any]) -> bool:
        """Whether the column must be in the file: when it is said, or every row has a value."""
        return bool(custom.get("kolonneMaaFinnes", prop.get("required", False)))


def _problems(path: Path, document: Any) -> list[str]:
    """What keeps a document from being read as a contract, each with its line."""
    if not isinstance(document, dict) or document.get("kind") != "DataContract":
        return [f"{path}:1: not an ODCS contract (kind: DataContract)"]
    found = [f"{path}:1: '{key}' is missing" for key in ("id", "version") if not document.get(key)]
    schema = document.get("schema")
    if not isinstance(schema, list) or not schema:
        return [*found, f"{path}:1: 'schema' must list the tables"]
    for at, table in enumerate(schema):
        where = f"{path}:{yamlfile.line_of(document, ('schema', at))}"
        if not isinstance(table, dict) or not isinstance(table.get("properties"), list):
            found.append(f"{where}: a table has a name, and its columns as 'properties'")
            continue
        found += _unusable(where, table.get("name"), "table")
        for number, column in enumerate(table["properties"]):
            line = yamlfile.line_of(document, ("schema", at, "properties", number))
            name = column.get("name") if isinstance(column, dict) else None
            found += _unusable(f"{path}:{line}", name, "column")
    return found


def _unusable(where: str, name: object, what: str) -> list[str]:
    if isinstance(name, str) and _NAME.fullmatch(name):
        return []
    return [f"{where}: the name of a {what} is written with a-z, 0-9 and _, as in program_id"]
