"""The letter of each kommune: the same counts everywhere, its own language, and no person."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import openpyxl
import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from commands import Done, nircheck
from extracts import EXPECTATIONS, ROOT, SAMPLE, Extract
from nircheck import resources
from nircheck.contract import MAALFORMER, Maalform
from nircheck.errors import NircheckError, RuleBookError
from nircheck.letters import (
    Case,
    Choices,
    OpenRun,
    batch,
    compose,
    html,
    numbers,
    pdf,
    recipients,
    sender,
    workbook,
)  # fmt: skip
from nircheck.letters.package import Package
from nircheck.letters.workbook_wording import Wordings, wordings
from nircheck.rulebook import RuleBook
from nircheck.texts import texts

SENDER = SAMPLE / "avsender.toml"
DUE = date(2026, 11, 30)
CHOICES = Choices(sender.load(SENDER), dato=date(2026, 11, 2), frist=DUE)
LONG_NUMBER = re.compile(r"[0-9]{11}")
SNAPSHOTS = Path(__file__).parent / "snapshots"


class Letter(HTMLParser):
    """What a reader of the letter sees: its words, the rows of its tables, its heading."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.headings: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self._table = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "input", "rect", "line"):
            self._open.append(tag)
        if tag == "tr":
            self.tables[self._table].append([])
        elif tag in ("td", "th"):
            self.tables[self._table][-1].append("")
        elif tag in ("h1", "h2"):
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            del self._open[len(self._open) - 1 - self._open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if {"style", "script"} & set(self._open):
            return
        if text := " ".join(data.split(" ")).strip():
            self.words.append(text)
        if "caption" in self._open:
            self._table = data
            assert data not in self.tables, f"two tables are called {data}"
            self.tables[data] = []
        elif {"td", "th"} & set(self._open):
            self.tables[self._table][-1][-1] += data
        elif {"h1", "h2"} & set(self._open):
            self.headings[-1] += data

    def counts(self) -> dict[str, int]:
        """The findings of each rule, and their sum under an empty key."""
        found = {}
        for row in next(iter(self.tables.values()))[1:]:
            rule, cell = (row[0], row[3]) if row[0].startswith(("NIR-", "KON-")) else ("", row[1])
            found[rule] = int(cell.replace("\u00a0", ""))
        return found


@pytest.fixture(scope="module")
def worded(book: RuleBook) -> Wordings:
    return wordings(book)


@pytest.fixture(scope="module")
def parts(worded: Wordings) -> Package:
    return Package(partial(workbook.write, wordings=worded))


@pytest.fixture(scope="module")
def cases(opened: OpenRun) -> dict[str, Case]:
    return {n: compose(opened, n, CHOICES) for n in opened.recipients}


@pytest.fixture(scope="module")
def brev(
    opened: OpenRun, parts: Package, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Every package of the sample, by kommune."""
    root = tmp_path_factory.mktemp("brev")
    written = batch.write_all(opened, list(opened.recipients), CHOICES, parts, root)
    assert (written.letters, written.failures) == (357, [])
    return {folder.name[:4]: folder for folder in root.iterdir()}


@pytest.fixture
def oslo(cases: dict[str, Case]) -> Case:
    return cases["0301"]


def page(case: Case) -> str:
    return html.render(case, html.screen())


def listed(folder: Path) -> Counter[str]:
    """The rows of the workbook by rule, as a reader of the file finds them."""
    found: Counter[str] = Counter()
    for sheet in openpyxl.load_workbook(folder / "feil.xlsx"):
        rows = list(sheet.iter_rows(values_only=True))
        if rows and rows[0][0] == "FeilID":
            found.update(str(row[1]) for row in rows[1:] if row[0])
    return found


# ---- counts


def test_the_counts_of_heading_table_workbook_manifest_and_accounting_are_the_same(
    opened: OpenRun, brev: dict[str, Path]
) -> None:
    assert sorted(brev) == sorted(opened.info["kommuner"])
    for number, folder in brev.items():
        accounted = {row.rule_id: row.fails for row in opened.accounting[number] if row.fails}
        letter = Letter((folder / "brev.html").read_text(encoding="utf-8"))
        told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["antall"]
        total = sum(accounted.values())

        assert (
            told["funn"]
            == total
            == opened.info["kommuner"][number]["feil"]
            + sum(opened.info["kommuner"][number][severity] for severity in ("advarsel", "info"))
        )
        if total:
            assert letter.counts() == accounted | {"": total}
            assert re.findall(r"[0-9]+", letter.headings[0])[0] == str(total)
            assert listed(folder) == accounted
        else:
            assert not (folder / "feil.xlsx").exists()


def test_the_pdf_has_the_same_counts(oslo: Case) -> None:
    held = pdf.render(oslo)
    read = PdfReader(BytesIO(held))
    words = " ".join(" ".join(p.extract_text() for p in read.pages).split())

    assert pdf.render(oslo) == held
    assert f"{oslo.totals.findings} funn" in words
    for rule in oslo.rules:
        assert re.search(rf"{rule.id} .{{5,120}}? {rule.number} {rule.applies} ", words), rule.id
    assert read.metadata is not None
    assert (read.metadata.title or "").startswith(html.subject(oslo))
    assert "/MarkInfo" in read.trailer["/Root"]  # type: ignore[operator]
    assert not LONG_NUMBER.search(words)


def test_rows_and_bydeler_add_up(opened: OpenRun, oslo: Case) -> None:
    letter = Letter(page(oslo))
    bydeler = letter.tables[texts("nb", "letter").groups["brev"]["tabell_bydeler"]]
    *parts, whole = [[int(cell) for cell in row[1:]] for row in bydeler[1:]]

    assert whole == [sum(column) for column in zip(*parts, strict=True)]
    assert whole[-1] == oslo.totals.findings
    assert oslo.totals.rows == sum(line.rows for line in oslo.tables)
    assert sum(
        sum(k["rader"].values()) for k in opened.info["kommuner"].values()
    ) == sum(file["rows"] for file in opened.info["inputs"])  # fmt: skip


def test_every_bydel_has_its_own_findings_and_no_others(
    opened: OpenRun, parts: Package, tmp_path: Path
) -> None:
    written = batch.write_all(opened, ["0301"], CHOICES, parts, tmp_path, per_bydel=True)

    own = opened.findings_of("0301")
    for bydel, findings in own.groupby("bydel"):
        (folder,) = tmp_path.glob(f"0301-oslo-{bydel}-*")
        book = openpyxl.load_workbook(folder / "feil.xlsx")
        ids = {c.value for s in book for c in s["A"] if s["A1"].value == "FeilID"} - {"FeilID"}
        assert ids == set(findings["finding_id"])
    assert written.letters == 1 + len(compose(opened, "0301", CHOICES).bydeler)


# ---- whom


def test_88_kommuner_and_the_two_uncertain_ones_are_written_to_in_nynorsk() -> None:
    known = recipients.load(EXPECTATIONS, date(2026, 10, 31), "nb")

    assert Counter(r.maalform for r in known.values()) == {"nb": 267, "nn": 90}
    assert known["1146"].maalform == known["1580"].maalform == "nn"


def test_neutral_kommuner_get_the_standard_that_is_chosen() -> None:
    known = recipients.load(EXPECTATIONS, date(2026, 10, 31), "nn")

    assert Counter(r.maalform for r in known.values()) == {"nb": 119, "nn": 238}


def test_a_new_decision_of_a_council_holds_from_its_day(tmp_path: Path) -> None:
    folder = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS / "_referanse", folder / "_referanse")
    table = folder / "_referanse" / "malform.csv"
    text = table.read_text(encoding="utf-8")
    text = text.replace("1101,Eigersund,bokmål,,,", "1101,Eigersund,bokmål,,2026-12-31,")
    table.write_text(text + "1101,Eigersund,nynorsk,2027-01-01,,hoey,,,,\n", encoding="utf-8")

    assert recipients.load(folder, date(2026, 12, 31), "nb")["1101"].maalform == "nb"
    assert recipients.load(folder, date(2027, 1, 1), "nb")["1101"].maalform == "nn"


def test_names_stand_whole_and_kommuner_of_the_same_name_are_told_apart(
    brev: dict[str, Path],
) -> None:
    assert [brev[n].name for n in ("1515", "1818")] == ["1515-heroey", "1818-heroey"]
    heroey = (brev["1515"] / "brev.html").read_text(encoding="utf-8")
    assert "Herøy kommune (Møre og Romsdal)" in heroey
    kaafjord = (brev["5540"] / "brev.html").read_text(encoding="utf-8")
    assert "Gáivuotna - Kåfjord - Kaivuono kommune" in kaafjord
    assert "Kommunenummer 5540" in kaafjord
    assert all(folder.name.isascii() for folder in brev.values())


def test_every_letter_of_the_sample_is_of_the_right_kind(cases: dict[str, Case]) -> None:
    kinds = Counter(case.kind for case in cases.values())

    assert kinds == {"ingen_rader": 345, "funn": 10, "null": 2}


@pytest.mark.parametrize("form", MAALFORMER)
def test_a_clean_letter_an_empty_one_and_one_without_a_judgement_are_not_alike(
    form: Maalform, opened: OpenRun, cases: dict[str, Case]
) -> None:
    choices = replace(CHOICES, maalform=form)
    clean, empty = (compose(opened, number, choices) for number in ("1106", "1101"))
    unjudged = replace(clean, kind="ikke_vurdert")
    whole = replace(clean, not_judged=(), partly_judged=())

    leads = [Letter(page(case)).words for case in (clean, whole, empty, unjudged)]
    headings = [Letter(page(case)).headings[0] for case in (clean, whole, empty, unjudged)]

    assert len({tuple(words) for words in leads}) == 4
    assert len(set(headings)) == 3
    sure = texts(form, "letter").groups["brev"]["alt_kontrollert"]
    assert [any(sure in word for word in words) for words in leads] == [False, True, False, False]


def test_a_kommune_without_organisation_number_says_so_in_the_manifest(
    brev: dict[str, Path],
) -> None:
    facts = json.loads((brev["1580"] / "manifest.json").read_text(encoding="utf-8"))

    assert facts["mottaker"]["organisasjonsnummer"] is None


# ---- privacy and hostile texts


def test_no_folder_holds_a_key_of_another_kommune_or_a_long_number(
    opened: OpenRun, brev: dict[str, Path]
) -> None:
    keys = {
        number: set(findings["finding_id"]) | set(findings["noekkel"]) - set(opened.recipients)
        for number, findings in opened.findings.items()
    }
    for number, folder in brev.items():
        written = contents(folder)
        own = keys.get(number, set())
        foreign = set().union(*(other for n, other in keys.items() if n != number)) - own

        assert LONG_NUMBER.search(written) is None
        assert {key for key in foreign if key in written} == set()


def contents(folder: Path) -> str:
    """Everything that can be read in the files of a folder."""
    texts_ = [
        path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix != ".xlsx"
    ]
    if (folder / "feil.xlsx").exists():
        for sheet in openpyxl.load_workbook(folder / "feil.xlsx"):
            texts_ += [str(v) for row in sheet.iter_rows(values_only=True) for v in row if v]
    return "\n".join(texts_)


@settings(max_examples=5)
@given(places=st.lists(st.sampled_from(["0301", "1515", "5610"]), min_size=143, max_size=143))
def test_however_findings_are_spread_each_workbook_holds_its_own(
    opened: OpenRun, worded: Wordings, places: list[str]
) -> None:
    import pandas as pd

    every = pd.concat(opened.findings.values())
    spread = every.assign(kommunenummer=places[: len(every)])
    run = replace(opened, findings={str(k): f for k, f in spread.groupby("kommunenummer")})
    for number in sorted(set(places)):
        case = compose(run, number, CHOICES)
        held = BytesIO()
        workbook.write(held, case, worded)
        book = openpyxl.load_workbook(held)
        ids = {c.value for s in book for c in s["A"] if s["A1"].value == "FeilID"} - {"FeilID"}

        assert ids == set(spread[spread["kommunenummer"] == number]["finding_id"])
        assert Letter(page(case)).counts()[""] == len(ids)


def test_no_person_stands_in_the_letter(opened: OpenRun, cases: dict[str, Case]) -> None:
    for case in cases.values():
        if case.kind == "funn":
            written = page(case)
            persons = set(case.findings["person_id"].dropna()) | set(case.findings["noekkel"])
            assert not [key for key in persons if key in written and key != case.kommunenummer]


HOSTILE = ("<script>alert(1)</script>", "{{7*7}}", "=cmd|' /C calc'!A0", 'x" onclick="y', "\x1b[2J")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_stands_in_rules_names_and_files_is_only_text(hostile: str, oslo: Case) -> None:
    (first, *rest) = oslo.rules
    rule = replace(first, title=hostile, meaning=hostile, fix_nir=hostile, not_an_error=hostile)
    changed = replace(
        oslo,
        navn=hostile,
        kortnavn=hostile,
        rules=(rule, *rest),
        notes=(hostile,),
        tables=(replace(oslo.tables[0], file=hostile), *oslo.tables[1:]),
    )

    letter, plain = Letter(page(changed)), Letter(page(replace(oslo, notes=("-",))))

    assert [tag for tag, _ in letter.tags] == [tag for tag, _ in plain.tags]
    assert not [attrs for _, attrs in letter.tags if "onclick" in attrs]
    assert "\x1b" not in page(changed)
    assert hostile.replace("\x1b", "\ufffd") in letter.words


def test_a_personal_number_in_a_text_is_blotted_out(oslo: Case) -> None:
    changed = replace(oslo, notes=("018190 12365 og 01819012365",))

    assert LONG_NUMBER.search(page(changed)) is None
    assert "••••••••••• og •••••••••••" in page(changed)


def test_the_page_may_do_nothing_but_show_itself(oslo: Case) -> None:
    letter = Letter(page(oslo))
    (policy,) = [a["content"] for _, a in letter.tags if a.get("http-equiv")]
    outside = [a for _, a in letter.tags if any(k in a for k in ("src", "action", "style"))]
    links = {(a.get("href") or "")[:1] for _, a in letter.tags if "href" in a}

    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert (outside, links) == ([], {"#"})
    assert len(html.screen().script or "") < 2048
    assert len(page(oslo).encode()) < 60_000


# ---- language


@pytest.mark.parametrize("form", MAALFORMER)
def test_the_plural_follows_the_rules_of_the_language(form: Maalform) -> None:
    for count in range(250):
        plural = Locale.parse(form).plural_form(count) != "one"
        said = texts(form, "letter").say("brev", "formkontroller", antall=count)

        assert said.startswith(f"{count} kontroll ") is not plural


def test_numbers_and_days_are_written_as_people_write_them() -> None:
    assert numbers.number(12345, "nb") == "12\u00a0345"
    assert numbers.rate(31.46, "nn") == "31,5"
    assert numbers.long_day(date(2025, 12, 31), "nb") == "31.\u00a0desember 2025"
    assert numbers.short_day(date(2026, 1, 2)) == "02.01.2026"
    shares = ((0, 9), (1, 900), (899, 900), (9, 9), (1, 0))
    assert [numbers.percent(part, whole, "nb") for part, whole in shares] == [
        "0\u00a0%", "<\u00a01\u00a0%", "99\u00a0%", "100\u00a0%", "–"
    ]  # fmt: skip


def test_every_sentence_of_the_letter_is_said_somewhere() -> None:
    groups = texts("nb", "letter").groups
    template = (ROOT / "reports" / html.TEMPLATE).read_text(encoding="utf-8")
    code = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src/nircheck/letters").glob("*.py")
    )
    made = {f"{s}_{end}" for s in ("feil", "advarsel", "info") for end in ("tall", "gjoer")}
    made |= {"feil", "advarsel", "info", "ikke_vurdert", "ingen_rader", "null"}
    made |= {"send_frist", "send_retur_frist"}

    said = made | set(re.findall(r"t\.(\w+)", template))
    said |= set(re.findall(r"""["'](\w+)["']""", template + code))

    assert {key for group in groups.values() for key in group} - said == set()


@pytest.mark.parametrize("form", MAALFORMER)
@pytest.mark.parametrize("number", ["5610", "1106", "1101"])
def test_the_letter_reads_as_it_did_when_it_was_reviewed(
    number: str, form: Maalform, opened: OpenRun, worded: Wordings
) -> None:
    """Renew with NIRCHECK_SNAPSHOTS=1 in the environment, and read the difference."""
    case = compose(opened, number, replace(CHOICES, maalform=form))
    totals = replace(case.totals, rules_judged=270, rules_irrelevant=50)
    first = case.not_judged[:1] and (replace(case.not_judged[0], rules=(("NIR-292", ""),)),)
    case = replace(
        case, totals=totals, not_judged=first, partly_judged=(), run_id="kjøring",
        rulebook_sha256="regelbok", nircheck="0",
    )  # fmt: skip
    words = "\n".join(Letter(page(case)).words) + "\n"
    path = SNAPSHOTS / f"brev-{number}.{form}.txt"
    if os.environ.get("NIRCHECK_SNAPSHOTS"):
        path.write_text(words, encoding="utf-8", newline="\n")

    assert words == path.read_text(encoding="utf-8")


# ---- the comparison and the development


def test_the_figure_has_the_numbers_of_its_table(oslo: Case) -> None:
    letter = Letter(page(oslo))
    brev_ = texts("nb", "letter").groups["brev"]
    rows = letter.tables[brev_["tabell_sammenligning"]][1:]
    assert oslo.comparison is not None

    assert [row[2] for row in rows] == [
        numbers.rate(rate.per_100, "nb")
        for rate in (oslo.comparison.own, oslo.comparison.group, oslo.comparison.country)
        if rate is not None
    ]
    for row in rows:
        assert letter.words.count(row[0]) == letter.words.count(row[2]) == 2
        assert any(f"{row[0]}: {row[2]}" in word for word in letter.words)


def test_few_persons_or_few_kommuner_are_not_compared(opened: OpenRun, oslo: Case) -> None:
    few = {n for n, k in opened.info["kommuner"].items() if 0 < k["rader"].get("person", 0) < 10}
    here = [n for n, k in opened.info["kommuner"].items() if k["rader"]]
    four = {
        n: k if n in here[:4] else k | {"rader": {}} for n, k in opened.info["kommuner"].items()
    }

    assert few
    assert all(compose(opened, number, CHOICES).comparison is None for number in few)
    alone = compose(opened, "1106", CHOICES).comparison
    assert alone is not None
    assert alone.group is None
    run = replace(opened, info=opened.info | {"kommuner": four})
    assert compose(run, "0301", CHOICES).comparison is None
    asked = replace(opened, info=opened.info | {"asked": ["0301"]})
    assert compose(asked, "0301", CHOICES).comparison is None


@pytest.mark.parametrize("form", MAALFORMER)
def test_what_is_new_and_corrected_is_told_when_it_is_known(form: Maalform, oslo: Case) -> None:
    from nircheck.letters.case import History

    rules = tuple(replace(rule, new=1, fixed=2) for rule in oslo.rules)
    known = replace(
        oslo, maalform=form, rules=rules, history=History(date(2026, 9, 30), 40, 12, 19)
    )
    brev_ = texts(form, "letter").groups["brev"]

    told, first = Letter(page(known)), Letter(page(replace(oslo, maalform=form)))

    assert told.tables[brev_["tabell_funn"]][0][-2:] == [brev_["nye"], brev_["rettet"]]
    assert any(re.search("40 (åpne|opne) funn", word) and "19" in word for word in told.words)
    assert brev_["uten_historikk"] in first.words
    assert brev_["uten_historikk"] not in told.words


# ---- the same bytes


def test_one_process_and_two_write_the_same_bytes(
    opened: OpenRun, parts: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "WORTH_A_PROCESS", 1)
    numbers_ = ["0301", "1515", "1106", "5610", "1101"]

    for count in (1, 2):
        root = tmp_path / str(count)
        written = batch.write_all(opened, numbers_, CHOICES, parts, root, processes=count)
        assert (written.letters, written.failures) == (5, [])

    one, two = ({p.relative_to(r): p.read_bytes() for p in r.rglob("*.*")} for r in
                (tmp_path / "1", tmp_path / "2"))  # fmt: skip
    assert one == two
    assert len(one) == 3 * 3 + 2 * 2


# ---- what can go wrong


@pytest.fixture
def run_folder(sample_folder: Path, tmp_path: Path) -> Path:
    """A run folder of one's own."""
    return Path(shutil.copytree(sample_folder, tmp_path / "kjoering"))


def letters(folder: Path, *arguments: object) -> Done:
    return nircheck("letters", folder, *arguments, cwd=folder.parent)


def test_the_command_writes_the_packages_and_says_how_many(run_folder: Path) -> None:
    asked = ("--kommune", "0301", "--kommune", "1106", "--kommune", "1101")
    done = letters(run_folder, *asked, "--avsender", SENDER, "--frist", DUE, "--maalform", "nn")

    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0] == (
        "Brev: 3. Med funn: 1. Uten funn: 1. Uten registreringer: 1. Ikke kontrollert: 0."
    )
    assert sorted(folder.name for folder in (run_folder / "brev").iterdir()) == [
        "0301-oslo", "1101-eigersund", "1106-haugesund"
    ]  # fmt: skip
    facts = json.loads((run_folder / "brev/0301-oslo/manifest.json").read_text(encoding="utf-8"))
    assert (facts["maalform"], facts["frist"]) == ("nn", "2026-11-30")
    for file in facts["filer"]:
        content = (run_folder / "brev/0301-oslo" / file["navn"]).read_bytes()
        assert (file["bytes"], file["integritet"]) == (len(content), html.sri(content))


def test_a_pdf_is_the_main_document_when_it_is_asked_for(run_folder: Path) -> None:
    assert letters(run_folder, "--kommune", "1106", "--pdf").code == 0

    facts = json.loads(
        (run_folder / "brev/1106-haugesund/manifest.json").read_text(encoding="utf-8")
    )
    assert [(f["navn"], f["rolle"]) for f in facts["filer"]] == [
        ("brev.pdf", "hoveddokument"), ("brev.html", "vedlegg")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "said"),
    [("weasyprint", "pip install 'nircheck[pdf]'"), ("pango", "apt-get install libpango")],
)
def test_what_pdf_needs_is_asked_for_before_the_first_letter(
    missing: str, said: str, run_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without() -> None:
        raise OSError("cannot load library")

    if missing == "weasyprint":
        monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    else:
        monkeypatch.setattr(pdf, "_weasyprint", without)

    done = letters(run_folder, "--pdf")

    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert said in done.err
    assert not (run_folder / "brev").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--kommune", "4601"), ""),
        (("--kommune", "9998"), "no kommune 9998 in this run"),
        (("--frist", "2026-10-30"), "--frist: 2026-10-30 is before the date of the letters"),
        (("--frist", "30.11.2026"), "'30.11.2026' is not a date"),
        (("--avsender", "borte.toml"), "borte.toml: cannot be read: No such file"),
        (("--prosesser", "0"), "'--prosesser': 0 is not in the range"),
    ],
)
def test_a_wrong_question_is_answered_with_one_line(
    arguments: tuple[str, ...], said: str, run_folder: Path
) -> None:
    done = letters(run_folder, *arguments)

    assert done.code == (2 if said else 0)
    assert said in done.err
    assert len(done.err.splitlines()) == (1 if said else 0)
    assert (run_folder / "brev").exists() is not bool(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('telefonn = "1"', "unknown key 'telefonn'; did you mean 'telefon'?"),
        ('navn = "IMDi"', "'navn': Input should be"),
        ("[navn]\nnb = \"A\"", "'navn.nn' is missing"),
        ("sikkerhetsnivaa = 2", "'sikkerhetsnivaa': Input should be 3 or 4"),
        ("telefon = ", "not valid TOML"),
    ],
)  # fmt: skip
def test_a_wrong_sender_file_is_told_of_with_the_key(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "avsender.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(NircheckError, match=re.escape(said)):
        sender.load(path)


def test_a_run_of_another_form_or_rule_book_is_refused_with_one_line(run_folder: Path) -> None:
    facts = json.loads((run_folder / "run.json").read_text(encoding="utf-8"))
    lines = []
    for change in (
        {"schema_version": 1},
        {"rulebook": facts["rulebook"] | {"sha256": "0" * 64}},
        {"rules": facts["rules"] | {"NIR-999": facts["rules"]["NIR-100"]}},
    ):
        (run_folder / "run.json").write_text(json.dumps(facts | change), encoding="utf-8")
        done = letters(run_folder)
        assert (done.code, done.out) == (2, "")
        lines += done.err.splitlines()

    assert len(lines) == 3
    assert "written in form 1, this program reads 3" in lines[0]
    assert all("another rule book" in line for line in lines[1:])
    assert "NIR-999" in lines[2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{{ subject }}", "{{ subjekt }}", "unknown variable 'subjekt'"),
        ("{{ t.gjoer }}", "{{ t.gjor }}", "unknown 'gjor'"),
        ("case.frist", "case.frest", "unknown 'frest'; did you mean 'frist'?"),
        ('say("kommunenummer", nummer=', 'say("kommunenummer", nr=', "needs 'nummer'"),
        ('say("kommunenummer"', 'say("komunenummer"', "no sentence 'komunenummer'"),
        ("{% endif %}", "{% endi %}", "letter.html.j2:"),
    ],
)
def test_a_template_that_misses_something_fails_before_the_first_letter(
    old: str, new: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "reports", tmp_path / "reports")
    template = tmp_path / "reports" / html.TEMPLATE
    text = template.read_text(encoding="utf-8")
    assert old in text
    template.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(resources, "reports", lambda: tmp_path / "reports")

    with pytest.raises(RuleBookError, match=re.escape(said)):
        html.check()


def without_a_standard(run: OpenRun) -> OpenRun:
    changed = replace(run.recipients["1515"], maalform=None)
    return replace(run, recipients=run.recipients | {"1515": changed})


def test_a_letter_that_fails_takes_no_other_with_it_and_leaves_the_old_one_whole(
    opened: OpenRun, parts: Package, tmp_path: Path
) -> None:
    batch.write_all(opened, ["0301"], CHOICES, parts, tmp_path)
    before = {p.name: p.read_bytes() for p in (tmp_path / "0301-oslo").iterdir()}
    broken = Package(partial(fails_in_oslo, parts.workbook))

    written = batch.write_all(
        without_a_standard(opened), ["0301", "1515", "1106", "5610"], CHOICES, broken, tmp_path
    )

    assert [(f.place, f.bug) for f in written.failures] == [("0301-oslo", True), ("1515", False)]
    assert re.fullmatch(
        r"internal error \(ValueError in test_letters.py:\d+\)", written.failures[0].why
    )
    assert "no written standard is known" in written.failures[1].why
    assert {p.name: p.read_bytes() for p in (tmp_path / "0301-oslo").iterdir()} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "0301-oslo", "1106-haugesund", "5610-karasjok"
    ]  # fmt: skip


def fails_in_oslo(write: Callable[[BinaryIO, Case], None], target: BinaryIO, case: Case) -> None:
    if case.kommunenummer == "0301":
        raise ValueError("01819012365")
    write(target, case)


def test_a_place_that_cannot_be_written_to_is_told_of_once(run_folder: Path) -> None:
    (run_folder / "brev").write_bytes(b"in the way")

    done = letters(run_folder)

    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert "and 352 more not written: " in done.err
    assert (run_folder / "brev").read_bytes() == b"in the way"


def test_a_disk_that_fills_up_leaves_no_half_package(
    opened: OpenRun, parts: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Path.write_bytes

    def full(path: Path, data: Any) -> int:
        if path.name == "feil.xlsx":
            raise OSError(28, "No space left on device")
        return kept(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    written = batch.write_all(opened, ["0301", "1106"], CHOICES, parts, tmp_path)

    assert [f.why for f in written.failures] == ["No space left on device"]
    assert [p.name for p in tmp_path.iterdir()] == ["1106-haugesund"]


def test_findings_without_a_kommune_are_told_of(opened: OpenRun) -> None:
    findings = opened.findings | {"ukjent": opened.findings_of("0301")}

    assert replace(opened, findings=findings).unaddressed() == {"ukjent": 33}


@pytest.mark.parametrize("asked", [(), ("--vis-foedselsdato",)])
def test_an_audit_makes_the_letters_too_with_dates_of_birth_only_when_asked(
    asked: tuple[str, ...], book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant("INT", kommunenummer="0301", sluttdato="2020-01-01", startdato="2021-03-01")
    folder = extract.write(tmp_path / "uttrekk", book)

    done = nircheck(
        "audit", folder, "--ut", "ut", "--kommune", "0301", *asked, cwd=tmp_path,
        environment={"NIRCHECK_BREV": "ja"},
    )  # fmt: skip

    (package,) = (tmp_path / "ut" / "2024-06-30" / "brev").iterdir()
    facts = json.loads((package / "manifest.json").read_text(encoding="utf-8"))
    sheets = openpyxl.load_workbook(package / "feil.xlsx")
    headings = {cell.value for sheet in sheets for cell in sheet[1]}
    assert (done.code, done.err) == (1, "")
    assert facts["foedselsdato_vist"] is bool(asked)
    assert ("Fødselsdato" in headings) is bool(asked)


def test_dates_of_birth_without_workbooks_are_refused(clean_extract: Path) -> None:
    done = nircheck("audit", clean_extract, "--vis-foedselsdato")

    assert (done.code, "none are to be written" in done.err) == (2, True)
