"""What the gaps could do: no way of filling them takes a figure out of the range it was given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extracts import EXPECTATIONS, Extract
from nircheck import ingest
from nircheck.contract import MAALFORMER
from nircheck.errors import RuleBookError
from nircheck.figures import ALL, SCHEMA, Range, count, load_headlines, read_ranges
from nircheck.figures.headline import FILE
from nircheck.letters import Choices, OpenRun, compose
from nircheck.letters.html import render, screen
from nircheck.letters.ranges import FEWEST
from nircheck.letters.sender import Sender
from nircheck.rulebook import RuleBook
from nircheck.run import Run
from nircheck.texts import texts
from test_sources import problem

CHOICES = Choices(Sender())
GOAL, OTHER = "ARBEID", "FLYTTET"


def counted(
    book: RuleBook, extract: Extract, folder: Path, kommuner: tuple[str, ...] = ("0301", "4204")
) -> dict[str, dict[str, Range]]:
    """The key figures of an extract, as a run would hold them."""
    place = extract.write(folder, book)
    register, _ = ingest.read([place], ingest.Manifest(), book.contract, book.views, book.folder)
    with register:
        return read_ranges(count(register, load_headlines(book), list(kommuner)))


@given(
    yes=st.integers(0, 40), no=st.integers(0, 40), gaps=st.lists(st.integers(1, 20), max_size=3),
    filled=st.data(),
)  # fmt: skip
def test_whatever_the_missing_answers_are_the_share_is_in_the_range(
    yes: int, no: int, gaps: list[int], filled: st.DataObject
) -> None:
    made = Range(ALL, "x", yes + no + sum(gaps), yes, tuple((f"NIR-{n}", n) for n in gaps))
    more = filled.draw(st.integers(0, made.open))
    told = replace(made, yes=yes + more, gaps=())

    if made.of:
        assert made.lowest is not None
        assert made.highest is not None
        assert told.known is not None
        assert made.lowest <= told.known <= made.highest
        assert made.known is None or made.lowest <= made.known <= made.highest


def ended(reasons: list[str], **cells: str) -> Extract:
    extract = Extract()
    for reason in reasons:
        extract.participant(sluttdato="2024-01-31", avslutningsaarsak=reason, **cells)
    return extract


def test_filling_every_gap_one_way_or_the_other_gives_the_ends_of_the_range(
    book: RuleBook, tmp_path: Path
) -> None:
    reasons = [GOAL, GOAL, OTHER, "", "", "IKKE_REGISTRERT"]

    open_, worst, best = (
        counted(book, ended(filled), tmp_path / name)[ALL]["maaloppnaaelse"]
        for name, filled in (
            ("open", reasons),
            ("worst", [r if r in (GOAL, OTHER) else OTHER for r in reasons]),
            ("best", [r if r in (GOAL, OTHER) else GOAL for r in reasons]),
        )
    )

    assert (open_.of, open_.yes, open_.gaps) == (6, 2, (("NIR-100", 2), ("NIR-101", 1)))
    assert open_.known == pytest.approx(66.67)
    assert (open_.lowest, open_.highest) == (worst.known, best.known)
    assert open_.narrows_most == ("NIR-100", 2)
    assert worst.lowest == worst.highest == worst.known


def test_a_value_that_cannot_be_read_is_a_gap_that_no_rule_of_its_own_fills(
    book: RuleBook, tmp_path: Path
) -> None:
    made = counted(book, ended([GOAL, "ARB\ufffdID"]), tmp_path)[ALL]["maaloppnaaelse"]

    assert (made.of, made.yes, made.gaps, made.narrows_most) == (2, 1, (("uleselig", 1),), None)


def test_the_country_is_the_sum_of_its_kommuner(sample_run: Run) -> None:
    places = read_ranges(sample_run.figures)
    whole = places.pop(ALL)

    assert sample_run.figures.schema == SCHEMA
    for figure, everywhere in whole.items():
        there = [figures[figure] for figures in places.values() if figure in figures]
        assert everywhere.of == sum(found.of for found in there)
        assert everywhere.yes == sum(found.yes for found in there)
        assert everywhere.open == sum(found.open for found in there)


def test_only_the_kommuner_that_were_asked_for_are_counted(book: RuleBook, tmp_path: Path) -> None:
    extract = ended([GOAL])
    extract.participant(kommunenummer="0301", bydel="030101", sluttdato="2024-01-31",
                        avslutningsaarsak=OTHER)  # fmt: skip
    found = counted(book, extract, tmp_path, ("0301",))

    assert set(found) == {ALL, "0301"}
    assert found[ALL]["maaloppnaaelse"].of == 1


def test_a_figure_that_cannot_be_reckoned_says_why(book: RuleBook, tmp_path: Path) -> None:
    found = counted(book, ended([GOAL]), tmp_path)

    assert found[ALL]["norsk"].reason == "tabell_mangler:norsk"
    assert found[ALL]["norsk"].of == 0
    assert "norsk" not in found["4204"]


# The definitions


def test_every_gap_names_a_rule_that_finds_it(book: RuleBook) -> None:
    headlines = load_headlines(book)

    assert len({headline.id for headline in headlines}) == len(headlines) >= 7
    for headline in headlines:
        assert headline.gaps
        assert {problem(key) for key in headline.evidence} == {None}


def test_a_definition_with_faults_is_told_all_at_once(book: RuleBook, tmp_path: Path) -> None:
    text = (EXPECTATIONS / FILE).read_text(encoding="utf-8")
    text = text.replace("NIR-100: avsl", "NIR-1000: avsl").replace(
        "antall_livsmestring", "antal", 1
    )
    text = text.replace("needs: [program, tiltak, norsk]", "needs: [program, tiltac]")
    (tmp_path / FILE).write_text(text + "- id: tom\n", encoding="utf-8")

    with pytest.raises(RuleBookError) as refused:
        load_headlines(replace(book, folder=tmp_path))

    said = "\n".join(str(found) for found in refused.value.problems)
    for part in ("no rule 'NIR-1000'", "no column 'antal'", "has no 'tiltac'",
                 "'label': Field required"):  # fmt: skip
        assert part in said
    assert all(f"{FILE}:" in str(found) for found in refused.value.problems)


# The letter


def letter(opened: OpenRun, number: str, form: str = "nb") -> str:
    case = compose(opened, number, replace(CHOICES, maalform=form))  # type: ignore[arg-type]
    return render(case, screen())


@pytest.mark.parametrize("form", MAALFORMER)
def test_the_letter_tells_the_range_in_the_plot_and_in_the_table(
    opened: OpenRun, form: str
) -> None:
    case = compose(opened, "1103", replace(CHOICES, maalform=form))  # type: ignore[arg-type]
    page = render(case, screen())

    assert case.ranges is not None
    goal = next(line for line in case.ranges.lines if line.open)
    words = texts(form, "ranges").groups["brev"]  # type: ignore[arg-type]
    assert words["overskrift"] in page
    assert goal.told in page
    assert f'<td class="n">{goal.lowest}</td><td class="n">{goal.highest}</td>' in page
    assert f"{goal.rule}: {goal.most}" in page


def test_what_the_lowest_and_the_most_are_is_explained_only_where_something_is_open(
    opened: OpenRun,
) -> None:
    explained = set()
    for number in opened.findings:
        case = compose(opened, number, CHOICES)
        if case.ranges is not None and case.ranges.lines:
            footnote = case.ranges.words["av_alle"] in render(case, screen())
            assert footnote == any(line.open for line in case.ranges.lines)
            explained.add(footnote)
    assert explained == {True, False}


def test_a_figure_about_few_is_not_shown_and_the_letter_says_so(opened: OpenRun) -> None:
    hidden = 0
    for number, figures in opened.ranges.items():
        if number == ALL or number not in opened.recipients:
            continue
        ranges = compose(opened, number, CHOICES).ranges
        assert ranges is not None
        assert all(line.of >= FEWEST for line in ranges.lines)
        few = [found for found in figures.values() if found.of < FEWEST]
        hidden += len(few)
        if few and ranges.lines:
            label = opened.info["figures"][few[0].figure]["label"][
                opened.recipients[number].maalform or "nb"
            ]
            assert any(label in sentence for sentence in ranges.unshown)
    assert hidden


def test_a_bydel_and_a_kommune_without_rows_have_no_ranges(opened: OpenRun) -> None:
    assert compose(opened, "0301", CHOICES, bydel="030101").ranges is None
    empty = next(n for n, k in opened.info["kommuner"].items() if not k["rader"])
    assert compose(opened, empty, CHOICES).ranges is None


def test_a_letter_with_ranges_is_no_heavier_than_it_may_be(opened: OpenRun) -> None:
    assert len(letter(opened, "0301").encode()) <= 60_000
