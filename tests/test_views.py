"""The derived tables: what they compute, and where each of their columns comes from."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extracts import DAY, EXPECTATIONS
from nircheck import contract
from nircheck.contract import REFERENCE_COLUMNS, ROW_COLUMNS, Contract
from nircheck.errors import RuleBookError
from nircheck.rulebook import RuleBook
from nircheck.sql import Views, bind, load_views, quoted
from nircheck.sql.lineage import Origin

CONTRACT = contract.load(EXPECTATIONS)
VIEWS = load_views(EXPECTATIONS, CONTRACT)

Row = dict[str, object]
Permisjon = tuple[date | None, date | None, str | None, str | None]


class Basis:
    """The tables that views read, empty until a test fills them."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("CREATE SCHEMA basis")
        for table in CONTRACT.tables.values():
            kinds = {column.name: column.sql_type for column in table.columns} | ROW_COLUMNS
            listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in kinds.items())
            self.connection.execute(f"CREATE TABLE basis.{table.name} ({listed})")
        self.connection.execute("CREATE SCHEMA referanse")
        for name, columns in REFERENCE_COLUMNS.items():
            listed = ", ".join(f"{column} {kind}" for column, kind in columns.items())
            self.connection.execute(f"CREATE TABLE referanse.{name} ({listed})")
        for view in VIEWS.ordered:
            sql = bind(view.sql, DAY)
            self.connection.execute(f"CREATE VIEW {quoted(view.name)} AS {sql}")

    def fill(self, table: str, *rows: Row) -> None:
        self.connection.execute(f"DELETE FROM basis.{table}")
        for number, row in enumerate(rows):
            key = row.get(CONTRACT.tables[table].key.name)
            cells = {"rad": number, "noekkel": key, "forekomst": 1} | row
            marks = ", ".join("?" * len(cells))
            self.connection.execute(
                f"INSERT INTO basis.{table} ({', '.join(cells)}) VALUES ({marks})",
                list(cells.values()),
            )

    def one(self, view: str, *columns: str) -> Any:
        """The columns of the only row there is."""
        listed = ", ".join(columns)
        (row,) = self.connection.execute(f"SELECT {listed} FROM {view}").fetchall()
        return row if len(columns) > 1 else row[0]


@pytest.fixture
def basis() -> Iterator[Basis]:
    made = Basis()
    yield made
    made.connection.close()


# Days of permisjon and length.

SHARED = Basis()
near = st.dates(date(2024, 1, 1), date(2024, 7, 31))
permisjoner = st.tuples(
    st.one_of(st.none(), near),
    st.one_of(st.none(), near),
    st.sampled_from([None, "PR1", "PR1", "PR2"]),
    st.sampled_from([None, None, None, "N1"]),
)


def days_away(start: date | None, end: date | None, periods: list[Permisjon]) -> int:
    """Every day of the programme that some permisjon of it covers, each counted once."""
    days = set()
    for first, last, program, norsk in periods:
        if program != "PR1" and (program is not None or norsk is not None):
            continue
        if first and start:
            day = max(first, start)
            while day <= min(last or DAY, end or DAY, DAY):
                days.add(day)
                day += timedelta(days=1)
    return len(days)


def d(month: int, day: int) -> date:
    return date(2024, month, day)


def away(*periods: tuple[date, date | None]) -> list[Permisjon]:
    return [(first, last, "PR1", None) for first, last in periods]


@settings(max_examples=100)
@given(st.one_of(st.none(), near), st.one_of(st.none(), near), st.lists(permisjoner, max_size=6))
@example(d(1, 1), None, away((d(2, 1), d(2, 10)), (d(2, 5), d(2, 20))))  # overlap
@example(d(1, 1), None, away((d(2, 1), d(2, 28)), (d(2, 5), d(2, 10)), (d(2, 20), d(3, 5))))  # in
@example(d(1, 1), None, away((d(2, 1), d(2, 10)), (d(2, 11), d(2, 20))))  # touch
@example(d(1, 1), None, away((d(2, 1), d(2, 10)), (d(2, 10), d(2, 10))))  # the same day
@example(d(1, 1), None, away((d(6, 1), None), (d(6, 15), None)))  # open
@example(d(2, 1), d(3, 1), away((d(1, 1), d(4, 1))))  # beyond both ends
@example(d(2, 1), None, away((d(2, 10), d(2, 9))))  # turned round
@example(d(2, 1), None, away((d(6, 1), d(12, 31))))  # still to come
@example(d(2, 1), None, [(d(2, 1), d(2, 5), None, None), (d(2, 1), d(2, 5), None, "N1")])
def test_each_day_of_permisjon_counts_once(
    start: date | None, end: date | None, periods: list[Permisjon]
) -> None:
    SHARED.fill("person", {"person_id": "P1"})
    SHARED.fill(
        "program",
        {"program_id": "PR1", "person_id": "P1", "startdato": start, "sluttdato": end},
    )
    names = ("permisjon_id", "person_id", "fra_dato", "til_dato", "program_id", "norsk_id")
    rows: list[Row] = [
        dict(zip(names, (f"M{n}", "P1", *p), strict=True)) for n, p in enumerate(periods)
    ]
    SHARED.fill("permisjon", *rows)

    found = SHARED.one("program", "perm_dager")

    assert found == days_away(start, end, periods)


def test_permisjon_of_another_person_is_not_counted(basis: Basis) -> None:
    basis.fill("program", {"program_id": "PR1", "person_id": "P1", "startdato": d(1, 1)})
    basis.fill(
        "permisjon",
        {"permisjon_id": "M1", "person_id": "P2", "fra_dato": d(2, 1), "til_dato": d(2, 9)},
    )

    assert basis.one("program", "perm_dager") == 0


@pytest.mark.parametrize(
    ("start", "end", "permisjon", "months"),
    [
        (date(2022, 6, 30), None, None, 24),
        (date(2022, 7, 1), None, None, 23),
        (date(2022, 6, 30), None, (d(6, 30), d(6, 30)), 23),  # a day less, a month less
        (date(2022, 6, 30), d(3, 30), None, 21),
        (date(2022, 6, 30), d(3, 29), None, 20),
        (date(2022, 6, 30), d(7, 30), None, 24),  # ends ahead: so far
        (date(2024, 7, 1), None, None, 0),  # starts ahead
        (d(6, 1), None, (d(6, 1), None), 0),
    ],
)
def test_the_length_is_in_whole_months_without_permisjon(
    basis: Basis,
    start: date,
    end: date | None,
    permisjon: tuple[date, date | None] | None,
    months: int,
) -> None:
    program = {"program_id": "PR1", "person_id": "P1", "startdato": start, "sluttdato": end}
    basis.fill("program", program)
    if permisjon:
        row = {"permisjon_id": "M1", "person_id": "P1", "program_id": "PR1"}
        basis.fill("permisjon", row | {"fra_dato": permisjon[0], "til_dato": permisjon[1]})

    assert basis.one("program", "lengde_mnd") == months


@pytest.mark.parametrize(
    ("end", "reason", "ended", "really"),
    [
        (DAY, "ARBEID", True, True),
        (DAY + timedelta(days=1), "ARBEID", False, False),
        (None, "ARBEID", False, False),
        (DAY, None, True, False),
        (DAY, "IKKE_REGISTRERT", True, False),
    ],
)
def test_ended_is_by_the_extract_date_and_really_ended_has_a_reason(
    basis: Basis, end: date | None, reason: str | None, ended: bool, really: bool
) -> None:
    basis.fill("program", {"program_id": "PR1", "sluttdato": end, "avslutningsaarsak": reason})

    assert basis.one("program", "avsluttet", "ekte_avsluttet") == (ended, really)


def test_a_tiltak_knows_its_programme_and_both_its_ends_count(basis: Basis) -> None:
    basis.fill(
        "program", {"program_id": "PR1", "lov": "INTRO", "startdato": d(1, 1), "sluttdato": d(3, 1)}
    )
    basis.fill(
        "tiltak",
        {"tiltak_id": "T1", "program_id": "PR1", "startdato": d(1, 1), "stoppdato": d(1, 31)},
    )

    found = basis.one(
        "tiltak", "program_startdato", "program_sluttdato", "program_avsluttet", "lov",
        "varighet_dager",
    )  # fmt: skip

    assert found == (d(1, 1), d(3, 1), True, "INTRO", 31)


def test_a_row_that_points_at_nobody_is_kept_and_its_law_is_unknown(basis: Basis) -> None:
    tables = [name for name in VIEWS.for_rules if name in CONTRACT.tables]
    for table in tables:
        basis.fill(table, {CONTRACT.tables[table].key.name: "X1"})

    assert {table: basis.one(table, "regime") for table in tables} == dict.fromkeys(
        tables, "UKJENT"
    )


def test_a_repeated_person_does_not_double_the_rows_that_point_at_her(basis: Basis) -> None:
    persons: list[Row] = [{"person_id": "P1", "forekomst": n, "noekkel": f"P{n}"} for n in (1, 2)]
    basis.fill("person", *persons)
    basis.fill("program", {"program_id": "PR1", "person_id": "P1"})
    basis.fill("tiltak", {"tiltak_id": "T1", "program_id": "PR1", "person_id": "P1"})
    basis.fill("vedtak", {"vedtak_id": "V1", "program_id": "PR1", "person_id": "P1"})

    for view in ("program", "tiltak", "vedtak"):
        assert basis.one(view, "count(*)") == 1


def test_a_repeated_programme_does_not_double_its_tiltak(basis: Basis) -> None:
    programs: list[Row] = [
        {"program_id": "PR1", "forekomst": n, "noekkel": f"PR1#{n}"} for n in (1, 2)
    ]
    basis.fill("program", *programs)
    basis.fill("tiltak", {"tiltak_id": "T1", "program_id": "PR1"})

    assert basis.one("tiltak", "count(*)") == 1


def test_a_kommune_has_its_counts(basis: Basis) -> None:
    long_ago, lately = date(2024, 4, 29), date(2024, 4, 30)
    ends = {"PR1": long_ago, "PR2": long_ago, "PR3": lately, "PR4": None}
    same = {"person_id": "P1", "kommunenummer_gjeldende": "4204"}
    programs: list[Row] = [same | {"program_id": k, "sluttdato": end} for k, end in ends.items()]
    basis.fill("program", *programs)
    tiltak: list[Row] = [{"tiltak_id": key, "program_id": "PR1"} for key in ("T1", "T2")]
    basis.fill("tiltak", *tiltak)

    found = basis.one(
        "kommune", "noekkel", "antall_program", "antall_personer", "antall_avsluttet",
        "antall_avsluttet_forfalt", "antall_avsluttet_uten_tiltak", "antall_tiltak",
    )  # fmt: skip

    assert found == ("4204", 4, 1, 3, 2, 1, 2)


# Where columns come from.


def origin(view: str, column: str) -> Origin:
    return VIEWS.by_name[view].origins[column]


def marks(view: str, column: str) -> set[str]:
    return set(VIEWS.by_name[view].unread_marks(column, CONTRACT))


@pytest.mark.parametrize(
    ("view", "column", "shown"),
    [
        ("program", "startdato", "program.startdato"),
        ("program", "foedselsdato", "person.foedselsdato"),  # through two CTEs
        ("tiltak", "program_sluttdato", "program.sluttdato"),  # through another view
        ("program", "lengde_mnd", None),
        ("program", "regime", None),
        ("tiltak", "varighet_dager", None),
        ("kommune", "antall_program", None),
    ],
)
def test_a_column_shows_the_one_it_repeats_and_no_other(
    view: str, column: str, shown: str | None
) -> None:
    assert VIEWS.by_name[view].shows(column) == shown


def test_a_computed_column_knows_everything_it_is_made_from() -> None:
    assert origin("tiltak", "regime").columns == {
        "person.oppholdsgrunnlag", "person.innvilget_dato", "person.ankomst_dato",
        "program.startdato",
    }  # fmt: skip
    assert origin("program", "lengde_mnd").columns >= {
        "program.startdato", "program.sluttdato", "permisjon.fra_dato", "permisjon.til_dato"
    }  # fmt: skip


def test_an_unreadable_value_is_marked_on_every_column_that_rests_on_it() -> None:
    assert marks("program", "sluttdato") == {"|program.sluttdato|"}
    assert marks("program", "ekte_avsluttet") == {
        "|program.sluttdato|", "|program.avslutningsaarsak|"
    }  # fmt: skip
    assert marks("tiltak", "program_sluttdato") == {"|program.sluttdato|"}
    assert marks("program", "foedselsdato") == {"|person.foedselsdato|"}
    assert marks("program", "alder_ved_innvilgelse") == {
        "|person.foedselsdato|", "|person.innvilget_dato|"
    }  # fmt: skip


def test_a_text_may_be_unreadable_and_other_tables_do_not_mark_the_row() -> None:
    assert marks("program", "avslutningsaarsak") == {"|program.avslutningsaarsak|"}
    assert marks("person", "foerste_start") == set()


def test_the_length_of_a_programme_is_unreadable_with_its_permisjon() -> None:
    length = {
        "|program.startdato|", "|program.sluttdato|", "|permisjon.fra_dato|", "|permisjon.til_dato|"
    }  # fmt: skip
    assert marks("program", "lengde_mnd") == length
    assert marks("program", "grense_dato") >= length
    assert marks("program", "perm_dager") == length
    assert marks("program", "forlenget_til") == {"|vedtak.gjelder_til|", "|vedtak.vedtakstype|"}
    assert marks("program", "antall_tiltak") == {"|tiltak.program_id|"}


def test_types_are_known_as_far_as_rules_and_messages_need_them(book: RuleBook) -> None:
    program = book.views.by_name["program"].types

    assert {name: program[name] for name in ("startdato", "regime", "avsluttet", "lov")} == {
        "startdato": "DATE", "regime": "TEXT", "avsluttet": "BOOLEAN", "lov": "TEXT"
    }  # fmt: skip
    assert {program[name] for name in ("perm_dager", "antall_tiltak", "lengde_mnd")} == {"BIGINT"}
    for view in book.views.for_rules.values():
        assert [c for c in view.columns if view.types[c] in ("", "UNKNOWN")] == [], view.name


def test_the_types_are_those_the_database_finds(basis: Basis) -> None:
    same = {"VARCHAR": "TEXT", "INTEGER": "INT", "HUGEINT": "BIGINT"}
    for view in VIEWS.ordered:
        described = basis.connection.execute(f"DESCRIBE {quoted(view.name)}").fetchall()
        found = {name: same.get(kind, kind) for name, kind, *_ in described}

        assert {n: kind.replace(", ", ",") for n, kind in view.types.items()} == found, view.name


def test_every_view_stands_after_those_it_reads() -> None:
    order = [view.name for view in VIEWS.ordered]

    assert order.index("_program_permisjon") < order.index("program") < order.index("tiltak")
    assert not any(name.startswith("_") for name in VIEWS.for_rules)


# Mistakes in a view.

EVERY = "noekkel, person_id, kommunenummer_gjeldende, bydel_gjeldende, fil, linje, ulest"
ALL = ", ".join(f"b.{name.strip()}" for name in EVERY.split(","))


def loaded(folder: Path, text: str, name: str = "ny", known: Contract = CONTRACT) -> Views:
    shutil.copytree(EXPECTATIONS / "_views", folder / "_views")
    (folder / "_views" / f"{name}.sql").write_text(text, encoding="utf-8", newline="\n")
    return load_views(folder, known)


def test_a_star_is_spelt_out_except_what_is_made_anew(tmp_path: Path) -> None:
    text = "SELECT b.*, b.startdato AS ny, b.sluttdato AS startdato FROM basis.program AS b"

    view = loaded(tmp_path, text).by_name["ny"]

    assert view.columns[-2:] == ("ny", "startdato")
    assert set(view.columns) == {*CONTRACT.tables["program"].by_name, *ROW_COLUMNS, "ny"}
    assert (view.shows("ny"), view.shows("startdato")) == ("program.startdato", "program.sluttdato")
    assert "*" not in view.sql


def test_an_alias_may_stand_for_another_table_inside_a_cte(tmp_path: Path) -> None:
    text = (
        "WITH f AS (SELECT b.person_id, b.startdato AS start FROM basis.program AS b) "
        "SELECT b.*, f.start FROM basis.person AS b JOIN f ON f.person_id = b.person_id"
    )

    view = loaded(tmp_path, text).by_name["ny"]

    assert view.shows("foedselsdato") == "person.foedselsdato"
    assert view.shows("start") == "program.startdato"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("SELECT b.noekkel\nFROM basis.program AS b\nWHERE (", "3: Required keyword"),
        ("SELECT 'b", "1: Error tokenizing"),
        ("", "1: a view is one SELECT"),
        ("SELECT 1 AS a; SELECT 2 AS a", "1: a view is one SELECT"),
        ("DROP TABLE x", "1: a view is one SELECT"),
        (
            "SELECT b.rad FROM basis.program AS b UNION ALL SELECT b.rad FROM basis.tiltak AS b",
            "1: a view is one SELECT, without UNION",
        ),
        ("SELECT * FROM basis.program AS b", "1: say which table `*` is of"),
        ("SELECT c.* FROM basis.program AS b", "1: say which table `c.*` is of"),
        (
            f"SELECT {ALL}\nFROM basis.progrm AS b",
            "2: unknown table 'basis.progrm'; did you mean 'basis.program'?",
        ),
        ("SELECT p.*\nFROM progam AS p", "2: unknown table 'progam'; did you mean 'program'?"),
        (
            f"SELECT {ALL},\n  b.slutdato\nFROM basis.program AS b",
            "2: there is no column 'b.slutdato'; did you mean 'sluttdato'?",
        ),
        (
            f"SELECT {ALL}\nFROM basis.program AS b\nWHERE sluttdato IS NULL",
            "3: there is no column 'sluttdato'",
        ),
        (
            f"SELECT {ALL}, PLUSS_MND(b.startdato) AS x FROM basis.program AS b",
            "1: write PLUSS_MND(d, n); it was given 1",
        ),
        (
            "SELECT b.noekkel, b.person_id, b.fil FROM basis.program AS b",
            "1: a rule needs the columns bydel_gjeldende, kommunenummer_gjeldende, linje, ulest",
        ),
    ],
)
def test_a_mistake_in_a_view_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        loaded(tmp_path, text)

    assert str(caught.value).startswith(f"{tmp_path / '_views' / 'ny.sql'}:{said}")


def test_views_that_read_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    text = "SELECT p.program_id, p.antall_tiltak FROM program AS p"

    with pytest.raises(
        RuleBookError, match="program → _program_av_tiltak → _program_tiltak → program"
    ):
        loaded(tmp_path, text, "_program_tiltak")


def test_a_helper_need_not_have_what_rules_need(tmp_path: Path) -> None:
    views = loaded(tmp_path, "SELECT b.startdato FROM basis.program AS b", "_ny")

    assert views.by_name["_ny"].helper
    assert "_ny" not in views.for_rules
