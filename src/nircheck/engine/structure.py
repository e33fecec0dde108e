"""The structure of a contract as great_expectations' own expectations: for the gate, for vendors.

The gate asks only what needs no rows: which columns a table has, and how many rows. What vendors
are given asks for the cells as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import great_expectations as gx
import pandas as pd
from great_expectations import expectations as gxe

from nircheck.contract import Column, Contract, Table
from nircheck.engine.quiet import Quiet
from nircheck.errors import EngineError

Bounds = tuple[int | None, int | None]
_DATE = "%Y-%m-%d"


@dataclass(frozen=True)
class Delivered:
    """The header of a table, known columns by their name in the contract, and its rows."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Answer:
    """Which columns a table lacks and has besides, and whether it has as many rows as it may."""

    missing: tuple[str, ...]
    unexpected: tuple[str, ...]
    rows_within: bool


def examine(
    contract: Contract, delivered: Mapping[str, Delivered], bounds: Mapping[str, Bounds]
) -> dict[str, Answer]:
    """What great_expectations says of each delivered table."""
    with Quiet():
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        whole = (
            context.data_sources.add_pandas("uttrekk")
            .add_dataframe_asset("tabell")
            .add_batch_definition_whole_dataframe("tabell")
        )

        def asked(frame: pd.DataFrame, expectation: Any) -> Any:
            batch = whole.get_batch(batch_parameters={"dataframe": frame})
            result = batch.validate(expectation, result_format="COMPLETE")
            if result.exception_info.get("raised_exception"):
                raise EngineError(f"great_expectations could not judge {expectation.type}")
            return result

        return {
            name: Answer(
                *_columns(asked(_header(table), _column_set(contract.tables[name]))),
                rows_within=asked(_height(table), _row_count(bounds[name])).success
                if name in bounds
                else True,
            )
            for name, table in delivered.items()
        }


def _header(table: Delivered) -> pd.DataFrame:
    return pd.DataFrame(columns=list(table.columns))


def _height(table: Delivered) -> pd.DataFrame:
    return pd.DataFrame(index=pd.RangeIndex(table.rows))


def _columns(result: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if result.success:
        return (), ()
    mismatched = result.result["details"]["mismatched"]
    return tuple(mismatched.get("missing", ())), tuple(mismatched.get("unexpected", ()))


def _column_set(table: Table) -> Any:
    return gxe.ExpectTableColumnsToMatchSet(
        column_set=[column.name for column in table.columns], exact_match=True
    )


def _row_count(bounds: Bounds) -> Any:
    return gxe.ExpectTableRowCountToBeBetween(min_value=bounds[0], max_value=bounds[1])


def contract_suites(contract: Contract) -> list[gx.ExpectationSuite]:
    """The whole contract, one suite per table, for great_expectations wherever it is run.

    It is about the values as the contract has them: codes rather than labels, days as yyyy-mm-dd.
    """
    return [
        gx.ExpectationSuite(
            name=f"{contract.id}-{table.name}",
            expectations=[*_of_table(table), *_of_columns(table, contract)],
            meta={"contract": contract.name, "table": table.name},
        )
        for table in contract.tables.values()
    ]


def _of_table(table: Table) -> Iterator[Any]:
    required = [column.name for column in table.columns if column.column_required]
    yield gxe.ExpectTableColumnsToMatchSet(column_set=required, exact_match=False)
    if table.required:
        yield gxe.ExpectTableRowCountToBeBetween(min_value=1)


def _of_columns(table: Table, contract: Contract) -> Iterator[Any]:
    for column in table.columns:
        if column.column_required:
            yield from _of_cells(column, contract)


def _of_cells(column: Column, contract: Contract) -> Iterator[Any]:
    name = column.name
    if column.value_required:
        yield gxe.ExpectColumnValuesToNotBeNull(column=name)
    if column.is_key:
        yield gxe.ExpectColumnValuesToBeUnique(column=name)
    if column.kind == "date":
        yield gxe.ExpectColumnValuesToMatchStrftimeFormat(column=name, strftime_format=_DATE)
    if column.kind == "decimal":
        yield gxe.ExpectColumnValuesToMatchRegex(column=name, regex=r"^[0-9]{1,7}([.,][0-9]+)?$")
    if column.pattern:
        yield gxe.ExpectColumnValuesToMatchRegex(column=name, regex=column.pattern)
    if column.code_list:
        codes = [code.code for code in contract.code_lists[column.code_list].codes]
        yield gxe.ExpectColumnValuesToBeInSet(column=name, value_set=codes)
