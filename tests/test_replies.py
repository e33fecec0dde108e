"""Returned workbooks, well or badly treated: what is an answer, what is not, and nothing leaks."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import returned
from commands import nircheck
from nircheck import replies
from nircheck.errors import ExtractError, UsageError
from nircheck.letters import Choices, OpenRun, compose, workbook
from nircheck.letters.sender import Sender
from nircheck.letters.workbook_wording import wordings
from nircheck.privacy import MASK
from nircheck.replies import KnownRun, files, wording
from nircheck.replies.precision import Limits
from nircheck.replies.summary import document
from nircheck.rulebook import RuleBook, policy
from nircheck.texts import texts
from returned import CORPUS, Returned

DAY = date(2026, 11, 15)
KOMMUNE = "3305"
DIGITS = re.compile(r"[0-9]{11,12}|[0-9]{6}[ .–-][0-9]{5,6}|01.?81.?90")


@pytest.fixture(scope="module")
def sent(opened: OpenRun, book: RuleBook) -> dict[str, bytes]:
    """The workbooks that two kommuner were sent."""
    said = wordings(book)
    contents = {}
    for number in (KOMMUNE, "1103"):
        content = io.BytesIO()
        workbook.write(content, compose(opened, number, Choices(Sender(), maalform="nb")), said)
        contents[number] = content.getvalue()
    return contents


@pytest.fixture(scope="module")
def runs(sample_folder: Path) -> list[KnownRun]:
    """The run that was answered."""
    return replies.known_runs([sample_folder], sample_folder)


def put(folder: Path, case: Returned, sent: bytes) -> Path:
    folder.mkdir(parents=True)
    (folder / case.file).write_bytes(returned.made(case, sent))
    return folder


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_a_returned_workbook_gives_its_answers_and_tells_of_the_rest(
    case: Returned, tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    folder = put(tmp_path / "inn", case, sent[KOMMUNE])
    good = Returned("good", lambda book: returned.answer(returned.pages(book)[-1], "Rettet"))
    put(folder / "godt", good, sent["1103"])

    found = replies.collect(folder, runs, DAY)

    mine = [a for a in found.answers if a.known.kommunenummer == KOMMUNE]
    assert sorted(answer.svar.value for answer in mine) == sorted(case.verdicts)
    assert sorted(row.why for row in found.refused) == sorted(case.refused)
    assert len(found.conflicts) == case.conflicts
    assert len(found.answers) == case.answers + 1
    assert {answer.avsender for answer in mine} <= {"3305 Ringerike"}
    told = f"{document(found, ())} {files.as_table(found).to_pylist()}"
    assert DIGITS.findall(told) == []
    assert (MASK in told) == ("personal" in case.name)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory, sent: dict[str, bytes]) -> Iterator[Path]:
    """All of the corpus in one folder."""
    folder = tmp_path_factory.mktemp("retur") / "inn 01819012365"
    for name, case in returned.folders():
        put(folder / name, case, sent[KOMMUNE])
    yield folder


@pytest.mark.parametrize("form", ["table", "json"])
def test_no_personal_number_comes_out_whatever_is_sent_in(
    form: str, everything: Path, sample_folder: Path
) -> None:
    done = nircheck(
        "replies", "les", everything, "--dato", DAY, "--kjoering", sample_folder,
        "--format", form, "--alle", "--avsender", "Saksbehandler 01819012365",
    )  # fmt: skip
    table = pq.read_table(everything / "svar.parquet")

    written = f"{table.to_pylist()} {table.schema.metadata}"
    assert done.code == 1
    assert MASK in done.out
    assert DIGITS.findall(done.out + done.err + written) == []
    assert len(table) > 3


def test_the_answers_are_a_table_that_others_can_read(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    put(tmp_path / "inn", CORPUS[0], sent[KOMMUNE])
    found = replies.collect(tmp_path / "inn", runs, DAY)
    place = replies.save(found, tmp_path / "svar.parquet")
    again = replies.save(found, tmp_path / "igjen.parquet")

    table = replies.load([place])
    row = next(row for row in table.to_pylist() if row["svar"] == "ikke_feil")

    assert table.schema == files.SCHEMA
    assert table.column_names == [
        "finding_id", "kommunenummer", "rule_id", "values_hash", "svar", "begrunnelse",
        "avsender", "dato", "fil", "run_id",
    ]  # fmt: skip
    assert (row["dato"], row["run_id"]) == (DAY, runs[0].run_id)
    assert row["begrunnelse"]
    assert place.read_bytes() == again.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "igjen.parquet", "inn", "svar.parquet"
    ]  # fmt: skip


def test_what_is_no_table_of_answers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "svar.parquet").write_bytes(b"no")

    with pytest.raises(UsageError, match="not a table of answers"):
        replies.load([tmp_path / "svar.parquet"])


def test_rows_from_another_kommune_are_refused_one_by_one(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    theirs = openpyxl.load_workbook(io.BytesIO(sent["1103"]))
    page = returned.pages(theirs)[0]
    returned.answer(page, "Rettet", "Rettet")
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2, max_row=3)]

    def paste(book: object) -> None:
        ours = returned.pages(book)[0]
        returned.answer(ours, "Rettet")
        for row in rows:
            ours.append(row)

    folder = put(tmp_path / "inn", Returned("pasted", paste), sent[KOMMUNE])
    found = replies.collect(folder, runs, DAY)

    assert [answer.known.kommunenummer for answer in found.answers] == [KOMMUNE]
    assert [row.why for row in found.refused] == ["annen_kommune"] * 2


@pytest.mark.parametrize("options", [{}, {"kommune": "0301"}], ids=["folder", "option"])
def test_a_workbook_in_the_folder_of_another_kommune_is_refused(
    options: dict[str, str], tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    name = "inn" if options else "0301-oslo"
    folder = put(tmp_path / "alle" / name, CORPUS[0], sent[KOMMUNE]).parent
    put(folder / "0301-god", Returned("empty", lambda _: None), sent[KOMMUNE])
    (folder / "god").mkdir()

    with pytest.raises(ExtractError):
        replies.collect(folder, runs, DAY, **options)


def test_two_files_that_do_not_agree_are_told_of_and_neither_counts(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    put(tmp_path / "inn" / "a", CORPUS[0], sent[KOMMUNE])
    other = Returned("other", lambda b: returned.answer(returned.pages(b)[0], "Rettet", "Rettet"))
    put(tmp_path / "inn" / "b", other, sent[KOMMUNE])

    found = replies.collect(tmp_path / "inn", runs, DAY)

    (conflict,) = found.conflicts
    assert [answer.svar for answer in conflict.answers] == ["ikke_feil", "rettet"]
    assert [answer.place.fil for answer in conflict.answers] == ["a/feil.xlsx", "b/feil.xlsx"]
    assert conflict.finding_id not in {answer.finding_id for answer in found.answers}
    assert found.counts == {"rettet": 1, "under_arbeid": 1}


def test_the_same_answer_twice_is_one_answer_with_both_reasons(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    for name in ("a", "b"):
        case = Returned(
            name,
            lambda b, n=name: returned.answer(
                returned.pages(b)[0], "Ikke feil", comment=f"Fordi {n}"
            ),
        )
        put(tmp_path / "inn" / name, case, sent[KOMMUNE])

    (answer,) = replies.collect(tmp_path / "inn", runs, DAY).answers

    assert answer.begrunnelse == "Fordi a / Fordi b"


def test_without_hidden_sheets_the_kommune_must_be_known_from_elsewhere(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    theirs = openpyxl.load_workbook(io.BytesIO(sent["1103"]))
    row = [cell.value for cell in returned.pages(theirs)[0][2]]

    def mix(book: object) -> None:
        page = returned.pages(book)[0]
        page.append(row)
        returned.answer(page, "Rettet")
        returned.answer(page, "Rettet", first=page.max_row)
        del book["_meta"]  # type: ignore[attr-defined]

    put(tmp_path / "inn", Returned("mixed", mix), sent[KOMMUNE])

    with pytest.raises(ExtractError):
        replies.collect(tmp_path / "inn", runs, DAY)
    found = replies.collect(tmp_path / "inn", runs, DAY, kommune=KOMMUNE)
    assert [answer.known.kommunenummer for answer in found.answers] == [KOMMUNE]
    assert [r.why for r in found.refused] == ["annen_kommune"]


def test_runs_are_found_by_themselves_in_the_folder_of_runs(
    tmp_path: Path, sent: dict[str, bytes], sample_folder: Path
) -> None:
    folder = put(tmp_path / "inn", CORPUS[0], sent[KOMMUNE])
    (tmp_path / "ut" / "2020-01-01").mkdir(parents=True)
    (tmp_path / "ut" / "2020-01-01" / "run.json").write_text("{}")

    none = nircheck("replies", "les", folder, "--dato", DAY, cwd=tmp_path)
    shutil.copytree(sample_folder, tmp_path / "ut" / "2026-10-31")
    done = nircheck("replies", "les", folder, "--dato", DAY, "--format", "json", cwd=tmp_path)

    assert (none.code, none.out) == (2, "")
    assert "name one with --kjoering" in none.err
    assert done.code == 0
    told = json.loads(done.out)
    assert told["svar"] == dict.fromkeys(
        ("rettet", "ikke_feil", "under_arbeid"), 1
    ) | dict.fromkeys(("feil_i_nir", "ikke_vaar"), 0)
    assert told["filer"][0]["godtatt"] == 3


def test_wrong_use_is_told_in_one_line(tmp_path: Path, sample_folder: Path) -> None:
    (tmp_path / "tom").mkdir()
    options = ("--dato", DAY, "--kjoering", sample_folder)

    assert nircheck("replies", "les", tmp_path / "tom").code == 2
    for folder, code in ((tmp_path / "finnes-ikke", 2), (tmp_path / "tom", 3)):
        done = nircheck("replies", "les", folder, *options)
        assert (done.code, done.out, len(done.err.splitlines())) == (code, "", 1)


def test_every_reason_has_a_sentence_and_every_sentence_a_reason() -> None:
    made = {why for case in CORPUS for why in case.refused}
    elsewhere = {"lenke", "uten_avsender", "flere_kjoeringer"}

    assert made | elsewhere == set(texts("nb", "replies").groups["grunn"])


def test_links_are_not_followed(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    folder = put(tmp_path / "inn", CORPUS[0], sent[KOMMUNE])
    outside = tmp_path / "ute.xlsx"
    outside.write_bytes(returned.made(CORPUS[0], sent[KOMMUNE]))
    (folder / "lenke.xlsx").symlink_to(outside)

    found = replies.collect(folder, runs, DAY)

    assert [(row.place.fil, row.why) for row in found.refused] == [("lenke.xlsx", "lenke")]


@given(st.text())
def test_no_text_is_taken_for_an_answer_but_the_answers(text: str) -> None:
    known = {
        wording.same_words(word)
        for form in ("nb", "nn")
        for word in texts(form, "workbook").groups["status"].values()
    }

    if wording.verdict(text) is not None:
        assert wording.same_words(text) in known | {"rettet", "ikke feil", "under arbeid"}


@given(st.text(alphabet="0123456789 .-–\u200b\u00a0\n０", min_size=8, max_size=24))
def test_a_safe_text_has_no_eleven_digits_on_end(text: str) -> None:
    assert not re.search("[0-9]{11}|[0-9]{6}[ .-][0-9]{5}", wording.safe(text))


def test_dates_in_a_comment_are_left_as_they_are() -> None:
    said = "Permisjon 01.02.2024-30.06.2024, vedtak 2024-01-15, 37,5 timer"

    assert wording.safe(said) == said


def _answered(**said: tuple[str, ...]) -> list[dict[str, object]]:
    return [
        {"finding_id": f"{rule}-{at}", "kommunenummer": f"{1100 + at % 3}",
         "rule_id": rule.replace("_", "-"), "values_hash": "v", "svar": svar, "begrunnelse": None,
         "avsender": "x", "dato": DAY, "fil": "f", "run_id": "r"}
        for rule, answers in said.items()
        for at, svar in enumerate(answers)
    ]  # fmt: skip


def test_a_rule_that_kommuner_doubt_is_proposed_for_demotion() -> None:
    table = files.pa.Table.from_pylist(
        _answered(
            NIR_1=("ikke_feil",) * 4 + ("rettet",) * 6,
            NIR_2=("ikke_feil",) * 3 + ("rettet",) * 7,
            NIR_3=("ikke_feil",) * 9,
            NIR_4=("ikke_feil",) * 9 + ("under_arbeid",) * 20,
        ),
        schema=files.SCHEMA,
    )

    told = replies.precision(table, Limits(30, 10, 2))

    assert [(r.rule_id, r.demote) for r in told] == [
        ("NIR-1", True), ("NIR-3", False), ("NIR-4", False), ("NIR-2", False)
    ]  # fmt: skip
    assert (told[0].answered, told[0].not_an_error, told[0].kommuner) == (10, 4, 3)


def test_one_kommune_does_not_decide_for_all_and_the_last_answer_counts() -> None:
    one = _answered(NIR_1=("ikke_feil",) * 12)
    for row in one:
        row["kommunenummer"] = "1103"
    later = [row | {"svar": "rettet", "dato": date(2026, 12, 1)} for row in one[:9]]
    alone = replies.precision(
        files.pa.Table.from_pylist(one, schema=files.SCHEMA), Limits(30, 10, 2)
    )
    both = replies.precision(
        files.pa.Table.from_pylist(later + one, schema=files.SCHEMA), Limits(30, 10, 1)
    )

    assert [(r.demote, r.not_an_error) for r in alone] == [(False, 12)]
    assert [(r.demote, r.not_an_error, r.answered) for r in both] == [(False, 3, 12)]


def test_the_national_report_tells_which_rules_kommuner_doubt_and_hides_small_numbers(
    sample_folder: Path, tmp_path: Path
) -> None:
    rows = _answered(
        **{"NIR_100": ("ikke_feil",) * 6 + ("rettet",) * 6},
        **{"NIR_105": ("ikke_feil",) + ("rettet",) * 11},
        **{"NIR_106": ("ikke_feil",) * 9},
    )
    pq.write_table(files.pa.Table.from_pylist(rows, schema=files.SCHEMA), tmp_path / "svar.parquet")
    ask = ("national", sample_folder, "--ut", tmp_path)

    assert nircheck(*ask).code == 0
    without = (tmp_path / "nasjonal" / "rapport.html").read_text(encoding="utf-8")
    assert nircheck(*ask, "--svar", tmp_path / "svar.parquet").code == 0
    page = (tmp_path / "nasjonal" / "rapport.html").read_text(encoding="utf-8")
    told = pq.read_table(tmp_path / "nasjonal" / "svar.parquet").to_pylist()

    assert 'id="svar"' not in without
    assert 'id="svar"' in page
    assert [(row["regel"], row["svar_ikke_feil"], row["forslag"]) for row in told] == [
        ("NIR-100", 6, "nedgraderes"), ("NIR-105", None, None)
    ]  # fmt: skip
    assert told[1]["skjermet"] == ["svar_ikke_feil", "andel_ikke_feil"]


def test_the_limits_are_policy(book: RuleBook) -> None:
    assert replies.limits(policy.load(book.folder), DAY) == Limits(30, 10, 2)


@pytest.mark.slow
def test_what_libreoffice_has_saved_is_read_and_its_own_format_is_named(
    tmp_path: Path, sent: dict[str, bytes], runs: list[KnownRun]
) -> None:
    program = shutil.which("soffice")
    assert program, "LibreOffice is missing: see tests/test_libreoffice.py"
    put(tmp_path / "sendt", CORPUS[0], sent[KOMMUNE])
    for kind in ("xlsx:Calc MS Excel 2007 XML", "ods"):
        subprocess.run(
            [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
             "--convert-to", kind, "--outdir", str(tmp_path / "inn"),
             str(tmp_path / "sendt" / "feil.xlsx")],
            check=True, capture_output=True, timeout=240,
        )  # fmt: skip

    found = replies.collect(tmp_path / "inn", runs, DAY)

    assert found.counts == {"rettet": 1, "ikke_feil": 1, "under_arbeid": 1}
    assert [(r.place.fil, r.why) for r in found.refused] == [("feil.ods", "annet_filformat")]
