"""The rows that hang on a finding, as the text of their cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from nircheck.errors import UsageError
from nircheck.register import Register
from nircheck.sql import quoted

Cells = dict[str, str]


@dataclass(frozen=True)
class Row:
    """A row of a table; the cells that hold something."""

    table: str
    cells: Cells
    defect: bool = False


def rows_of(register: Register, table: str, key: str) -> list[Row]:
    """The row a finding is on, and whatever else there is of that person."""
    run = register.connection.execute
    columns = register.contract.tables[table].by_name
    person = "person_id" if "person_id" in columns else "NULL"
    at = run(f"SELECT rad, {person} FROM typet.{quoted(table)} WHERE noekkel = ?", [key]).fetchall()
    if not at:
        raise UsageError("no such row in the extract; is it the one that the run was made of?")
    place, who = at[0]
    found: list[Row] = []
    for name in sorted(register.delivered):
        held = [c for c in register.contract.tables[name].by_name if c in register.delivered[name]]
        listed = ", ".join(f"r.{quoted(column)}" for column in held)
        ties = _hangs_on("t", held)
        query = (
            f"SELECT t.rad, {listed} FROM raa.{quoted(name)} AS r "
            f"JOIN typet.{quoted(name)} AS t ON t.rad = r.rowid "
            f"WHERE {ties} OR (? AND t.rad = ?) ORDER BY 1"
        )
        own = name == table
        values: list[Any] = [who] * ties.count("?") + [own, place]
        for number, *texts in run(query, values).fetchall():
            cells = {c: text for c, text in zip(held, texts, strict=True) if text}
            found.append(Row(name, cells, own and number == place))
    return found


def _hangs_on(row: str, columns: list[str]) -> str:
    """By person, or by a programme of the person."""
    ties = []
    if "person_id" in columns:
        ties.append(f"{row}.person_id = ?")
    if "program_id" in columns:
        mine = "SELECT program_id FROM typet.program WHERE person_id = ?"
        ties.append(f"{row}.program_id IN ({mine})")
    return "(" + (" OR ".join(ties) or "FALSE") + ")"
