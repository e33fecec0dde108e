"""The same ten checks with full listing of the rows, written by hand in one tool after the other.

Each tool is given the table in the form it likes best, in memory, before its clock starts. What is
asked of it is every row that is wrong, whole, once per check. Run as `ten_checks.py TOOL FILE`.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from measure import clocks, since

KINDS = ("NORSK", "FORBEREDENDE", "SPRAAKPRAKSIS")
ROWS = f"""
SELECT 'T' || i AS tiltak_id, 'P' || (i % 250000) AS program_id, 'N' || (i % 250000) AS person_id,
  CASE WHEN i % 997 = 0 THEN '9999' ELSE '0301' END AS kommunenummer,
  CASE i % 701 WHEN 0 THEN 'UKJENT' ELSE {list(KINDS)}[1 + i % 3] END AS tiltakstype,
  CASE WHEN i % 89 <> 0 THEN 'NORSK_SAMF' END AS tiltaksgruppe,
  CASE WHEN i % 50 <> 0 THEN CASE WHEN i % 1009 = 0 THEN DATE '2001-05-01'
    ELSE DATE '2022-06-01' + CAST(i % 900 AS INTEGER) END END AS startdato,
  CASE WHEN i % 20 <> 0 THEN DATE '2022-09-01' + CAST(i % 1000 AS INTEGER) END AS stoppdato,
  CASE WHEN i % 10 <> 0 THEN CASE WHEN i % 503 = 0 THEN 0.0 WHEN i % 607 = 0 THEN 50.0
    ELSE (i % 75) / 2.0 + 0.5 END END AS timer_per_uke
FROM range({{rows}}) AS t(i)
"""
IN_SQL = {
    "startdato_mangler": "startdato IS NULL",
    "stoppdato_mangler": "stoppdato IS NULL",
    "stopp_foer_start": "stoppdato < startdato",
    "timer_mangler": "timer_per_uke IS NULL",
    "for_mange_timer": "timer_per_uke > 37.5",
    "ingen_timer": "timer_per_uke <= 0",
    "ukjent_type": f"tiltakstype NOT IN {KINDS}",
    "gruppe_mangler": "tiltaksgruppe IS NULL",
    "for_tidlig": "startdato < DATE '2004-09-01'",
    "galt_nummer": "NOT regexp_full_match(kommunenummer, '[0-8][0-9]{3}')",
}
Checked = Callable[[], int]
"""Runs the checks; how many rows were listed, all checks together."""


def with_duckdb(file: Path) -> Checked:
    """A bare script: the rows themselves, marked with the check."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"CREATE TABLE tiltak AS FROM '{file}'")
    parts = [f"SELECT '{name}' AS check, * FROM tiltak WHERE {sql}" for name, sql in IN_SQL.items()]
    return lambda: int(connection.sql(" UNION ALL ".join(parts)).to_arrow_table().num_rows)


def with_polars(file: Path) -> Checked:
    """A bare script with one lazy filter per check."""
    from datetime import date

    import polars as pl

    frame, day = pl.read_parquet(file), date(2004, 9, 1)
    start, stop, hours = pl.col("startdato"), pl.col("stoppdato"), pl.col("timer_per_uke")
    checks = [
        start.is_null(), stop.is_null(), stop < start, hours.is_null(), hours > 37.5, hours <= 0,
        ~pl.col("tiltakstype").is_in(KINDS), pl.col("tiltaksgruppe").is_null(), start < day,
        ~pl.col("kommunenummer").str.contains("^[0-8][0-9]{3}$"),
    ]  # fmt: skip
    return lambda: sum(
        found.height for found in pl.collect_all([frame.lazy().filter(c) for c in checks])
    )


def with_pandas(file: Path) -> Checked:
    """A bare script with one mask per check."""
    import pandas as pd

    frame, day = _frame(file), pd.Timestamp(2004, 9, 1)

    def run() -> int:
        start, stop, hours = frame["startdato"], frame["stoppdato"], frame["timer_per_uke"]
        masks = [
            start.isna(), stop.isna(), stop < start, hours.isna(), hours > 37.5, hours <= 0,
            ~frame["tiltakstype"].isin(KINDS), frame["tiltaksgruppe"].isna(), start < day,
            ~frame["kommunenummer"].str.fullmatch("[0-8][0-9]{3}"),
        ]  # fmt: skip
        return sum(len(frame[mask]) for mask in masks)

    return run


def with_pandera(file: Path) -> Checked:
    """A schema over the pandas frame, validated to the end; failure cases name the rows."""
    import pandas as pd
    import pandera.pandas as pa

    frame, day = _frame(file), pd.Timestamp(2004, 9, 1)
    schema = pa.DataFrameSchema(
        {
            "startdato": pa.Column(nullable=False, checks=pa.Check.ge(day)),
            "stoppdato": pa.Column(nullable=False),
            "timer_per_uke": pa.Column(nullable=False, checks=[pa.Check.le(37.5), pa.Check.gt(0)]),
            "tiltakstype": pa.Column(checks=pa.Check.isin(KINDS)),
            "tiltaksgruppe": pa.Column(nullable=False),
            "kommunenummer": pa.Column(checks=pa.Check.str_matches("^[0-8][0-9]{3}$")),
        },
        checks=pa.Check(lambda df: ~(df["stoppdato"] < df["startdato"])),
    )

    def run() -> int:
        try:
            schema.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as wrong:
            cases = wrong.failure_cases
            over_rows = cases["schema_context"] == "DataFrameSchema"
            return int((~over_rows).sum()) + int(cases[over_rows]["index"].nunique())
        return 0

    return run


def with_pointblank(file: Path) -> Checked:
    """A validation over the polars frame, with every failing row extracted."""
    from datetime import date

    import pointblank as pb
    import polars as pl

    frame = pl.read_parquet(file)

    def run() -> int:
        plan = (
            pb.Validate(frame)
            .col_vals_not_null(["startdato", "stoppdato", "timer_per_uke", "tiltaksgruppe"])
            .col_vals_ge("stoppdato", pb.col("startdato"), na_pass=True)
            .col_vals_le("timer_per_uke", 37.5, na_pass=True)
            .col_vals_gt("timer_per_uke", 0, na_pass=True)
            .col_vals_in_set("tiltakstype", list(KINDS))
            .col_vals_ge("startdato", date(2004, 9, 1), na_pass=True)
            .col_vals_regex("kommunenummer", "^[0-8][0-9]{3}$")
            .interrogate(extract_limit=10**9)
        )
        return sum(len(rows) for rows in plan.get_data_extracts().values() if rows is not None)

    return run


def with_gx(file: Path) -> Checked:
    """The native expectations of great_expectations on pandas, with complete results."""
    import os

    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    import great_expectations.expectations as gxe
    import pandas as pd

    frame, day = _frame(file), pd.Timestamp(2004, 9, 1)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("bench").add_dataframe_asset("tiltak")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(
        name="ten",
        expectations=[
            gxe.ExpectColumnValuesToNotBeNull(column="startdato"),
            gxe.ExpectColumnValuesToNotBeNull(column="stoppdato"),
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                column_A="stoppdato", column_B="startdato", or_equal=True,
                ignore_row_if="either_value_is_missing",
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="timer_per_uke"),
            gxe.ExpectColumnValuesToBeBetween(column="timer_per_uke", max_value=37.5),
            gxe.ExpectColumnValuesToBeBetween(
                column="timer_per_uke", min_value=0, strict_min=True
            ),
            gxe.ExpectColumnValuesToBeInSet(column="tiltakstype", value_set=list(KINDS)),
            gxe.ExpectColumnValuesToNotBeNull(column="tiltaksgruppe"),
            gxe.ExpectColumnValuesToBeBetween(column="startdato", min_value=day),
            gxe.ExpectColumnValuesToMatchRegex(column="kommunenummer", regex="^[0-8][0-9]{3}$"),
        ],
    )  # fmt: skip

    def run() -> int:
        told = batch.validate(suite, result_format={"result_format": "COMPLETE"})
        return sum(len(r.result["unexpected_index_list"] or []) for r in told.results)

    return run


def with_frictionless(file: Path) -> Checked:
    """A schema with constraints and one check of two columns, every error listed."""
    from frictionless import Checklist, Resource, Schema, checks

    rows = [
        {name: None if value is None else str(value) for name, value in row.items()}
        for row in _arrow(file).to_pylist()
    ]
    fields: list[dict[str, Any]] = [
        {"name": name, "type": "string"} for name in ("tiltak_id", "program_id", "person_id")
    ]
    fields += [
        {"name": "kommunenummer", "type": "string", "constraints": {"pattern": "[0-8][0-9]{3}"}},
        {"name": "tiltakstype", "type": "string", "constraints": {"enum": list(KINDS)}},
        {"name": "tiltaksgruppe", "type": "string", "constraints": {"required": True}},
        {
            "name": "startdato", "type": "date",
            "constraints": {"required": True, "minimum": "2004-09-01"},
        },
        {"name": "stoppdato", "type": "date", "constraints": {"required": True}},
        {
            "name": "timer_per_uke", "type": "number",
            "constraints": {"required": True, "maximum": "37.5", "minimum": "0.001"},
        },
    ]  # fmt: skip
    schema = Schema.from_descriptor({"fields": fields})
    order = checks.row_constraint(
        formula="stoppdato is None or startdato is None or stoppdato >= startdato"
    )

    def run() -> int:
        report = Resource(data=rows, schema=schema).validate(
            Checklist(checks=[order]), limit_errors=10**9
        )
        return sum(len(task.errors) for task in report.tasks)

    return run


def with_nircheck(file: Path) -> Checked:
    """Ten rules of our own, judged as all rules are: with ids, messages, counts per kommune."""
    from nircheck.engine import judge

    made, rules = _register(file)

    def run() -> int:
        said = judge(made, rules)
        made.connection.execute("DROP SCHEMA dom CASCADE")
        assert not said.failed and not said.not_run, (said.failed, said.not_run)
        return int(said.findings.num_rows)

    return run


def with_nircheck_for_rows(file: Path) -> Checked:
    """What those rules ask, asked for the rows and nothing else, as every other tool is."""
    made, rules = _register(file)
    names = ", ".join(_arrow(file).column_names)
    query = " UNION ALL ".join(
        f"SELECT '{c.rule.id}' AS regel, {names} FROM {c.source} "
        f"WHERE {c.predicates.applies} AND ({c.predicates.fails})"
        for c in rules
    )
    return lambda: int(made.connection.sql(query).to_arrow_table().num_rows)


def _register(file: Path) -> tuple[Any, list[Any]]:
    """The table as a register, and the ten checks as rules."""
    from datetime import date

    from nircheck import resources, rulebook
    from nircheck.contract import kommuner
    from nircheck.register import Register
    from nircheck.rulebook.compile import compile_rule
    from nircheck.rulebook.model import Grade

    book, day = rulebook.load(resources.expectations()), date(2026, 10, 31)
    made = Register.open(book.contract, book.views, kommuner.load(book.folder, day), day)
    made.stage(
        "tiltak",
        f"SELECT * REPLACE (startdato::VARCHAR AS startdato, stoppdato::VARCHAR AS stoppdato, "
        f"timer_per_uke::VARCHAR AS timer_per_uke), 'tiltak.csv' AS fil, "
        f"row_number() OVER () + 1 AS linje FROM '{file}'",
    )
    made.delivered["tiltak"] = set(_arrow(file).column_names)
    made.build(["tiltak"])
    like = next(c.rule for c in book.rules if c.rule.table == "tiltak" and not c.rule.suppressed_by)
    rules = [
        compile_rule(
            like.model_copy(
                update={
                    "id": f"NIR-{900 + at}", "regimes": "ALLE",
                    "applies": "TRUE", "fails": _ours(name, sql),
                    "severity": [Grade(severity="feil")], "needs": ["tiltak"], "plant": None,
                    "valid": like.valid.model_copy(update={"by": None, "from_": None, "to": None}),
                    "fields": ["tiltakstype", "startdato", "stoppdato"],
                    "message": like.message.model_copy(update=dict.fromkeys(("nb", "nn"), name)),
                }
            ), "tiltak", book.views, book.contract,
        )
        for at, (name, sql) in enumerate(IN_SQL.items())
    ]  # fmt: skip
    return made, rules


def _ours(name: str, sql: str) -> str:
    """The check in the part of SQL that rules may use."""
    return "kommunenummer >= '9'" if name == "galt_nummer" else sql


def _arrow(file: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(file)


def _frame(file: Path) -> Any:
    import pandas as pd

    frame = pd.read_parquet(file)
    return frame.assign(**{n: pd.to_datetime(frame[n]) for n in ("startdato", "stoppdato")})


TOOLS: dict[str, Callable[[Path], Checked]] = {
    "nircheck": with_nircheck,
    "nircheck, the rows alone": with_nircheck_for_rows,
    "DuckDB, bare": with_duckdb,
    "polars, bare": with_polars,
    "pandas": with_pandas,
    "pandera": with_pandera,
    "pointblank": with_pointblank,
    "frictionless": with_frictionless,
    "great_expectations, native": with_gx,
}


def main() -> None:
    """Run one tool so many times, or so long, and say what each time cost."""
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool", choices=TOOLS)
    parser.add_argument("file", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    checked = TOOLS[asked.tool](asked.file)
    costs, listed = [], 0
    for _ in range(asked.rounds):
        start = clocks()
        listed = checked()
        costs.append(since(start, clocks()))
    sys.stdout.write("\n" + json.dumps({"costs": costs, "listed": listed}) + "\n")


if __name__ == "__main__":
    main()
