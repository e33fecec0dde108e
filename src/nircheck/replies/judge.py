"""Decides row by row what is an answer: whose it is, what it is about, and what it says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nircheck.replies import wording
from nircheck.replies.model import (
    Answer,
    Conflict,
    FileRead,
    Known,
    Line,
    Place,
    Refused,
    Verdict,
)
from nircheck.replies.runs import KnownRun
from nircheck.replies.workbook import Opened

Findings = Mapping[str, Mapping[str, Known]]
"""What each run knows, by its run_id and then by finding_id."""


@dataclass(frozen=True)
class Judged:
    """What came of one file."""

    file: FileRead
    answers: tuple[Answer, ...] = ()
    refused: tuple[Refused, ...] = ()


class _NoAnswerError(Exception):
    """A row that is no answer; the text is the key of the reason."""


def judge(
    shown: str,
    book: Opened,
    runs: Sequence[KnownRun],
    known: Findings,
    expected: str | None,
    dato: date,
    avsender: str | None,
) -> Judged:
    """The answers of one file that is expected from a kommune, or from whichever says it is."""
    run_id = book.meta.get("run_id", "")
    sender = _sender(book, known, expected)
    file = FileRead(
        shown,
        kommunenummer=sender or book.meta.get("kommunenummer", "")[:4],
        run_id=wording.safe(run_id),
        rows=book.rows,
        answered=len(book.lines) + sum(part.rows for part in book.refused),
    )
    why = None
    if run_id and run_id not in known:
        why = "ukjent_kjoering"
    elif sender is None:
        why = "annen_kommune" if book.meta else "uten_avsender"
    if why is not None or sender is None:
        whole = Refused(Place(shown), why or "", rows=len(book.lines))
        return Judged(replace(file, why=why), refused=(whole, *book.refused))
    names = {run.run_id: run.name(sender) for run in runs}
    answers, refused = list[Answer](), list(book.refused)
    for line in book.lines:
        try:
            fact = _known(line, run_id, known)
            if fact.kommunenummer != sender:
                raise _NoAnswerError("annen_kommune")
            svar = _verdict(line)
        except _NoAnswerError as error:
            text = " / ".join(line.said) or line.comment
            refused.append(Refused(line.place, str(error), line.finding_id or "", text))
            continue
        name = wording.safe(avsender) if avsender else names[fact.run_id]
        assert line.finding_id is not None
        answers.append(Answer(line.finding_id, fact, svar, line.comment, name, dato, line.place))
    return Judged(file, tuple(answers), tuple(refused))


def settle(answers: Iterable[Answer]) -> tuple[tuple[Answer, ...], tuple[Conflict, ...]]:
    """One answer per finding and its values; where they do not agree, none, and all are told of."""
    groups: dict[tuple[str, str, str], list[Answer]] = {}
    for answer in answers:
        key = (answer.known.kommunenummer, answer.finding_id, answer.known.values_hash)
        groups.setdefault(key, []).append(answer)
    agreed, conflicts = list[Answer](), list[Conflict]()
    for key in sorted(groups):
        group = sorted(groups[key], key=lambda answer: answer.place)
        if len({answer.svar for answer in group}) > 1:
            conflicts.append(Conflict(key[1], group[0].known, tuple(group)))
            continue
        reasons = dict.fromkeys(a.begrunnelse for a in group if a.begrunnelse)
        agreed.append(replace(group[0], begrunnelse=" / ".join(reasons)))
    return tuple(agreed), tuple(conflicts)


def _sender(book: Opened, known: Findings, expected: str | None) -> str | None:
    """The kommune a file is from; None when it is not the expected one, or nothing tells."""
    if book.meta:
        stated = book.meta.get("kommunenummer", "")
        return stated if stated and expected in (None, stated) else None
    if expected:
        return expected
    ids = {line.finding_id for line in book.lines}
    owners = {
        fact.kommunenummer
        for findings in known.values()
        for finding_id, fact in findings.items()
        if finding_id in ids
    }
    return owners.pop() if len(owners) == 1 else None


def _known(line: Line, run_id: str, known: Findings) -> Known:
    """The finding a row is about, as the run it was sent from knows it."""
    if line.finding_id is None:
        raise _NoAnswerError("uten_feilid")
    asked = [known[run_id]] if run_id else list(known.values())
    facts = [findings[line.finding_id] for findings in asked if line.finding_id in findings]
    if not facts:
        raise _NoAnswerError("ukjent_feilid")
    if len({(fact.kommunenummer, fact.values_hash) for fact in facts}) > 1:
        raise _NoAnswerError("flere_kjoeringer")
    return facts[-1]


def _verdict(line: Line) -> Verdict:
    if not line.said:
        raise _NoAnswerError("uten_svar")
    verdicts = {wording.verdict(text) for text in line.said}
    if len(verdicts) > 1:
        raise _NoAnswerError("flere_svar")
    (svar,) = verdicts
    if svar is None:
        raise _NoAnswerError("ukjent_svar")
    if svar is Verdict.IKKE_FEIL and not any(c.isalnum() for c in line.comment):
        raise _NoAnswerError("uten_begrunnelse")
    return svar
