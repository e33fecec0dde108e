"""What a rule owes its readers: each complaint, all of them at once, and none of a sound rule."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from extracts import EXPECTATIONS
from nircheck import rulebook
from nircheck.examples import lint, load_defaults

MODEL = next(EXPECTATIONS.glob("program/NIR-100-*.yaml")).read_text(encoding="utf-8")
HEAD = MODEL.partition("examples: |")[0].replace("[IL, INT, KAP6A]", "[INT]")
HEAD = HEAD.replace("suppressed_by: [NIR-104]", "suppressed_by: []")
HEAD = re.sub(r"\nvalid: .*", "\nvalid: always", HEAD)
GRADED = HEAD.replace("FORFALT(sluttdato)", "sluttdato IS NOT NULL")
HEAD = re.sub(r"\nseverity:\n(?:  .*\n)+", "\nseverity:\n  - {severity: feil}\n", HEAD)
ROW_OK = "  p1         | 2024-03-01 | ARBEID            | ok\n"
ROW_FAIL = "  p2         | 2024-03-01 |                   | FAIL feil\n"
TABLE = "examples: |\n  program_id | sluttdato  | avslutningsaarsak | ?\n"
SOUND = HEAD + TABLE + ROW_OK + ROW_FAIL


@dataclass(frozen=True)
class Case:
    """A rule file, the lines complained of by how they begin, and what is said of them."""

    name: str
    text: str
    key: str
    begins: str
    said: tuple[str, ...]

    @property
    def line(self) -> int:
        """The first line that begins so, from `key` on."""
        start = self.text.index(f"\n{self.key}:")
        return self.text.count("\n", 0, self.text.index(f"\n{self.begins}", start)) + 2


def titled(form: str, old: str, new: str) -> Case:
    text = SOUND.replace(f"{form}: {old}", f"{form}: {new}")
    said = "the title must name the fault, not the wish"
    return Case(f"title {new}", text, "title", f"  {form}: Avslutning", (said,))


def copied(key: str) -> Case:
    """The nynorsk of a key is its bokmål."""
    block = re.compile(rf"(\n{key}:\n  nb:)(.*?)(\n  nn:).*?(\n\S)", re.DOTALL)
    text = block.sub(r"\1\2\3\2\4", SOUND)
    return Case(key, text, key, "  nn:", ("the nynorsk text is a copy of the bokmål",))


def examples(name: str, text: str, *said: str) -> Case:
    return Case(name, HEAD + text, "examples", "examples:", said)


def unstated() -> Case:
    """A rule about sluttmaal, which the clean rows of the laws have or have not."""
    head = HEAD.replace("fails: avslutningsaarsak", "fails: sluttmaal").replace(
        "[INT]", "[INT, IL]"
    )
    return Case(
        "what an example does not say", head + TABLE + ROW_OK + ROW_FAIL, "examples", "examples:",
        (
            "program 2: expected FAIL feil, the rule says ok (INT)",
            "program 1: expected ok, the rule says FAIL feil (IL)",
        ),
    )  # fmt: skip


def stated() -> Case:
    text = unstated().text.replace("| avslutningsaarsak |", "| sluttmaal |")
    return Case("what an example says", text.replace("ARBEID ", "GRUNNSKOLE "), "examples", "", ())


CASES = [
    Case("sound", SOUND, "examples", "examples:", ()),
    titled("nb", "Avslutningsårsak mangler", "Avslutningsårsak skal være med"),
    titled("nn", "Avslutningsårsak manglar", "Avslutningsårsak må vere med"),
    titled("nn", "Avslutningsårsak manglar", "Avslutningsårsak bør vere med"),
    copied("meaning"),
    copied("not_an_error"),
    copied("fix"),
    examples(
        "no ok", TABLE + ROW_FAIL, "no row says 'ok'; add one a step away from each FAIL"
    ),
    examples("no FAIL", TABLE + ROW_OK, "no row says 'FAIL'; add the fault itself"),
    examples(
        "no rows", TABLE, "no row says 'ok'; add one a step away from each FAIL",
        "no row says 'FAIL'; add the fault itself",
    ),
    examples(
        "unknown verdict", TABLE + ROW_FAIL.replace("FAIL feil", "FEIL"),
        "row 1 of 'program' must say one of: ok, FAIL, FAIL feil, FAIL advarsel, FAIL info",
    ),
    examples(
        "unknown column", TABLE.replace(" sluttdato ", " slutdato ") + ROW_OK + ROW_FAIL,
        "row 1 of 'program' cannot state 'slutdato'; did you mean 'sluttdato'?",
    ),
    examples(
        "another severity", TABLE + ROW_OK + ROW_FAIL.replace("FAIL feil", "FAIL info # due"),
        "program 2: due: expected FAIL info, the rule says FAIL feil (INT)",
    ),
    Case(
        "a grade that no example reaches", GRADED + TABLE + ROW_OK + ROW_FAIL, "severity",
        "  - {severity: info}",
        ("no row says 'FAIL info'; add one, or drop the grade",),
    ),
    examples(
        "another verdict", TABLE + ROW_OK.replace("ARBEID", "      ") + ROW_FAIL,
        "program 1: expected ok, the rule says FAIL feil (INT)",
    ),
    unstated(),
    stated(),
    Case(
        "a limit that no example stands at",
        SOUND.replace("fails: avsl", "fails: sluttdato > DATE '2024-01-01' AND avsl"),
        "examples", "examples:",
        tuple(
            f"no row stands at a limit: fails: {slip} would not be noticed; "
            "add the row on each side of it, or name it under survivors with the reason"
            for slip in (
                "GTE in `sluttdato > CAST('2024-01-01' AS DATE)`",
                "-1 day in `CAST('2024-01-01' AS DATE)`",
                "+1 day in `CAST('2024-01-01' AS DATE)`",
            )
        ),
    ),
]  # fmt: skip


def name_of(case: Case) -> str:
    return f"NIR-{100 + CASES.index(case)}-feil.yaml"


@pytest.fixture(scope="module")
def said_of_all(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What lint says of a rule book with every case in it, each complaint from its file name on."""
    folder = tmp_path_factory.mktemp("lint") / "expectations"
    shutil.copytree(EXPECTATIONS, folder, ignore=shutil.ignore_patterns("NIR-*"))
    (folder / "program").mkdir(exist_ok=True)
    for case in CASES:
        text = case.text.replace("id: NIR-100", f"id: {name_of(case)[:7]}")
        (folder / "program" / name_of(case)).write_text(text, encoding="utf-8", newline="\n")
    book = rulebook.load(folder)
    complaints = lint(book.files, book, load_defaults(folder))
    return [complaint.removeprefix(f"{folder / 'program'}/") for complaint in complaints]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_a_rule_owes_its_readers_is_told_with_its_line(
    case: Case, said_of_all: list[str]
) -> None:
    told = [complaint for complaint in said_of_all if complaint.startswith(name_of(case))]

    assert told == [f"{name_of(case)}:{case.line}: {text}" for text in case.said]


def test_a_rule_without_examples_is_complained_of(tmp_path: Path) -> None:
    folder = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS, folder, ignore=shutil.ignore_patterns("NIR-*"))
    path = folder / "program" / "NIR-100-feil.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD, encoding="utf-8", newline="\n")

    book = rulebook.load(folder)
    said = list(lint(book.files, book, load_defaults(folder)))

    assert said == [
        f"{path}:1: no row says 'ok'; add one a step away from each FAIL",
        f"{path}:1: no row says 'FAIL'; add the fault itself",
    ]
