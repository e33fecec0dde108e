"""From a run to the case of one kommune, or of one bydel of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

import pandas as pd

from nircheck.contract import Maalform
from nircheck.errors import UsageError
from nircheck.history.model import Status
from nircheck.letters import since
from nircheck.letters.case import (
    BydelLine,
    Case,
    Kind,
    NotJudged,
    RuleLine,
    TableRows,
    Totals,
)
from nircheck.letters.comparison import compare
from nircheck.letters.ranges import ranges
from nircheck.letters.recipients import Recipient
from nircheck.letters.run_folder import SEVERITY_ORDER, Accounted, OpenRun, RuleText
from nircheck.letters.sender import Sender
from nircheck.rulebook.model import SEVERITIES
from nircheck.run import Outcome
from nircheck.texts import texts

_JUDGED = (Outcome.AVVIK, Outcome.INGEN_AVVIK)
_NOT_JUDGED = (Outcome.IKKE_KJOERT, Outcome.TEKNISK_FEIL)


@dataclass(frozen=True)
class Choices:
    """What is decided for all letters of a call."""

    sender: Sender
    maalform: Literal["auto", "nb", "nn"] = "auto"
    dato: date | None = None
    frist: date | None = None


def compose(run: OpenRun, number: str, choices: Choices, bydel: str | None = None) -> Case:
    """Everything the letter to one kommune says; with `bydel`, only what concerns that bydel."""
    recipient = run.recipients[number]
    form = _maalform(recipient, choices)
    findings = run.findings_of(number)
    if bydel is not None:
        findings = findings[findings["bydel"] == bydel]
    if run.birth_dates:
        findings = findings.assign(foedselsdato=findings["person_id"].map(run.birth_dates))
    accounted = run.accounting.get(number, [])
    facts = run.info["kommuner"][number]
    rows = facts["bydeler"].get(bydel, {}) if bydel else facts["rader"]
    place = f"{number}-{bydel}" if bydel else number
    totals = _totals(findings, accounted, rows)
    history = since.since(run, number, findings, bydel)
    fixed = since.fixed_and_gone(run, number, bydel) if history else None
    return Case(
        kommunenummer=number,
        navn=recipient.official_name,
        kortnavn=recipient.name,
        fylke=recipient.fylke,
        organisasjonsnummer=recipient.organisasjonsnummer,
        bydel=bydel,
        bydelsnavn=recipient.bydeler.get(bydel, bydel) if bydel else None,
        maalform=form,
        kind=_kind(totals),
        uttrekksdato=run.day,
        dato=choices.dato or run.day,
        frist=choices.frist,
        referanse=choices.sender.reference(place, f"NIR-{run.day:%Y-%m}-{place}"),
        avsender=choices.sender,
        totals=totals,
        rules=_rules(run, form, findings, {} if bydel else _applies(accounted), fixed),
        not_judged=_not_judged(run, form, accounted),
        partly_judged=_partly_judged(run, form, accounted) if bydel is None else (),
        tables=_tables(run, form, rows),
        notes=tuple(texts(form).say("melding", n["key"], **n["values"]) for n in run.info["notes"]),
        bydeler=_bydeler(findings, facts["bydeler"], recipient) if bydel is None else (),
        ranges=ranges(run, number, form) if bydel is None else None,
        comparison=compare(run, number) if bydel is None else None,
        history=history,
        run_id=run.run_id,
        rulebook_sha256=run.info["rulebook"]["sha256"],
        nircheck=run.info["nircheck"],
        kontrakt=run.info["kontrakt"],
        synthetic=run.info["miljoe"] == "syntetisk",
        labels=run.labels[form],
        findings=findings,
    )


def _maalform(recipient: Recipient, choices: Choices) -> Maalform:
    if choices.maalform != "auto":
        return choices.maalform
    if recipient.maalform is None:
        raise UsageError(
            f"{recipient.number} {recipient.name}: no written standard is known for this kommune; "
            "add it to malform.csv, or choose one with --maalform"
        )
    return recipient.maalform


def _totals(findings: pd.DataFrame, accounted: list[Accounted], rows: dict[str, int]) -> Totals:
    severities = Counter(findings["severity"].tolist())
    outcomes = Counter(row.outcome for row in accounted)
    return Totals(
        findings=len(findings),
        feil=severities["feil"],
        advarsel=severities["advarsel"],
        info=severities["info"],
        persons=int(findings["person_id"].nunique()),
        rows=sum(rows.values()),
        rules_judged=sum(outcomes[outcome] for outcome in _JUDGED),
        rules_irrelevant=outcomes[Outcome.IKKE_RELEVANT],
        rules_not_judged=sum(outcomes[outcome] for outcome in _NOT_JUDGED),
    )


def _kind(totals: Totals) -> Kind:
    if totals.findings:
        return "funn"
    if not totals.rows:
        return "ingen_rader"
    return "null" if totals.rules_judged else "ikke_vurdert"


def _applies(accounted: list[Accounted]) -> dict[str, int]:
    return {row.rule_id: row.applies for row in accounted}


def _rules(
    run: OpenRun,
    form: Maalform,
    findings: pd.DataFrame,
    applies: dict[str, int],
    gone: pd.DataFrame | None,
) -> tuple[RuleLine, ...]:
    """The rules with findings, the gravest and the most frequent first."""
    new, fixed = Counter[str](), Counter[str]()
    if gone is not None:
        new.update(findings["rule_id"][findings["siden_sist"] == Status.NY].tolist())
        fixed.update(gone["rule_id"][gone["status"] == Status.RETTET].tolist())
    counts: dict[str, Counter[str]] = {}
    found_by = zip(findings["rule_id"].tolist(), findings["severity"].tolist(), strict=True)
    for (rule_id, severity), number in Counter(found_by).items():
        counts.setdefault(rule_id, Counter())[severity] = number
    lines = []
    for rule_id, found in counts.items():
        text = run.rules[form][rule_id]
        lines.append(
            RuleLine(
                id=rule_id,
                title=text.title,
                table=text.table,
                table_label=run.labels[form].get(text.table, text.table),
                severity=next(severity for severity in SEVERITIES if found[severity]),
                feil=found["feil"],
                advarsel=found["advarsel"],
                info=found["info"],
                number=found.total(),
                applies=applies.get(rule_id),
                new=None if gone is None else new[rule_id],
                fixed=None if gone is None else fixed[rule_id],
                meaning=text.meaning,
                fix_nir=text.fix_nir,
                fix_fagsystem=text.fix_fagsystem,
                not_an_error=text.not_an_error,
            )
        )
    return tuple(sorted(lines, key=lambda r: (SEVERITY_ORDER[r.severity], -r.number, r.id)))


def _not_judged(run: OpenRun, form: Maalform, accounted: list[Accounted]) -> tuple[NotJudged, ...]:
    """The rules that were not judged for any row here."""
    reasons: dict[str, list[str]] = {}
    for row in accounted:
        if row.outcome == Outcome.TEKNISK_FEIL:
            failed = texts(form, "letter").say("ikke_kontrollert", "teknisk_feil")
            reasons.setdefault(failed, []).append(row.rule_id)
        elif row.outcome == Outcome.IKKE_KJOERT:
            reasons.setdefault(_reason(form, row.reason or ""), []).append(row.rule_id)
    return _by_reason(reasons, run.rules[form])


def _partly_judged(
    run: OpenRun, form: Maalform, accounted: list[Accounted]
) -> tuple[NotJudged, ...]:
    """The rules that were judged, but not for every row they may be about."""
    reasons: dict[str, list[str]] = {}
    for row in accounted:
        if row.outcome in _JUDGED and row.reason:
            for part in row.reason.split(";"):
                if part.startswith("ikke_vurdert:"):
                    reasons.setdefault(_reason(form, part), []).append(row.rule_id)
    return _by_reason(reasons, run.rules[form])


@cache
def _reason(form: Maalform, reason: str) -> str:
    return texts(form).reason(reason)


def _by_reason(reasons: dict[str, list[str]], rules: dict[str, RuleText]) -> tuple[NotJudged, ...]:
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(
        NotJudged(reason, tuple((rule_id, rules[rule_id].title) for rule_id in sorted(ids)))
        for reason, ids in ordered
    )


def _tables(run: OpenRun, form: Maalform, rows: dict[str, int]) -> tuple[TableRows, ...]:
    order = {name: place for place, name in enumerate(run.labels[form])}
    return tuple(
        TableRows(
            table=file["table"],
            label=run.labels[form].get(file["table"], file["table"]),
            file=file["name"],
            rows=rows.get(file["table"], 0),
        )
        for file in sorted(run.info["inputs"], key=lambda file: order[file["table"]])
    )


def _bydeler(
    findings: pd.DataFrame, rows: dict[str, dict[str, int]], recipient: Recipient
) -> tuple[BydelLine, ...]:
    """The bydeler that have rows or findings, for kommuner whose bydeler are known."""
    if not recipient.bydeler:
        return ()
    counts: dict[str, Counter[str]] = {}
    placed = findings[findings["bydel"].isin(list(recipient.bydeler))]
    for bydel, severity in zip(placed["bydel"], placed["severity"], strict=True):
        counts.setdefault(bydel, Counter())[severity] += 1
    known = sorted((set(rows) | set(counts)) & set(recipient.bydeler))
    return tuple(
        BydelLine(
            number=bydel,
            name=recipient.bydeler[bydel],
            rows=sum(rows.get(bydel, {}).values()),
            feil=(found := counts.get(bydel, Counter()))["feil"],
            advarsel=found["advarsel"],
            info=found["info"],
            findings=found.total(),
        )
        for bydel in known
    )
