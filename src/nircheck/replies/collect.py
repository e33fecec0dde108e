"""Reads a folder of returned workbooks, and decides what counts as an answer."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from nircheck.errors import ExtractError, Message, UsageError
from nircheck.privacy import masked
from nircheck.replies import wording, workbook
from nircheck.replies.judge import Judged, judge, settle
from nircheck.replies.model import FileRead, Known, Place, Refused, Replies
from nircheck.replies.runs import KnownRun
from nircheck.replies.workbook import Opened, UnreadableError

WORKBOOKS = (".xlsx", ".xlsm")
OURS = ("svar.parquet", "manifest.json", "brev.html", "brev.pdf")
"""What may lie beside a workbook without being told of."""

_FOLDER = re.compile(r"([0-9]{4})(?![0-9])")


@dataclass(frozen=True)
class _Found:
    """A file in the folder: its path, its name as it may be shown, and whose folder it is in."""

    path: Path
    shown: str
    folder_of: str | None


def collect(
    folder: Path,
    runs: Sequence[KnownRun],
    dato: date,
    *,
    kommune: str | None = None,
    avsender: str | None = None,
) -> Replies:
    """The answers of every workbook in a folder, or of one workbook."""
    files = list(_files(folder))
    if not files:
        raise ExtractError(Message("svar_ingen_filer", {"mappe": str(folder)}))
    opened: dict[str, Opened] = {}
    told: dict[str, FileRead] = {}
    for file in files:
        try:
            opened[file.shown] = _opened(file)
        except UnreadableError as error:
            told[file.shown] = FileRead(file.shown, why=str(error))
    known = _known(runs, opened.values())
    refused, taken = list[Refused](), list[Judged]()
    for file in files:
        if file.shown in opened:
            expected = kommune or file.folder_of
            judged = judge(file.shown, opened[file.shown], runs, known, expected, dato, avsender)
            told[file.shown] = judged.file
            refused += judged.refused
            taken.append(judged)
        else:
            refused.append(Refused(Place(file.shown), told[file.shown].why or ""))
    answers, conflicts = settle([answer for judged in taken for answer in judged.answers])
    counted = [answer.place.fil for answer in answers]
    result = Replies(
        dato=dato,
        answers=answers,
        conflicts=conflicts,
        refused=tuple(sorted(refused, key=lambda r: (r.place, r.why, r.finding_id))),
        files=tuple(
            replace(told[file.shown], accepted=counted.count(file.shown)) for file in files
        ),
    )
    if not result.readable:
        raise ExtractError(
            Message("svar_ingen_lesbare", {"mappe": str(folder), "antall": len(files)})
        )
    return result


def _opened(file: _Found) -> Opened:
    if file.path.is_symlink():
        raise UnreadableError("lenke")
    if file.path.suffix.lower() not in WORKBOOKS:
        raise UnreadableError("annet_filformat")
    try:
        return workbook.read(file.path, file.shown)
    except OSError:
        raise UnreadableError("uleselig") from None


def _known(runs: Sequence[KnownRun], opened: Iterable[Opened]) -> dict[str, dict[str, Known]]:
    """What each run that is needed knows of the findings answered."""
    books = list(opened)
    wanted = {line.finding_id for book in books for line in book.lines if line.finding_id}
    named = {book.meta.get("run_id", "") for book in books}
    every = "" in named
    return {run.run_id: run.known(wanted) for run in runs if every or run.run_id in named}


def _files(folder: Path) -> Iterator[_Found]:
    """The files in order; those that programs leave behind, and our own, are passed over."""
    if folder.is_file():
        yield _Found(folder, wording.safe(folder.name), None)
        return
    if not folder.is_dir():
        raise UsageError(f"{masked(str(folder))}: no such folder")
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith((".", "~$")) or name in OURS:
                continue
            path = Path(place) / name
            inside = path.relative_to(folder)
            numbers = [_FOLDER.match(part) for part in inside.parts[:-1]]
            whose = next((match[1] for match in reversed(numbers) if match), None)
            yield _Found(path, wording.safe(inside.as_posix()), whose)
