"""What has changed since the extract before: rows, keys, columns and codes in use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from nircheck.contract import Contract, Table
from nircheck.engine.structure import Bounds
from nircheck.gate import codes
from nircheck.gate.deviation import SYSTEMATIC, Deviation
from nircheck.ingest import Survey
from nircheck.sql import quoted

FEWEST_ROWS = 20
"""A table with fewer rows than these is not compared: it goes up and down as people come and go."""
_WITHIN = (0.8, 1.25)
_FAR_BEYOND = (0.5, 2.0)


def bounds(previous: Survey | None, contract: Contract) -> dict[str, Bounds]:
    """Between which numbers the rows of each table may be, as the extract before had them."""
    if previous is None:
        return {}
    rows = {name: previous.register.rows(name) for name in previous.shapes}
    return {
        name: (int(number * _WITHIN[0]), int(number * _WITHIN[1]))
        for name, number in rows.items()
        if name in contract.tables and number >= FEWEST_ROWS
    }


def rows_changed(table: str, survey: Survey, previous: Survey) -> Deviation:
    """A table that has far fewer or far more rows than it had."""
    before, now = previous.register.rows(table), survey.register.rows(table)
    far = not before * _FAR_BEYOND[0] <= now <= before * _FAR_BEYOND[1]
    return Deviation(
        "rader",
        "feil" if far else "advarsel",
        table,
        file=survey.shapes[table].file.name,
        rows=now,
        values={"foer": before},
    )


def deviations(survey: Survey, previous: Survey, contract: Contract) -> Iterator[Deviation]:
    """Columns that have come, keys that are others, and codes that are no longer in use."""
    for table in contract.tables.values():
        if table.name not in survey.shapes:
            continue
        shape = survey.shapes[table.name]
        if table.name not in previous.shapes:
            yield Deviation("tabell_ny", "info", table.name, file=shape.file.name)
            continue
        before = previous.shapes[table.name].columns
        for name in (c.name for c in table.columns if c.name in shape.columns - before):
            if name not in previous.shapes[table.name].renamings.sure:
                yield Deviation("kolonne_igjen", "info", table.name, name, shape.file.name)
        yield from _keys(table, survey, previous)
        for column in table.columns:
            if column.code_list and column.name in shape.columns & before:
                known = {code.code for code in contract.code_lists[column.code_list].codes}
                was = codes.used(previous.register, column, known)
                now = codes.used(survey.register, column, known)
                changed = _codes(was, now)
                if changed:
                    rows = sum(changed["borte"].values())
                    heavy = rows > SYSTEMATIC * sum(was.values())
                    yield Deviation(
                        "kode_bruk",
                        "advarsel" if heavy else "info",
                        table.name,
                        column.name,
                        shape.file.name,
                        named_codes=changed,
                    )


def _codes(was: dict[str, int], now: dict[str, int]) -> dict[str, dict[str, int]]:
    """Codes used by several rows in one of the extracts, and by none in the other."""
    fewest = codes.FEWEST_ROWS
    new = {code: rows for code, rows in now.items() if code not in was and rows >= fewest}
    gone = {code: rows for code, rows in was.items() if code not in now and rows >= fewest}
    return {"nye": new, "borte": gone} if new or gone else {}


def _keys(table: Table, survey: Survey, previous: Survey) -> Iterator[Deviation]:
    """Whether hardly any row of the extract before is found again under its key."""
    key = table.key.name
    both = (survey, previous)
    if any(key not in one.shapes[table.name].columns for one in both):
        return
    query = f"SELECT DISTINCT {quoted(key)} AS n FROM typet.{table.name} WHERE n IS NOT NULL"
    before = previous.register.connection.sql(query).to_arrow_table()
    if before.num_rows < FEWEST_ROWS or survey.register.rows(table.name) < FEWEST_ROWS:
        return
    connection = survey.register.connection
    connection.register("foer", before)
    ((again,),) = connection.execute(
        f"SELECT count(*) FROM ({query}) AS n SEMI JOIN foer AS f ON f.n = n.n"
    ).fetchall()
    connection.unregister("foer")
    if again < SYSTEMATIC * before.num_rows:
        yield Deviation(
            "noekler_nye",
            "feil",
            table.name,
            key,
            survey.shapes[table.name].file.name,
            again,
            before.num_rows,
        )


def merged(found: list[Deviation]) -> list[Deviation]:
    """A column whose codes are others is told of once: with those that came and those that went."""
    use = {d.place: d for d in found if d.kind == "kode_bruk"}
    unlisted = {d.place for d in found if d.kind == "kode"}
    return [
        replace(d, named_codes=d.named_codes | {"borte": use[d.place].named_codes["borte"]})
        if d.kind == "kode" and d.place in use
        else d
        for d in found
        if not (d.kind == "kode_bruk" and d.place in unlisted)
    ]
