"""Audits with a history, from extract to letter: a small rule book, files as people have them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commands import Done, nircheck
from extracts import EXPECTATIONS, Extract
from nircheck.history.schema import SVAR
from nircheck.rulebook import RuleBook
from nircheck.run.files import FOLLOWED

pytestmark = pytest.mark.slow

RULES = ("NIR-140", "NIR-149")
MONTHS = ("2024-04-30", "2024-05-31", "2024-06-30", "2024-07-31")


@pytest.fixture(scope="module")
def few_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rule book with two rules of its own, and those of the contract."""
    folder = tmp_path_factory.mktemp("regelbok") / "expectations"
    shutil.copytree(
        EXPECTATIONS, folder, ignore=shutil.ignore_patterns("NIR-*", "_noekkeltall.yaml")
    )
    for rule in RULES:
        (path,) = EXPECTATIONS.glob(f"*/{rule}-*.yaml")
        shutil.copy(path, folder / path.parent.name)
    return folder


@dataclass
class Series:
    """Extracts audited month by month in a folder of their own."""

    folder: Path
    rules: Path
    book: RuleBook
    months: Iterator[str]

    def audit(self, extract: Extract, *options: str, historikk: bool = True, **how: Any) -> Done:
        """Audit the extract as the next month; `how` says in which form it comes."""
        day = next(self.months)
        place = self.folder / f"uttrekk-{day}"
        write: Callable[..., Path] = how.get("write", Extract.write)
        write(extract, place, self.book)
        kept = ("--historikk", self.folder / "historikk") if historikk else ()
        done = nircheck(
            "audit", place, "--uttrekksdato", day, "--populasjon", "nasjonal", "--fail-on", "aldri",
            "--miljoe", "syntetisk", "--expectations", self.rules, "--ut", self.folder / "ut",
            *kept, *options,
        )  # fmt: skip
        assert done.code == 0, done.err
        return done

    def run(self, month: int) -> Path:
        """The run folder of a month."""
        return self.folder / "ut" / MONTHS[month]

    def status(self, month: int, table: str = "status") -> dict[str, str]:
        """What a run says has become of each finding, by rule."""
        rows = pq.read_table(self.run(month) / f"{table}.parquet").to_pylist()
        return {row["rule_id"]: row["status"] for row in rows}


@pytest.fixture
def series(tmp_path: Path, few_rules: Path, book: RuleBook) -> Series:
    return Series(tmp_path, few_rules, book, iter(MONTHS))


@pytest.fixture
def four(extract: Extract) -> Extract:
    """Four participants, of whom the first has ended before it began."""
    extract.participant(startdato="2024-02-01", sluttdato="2024-01-20", avslutningsaarsak="FLYTTET",
                        avslutningsgruppe="AVSLUTTET")  # fmt: skip
    for _ in range(3):
        extract.participant()
    return extract


def test_from_audit_to_letter_and_back_with_an_answer(series: Series, four: Extract) -> None:
    first = series.audit(four)
    four.tables["tiltak"][1] |= {"startdato": "2024-03-01", "stoppdato": "2024-02-01"}
    second = series.audit(four)
    found = pq.read_table(series.run(1) / "findings.parquet").to_pylist()
    (finding,) = (row for row in found if row["rule_id"] == "NIR-149")
    run_id = json.loads((series.run(1) / "run.json").read_text(encoding="utf-8"))["run_id"]
    answer = {name: finding.get(name) for name in SVAR.names} | {
        "svar": "ikke_feil", "begrunnelse": "Avtalt", "avsender": "Kari", "run_id": run_id
    }  # fmt: skip
    svar = series.folder / "svar.parquet"
    pq.write_table(pa.Table.from_pylist([answer], schema=SVAR), svar)
    historikk = series.folder / "historikk"
    taken = [nircheck("historikk", "svar", historikk, svar) for _ in range(2)]
    accepted = nircheck("historikk", "godta", historikk, "--alle", "--av", "Ola")
    four.tables["program"][0]["sluttdato"] = "2024-02-20"
    third = series.audit(four)
    listed = nircheck("historikk", "list", historikk)
    stood = nircheck("historikk", "unntak", historikk, "--expectations", series.rules)

    assert "Første kjøring i historikken" in first.out
    assert series.status(1) == {"NIR-140": "fortsatt_aapen", "NIR-149": "ny"}
    assert "Siden 2024-04-30: 1 nye, 0 rettet, 0 gjenåpnet, 1 fortsatt åpne" in second.out
    assert ["1 svar er tatt inn" in one.out for one in taken] == [True, False]
    assert "1 unntak er godtatt, til og med 2025-05-31." in accepted.out
    assert series.status(2, "gone") == {"NIR-140": "rettet"}
    assert "1 er stille" in third.out
    assert listed.out.count("nasjonal") == 3
    assert "gjelder" in stood.out
    for month in (0, 1, 2):
        nircheck("letters", series.run(month), "--expectations", series.rules, "--maalform", "nb",
                 "--kommune", four.tables["program"][0]["kommunenummer"])  # fmt: skip
    brev = [
        re.sub(
            r"[\s\u00a0]+",
            " ",
            next((series.run(m) / "brev").glob("*/brev.html")).read_text("utf-8"),
        )
        for m in (0, 1, 2)
    ]
    assert "Vi har ingen tidligere kontroll" in brev[0]
    assert "30. april 2024 hadde dere 1 åpent funn. Siden da er 1 nytt" in brev[1]
    assert "1 funn som dere har svart at ikke er feil" in brev[2]
    assert "NIR-149" not in brev[2].partition("ikke kontrollert")[0]


def test_without_a_history_a_run_is_as_it_was(series: Series, four: Extract) -> None:
    series.audit(four, historikk=False)

    names = {path.name for path in series.run(0).iterdir()}
    assert "findings.parquet" in names
    assert names.isdisjoint(f"{name}.parquet" for name in FOLLOWED)
    assert "historikk" not in json.loads((series.run(0) / "run.json").read_text("utf-8"))


def test_another_form_and_order_of_the_files_changes_nothing(series: Series, four: Extract) -> None:
    four.tables["person"].append(dict(four.tables["person"][0], person_id="", kjoenn="X"))
    series.audit(four)
    for rows in four.tables.values():
        rows.reverse()
    series.audit(four, write=Extract.write_parquet)

    assert set(series.status(1).values()) == {"fortsatt_aapen"}
    assert series.status(1, "gone") == {}
    assert pq.read_table(series.run(1) / "changes.parquet").num_rows == 0


def test_a_date_that_can_no_longer_be_read_is_no_correction(series: Series, four: Extract) -> None:
    series.audit(four)
    four.tables["program"][0]["sluttdato"] = "20. januar"
    series.audit(four)

    assert series.status(1, "gone") == {"NIR-140": "ikke_sammenlignbart"}


def test_a_rule_with_new_words_is_the_same_and_one_with_a_new_predicate_is_not(
    series: Series, four: Extract, tmp_path: Path
) -> None:
    series.audit(four)
    series.rules = Path(shutil.copytree(series.rules, tmp_path / "ny" / "expectations"))
    (path,) = series.rules.glob("*/NIR-140-*.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  nb: ", "  nb: Nå ", 1), encoding="utf-8")
    series.audit(four)
    four.tables["program"][0]["sluttdato"] = "2024-02-20"
    path.write_text(text.replace("fails: ", "fails: FALSE OR ", 1), encoding="utf-8")
    series.audit(four)

    assert series.status(1) == {"NIR-140": "fortsatt_aapen"}
    assert series.status(2, "gone") == {"NIR-140": "regel_endret"}


def test_rows_that_vanish_or_change_after_they_ended_are_told(
    series: Series, four: Extract
) -> None:
    four.tables["program"][1] |= {"sluttdato": "2024-03-31", "avslutningsaarsak": "FLYTTET",
                                  "avslutningsgruppe": "AVSLUTTET"}  # fmt: skip
    series.audit(four)
    four.tables["program"][1]["sluttdato"] = "2024-03-15"
    gone = four.tables["tiltak"].pop()
    done = series.audit(four)

    told = {
        (row["hva"], row["tabell"], row["noekkel"])
        for row in pq.read_table(series.run(1) / "changes.parquet").to_pylist()
    }
    assert told == {
        ("forsvunnet", "tiltak", gone["tiltak_id"]),
        ("endret_etterpaa", "program", four.tables["program"][1]["program_id"]),
    }
    assert "1 registreringer er borte fra uttrekket, og 1 avsluttede er endret" in done.out


def test_a_kommune_that_is_not_in_the_extract_is_told_by_name(
    series: Series, four: Extract
) -> None:
    for table in ("person", "program"):
        for row in four.tables[table][:2]:
            row["kommunenummer" if table == "program" else "bosettingskommune"] = "1103"
    series.audit(four)
    four.tables = {
        "person": four.tables["person"][2:], "program": four.tables["program"][2:],
        "tiltak": four.tables["tiltak"][2:],
    }  # fmt: skip
    done = series.audit(four)

    assert "Kan ikke sammenlignes: 1103 Stavanger. Uttrekket har ingen registreringer" in done.out
    assert set(series.status(1, "gone").values()) == {"ikke_sammenlignbart"}


def test_the_trend_of_a_history_is_a_page_that_hides_small_numbers(
    series: Series, four: Extract
) -> None:
    series.audit(four)
    series.audit(four)
    out = series.folder / "trend.html"

    for form in ("nb", "nn"):
        done = nircheck(
            "trend", series.folder / "historikk", "--ut", out, "--maalform", form,
            "--expectations", series.rules,
        )  # fmt: skip
        page = out.read_text(encoding="utf-8")
        assert done.code == 0
        assert ("skjermet" if form == "nb" else "skjerma") in page
        assert not re.search(r"<td>[1-4]</td>", page)
    open_ = nircheck("trend", series.folder / "historikk", "--ut", out, "--skjerm-under", "0",
                     "--expectations", series.rules)  # fmt: skip
    assert open_.code == 0
    assert "<td>4</td>" in out.read_text(encoding="utf-8")


def test_options_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    fall = nircheck("audit", tmp_path, "--godta-fall", "0301")
    none = nircheck("historikk", "godta", tmp_path, "--av", "Ola")
    missing = nircheck("historikk", "list", tmp_path)

    assert (fall.code, none.code, missing.code) == (2, 2, 2)
    assert "--historikk" in fall.err
    assert "--alle, --regel, --kommune or --feilid" in none.err
    assert "not a history" in missing.err
