"""Extracts that are not as they should be, each with what the gate must say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from extracts import DAY, Extract, Row, write_csv
from nircheck.rulebook import RuleBook

Tables = dict[str, list[Row]]
Change = Callable[[Tables, Path], None]
PEOPLE = 30


@dataclass(frozen=True)
class Case:
    """A change, and what must be told: (check, severity) for each deviation, and what is gone."""

    name: str
    change: Change
    told: dict[str, str]
    gone: tuple[str, ...] = ()
    with_previous: bool = False
    codes: dict[str, dict[str, int]] = field(default_factory=dict)


def clean(book: RuleBook) -> Tables:
    """Thirty people with a programme, a tiltak and a permisjon each, as every case begins."""
    extract = Extract()
    for number in range(PEOPLE):
        ended = {"sluttdato": "2024-05-31", "avslutningsgruppe": "AVSLUTTET",
                 "avslutningsaarsak": "ARBEID"}  # fmt: skip
        program = extract.participant("INT", **(ended if number % 2 else {}))
        extract.add(
            "permisjon", program_id=program, person_id=f"PE{number + 1}", fra_dato="2023-02-01",
            til_dato="2023-02-20", aarsak="SYKDOM_BARN",
        )  # fmt: skip
    return {
        table: [{name: row.get(name, "") for name in extract.columns(table, book)} for row in rows]
        for table, rows in extract.tables.items()
    }


def written(tables: Tables, folder: Path, book: RuleBook) -> Path:
    """The tables as an extract."""
    folder.mkdir(parents=True, exist_ok=True)
    toml = f'kontrakt = "nir-uttrekk/1.0"\nuttrekksdato = {DAY}\npopulasjon = "nasjonal"\n'
    (folder / "uttrekk.toml").write_text(toml, encoding="utf-8")
    for table, rows in tables.items():
        names = list(rows[0]) if rows else list(book.contract.tables[table].by_name)
        write_csv(folder / f"{table}.csv", names, rows)
    return folder


def drop(table: str, *columns: str) -> Change:
    def change(tables: Tables, _: Path) -> None:
        tables[table] = [
            {k: v for k, v in row.items() if k not in columns} for row in tables[table]
        ]

    return change


def rename(table: str, old: str, new: str) -> Change:
    def change(tables: Tables, _: Path) -> None:
        tables[table] = [
            {(new if k == old else k): v for k, v in row.items()} for row in tables[table]
        ]

    return change


def rewrite(
    table: str, column: str, value: Callable[[str, int], str], rows: int = PEOPLE
) -> Change:
    """Other values in the first rows of a column; an empty value stays empty."""

    def change(tables: Tables, _: Path) -> None:
        for number, row in enumerate(tables[table][:rows]):
            row[column] = value(row[column], number)

    return change


def without(*names: str) -> Change:
    def change(tables: Tables, _: Path) -> None:
        for name in names:
            del tables[name]

    return change


def add(table: str, column: str) -> Change:
    def change(tables: Tables, _: Path) -> None:
        tables[table] = [row | {column: "x"} for row in tables[table]]

    return change


def again(table: str, rows: int) -> Change:
    """The first rows of a table once more."""

    def change(tables: Tables, _: Path) -> None:
        tables[table] += tables[table][:rows]

    return change


def keep(table: str, rows: int) -> Change:
    def change(tables: Tables, _: Path) -> None:
        tables[table] = tables[table][:rows]

    return change


def both(*changes: Change) -> Change:
    def change(tables: Tables, folder: Path) -> None:
        for one in changes:
            one(tables, folder)

    return change


def file(name: str, content: bytes | str) -> Change:
    """A file put in the folder before the tables are written."""

    def change(_: Tables, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    return change


def another_name(table: str, name: str) -> Change:
    def change(tables: Tables, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        rows = tables.pop(table)
        write_csv(folder / name, list(rows[0]), rows)

    return change


def american(day: str, _: int) -> str:
    year, month, rest = day.split("-") if day else ("", "", "")
    return f"{month}/{rest}/{year}" if day else ""


def ragged(tables: Tables, folder: Path) -> None:
    rows = tables.pop("tiltak")
    names = list(rows[0])
    lines = [";".join(names)] + [";".join(row.values()) + ";0" for row in rows[:4]]
    lines += [";".join(row.values()) for row in rows[4:]]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tiltak.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def doubled(tables: Tables, folder: Path) -> None:
    rows = tables.pop("person")
    names = [*rows[0], "kjoenn"]
    lines = [";".join(names)] + [";".join([*row.values(), row["kjoenn"]]) for row in rows]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "person.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def shuffled(tables: Tables, _: Path) -> None:
    for table, rows in tables.items():
        tables[table] = [dict(reversed(row.items())) for row in rows]


OPTIONAL = {
    f"KON-{table}-tabell_ikke_levert": "info"
    for table in ("vedtak", "fravaer", "norsk", "norskproeve", "mottak")
}
CASES = (
    Case("as it should be", both(), {}),
    Case("columns in another order", shuffled, {}),
    Case("labels for names", rename("person", "kjoenn", "Kjønn"), {}),
    Case("an optional column added", add("person", "egen_merknad"),
         {"KON-person-kolonne_ny": "info"}),
    Case("a required column removed", drop("program", "sluttdato"),
         {"KON-program.sluttdato-kolonne_mangler": "feil"}, ("program.sluttdato",)),
    Case("an optional column left out", drop("person", "oppholdsgrunnlag"),
         {"KON-person.oppholdsgrunnlag-kolonne_ikke_levert": "info"},
         ("person.oppholdsgrunnlag",)),
    Case("an optional column removed since last", drop("person", "oppholdsgrunnlag"),
         {"KON-person.oppholdsgrunnlag-kolonne_borte": "feil"},
         ("person.oppholdsgrunnlag",), with_previous=True),
    Case("a column renamed", rename("program", "sluttdato", "sluttdatoen"),
         {"KON-program.sluttdato-kolonne_omdoept": "feil"}, ("program.sluttdato",)),
    Case("a code column renamed", rename("tiltak", "tiltakstype", "type_tiltak"),
         {"KON-tiltak.tiltakstype-kolonne_omdoept": "feil"}, ("tiltak.tiltakstype",)),
    Case("a key renamed, and one message for it", rename("person", "person_id", "personid"),
         {"KON-person.person_id-kolonne_omdoept": "feil"}, ("person.person_id",)),
    Case("a like name with other values is no renaming",
         both(rename("program", "sluttdato", "sluttdatoer"),
              rewrite("program", "sluttdatoer", lambda *_: "kjent")),
         {"KON-program.sluttdato-kolonne_mangler": "feil", "KON-program-kolonne_ny": "info"},
         ("program.sluttdato",)),
    Case("a column twice", doubled, {"KON-person.kjoenn-kolonne_to_ganger": "feil"}),
    Case("a required table missing", without("tiltak"), {"KON-tiltak-tabell_mangler": "feil"},
         ("tiltak",)),
    Case("a table under another name", another_name("tiltak", "aktiviteter.csv"),
         {"KON-tiltak-tabell_omdoept": "feil"}, ("tiltak",)),
    Case("an optional table gone since last", without("permisjon"),
         {"KON-permisjon-tabell_borte": "feil"}, ("permisjon",), with_previous=True),
    Case("a table without rows", keep("tiltak", 0), {"KON-tiltak-tabell_tom": "feil"}),
    Case("a file that is no file", both(without("tiltak"), file("tiltak.parquet", "x")),
         {"KON-tiltak-tabell_ulest": "feil"}, ("tiltak",)),
    Case("another layout", both(without("tiltak"), file("tiltak.csv", "a;b;c\n1;2;3\n")),
         {"KON-tiltak-tabell_ulest": "feil"}, ("tiltak",)),
    Case("dates in another form", rewrite("program", "startdato", american),
         {"KON-program.startdato-dato": "feil"}),
    Case("one date that is none", rewrite("program", "startdato", lambda *_: "ukjent", 1),
         {"KON-program.startdato-dato": "advarsel"}),
    Case("numbers with a unit", rewrite("tiltak", "timer_per_uke", lambda v, _: f"{v} t"),
         {"KON-tiltak.timer_per_uke-tall": "feil"}),
    Case("kommunenummer without its zero",
         rewrite("program", "kommunenummer", lambda *_: "301"),
         {"KON-program.kommunenummer-form": "feil"}),
    Case("a code list changed",
         rewrite("tiltak", "tiltakstype", lambda *_: "SPRAAKKURS", 12),
         {"KON-tiltak.tiltakstype-kode": "feil"},
         codes={"KON-tiltak.tiltakstype-kode": {"SPRAAKKURS": 12}}),
    Case("a few values that are no codes are not shown",
         rewrite("tiltak", "tiltakstype", lambda _, n: f"NORMANN{n}", 2),
         {"KON-tiltak.tiltakstype-kode": "advarsel"},
         codes={"KON-tiltak.tiltakstype-kode": {"…": 2}}),
    Case("an unlisted code in a single row", rewrite("tiltak", "tiltakstype", lambda *_: "NOE", 1),
         {"KON-tiltak.tiltakstype-kode": "advarsel"},
         codes={"KON-tiltak.tiltakstype-kode": {"…": 1}}),
    Case("keys that repeat", again("permisjon", 1),
         {"KON-permisjon.permisjon_id-noekkel": "advarsel"}),
    Case("a join that gives every row twice", again("tiltak", PEOPLE),
         {"KON-tiltak.tiltak_id-noekkel": "feil"}),
    Case("another key in one table", rewrite("person", "person_id", lambda v, _: f"X{v}"),
         {"KON-person.person_id-noekkel_byttet": "feil"}),
    Case("references that lead nowhere", rewrite("permisjon", "program_id", lambda v, _: f"X{v}"),
         {"KON-permisjon.program_id-fremmed": "feil"}),
    Case("required values left empty", rewrite("program", "person_id", lambda *_: "", 10),
         {"KON-program.person_id-paakrevd": "feil"}),
    Case("a column without values", rewrite("program", "startdato", lambda *_: ""),
         {"KON-program.startdato-kolonne_tom": "advarsel"}),
    Case("personal numbers for keys",
         both(*(rewrite(t, "person_id", lambda _, n: f"018190{10000 + n}")
                for t in ("person", "program", "tiltak", "permisjon"))),
         {"KON-person.person_id-personnummer": "feil"}),
    Case("half the rows gone", both(keep("tiltak", 12)), {"KON-tiltak-rader": "feil"},
         with_previous=True),
    Case("a fifth of the rows gone", keep("tiltak", 22), {"KON-tiltak-rader": "advarsel"},
         with_previous=True),
    Case("every key made anew",
         both(*(rewrite(t, "tiltak_id", lambda v, _: f"Z{v}") for t in ("tiltak",))),
         {"KON-tiltak.tiltak_id-noekler_nye": "feil"}, with_previous=True),
    Case("other codes of the list in use since last",
         rewrite("permisjon", "aarsak", lambda *_: "ANNET"),
         {"KON-permisjon.aarsak-kode_bruk": "advarsel"}, with_previous=True),
    Case("rows of another length", ragged, {"KON-tiltak-radform": "feil"}),
)  # fmt: skip
