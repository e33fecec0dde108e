"""No personal number comes out: not on a screen, in a run, in a complaint or in a file name."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from commands import Done, nircheck
from extracts import EXPECTATIONS, Extract
from nircheck.privacy import PATTERN
from nircheck.rulebook import RuleBook

FNR = "01819012365"
SPACED = "018190 12365"
DUF = "201850612205"
SPACED_DUF = "2018 506122 05"
BORN = "1971-03-09"
SECRET = "HEMMELEG"
NUMBERS = (FNR, SPACED, DUF, SPACED_DUF)
PRIVATE = (*NUMBERS, BORN, "09.03.1971", SECRET)


def leaks(text: str) -> list[str]:
    """What of the private is in a text: what we put in, and any run of eleven digits."""
    without_hashes = re.sub(r"\b[0-9a-f]{64}\b", "", text)
    return [secret for secret in PRIVATE if secret in text] + re.findall(
        r"[0-9]{11,}|[0-9]{6}[ .-][0-9]{5,6}|[0-9]{4} [0-9]{6} [0-9]{2}", without_hashes
    )


def in_files(folder: Path) -> Iterator[str]:
    """Every file under a folder as text, names included."""
    for path in sorted(folder.rglob("*")):
        yield path.name
        if path.suffix == ".parquet":
            yield json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str)
            yield str(pq.read_schema(path).metadata)
        elif path.is_file():
            yield path.read_text(encoding="utf-8")


@pytest.fixture
def revealing(extract: Extract) -> Extract:
    """Personal numbers everywhere a number or a text can stand, in rows full of defects."""
    wrong = {"foedselsnummer": FNR, "dufnummer": DUF, "foedselsdato": BORN}
    for number in NUMBERS:
        person = extract.add("person", person_id=number, **wrong, statsborgerskap=number)
        program = extract.add(
            "program", program_id=number, person_id=person, sluttdato="2022-05-01",
            sluttmaal=number, avslutningsaarsak=f"{SECRET[:3]} {number}",
        )  # fmt: skip
        extract.add(
            "tiltak", tiltak_id=number, program_id=program, person_id=person,
            beskrivelse=f"{SECRET} {number}", tiltakstype=number, startdato="", stoppdato=number,
            timer_per_uke=number, kommunenummer=number,
        )  # fmt: skip
        extract.add("person", **wrong, innvilget_dato=number, bydel=number)
        extract.add("program", person_id=number, startdato=number, kommunenummer=number)
        extract.add("tiltak", program_id=number, timer_per_uke=f"{number},5")
        extract.add(
            "vedtak", vedtak_id=number, person_id=person, program_id=program, gjelder_fra=number,
            begrunnelse=f"{SECRET} {number}", utfall=SECRET, vedtakstype=number,
        )  # fmt: skip
    for table in ("person", "program", "tiltak"):
        extract.tables[table].append(dict(extract.tables[table][0]))  # a repeated key
    extract.add("person", foedselsdato=f"{BORN} {FNR}")
    extract.add("program", person_id="PE-none")
    return extract


@pytest.fixture
def folder(revealing: Extract, book: RuleBook, tmp_path: Path) -> Path:
    """The same as files, with a row that has too many fields and file names that tell."""
    folder = revealing.write(tmp_path / "inn" / "uttrekk", book)
    with (folder / "program.csv").open("a", encoding="utf-8") as handle:
        handle.write(f"{FNR};{DUF};{FNR}\n")
    text = (folder / "person.csv").read_text(encoding="utf-8").replace("\n", f";{FNR}\n")
    (folder / "person.csv").write_text(text, encoding="utf-8")
    shutil.copy(folder / "vedtak.csv", folder / f"{FNR}.csv")
    shutil.copy(folder / "vedtak.csv", folder / f"vedtak {SPACED}.csv")
    manifest = folder / "uttrekk.toml"
    manifest.write_text(
        manifest.read_text(encoding="utf-8") + f'avsender = "{FNR} Kari"\n', encoding="utf-8"
    )
    return folder


@pytest.mark.parametrize(
    "asked", [["--format", "json", "--findings"], ["--findings", "--maalform", "nn"]]
)
def test_an_audit_tells_no_personal_number(asked: list[str], folder: Path, tmp_path: Path) -> None:
    done = nircheck("audit", folder, "--ut", tmp_path / "ut", *asked)

    assert done.code == 1
    assert {"NIR-140", "•••••••••••"} <= set(re.findall(r"NIR-140|•{11}", done.out))
    assert leaks(done.out) == []
    assert leaks(done.err) == []
    files = list(in_files(tmp_path / "ut"))
    assert len(files) >= 12
    assert [leak for text in files for leak in leaks(text)] == []


def test_no_number_of_any_input_is_in_any_output(folder: Path, tmp_path: Path) -> None:
    inputs = "\n".join(in_files(folder))
    numbers = set(re.findall(PATTERN, inputs))
    numbers |= {re.sub("[^0-9]", "", number) for number in numbers}
    assert set(NUMBERS) <= numbers

    audited = nircheck("audit", folder, "--ut", tmp_path / "ut", "--findings", "--timings")
    checked = nircheck("selfcheck", folder, "--all", "--maalform", "nn")

    outputs = [audited.out, audited.err, checked.out, checked.err, *in_files(tmp_path / "ut")]
    assert (audited.code, checked.code) == (1, 1)
    assert [number for number in numbers for text in outputs if number in text] == []


def test_a_selfcheck_of_a_workbook_tells_no_personal_number(
    revealing: Extract, book: RuleBook, tmp_path: Path
) -> None:
    workbook = revealing.write_xlsx(tmp_path / f"person {FNR}.xlsx", book)

    done = nircheck("selfcheck", workbook, "--all", "--uttrekksdato", "2024-06-30")

    assert done.code == 1
    assert {"NIR-140", "•••••••••••"} <= set(re.findall(r"NIR-140|•{11}", done.out))
    assert leaks(done.out + done.err) == []


def test_a_rule_that_raises_on_a_personal_number_does_not_tell_it(
    folder: Path, tmp_path: Path
) -> None:
    rules = Path(shutil.copytree(EXPECTATIONS, tmp_path / "regler"))
    for rule in rules.glob("*/NIR-140-*.yaml"):
        text = rule.read_text(encoding="utf-8")
        raising = "fails: CAST(person_id AS INTEGER) > 0"
        rule.write_text(re.sub("^fails:.*", raising, text, flags=re.MULTILINE), encoding="utf-8")

    done = nircheck(
        "audit", folder, "--ut", tmp_path / "ut", "--expectations", rules, "--format", "json"
    )

    assert done.code == 4
    assert json.loads(done.out)["rules"]["NIR-140"]["outcome"] == "teknisk_feil"
    assert leaks(done.out + done.err) == []


def wrong_header(folder: Path) -> None:
    for table in ("person", "tiltak"):
        file = folder / f"{table}.csv"
        rows = file.read_text(encoding="utf-8").split("\n", 1)[1]
        file.write_text(f"{FNR};{FNR}x;person {SPACED};kjonn\n{rows}", encoding="utf-8")


def no_header(folder: Path) -> None:
    file = folder / "program.csv"
    file.write_text(file.read_text(encoding="utf-8").split("\n", 1)[1], encoding="utf-8")


def no_date(folder: Path) -> None:
    (folder / "uttrekk.toml").unlink()


def no_table(folder: Path) -> None:
    (folder / "person.csv").rename(folder / f"person_{FNR}.csv")


def wrong_manifest(folder: Path) -> None:
    text = f'kontrakt = "{FNR}"\n"{FNR}" = 1\nkommunenummer = "{DUF}"\nuttrekksdato = "{DUF}"\n'
    (folder / "uttrekk.toml").write_text(text, encoding="utf-8")


def wrong_contract(folder: Path) -> None:
    text = f'kontrakt = "{FNR}"\nuttrekksdato = 2024-06-30\n'
    (folder / "uttrekk.toml").write_text(text, encoding="utf-8")


def no_toml(folder: Path) -> None:
    (folder / "uttrekk.toml").write_text(f"{FNR}", encoding="utf-8")


def broken_workbook(folder: Path) -> None:
    (folder / f"{FNR}.xlsx").write_text(FNR, encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (wrong_header, 3),
        (no_header, 3),
        (no_date, 2),
        (no_table, 3),
        (wrong_manifest, 3),
        (wrong_contract, 3),
        (no_toml, 3),
        (broken_workbook, 3),
    ],
)
def test_a_complaint_tells_no_personal_number(
    spoil: Callable[[Path], None], code: int, folder: Path, tmp_path: Path
) -> None:
    spoil(folder)

    done = nircheck("audit", folder, "--ut", tmp_path / "ut")

    assert (done.code, done.out) == (code, "")
    assert done.err.startswith("nircheck: ")
    assert leaks(done.err) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["audit", f"{FNR}.csv"],
        ["audit", f"borte/{FNR}/person.csv"],
        ["selfcheck", f"{FNR}.docx"],
        ["audit", ".", "--kommune", FNR],
        ["audit", ".", "--uttrekksdato", FNR],
        ["audit", ".", FNR],
        [FNR],
        ["rules", "show", FNR],
        ["rules", "export", "--ut", f"fil/{FNR}"],
    ],
)
def test_a_personal_number_that_was_typed_is_not_repeated(
    arguments: list[str], tmp_path: Path
) -> None:
    (tmp_path / "fil").touch()
    (tmp_path / f"{FNR}.docx").touch()

    done: Done = nircheck(*arguments, cwd=tmp_path)

    assert done.code in (2, 3)
    assert done.err.startswith("nircheck: ")
    assert leaks(done.out + done.err) == []
