"""What the contract rules say of the cells, counted in one pass over each table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nircheck.contract import Column, Contract, Table
from nircheck.gate import codes
from nircheck.gate.deviation import Checked, Deviation, systematic
from nircheck.ingest import Shape, Survey
from nircheck.register import Register
from nircheck.rulebook.contract_rules import Check, checks
from nircheck.rulebook.model import Severity
from nircheck.sql import literal, quoted

_UNREADABLE = ("dato", "tall", "form", "excelskade")
_MOST_ALIKE = 0.8
_LONGEST_FORM = 25


@dataclass(frozen=True)
class Count:
    """How many rows a check is about, and how many of them fail."""

    check: Check
    applies: int
    fails: int

    @property
    def systematic(self) -> bool:
        """Whether it is a change of the extract, and not single rows."""
        return systematic(self.fails, self.applies)


@dataclass(frozen=True)
class Cells:
    """A table's rows, the values of each column that was delivered, and the checks of them."""

    rows: int
    filled: dict[str, int]
    counts: tuple[Count, ...]


def count(survey: Survey, table: Table, contract: Contract) -> Cells:
    """Every check of a delivered table that can be made, over all its rows at once."""
    delivered = survey.register.delivered
    columns = [column for column in table.columns if column.name in delivered[table.name]]
    asked = [
        check
        for column in columns
        for check in checks(column, contract, schema="typet")
        if all(_is_there(needed, survey) for needed in _read_by(check))
    ]
    inner = [f"{quoted(c.name)} IS NOT NULL AS v{at}" for at, c in enumerate(columns)]
    outer = ["count(*)", *(f"count(*) FILTER (v{at})" for at in range(len(columns)))]
    for at, check in enumerate(asked):
        inner += [f"({check.applies}) AS a{at}", f"({check.fails}) AS f{at}"]
        outer += [f"count(*) FILTER (a{at})", f"count(*) FILTER (a{at} AND f{at})"]
    (row,) = survey.register.connection.execute(
        f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} "
        f"FROM typet.{table.name} AS {quoted(table.name)})"
    ).fetchall()
    rows, values, pairs = row[0], row[1 : len(columns) + 1], row[len(columns) + 1 :]
    counts = tuple(Count(check, pairs[2 * at], pairs[2 * at + 1]) for at, check in enumerate(asked))
    filled = {column.name: number for column, number in zip(columns, values, strict=True)}
    for counted in counts:
        if counted.check.kind in _UNREADABLE:
            filled[counted.check.column.name] = counted.applies
    return Cells(rows, filled, counts)


def _read_by(check: Check) -> tuple[str, ...]:
    """What a check reads; of a reference also the key it points at."""
    target = check.column.references if check.kind == "fremmed" else None
    return (*check.needs, ".".join(target)) if target else check.needs


def _is_there(needed: str, survey: Survey) -> bool:
    table, _, column = needed.partition(".")
    if column:
        return column in survey.register.delivered.get(table, ())
    return table in survey.register.delivered


def checked(cells: Cells) -> Iterator[Checked]:
    """The checks that were made."""
    for counted in cells.counts:
        yield Checked(counted.check.rule_id, counted.check.column.table)


def deviations(
    cells: dict[str, Cells], survey: Survey, contract: Contract, published: set[str]
) -> Iterator[Deviation]:
    """One deviation per cause: a column without values is told of once, and so is a lost key."""
    empty = set(_empty_columns(cells, survey, contract))
    broken: dict[tuple[str, str], list[Count]] = {}
    for table, counted_cells in cells.items():
        shape = survey.shapes[table]
        for name in sorted(name for where, name in empty if where == table):
            yield _empty(contract.tables[table].by_name[name], counted_cells.rows, shape)
        for counted in counted_cells.counts:
            column = counted.check.column
            told = (table, column.name) in empty and counted.check.kind == "paakrevd"
            if not counted.fails or told:
                continue
            if counted.check.kind == "fremmed":
                assert column.references is not None
                if cells[column.references[0]].rows and column.references not in empty:
                    broken.setdefault(column.references, []).append(counted)
                continue
            yield _told(counted, survey.register, shape, contract, published)
    for target, found in sorted(broken.items()):
        yield from _broken_references(target, found, survey)


def _empty_columns(
    cells: dict[str, Cells], survey: Survey, contract: Contract
) -> Iterator[tuple[str, str]]:
    for table, counted in cells.items():
        for column in contract.tables[table].columns:
            if counted.rows and column.column_required and counted.filled.get(column.name) == 0:
                yield table, column.name


def _empty(column: Column, rows: int, shape: Shape) -> Deviation:
    severity: Severity = "feil" if column.value_required else "advarsel"
    return Deviation(
        "kolonne_tom", severity, column.table, column.name, shape.file.name, rows, rows
    )


def _told(
    counted: Count, register: Register, shape: Shape, contract: Contract, published: set[str]
) -> Deviation:
    check, column = counted.check, counted.check.column
    severe = counted.systematic
    named: dict[str, dict[str, int]] = {}
    values: dict[str, str | int] = {}
    if check.kind == "kode":
        assert column.code_list is not None
        known = [code.code for code in contract.code_lists[column.code_list].codes]
        found = codes.named(codes.unlisted(register, column, known), published)
        named = {"nye": found}
        severe = severe or codes.is_new_code(found, counted.applies)
    elif check.kind in _UNREADABLE:
        values = {"form": _form(register, column, counted.fails)}
    return Deviation(
        check.kind,
        "feil" if severe else "advarsel",
        column.table,
        column.name,
        shape.file.name,
        counted.fails,
        counted.applies,
        values,
        named_codes=named,
    )


def _form(register: Register, column: Column, of: int) -> str:
    """The form most unreadable values have, digits as 9 and letters as a: 99/99/9999."""
    found = register.connection.execute(
        "SELECT regexp_replace(regexp_replace(verdi, '[0-9]', '9', 'g'), '\\p{L}', 'a', 'g'), "
        f"count(*) FROM raa.uleste WHERE tabell = {literal(column.table)} "
        f"AND kolonne = {literal(column.name)} GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    ).fetchall()
    if not found:
        return ""
    form, rows = found[0]
    alike = rows >= codes.FEWEST_ROWS and rows >= _MOST_ALIKE * of
    return str(form) if alike and len(form) <= _LONGEST_FORM and "9" in form else ""


def _broken_references(
    target: tuple[str, str], found: list[Count], survey: Survey
) -> Iterator[Deviation]:
    """References that lead nowhere: where several do, the key they point at has changed."""
    changed = [counted for counted in found if counted.systematic]
    if len(changed) > 1:
        columns = ", ".join(counted.check.column.qualified for counted in changed)
        yield Deviation(
            "noekkel_byttet",
            "feil",
            *target,
            survey.shapes[target[0]].file.name,
            sum(counted.fails for counted in changed),
            sum(counted.applies for counted in changed),
            {"kolonner": columns, "antall": len(changed)},
        )
    for counted in found:
        if counted in changed and len(changed) > 1:
            continue
        column = counted.check.column
        yield Deviation(
            "fremmed",
            "feil" if counted.systematic else "advarsel",
            column.table,
            column.name,
            survey.shapes[column.table].file.name,
            counted.fails,
            counted.applies,
            {"maal": ".".join(target)},
        )
