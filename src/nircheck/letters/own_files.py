"""The workbook of a sender's own files: all that was found in them, wherever the rows belong."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pandas as pd

from nircheck.contract import Maalform
from nircheck.errors import UsageError
from nircheck.letters.case import Case
from nircheck.letters.compose import Choices, compose
from nircheck.letters.recipients import Recipient
from nircheck.letters.run_folder import Accounted, OpenRun, opened
from nircheck.letters.sender import Sender
from nircheck.letters.workbook import write
from nircheck.letters.workbook_lines import OwnFiles
from nircheck.letters.workbook_wording import wordings
from nircheck.rulebook import RuleBook
from nircheck.run import Run, active_rules
from nircheck.texts import texts

SUFFIX = ".xlsx"
_SEVERAL = ""


def refuse(target: Path, sources: list[Path]) -> None:
    """Say beforehand why the workbook cannot be written there."""
    if target.suffix.lower() != SUFFIX:
        raise UsageError(f"{target}: a workbook's name ends with {SUFFIX}")
    if target.exists():
        raise UsageError(
            f"{target}: exists already and may hold answers; move it or choose another name"
        )
    if not target.absolute().parent.is_dir():
        raise UsageError(f"{target}: no such folder")
    folders = [source.resolve() for source in sources if source.is_dir()]
    if any(target.resolve().is_relative_to(folder) for folder in folders):
        raise UsageError(
            f"{target}: would be read as a part of the extract next time; put it elsewhere"
        )


def save(target: Path, run: Run, book: RuleBook, maalform: Maalform, columns: OwnFiles) -> None:
    """Write the workbook, whole or not at all."""
    content = BytesIO()
    write(content, whole_case(run, book, maalform), wordings(book), columns)
    draft = target.with_name(f".kladd-{target.name}")
    try:
        draft.write_bytes(content.getvalue())
        draft.replace(target)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UsageError(f"{target}: cannot be written: {error.strerror or error}") from None


def places(run: Run) -> set[tuple[str, int]]:
    """The (file, line) of every row with a finding."""
    table = run.findings.select(["fil", "linje"]).to_pylist()
    return {(row["fil"], row["linje"]) for row in table if row["fil"] and row["linje"]}


def whole_case(run: Run, book: RuleBook, maalform: Maalform) -> Case:
    """One case of the whole run, named after its kommune if it has only one."""
    split = opened(run, book, "run")
    number = _kommune(run)
    together = _together(split, run, number, maalform)
    return compose(together, number, Choices(sender=Sender(), maalform=maalform))


def _kommune(run: Run) -> str:
    """The kommune that the files are said to be from, else the one that all rows belong to."""
    stated = run.facts["kommunenummer"] or ",".join(run.facts["asked"])
    with_rows = [n for n, kommune in run.facts["kommuner"].items() if kommune["rader"]]
    number = stated or (with_rows[0] if len(with_rows) == 1 else _SEVERAL)
    return str(number)


def _together(split: OpenRun, run: Run, number: str, maalform: Maalform) -> OpenRun:
    """The run as if all of it were about one kommune."""
    facts = list(run.facts["kommuner"].values())
    rows = sum((Counter(kommune["rader"]) for kommune in facts), Counter[str]())
    findings = pd.concat([split.no_findings, *split.findings.values()], ignore_index=True)
    kommuner = {number: {"rader": dict(rows), "bydeler": {}}}
    return replace(
        split,
        info=split.info | {"kommuner": kommuner, "populasjon": "kommune"},
        findings={number: findings} if len(findings) else {},
        accounting={number: _overall(run)},
        recipients={number: split.recipients.get(number) or _several(number, maalform)},
    )


def _overall(run: Run) -> list[Accounted]:
    """The accounting of every active rule over all kommuner."""
    return [
        Accounted(rule_id, rule["outcome"], rule["applies"], rule["fails"], rule["reason"])
        for rule_id, rule in active_rules(run.facts).items()
    ]


def _several(number: str, maalform: Maalform) -> Recipient:
    name = texts(maalform, "workbook").groups["oversikt"]["flere_kommuner"]
    return Recipient(number, name, name, "", None, maalform, None, {})
