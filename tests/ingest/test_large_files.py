"""Files with many rows, and cells longer than anyone writes: read, placed, judged, shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from extracts import DAY, Extract
from nircheck import ingest
from nircheck.ingest import Manifest
from nircheck.rulebook import RuleBook
from readings import delivered, delivered_rows, notes, reading, said

LONG = 200_000
HEADER = (
    "tiltak_id;program_id;person_id;kommunenummer;tiltakstype;startdato;stoppdato;timer_per_uke;"
    "beskrivelse"
)


@pytest.fixture
def folder(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """A folder with one clean participant."""
    extract.participant()
    return extract.write(tmp_path / "uttrekk", book)


def row(key: str, text: str = "", program: str = "PR1", start: str = "2022-06-01") -> str:
    return f"{key};{program};PE1;4204;NORSK;{start};2023-05-31;15;{text}"


def write(folder: Path, *lines: str, end: str = "\n", encoding: str = "utf-8") -> None:
    (folder / "tiltak.csv").write_bytes((end.join([HEADER, *lines]) + end).encode(encoding))


@pytest.mark.parametrize("mark", ["", '"'])
def test_a_cell_of_200_000_characters_is_read_whole(
    book: RuleBook, folder: Path, mark: str
) -> None:
    text, key = "å" * LONG, "T" * LONG
    write(folder, row("A", f"{mark}{text}{mark}"), row(f"{mark}{key}{mark}"), row("C"))

    with reading(book, folder) as register:
        assert delivered_rows(register, "tiltak", "tiltak_id", "beskrivelse", "linje") == [
            ("A", text, 2),
            (key, None, 3),
            ("C", None, 4),
        ]
        assert said(register, book) == []


def test_a_value_of_200_000_characters_is_judged_and_shown_in_short(
    book: RuleBook, folder: Path
) -> None:
    write(folder, row("A", program="P" * LONG), row("B", start="2" * LONG))

    with reading(book, folder) as register:
        found = said(register, book)

    assert {(finding["rule_id"], finding["linje"]) for finding in found} == {
        ("KON-tiltak.program_id-fremmed", 2),
        ("KON-tiltak.startdato-dato", 3),
    }
    for finding in found:
        assert len(finding["verdi"]) < 250
        assert len(finding["melding_nb"]) < 500
        assert "…" in finding["melding_nb"]


def test_two_long_values_that_begin_alike_are_told_apart_by_their_hash(
    book: RuleBook, folder: Path
) -> None:
    hashes = set()
    for last in "12":
        write(folder, row("A", program="P" * LONG + last))
        with reading(book, folder) as register:
            (finding,) = said(register, book)
        hashes.add(finding["values_hash"])

    assert len(hashes) == 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_row_of_a_long_file_has_its_own_line(book: RuleBook, folder: Path, end: str) -> None:
    many = 300_000
    lines = "".join(f"Q{line};PE1{end}" for line in range(2, many + 2))
    (folder / "mottak.csv").write_text(f"mottak_id;person_id{end}{lines}", "utf-8", newline="")

    limits = ingest.Limits(threads=4)
    register, _ = ingest.read(
        [folder], Manifest(uttrekksdato=DAY), book.contract, book.views, book.folder, limits
    )

    with register:
        query = "SELECT count(*) FROM typet.mottak WHERE mottak_id = 'Q' || linje"
        assert register.connection.execute(query).fetchall() == [(many,)]


DAMAGE = {
    "a blank line": ("B\n", "\n", [("A", 2), ("B", 3), ("C", 5)]),
    "a bare return": ("B\r", "", [("A", 2), ("B", 3), ("C", 4)]),
    "a separator too many": ("B;\n", "", [("A", 2), ("C", 4)]),
    "a quote": ('"B"\n', "", [("A", 2), ("B", 3), ("C", 4)]),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_far_down_a_file_sends_all_of_it_the_careful_way(
    book: RuleBook, folder: Path, damage: str
) -> None:
    """DuckDB passes over some of this in silence; the look at the bytes does not."""
    second, between, expected = DAMAGE[damage]
    filler = "".join(f"PE1;Q{number}\n" for number in range(50_000))
    text = f"person_id;mottak_id\n{filler}PE1;A\nPE1;{second}{between}PE1;C\n"
    (folder / "mottak.csv").write_text(text, "utf-8", newline="")

    with delivered(book, folder) as register:
        query = "SELECT mottak_id, linje FROM typet.mottak WHERE mottak_id < 'Q' ORDER BY linje"
        found = register.connection.execute(query).fetchall()
        assert found == [(key, line + 50_000) for key, line in expected]
        assert notes(register) == []


def test_an_attempt_to_read_a_file_as_it_stands_leaves_no_notes(
    book: RuleBook, folder: Path
) -> None:
    lines = [row("A", "språk").replace(";", ","), row("B", '"x"').replace(";", ",")]
    text = "\n".join([HEADER.replace(";", ",") + ",ukjent", *(f"{line}," for line in lines)])
    (folder / "tiltak.csv").write_bytes(text.encode("cp1252"))

    with delivered(book, folder) as register:
        assert [key for key, _ in notes(register)] == ["ukjent_kolonne", "tegnsett", "skilletegn"]
        assert delivered_rows(register, "tiltak", "tiltak_id") == [("A",), ("B",)]
