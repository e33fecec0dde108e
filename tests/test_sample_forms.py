"""The same register as others would write it: read again, it has the same findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from commands import nircheck
from nircheck import ingest, sample
from nircheck.engine import judge
from nircheck.ingest import column_map
from nircheck.rulebook import RuleBook
from nircheck.sample import Form, files
from nircheck.sample.built import built
from nircheck.sample.clean import clean
from nircheck.sample.planting import looked_at, plant_all
from nircheck.sql import narrowed

ORDER = sample.Order(persons=150, seed=8)
WANTED = {
    "NIR-100": 3, "NIR-105": 3, "NIR-140": 2, "NIR-231": 3, "NIR-291": 3, "NIR-310": 1,
    "NIR-337": 2, "NIR-362": 2,
}  # fmt: skip
OF_THE_FILE = {"fil", "linje"}
Finding = dict[str, Any]
Tables = dict[str, pa.Table]


def findings(book: RuleBook, folder: Path) -> tuple[list[Finding], set[str]]:
    """What is found in a folder, and the notes of reading it."""
    path = folder / "kolonnekart.yaml"
    mapped = column_map.load(path, book.contract) if path.is_file() else None
    register, _ = ingest.read(
        [folder], ingest.Manifest(), book.contract, book.views, book.folder, column_map=mapped
    )
    with register:
        rules = book.running()
        chosen = [c for nth, c in enumerate(rules) if nth % 6 == 0 or c.rule.id in WANTED]
        found = judge(register, chosen).findings.to_pylist()
        notes = {note.key for note in register.notes}
    plain = [{k: v for k, v in each.items() if k not in OF_THE_FILE} for each in found]
    return sorted(plain, key=lambda each: str(each["finding_id"])), notes


@pytest.fixture(scope="module")
def spoilt(book: RuleBook) -> Tables:
    tables = clean(ORDER, book.contract, book.folder)
    less = narrowed(book.views, looked_at(book, WANTED))
    with built(tables, book, ORDER.day, less=less) as register:
        return dict(plant_all(register, book, WANTED, ORDER.seed).tables())


@pytest.fixture(scope="module")
def canonical(
    book: RuleBook, spoilt: Tables, tmp_path_factory: pytest.TempPathFactory
) -> list[Finding]:
    folder = tmp_path_factory.mktemp("kanonisk")
    files.write(spoilt.items(), folder, book.contract, ORDER.day)
    found, notes = findings(book, folder)
    assert notes == set()
    assert {each["rule_id"] for each in found} >= WANTED.keys()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("form", [form for form in Form if form is not Form.CANONICAL])
def test_another_form_gives_the_same_findings_to_the_letter(
    book: RuleBook, spoilt: Tables, canonical: list[Finding], tmp_path: Path, form: Form
) -> None:
    files.write(spoilt.items(), tmp_path, book.contract, ORDER.day, form)
    found, notes = findings(book, tmp_path)

    assert found == canonical
    assert notes != set()


def test_the_bytes_are_what_such_programs_write(book: RuleBook, tmp_path: Path) -> None:
    for form in Form:
        sample.make(book, ORDER, {}, tmp_path / form, form)

    system = (tmp_path / "fagsystem" / "F110.csv").read_bytes()
    excel = (tmp_path / "excel-csv" / "program.csv").read_bytes()
    unicode_text = (tmp_path / "unicode-tekst" / "program.csv").read_bytes()
    assert system.startswith(b"program\r\n\r\nFELT01_PROG;")
    assert excel.startswith(b"\xef\xbb\xbfRegistrert dato;")
    assert b";;;;\r\n\r\n" in excel
    assert unicode_text.decode("utf-16").startswith("NIR: program\r\n\r\n\r\n")
    assert (tmp_path / "excel" / "uttrekk.xlsx").read_bytes().startswith(b"PK")


def test_a_form_leaves_nothing_of_the_one_before_it(book: RuleBook, tmp_path: Path) -> None:
    for form in (Form.CANONICAL, Form.SYSTEM, Form.WORKBOOK):
        sample.make(book, ORDER, {}, tmp_path, form)

    assert {path.name for path in tmp_path.iterdir()} == {"uttrekk.toml", "uttrekk.xlsx"}


def test_the_same_order_gives_the_same_workbook(book: RuleBook, tmp_path: Path) -> None:
    for name in ("a", "b"):
        sample.make(book, ORDER, {}, tmp_path / name, Form.WORKBOOK)

    first, second = ((tmp_path / name / "uttrekk.xlsx").read_bytes() for name in ("a", "b"))
    assert first == second


def test_the_command_knows_every_form(tmp_path: Path) -> None:
    from nircheck.cli.sample import FORMS

    refused = nircheck("sample", "--form", "excel", "--form", "kanonisk", "--ut", tmp_path / "x")

    assert tuple(Form) == FORMS
    assert refused.code == 2
    assert "--maaneder" in refused.err
