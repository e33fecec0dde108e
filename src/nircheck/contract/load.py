"""The loader of contracts: ODCS YAML and code lists in, `Contract` out."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from nircheck import yamlfile
from nircheck.contract.model import (
    MAALFORMER,
    Code,
    CodeList,
    CodeUse,
    Column,
    Contract,
    Kind,
    Table,
)
from nircheck.errors import RuleBookError

_KINDS: dict[str, Kind] = {"string": "text", "date": "date", "number": "decimal"}
_CODE_COLUMNS = {"kode", "grunnlag", *(f"tekst_{form}" for form in MAALFORMER)}


@dataclass
class Reading:
    """How a document is read: as a rule book has it, to the letter."""

    lists: dict[str, CodeList] = field(default_factory=dict)

    def kind(self, prop: dict[str, Any]) -> tuple[Kind, str]:
        """What the values are, and the type they get in the register."""
        return _KINDS[prop["logicalType"]], str(prop["physicalType"])

    def two(self, custom: dict[str, Any], stem: str, node: dict[str, Any]) -> dict[str, str]:
        """A text in both written standards."""
        return {form: str(custom[f"{stem}{form.capitalize()}"]) for form in MAALFORMER}

    def code_list(self, table: str, prop: dict[str, Any]) -> str | None:
        """The name of the list that holds the codes of a column."""
        name = _custom(prop).get("kodeliste")
        return None if name is None else str(name)

    def shown(self, custom: dict[str, Any]) -> bool:
        """Whether values may be shown."""
        return bool(custom["inLetter"])

    def column_required(self, custom: dict[str, Any], prop: dict[str, Any]) -> bool:
        """Whether the column must be in the file."""
        return bool(custom.get("kolonneMaaFinnes", False))


def load(expectations: Path) -> Contract:
    """The contract of a rule book, checked."""
    files = sorted((expectations / "_contract").glob("*.odcs.yaml"))
    if len(files) != 1:
        raise RuleBookError(
            f"{expectations / '_contract'}: needs one *.odcs.yaml, found {len(files)}"
        )
    lists = code_lists(expectations)
    digest = _sha256([files[0], *sorted((expectations / "_kodelister").glob("*.csv"))])
    return contract_of(files[0], yamlfile.load(files[0]), lists, digest)


def code_lists(expectations: Path) -> dict[str, CodeList]:
    """The code lists of a rule book."""
    return {
        path.stem: _code_list(path) for path in sorted((expectations / "_kodelister").glob("*.csv"))
    }


def contract_of(
    path: Path, document: Any, lists: dict[str, CodeList], digest: str, reads: Reading | None = None
) -> Contract:
    """A contract that is read and checked."""
    reads = reads or Reading()
    try:
        tables = {schema["name"]: _table(schema, reads) for schema in document["schema"]}
        contract = Contract(
            id=str(document["id"]),
            version=str(document["version"]),
            tables=tables,
            code_lists=lists | reads.lists,
            sha256=digest,
        )
    except KeyError as error:
        raise RuleBookError(f"{path}: {error} is missing or not known") from None
    _check(contract, path)
    return contract


def _table(schema: dict[str, Any], reads: Reading) -> Table:
    custom = _custom(schema)
    name = str(schema["name"])
    return Table(
        name=name,
        required=bool(custom.get("maaFinnes", False)),
        label=reads.two(custom, "tekst", schema),
        columns=tuple(_column(name, prop, reads) for prop in schema["properties"]),
    )


def _column(table: str, prop: dict[str, Any], reads: Reading) -> Column:
    custom = _custom(prop)
    target = next(
        (r["to"] for r in prop.get("relationships", []) if r["type"] == "foreignKey"), None
    )
    kind, sql_type = reads.kind(prop)
    return Column(
        table=table,
        name=str(prop["name"]),
        kind=kind,
        sql_type=sql_type,
        is_key=bool(prop.get("primaryKey", False)),
        column_required=reads.column_required(custom, prop),
        value_required=bool(prop.get("required", False)),
        references=tuple(str(target).split(".")) if target else None,  # type: ignore[arg-type]
        code_list=reads.code_list(table, prop),
        pattern=prop.get("logicalTypeOptions", {}).get("pattern"),
        in_letter=reads.shown(custom),
        label=reads.two(custom, "tekst", prop),
        explanation=reads.two(custom, "forklaring", prop),
    )


def _custom(node: dict[str, Any]) -> dict[str, Any]:
    return {item["property"]: item["value"] for item in node.get("customProperties", [])}


def _code_list(path: Path) -> CodeList:
    codes: dict[str, Code] = {}
    uses: list[CodeUse] = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = _CODE_COLUMNS - set(reader.fieldnames or ())
        if missing:
            raise RuleBookError(f"{path}: no column {', '.join(sorted(missing))}")
        for row in reader:
            codes[row["kode"]] = Code(
                code=row["kode"],
                label={form: row[f"tekst_{form}"] for form in MAALFORMER},
                documented=row["grunnlag"] == "dokumentert",
            )
            uses.append(_use(row, f"{path}:{reader.line_num}"))
    return CodeList(path.stem, tuple(codes.values()), tuple(uses))


def _use(row: dict[str, str], where: str) -> CodeUse:
    try:
        first, last = (
            date.fromisoformat(row[name]) if row.get(name) else None
            for name in ("gyldig_fra", "gyldig_til")
        )
    except ValueError as error:
        raise RuleBookError(f"{where}: {error}") from None
    return CodeUse(row["kode"], row.get("lov") or None, row.get("gruppe") or None, first, last)


def _check(contract: Contract, path: Path) -> None:
    problems = []
    for table in contract.tables.values():
        if sum(column.is_key for column in table.columns) != 1:
            problems.append(f"{path}: table '{table.name}' needs exactly one key column")
        for column in table.columns:
            if column.code_list and column.code_list not in contract.code_lists:
                problems.append(
                    f"{path}: {column.qualified}: no code list '{column.code_list}.csv'"
                )
            if column.references and not contract.column(".".join(column.references)):
                problems.append(f"{path}: {column.qualified}: points at an unknown column")
    if problems:
        raise RuleBookError(*problems)


def _sha256(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
