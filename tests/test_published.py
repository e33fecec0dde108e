"""Published figures: counted anew from invented rows, in SQL and once more in plain pandas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from commands import nircheck
from extracts import EXPECTATIONS, ROOT, Extract
from nircheck.errors import ExtractError, RuleBookError, UsageError
from nircheck.figures import Recomputed, load_publication, publications, recompute
from nircheck.figures.recomputed import rounded
from nircheck.rulebook import RuleBook
from nircheck.sample.built import built
from nircheck.sample.columns import arrow
from nircheck.sample.published import columns, presets
from test_sources import problem

Numbers = dict[tuple[str, str], Recomputed]
DIFFERENT = {
    "fafo-2024-09": {("A3b", "alle"): 20, ("A12", "oevrige"): -1, ("T5.1d", "oevrige"): 1},
    "aid-2023-07": {("B9a", "alle"): -4},
}
"""Where a source contradicts itself, so that no register could give what it says."""

ARBEID = {
    "LOENNSTILSKUDD", "ARBEID_I_PROGRAM", "JOBBSOEKERKURS", "BRANSJEKURS", "ENTREPRENOERSKAP",
    "ARBEIDSLIV_OG_SIKKERHET", "PRAKSIS_ARBEID",
}  # fmt: skip


def made(book: RuleBook, preset: str, seed: int) -> tuple[dict[str, pa.Table], Numbers]:
    """The tables of a preset as text, and its published figures counted from them."""
    day, of = columns(book, preset, seed)
    tables = {
        name: arrow(of[name], tuple(table.by_name))
        for name, table in book.contract.tables.items()
        if name in of
    }
    with built(tables.items(), book, day, derived=("person", "program", "tiltak", "vedtak",
                                                   "norsk")) as register:  # fmt: skip
        found = recompute(register, load_publication(book, preset))
    return tables, {(number.figure.id, number.row): number for number in found}


@pytest.fixture(scope="module")
def fafo(book: RuleBook) -> tuple[dict[str, pa.Table], Numbers]:
    return made(book, "fafo-2024-09", 1)


@pytest.fixture(scope="module")
def aid(book: RuleBook) -> tuple[dict[str, pa.Table], Numbers]:
    return made(book, "aid-2023-07", 1)


def different(numbers: Numbers) -> dict[tuple[str, str], int]:
    return {at: int(n.difference) for at, n in numbers.items() if n.difference}


def test_every_publication_has_a_register_that_satisfies_it() -> None:
    assert publications(EXPECTATIONS) == presets(EXPECTATIONS) == tuple(sorted(DIFFERENT))


def test_fafo_comes_out_as_published_but_for_what_contradicts_itself(
    fafo: tuple[dict[str, pa.Table], Numbers],
) -> None:
    assert len(fafo[1]) == 166
    assert different(fafo[1]) == DIFFERENT["fafo-2024-09"]


def test_aid_comes_out_as_published_but_for_what_contradicts_itself(
    aid: tuple[dict[str, pa.Table], Numbers],
) -> None:
    assert len(aid[1]) == 80
    assert different(aid[1]) == DIFFERENT["aid-2023-07"]


@pytest.mark.slow
@pytest.mark.parametrize("preset", sorted(DIFFERENT))
def test_another_seed_gives_other_rows_and_the_same_figures_but_for_a_rounding(
    book: RuleBook, preset: str
) -> None:
    first, numbers = made(book, preset, 2)
    again, _ = made(book, preset, 2)
    other, _ = made(book, preset, 3)

    rounded = different(numbers).items() ^ DIFFERENT[preset].items()
    assert len(rounded) <= 2
    for at, _ in rounded:
        step = Decimal(1).scaleb(-numbers[at].figure.decimals)
        assert abs(numbers[at].difference or 0) <= step
    assert first == again
    assert first["program"] != other["program"]


def test_what_differs_is_explained(book: RuleBook) -> None:
    for preset, places in DIFFERENT.items():
        counted = {c.figure.id: c.figure for c in load_publication(book, preset).counted}
        assert all(counted[figure].note for figure, _ in places)


def test_every_source_is_described(book: RuleBook) -> None:
    for key in publications(EXPECTATIONS):
        publication = load_publication(book, key)
        figures = [*(c.figure for c in publication.counted), *publication.not_recomputed]
        assert {problem(figure.source) for figure in figures} == {None}


def test_whoever_counts_does_not_know_the_margins() -> None:
    for path in (ROOT / "src" / "nircheck" / "figures").glob("*.py"):
        assert "marginer" not in path.read_text(encoding="utf-8")
    for path in (EXPECTATIONS / "_publisert").glob("*.yaml"):
        lines = path.read_text(encoding="utf-8").splitlines()
        counting = [line for line in lines if line.strip().startswith(("value:", "where:"))]
        assert not any(number in line for line in counting for number in ("767", "3224", "1093"))


# The same in plain pandas, from the text of the rows


@pytest.fixture(scope="module")
def people(fafo: tuple[dict[str, pa.Table], Numbers]) -> pd.DataFrame:
    """One row per person of Fafo's extract that has ended, with the hours of each kind."""
    tables = {name: table.to_pandas() for name, table in fafo[0].items()}
    tiltak = tables["tiltak"]
    days = (pd.to_datetime(tiltak["stoppdato"]) - pd.to_datetime(tiltak["startdato"])).dt.days + 1
    tiltak["timer"] = days / 7 * tiltak["timer_per_uke"].astype(float)
    program = tables["program"].merge(tables["person"], on="person_id", suffixes=("", "_person"))
    ended = program[program["sluttdato"].fillna("9") <= "2023-06-30"].set_index("person_id")
    kinds = tiltak.pivot_table(index="person_id", columns="tiltakstype", values="timer",
                               aggfunc="sum").reindex(ended.index).fillna(0.0)  # fmt: skip
    ended["alle"] = kinds.sum(axis=1)
    ended["arbeid"] = kinds[[kind for kind in kinds if kind in ARBEID]].sum(axis=1)
    ended["livsmestring"] = kinds["LIVSMESTRING"]
    ended["digital"] = kinds["DIGITAL_KOMPETANSE"]
    ended["ukrainsk"] = ended["statsborgerskap"] == "UKR"
    ended["dager"] = (
        pd.to_datetime(ended["sluttdato"]) - pd.to_datetime(ended["startdato"])
    ).dt.days + 1
    return ended


def in_pandas(ended: pd.DataFrame) -> Iterator[tuple[str, str, float]]:
    registered = ended[ended["alle"] > 0]
    working = ended[ended["arbeid"] > 0]
    by_kommune = ended[ended["kommunenummer"].notna()].groupby("kommunenummer")["alle"].sum()
    yield "A2", "alle", len(ended)
    yield "A3", "alle", len(ended) - len(registered)
    yield "A4", "alle", len(by_kommune)
    yield "A4a", "alle", int((by_kommune == 0).sum())
    yield "T4.1b", "ukrainere", working["ukrainsk"].sum() / registered["ukrainsk"].sum()
    yield "A13", "kvinner", 100 * (working["kjoenn"] == "K").sum() / (
        registered["kjoenn"] == "K").sum()  # fmt: skip
    share = working["arbeid"] / working["alle"]
    for band in range(10):
        upper = 2.0 if band == 9 else (band + 1) / 10
        yield "T4.2", f"baand_{band}", int(((share >= band / 10) & (share < upper)).sum())
    known = ended[ended["kommunenummer"].notna()]
    yield "T4.3", "uten", int(((known["alle"] > 0) & (known["arbeid"] == 0)).sum())
    yield "T4.3", "med", int((known["arbeid"] > 0).sum())
    yield "T4.3", "ingen", int((known["alle"] == 0).sum())
    yield "T4.3m", "med", known[known["arbeid"] > 0]["dager"].mean()
    course = ended[(ended["livsmestring"] > 0) & ended["ukrainsk"]]
    yield "T5.1", "ukrainere", len(course)
    yield "T5.1a", "ukrainere", course["livsmestring"].mean()
    yield "T5.1b", "ukrainere", (course["livsmestring"] / course["alle"]).mean()
    other = ended[(ended["digital"] > 0) & ~ended["ukrainsk"]]
    yield "T7.1a", "oevrige", other["digital"].mean()
    yield "T7.1c", "oevrige", other["dager"].mean()


def test_a_second_way_of_counting_agrees(
    people: pd.DataFrame, fafo: tuple[dict[str, pa.Table], Numbers]
) -> None:
    again = list(in_pandas(people))

    assert len({figure for figure, *_ in again}) >= 10
    for figure, row, value in again:
        number = fafo[1][figure, row]
        assert rounded(float(value), number.figure.decimals) == number.recomputed, (figure, row)


def test_a_second_way_of_counting_table_8_agrees(
    aid: tuple[dict[str, pa.Table], Numbers],
) -> None:
    tables = {name: table.to_pandas() for name, table in aid[0].items()}
    joined = tables["program"].merge(tables["person"], on="person_id")
    collective = joined[joined["oppholdsgrunnlag"] == "KOLLEKTIV_34"]
    reason = collective["avslutningsaarsak"].where(collective["avslutningsaarsak"]
                                                   != "IKKE_REGISTRERT")  # fmt: skip
    counted = pd.crosstab(reason, collective["rettighetskategori"])

    for figure, right in (("T8", "RETT"), ("T8a", "KAN_TILBYS")):
        for code in ("ARBEID", "UTDANNING", "KVALIFISERENDE_TILTAK", "FLYTTET", "ANDRE"):
            assert aid[1][figure, code.lower()].recomputed == int(counted[right].get(code, 0))
    goal = reason.isin(["ARBEID", "UTDANNING", "ARBEID_OG_UTDANNING"]).sum()
    auto = (collective["avslutningsaarsak"] == "IKKE_REGISTRERT").sum()
    assert aid[1]["B12", "alle"].recomputed == round(100 * int(goal) / int(reason.notna().sum()))
    assert aid[1]["B12a", "alle"].recomputed == round(
        100 * int(goal) / int(reason.notna().sum() + auto)
    )


# The definitions, and the command


def test_numbers_are_rounded_as_people_do() -> None:
    assert [str(rounded(0.125, 2)), str(rounded(2.5, 0)), str(rounded(13_050, -2))] == [
        "0.13", "3", "13100",
    ]  # fmt: skip
    assert rounded(64.4, 2) == Decimal("64.40")


def test_a_definition_with_a_fault_is_told_with_its_line(book: RuleBook, tmp_path: Path) -> None:
    from dataclasses import replace

    folder = tmp_path / "_publisert"
    folder.mkdir()
    (folder / "x.yaml").write_text(
        "name: X\nneeds: [program]\npopulation: {table: program, where: 'TRUE'}\n"
        "terms:\n  ferdig: slutdato IS NOT NULL\nrows:\n  alle: {where: 'TRUE', nb: a, nn: a}\n"
        "figures:\n- id: A1\n  label: {nb: a, nn: a}\n  source: s:1\n  value: now()\n"
        "  published: {ale: 1}\nnot_recomputed: []\n",
        encoding="utf-8",
    )

    with pytest.raises(RuleBookError) as refused:
        load_publication(replace(book, folder=tmp_path), "x")

    said = "\n".join(str(found) for found in refused.value.problems)
    assert "x.yaml:5: table 'program' has no column 'slutdato'; did you mean" in said
    assert "x.yaml:12:" in said
    assert "x.yaml:13: no row 'ale'; did you mean 'alle'?" in said
    with pytest.raises(UsageError, match="no publication 'fafo'"):
        load_publication(book, "fafo")


def test_an_extract_without_a_table_is_not_counted(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    from nircheck import ingest

    extract.participant()
    place = extract.write(tmp_path / "uttrekk", book)
    register, _ = ingest.read([place], ingest.Manifest(), book.contract, book.views, book.folder)

    with register, pytest.raises(ExtractError, match="tabell_mangler:vedtak"):
        recompute(register, load_publication(book, "aid-2023-07"))


def test_the_command_shows_both_numbers_in_both_standards(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttdato="2023-06-01", avslutningsaarsak="ARBEID")
    place = str(extract.write(tmp_path / "uttrekk", book))

    shown = nircheck("stats", place, "--som", "fafo-2024-09", "--maalform", "nn")
    told = nircheck("stats", place, "--som", "fafo-2024-09", "--format", "json")
    wrong = nircheck("stats", place, "--som", "fafo")

    assert (shown.code, told.code, wrong.code) == (0, 0, 2)
    assert "Skilnad" in shown.out
    assert "20\u00a0608" in shown.out
    document = json.loads(told.out)
    assert document["figures"][0] | {"label": 0} == {
        "id": "A1", "row": "alle", "label": 0, "source": "fafo-2024-09:1484-1489",
        "published": 20608.0, "recomputed": 1.0, "difference": -20607.0, "note": None,
    }  # fmt: skip
    assert document["not_recomputed"][0]["id"] == "A14"
    assert wrong.err.count("\n") == 1


def test_a_preset_of_a_publication_is_a_whole_register(tmp_path: Path) -> None:
    for more in (("--personer", "100"), ("--plant", "NIR-100=1")):
        refused = nircheck("sample", "--preset", "aid-2023-07", *more, "--ut", str(tmp_path / "x"))
        assert refused.code == 2
        assert "whole register" in refused.err
    assert not (tmp_path / "x").exists()
