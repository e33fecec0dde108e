"""The contract in the forms other tools read: frictionless, JSON Schema and SQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nircheck.contract import Column, Contract, Table
from nircheck.gate.document import written
from nircheck.sql import literal, quoted

_NUMBER = "^[0-9]{1,7}([.,][0-9]+)?$"
_FIELD_TYPES = {"text": "string", "date": "date", "decimal": "number"}


def frictionless(contract: Contract) -> str:
    """A data package: a resource per table, with its schema and how the file is written."""
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": contract.id,
        "version": contract.version,
        "resources": [_resource(table, contract) for table in contract.tables.values()],
    }
    return written(package)


def _resource(table: Table, contract: Contract) -> dict[str, Any]:
    references = [
        {
            "fields": [column.name],
            "reference": {"resource": column.references[0], "fields": [column.references[1]]},
        }
        for column in table.columns
        if column.references
    ]
    schema: dict[str, Any] = {
        "fields": [_field(column, contract) for column in table.columns],
        "fieldsMatch": "partial",
        "primaryKey": [table.key.name],
        "missingValues": [""],
    }
    if references:
        schema["foreignKeys"] = references
    return {
        "name": table.name,
        "title": table.label["nb"],
        "type": "table",
        "path": f"{table.name}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ";"},
        "schema": schema,
    }


def _field(column: Column, contract: Contract) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "title": column.label["nb"],
        "description": column.explanation["nb"],
        "type": _FIELD_TYPES[column.kind],
    }
    if column.kind == "date":
        field["format"] = "%Y-%m-%d"
    constraints: dict[str, Any] = {}
    if column.value_required:
        constraints["required"] = True
    if column.is_key:
        constraints["unique"] = True
    if column.pattern:
        constraints["pattern"] = column.pattern
    if column.code_list:
        constraints["enum"] = codes(column, contract)
    return field | ({"constraints": constraints} if constraints else {})


def json_schema(contract: Contract) -> str:
    """A schema of one document that holds each table as a list of rows, every value as text."""
    return written(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": contract.name,
            "type": "object",
            "required": [table.name for table in contract.tables.values() if table.required],
            "properties": {
                table.name: {"type": "array", "items": {"$ref": f"#/$defs/{table.name}"}}
                for table in contract.tables.values()
            },
            "$defs": {table.name: _row(table, contract) for table in contract.tables.values()},
        }
    )


def _row(table: Table, contract: Contract) -> dict[str, Any]:
    return {
        "type": "object",
        "title": table.label["nb"],
        "required": [c.name for c in table.columns if c.value_required or c.column_required],
        "properties": {column.name: _value(column, contract) for column in table.columns},
    }


def _value(column: Column, contract: Contract) -> dict[str, Any]:
    value: dict[str, Any] = {"title": column.label["nb"], "description": column.explanation["nb"]}
    if column.code_list:
        allowed = codes(column, contract)
        return value | {"enum": allowed if column.value_required else [*allowed, "", None]}
    value["type"] = "string" if column.value_required else ["string", "null"]
    if column.kind == "date":
        value["pattern"] = _or_empty("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", column)
    elif column.kind == "decimal":
        value["pattern"] = _or_empty(_NUMBER, column)
    elif column.pattern:
        value["pattern"] = _or_empty(column.pattern, column)
    elif column.value_required:
        value["minLength"] = 1
    return value


def _or_empty(pattern: str, column: Column) -> str:
    return pattern if column.value_required else f"^$|{pattern}"


def sql_ddl(contract: Contract) -> str:
    """Tables in standard SQL, each after those it points at."""
    return "\n\n".join(_create(table, contract) for table in _in_order(contract)) + "\n"


def _in_order(contract: Contract) -> Iterator[Table]:
    left = dict(contract.tables)
    while left:
        ready = [
            table
            for table in left.values()
            if not {c.references[0] for c in table.columns if c.references}
            & (left.keys() - {table.name})
        ]
        if not ready:  # tables that point at each other stand as they come
            yield from left.values()
            return
        yield from ready
        left = {name: table for name, table in left.items() if table not in ready}


def _create(table: Table, contract: Contract) -> str:
    lines = [f"  {_column(column, contract)}" for column in table.columns]
    lines.append(f"  PRIMARY KEY ({quoted(table.key.name)})")
    lines += [
        f"  FOREIGN KEY ({quoted(column.name)}) "
        f"REFERENCES {quoted(column.references[0])} ({quoted(column.references[1])})"
        for column in table.columns
        if column.references
    ]
    return f"CREATE TABLE {quoted(table.name)} (\n" + ",\n".join(lines) + "\n);"


def _column(column: Column, contract: Contract) -> str:
    parts = [quoted(column.name), column.sql_type]
    if column.value_required:
        parts.append("NOT NULL")
    if column.code_list:
        listed = ", ".join(literal(code) for code in codes(column, contract))
        parts.append(f"CHECK ({quoted(column.name)} IN ({listed}))")
    return " ".join(parts)


def codes(column: Column, contract: Contract) -> list[str]:
    """The codes a column may hold."""
    assert column.code_list is not None
    return [code.code for code in contract.code_lists[column.code_list].codes]
