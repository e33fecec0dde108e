"""The national report: the sums of the run, every kommune once, nobody in it, the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from commands import nircheck
from extracts import EXPECTATIONS, ROOT
from national_run import DAY, NEVER, RULES, national_run
from nircheck import national
from nircheck.contract import MAALFORMER, Maalform
from nircheck.errors import UsageError
from nircheck.letters import Choices, OpenRun, compose
from nircheck.letters.html import sri
from nircheck.letters.sender import Sender
from nircheck.national import places, source
from nircheck.national.figures import HIDDEN, Figures, share
from nircheck.national.page import Page
from nircheck.national.places import Places
from nircheck.national.source import Source
from nircheck.national.tables import Tables
from nircheck.rulebook.model import SEVERITIES
from nircheck.run import Run, write

EVIL = "=cmd|' /C calc'!A0 <script>alert(1)</script> {{7*7}} \x07\u202e"
SNAPSHOTS = ROOT / "tests" / "snapshots"


@pytest.fixture(scope="module")
def run() -> Run:
    """A run of all kommuner, with a rule whose title is an attack."""
    made = national_run()
    for form in MAALFORMER:
        made.facts["rules"]["NIR-190"]["title"][form] = EVIL
    return made


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(run, tmp_path_factory.mktemp("kjoering"))


@pytest.fixture(scope="module")
def read(folder: Path) -> Source:
    return source.read(folder)


@pytest.fixture(scope="module")
def known() -> Places:
    return places.load(EXPECTATIONS, DAY)


@pytest.fixture(scope="module")
def tables(read: Source, known: Places) -> Tables:
    return Tables(read, known, Figures(read, known, 5), "nb")


@pytest.fixture(scope="module")
def open_tables(read: Source, known: Places) -> Tables:
    """The tables with nothing hidden."""
    return Tables(read, known, Figures(read, known, 0), "nb")


@pytest.fixture(scope="module")
def report(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return national.write(folder, tmp_path_factory.mktemp("ut"), EXPECTATIONS, "nb")


@pytest.fixture(scope="module")
def html(report: Path) -> str:
    return (report / "rapport.html").read_text(encoding="utf-8")


def texts_of(report: Path) -> Iterator[str]:
    """Every text that leaves: the page, the cells of the workbook, the values of the tables."""
    yield (report / "rapport.html").read_text(encoding="utf-8")
    book = openpyxl.load_workbook(report / "rapport.xlsx", read_only=True)
    for sheet in book:
        for row in sheet.iter_rows(values_only=True):
            yield from (str(value) for value in row if value is not None)
    for file in sorted(report.glob("*.parquet")):
        yield pq.read_table(file).to_pandas().to_csv()


# The numbers


def test_every_kommune_stands_once(tables: Tables, known: Places) -> None:
    numbers = tables.kommuner.column("nummer")

    assert len(numbers) == len(set(numbers)) == 357
    assert set(numbers) == set(known.kommuner)


def test_the_sums_are_those_of_the_run(open_tables: Tables, run: Run) -> None:
    totals = run.facts["totals"]
    columns = ("programmer", "deltakere", "med_feil", *SEVERITIES)
    for table in (open_tables.kommuner, open_tables.fylker):
        chosen = table.only(*columns)
        assert chosen.last == tuple(totals[name] for name in columns)
        for name in columns:
            assert (
                sum(value for value in table.column(name) if isinstance(value, int))
                == (totals[name])
            )
    rules = dict(
        zip(open_tables.regler.column("regel"), open_tables.regler.column("funn"), strict=True)
    )
    assert sum(n for n in rules.values() if isinstance(n, int)) == totals["findings"]


@pytest.mark.parametrize("name", ["kommuner", "fylker", "stoerrelse", "kohorter", "bydeler"])
def test_rows_add_up_to_the_whole(open_tables: Tables, name: str) -> None:
    table = getattr(open_tables, name)
    whole = open_tables.bydeler.last if name == "bydeler" else open_tables.kommuner.last
    at = table.columns.index(next(c for c in table.columns if c.key == "programmer"))
    assert whole is not None

    programmes = whole[1] if name == "bydeler" else open_tables.kommuner.only("programmer").last[0]  # type: ignore[index]
    assert sum(row[at] for row in table.rows) == programmes


def test_a_rule_by_fylke_is_wrong_rows_of_those_judged(open_tables: Tables, run: Run) -> None:
    accounting = run.accounting.to_pandas()
    oslo = accounting[
        (accounting["rule_id"] == "NIR-105") & (accounting["kommunenummer"] == "0301")
    ]
    row = next(row for row in open_tables.regel_fylke.rows if row[0] == "NIR-105")

    assert row[2] == pytest.approx(100 * oslo["fails"].sum() / oslo["applies"].sum())


def test_goal_reached_has_both_denominators(open_tables: Tables, run: Run) -> None:
    frame = run.programmes.to_pandas()
    new = frame[frame["regime"].isin(["INT", "KAP6A"])]
    reached, known, unknown = (int(new[c].sum()) for c in ("i_maal", "med_aarsak", "uten_aarsak"))

    for table in (open_tables.maal_fylke, open_tables.maal_aar):
        assert table.last is not None
        assert table.last[1:] == (
            known + unknown, known, unknown, reached,
            100 * reached / known, 100 * reached / (known + unknown),
        )  # fmt: skip


def test_rules_that_touch_most_programmes_come_first(open_tables: Tables) -> None:
    touched = open_tables.regler.column("beroerte_programmer")

    assert len(touched) == len(RULES)
    assert touched == sorted(touched, key=lambda n: -int(str(n)))


def test_what_was_not_judged_says_why(tables: Tables) -> None:
    told = {str(row[3]): row[:3] for row in tables.ikke_vurdert.rows}

    for rule in NEVER:
        assert told[rule][1] == 1
    assert any("hvilken lov" in str(reason) for reason, *_ in told.values())


def test_a_kommune_has_the_numbers_of_its_letter(
    opened: OpenRun, sample_folder: Path, known: Places
) -> None:
    sample = source.read(sample_folder)
    made = Tables(sample, known, Figures(sample, known, 0), "nb").kommuner
    rows = {row[0]: row[1:] for row in made.only("nummer", *SEVERITIES).rows}

    for number in opened.recipients:
        totals = compose(opened, number, Choices(Sender())).totals
        assert rows[number] == (totals.feil, totals.advarsel, totals.info)


# How kommuner stand


def test_a_kommune_without_rows_has_registered_nothing(tables: Tables, run: Run) -> None:
    empty = {k for k, told in run.facts["kommuner"].items() if not told["rader"]}

    assert {k for k, s in tables.standings.items() if s == "ingenting"} == empty
    assert len(empty) >= 14


def test_a_kommune_with_rows_that_none_judged_is_not_clean(read: Source, known: Places) -> None:
    number = next(
        k for k, told in read.facts["kommuner"].items()
        if told["rader"] and not any(told[s] for s in SEVERITIES)
    )  # fmt: skip
    accounting = read.accounting.copy()
    accounting.loc[accounting["kommunenummer"] == number, "applies"] = 0
    unjudged = replace(read, accounting=accounting)

    made = Tables(unjudged, known, Figures(unjudged, known, 5), "nb")

    assert made.standings[number] == "ikke_vurdert"


def test_the_shade_on_the_map_is_that_of_the_share(
    html: str, tables: Tables, known: Places
) -> None:
    drawn = re.findall(r'<path class="s (\w+)" d="M[^"]+"><title>([^<]+): ([^<]+)</title>', html)
    rows = tables.kommuner.only("kommune", "andel_med_feil", "status").rows

    assert len(drawn) == 357
    for (shade, name, told), (kommune, number, _) in zip(drawn, rows, strict=True):
        assert name == kommune
        if number is HIDDEN:
            assert (shade, told) == ("skjermet", ":")
        elif isinstance(number, float):
            assert told.endswith("%")
            low, high = {"k0": (0, 0), "k1": (0, 10), "k2": (10, 25), "k3": (25, 50),
                         "k4": (50, 101)}[shade]  # fmt: skip
            assert low <= number <= high
        else:
            assert shade in ("ingenting", "ikke_vurdert")


# What must not be told


def test_no_small_number_is_told_anywhere(report: Path) -> None:
    counts = ("programmer", "deltakere", "med_feil", "avsluttet", "uten_tiltak", "i_program",
              *SEVERITIES, "funn", "vurdert", "beroerte_programmer", "avsluttet_ny", "med_aarsak",
              "uten_aarsak", "i_maal", "gjelder", "ja", "mangler", "regel_mangler")  # fmt: skip
    small = set(range(1, 5))
    for file in sorted(report.glob("*.parquet")):
        frame = pq.read_table(file).to_pandas()
        for column in frame.columns.intersection(list(counts)):
            assert not small & set(frame[column].dropna().astype(int)), (file.name, column)


@pytest.mark.parametrize("name", ["kommuner", "fylker", "stoerrelse", "kohorter", "bydeler"])
def test_what_is_left_of_a_number_is_not_a_small_one(report: Path, name: str) -> None:
    frame = pq.read_table(report / f"{name}.parquet").to_pandas()
    for whole, part in (
        ("programmer", "deltakere"), ("programmer", "med_feil"), ("programmer", "avsluttet"),
        ("avsluttet", "uten_tiltak"),
    ):  # fmt: skip
        left = (frame[whole] - frame[part]).dropna()
        assert len(left) > 0
        assert not left.between(1, 4).any()


def test_a_hidden_number_is_hidden_in_every_form(report: Path, html: str) -> None:
    frame = pq.read_table(report / "kommuner.parquet").to_pandas()
    hidden = frame[[("programmer" in columns) for columns in frame["skjermet"]]]
    book = openpyxl.load_workbook(report / "rapport.xlsx", read_only=True)
    cells = {row[0]: row[5] for row in book["Kommuner"].iter_rows(values_only=True)}

    assert len(hidden) > 20
    for number, name in zip(hidden["nummer"], hidden["kommune"], strict=True):
        assert cells[number] == "skjermet"
        assert f'<th scope="row">{name}</th><td class="t">{number}</td>' in html
    assert frame["programmer"].isna().sum() == len(hidden)


def test_no_person_is_in_the_report(report: Path) -> None:
    for text in texts_of(report):
        assert not re.search(r"(?<![0-9.,])[0-9]{11,12}(?![0-9])", text)
        assert not re.search(r"\b[NP][0-9]{6}\b", text)


def test_findings_are_listed_only_when_asked_for(folder: Path, tmp_path: Path, run: Run) -> None:
    report = national.write(folder, tmp_path, EXPECTATIONS, "nb", with_findings=True)

    book = openpyxl.load_workbook(report / "rapport.xlsx", read_only=True)
    rows = list(book["Funn"].iter_rows(values_only=True))
    assert len(rows) == run.findings.num_rows + 1
    assert "NIR-ID" in rows[0]
    assert "personopplysninger" in str(book.worksheets[0]["A2"].value)


def test_numbers_are_told_whole_when_nothing_is_hidden(read: Source, known: Places) -> None:
    figures = Figures(read, known, 0)
    page = Page(read, known, figures, Tables(read, known, figures, "nb"), "nb", 0).html()

    assert "skal ikke publiseres" in page
    assert ">:<" not in page


# The page


def test_the_page_asks_for_nothing_and_allows_only_itself(html: str) -> None:
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert style is not None
    assert script is not None

    assert f"default-src &#39;none&#39;; style-src &#39;{sri(style[1])}&#39;" in html.replace(
        "'", "&#39;"
    )
    assert sri(script[1]) in html
    assert len(script[1].encode()) <= 2048
    markup = html.replace(script[0], "")
    assert not re.search(r"(https?:|@import|url\((?!#)|\b(src|style|on[a-z]+)=)", markup)
    assert len(html.encode()) < 600_000


def test_every_figure_is_described_and_has_its_numbers_as_a_table(html: str) -> None:
    figures = re.findall(r"<figure>(.*?)</figure>", html, re.DOTALL)

    assert len(figures) == 6
    for figure in figures:
        assert re.search(r'role="img" aria-labelledby="\w+ \w+"><title id=".*?<desc id=', figure)
        assert "<details>" in figure
        assert "<table>" in figure
    captions = re.findall(r"<caption>(.*?)</caption>", html)
    assert len(captions) == len(set(captions))


def test_what_comes_from_the_rule_book_is_only_text(html: str, report: Path) -> None:
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in html
    book = openpyxl.load_workbook(report / "rapport.xlsx")
    attacks = [
        cell for sheet in book for row in sheet.iter_rows() for cell in row
        if str(cell.value).startswith("=cmd")
    ]  # fmt: skip
    assert [cell.data_type for cell in attacks] == ["s", "s"]
    assert "\x07" not in html + str(attacks[0].value)


def test_a_hostile_name_of_a_kommune_is_only_text(read: Source, known: Places) -> None:
    evil = replace(known.kommuner["1101"], official_name='"><img src=x onerror=alert(1)>')
    attacked = replace(known, kommuner=known.kommuner | {"1101": evil})
    figures = Figures(read, attacked, 5)

    page = Page(read, attacked, figures, Tables(read, attacked, figures, "nb"), "nb", 5).html()

    assert "<img" not in page
    assert "&lt;img src=x" in page


def test_both_standards_differ_only_in_words(read: Source, known: Places) -> None:
    figures = Figures(read, known, 5)
    digits = {
        form: re.findall(
            r"<td>([^<]*)</td>",
            Page(read, known, figures, Tables(read, known, figures, form), form, 5).html(),
        )
        for form in MAALFORMER
    }

    assert digits["nb"] == digits["nn"]


SPOKEN = {"title", "h1", "h2", "p", "dt", "caption", "desc", "summary", "figcaption", "label"}


class _Prose(HTMLParser):
    """What is said on a page outside the cells of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        outline = tag == "title" and not dict(attrs) and self.said
        if tag in SPOKEN and not outline:
            self._open += 1
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in SPOKEN and self._open:
            self._open -= 1

    def handle_data(self, data: str) -> None:
        if self._open:
            self.said[-1] += data


@pytest.mark.parametrize("form", MAALFORMER)
def test_the_words_of_the_page_have_been_read_by_someone(
    read: Source, known: Places, form: Maalform
) -> None:
    figures = Figures(read, known, 5)
    prose = _Prose()
    prose.feed(Page(read, known, figures, Tables(read, known, figures, form), form, 5).html())
    said = "\n".join(" ".join(text.split(" ")).strip() for text in prose.said if text.strip())

    kept = SNAPSHOTS / f"national.{form}.txt"
    assert said + "\n" == kept.read_text(encoding="utf-8"), (
        f"read what has changed; if it is right, put it in {kept.name}"
    )


# On disk


def test_the_same_run_gives_the_same_bytes(folder: Path, report: Path, tmp_path: Path) -> None:
    again = national.write(folder, tmp_path, EXPECTATIONS, "nb")

    assert {p.name: p.read_bytes() for p in again.iterdir()} == {
        p.name: p.read_bytes() for p in report.iterdir()
    }


@pytest.mark.parametrize(
    "place", ["nircheck.national.files.pq.write_table", "xlsxwriter.workbook.ZipFile.write"]
)
def test_a_report_that_fails_leaves_the_one_before_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    before = national.write(folder, tmp_path, EXPECTATIONS, "nb")
    held = {p.name: p.read_bytes() for p in before.iterdir()}

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(place, full)
    with pytest.raises(UsageError, match="No space left"):
        national.write(folder, tmp_path, EXPECTATIONS, "nn")

    assert {p.name: p.read_bytes() for p in before.iterdir()} == held
    assert [p.name for p in tmp_path.iterdir()] == ["nasjonal"]


def test_a_folder_that_is_no_report_is_left_alone(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "nasjonal" / "mitt.txt"
    mine.parent.mkdir()
    mine.write_text("x")

    with pytest.raises(UsageError, match="is not a report"):
        national.write(folder, tmp_path, EXPECTATIONS, "nb")

    assert mine.read_text() == "x"


def test_the_command_writes_the_report(folder: Path, tmp_path: Path) -> None:
    done = nircheck("national", folder, "--ut", tmp_path, "--maalform", "nn")

    said = f"Den nasjonale rapporten ligg i {tmp_path / 'nasjonal'}\n"
    assert (done.code, done.out) == (0, said)
    assert '<html lang="nn">' in (tmp_path / "nasjonal" / "rapport.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"populasjon": "kommune"}, "not of the whole country"),
        ({"asked": ["0301"]}, "not of the whole country"),
        ({"schema_version": 99}, "run the audit again"),
    ],
)
def test_a_run_that_cannot_be_told_of_is_one_clear_line(
    run: Run, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    other = write(replace(run, facts=run.facts | changed), tmp_path)

    done = nircheck("national", other)

    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_shares_are_hidden_with_either_part_of_them() -> None:
    assert share(HIDDEN, 10) is share(5, HIDDEN) is HIDDEN
    assert share(0, 0) is None
    assert share(1, 4) == 25


def test_the_parquet_tables_hold_no_lists_of_people(report: Path) -> None:
    columns = {c for f in report.glob("*.parquet") for c in pq.read_schema(f).names}

    assert not columns & {"person_id", "noekkel", "finding_id", "verdi"}
    assert isinstance(pq.read_table(report / "fylker.parquet").to_pandas(), pd.DataFrame)
