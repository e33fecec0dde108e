"""A run as letters need it: read once, and split by kommune once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from nircheck import run as runs
from nircheck.contract import MAALFORMER, Maalform
from nircheck.errors import UsageError
from nircheck.figures import Range, read_ranges
from nircheck.letters import recipients
from nircheck.letters.rate import Rate
from nircheck.letters.recipients import Recipient
from nircheck.rulebook import RuleBook
from nircheck.rulebook.model import SEVERITIES, Rule, Severity

SEVERITY_ORDER = {severity: place for place, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True)
class RuleText:
    """What readers are told of a rule, in one written standard."""

    id: str
    chapter: str
    table: str
    status: str
    title: str
    meaning: str
    fix_nir: str
    fix_fagsystem: str
    not_an_error: str
    worst: Severity


class Accounted(NamedTuple):
    """What came of one rule in one kommune."""

    rule_id: str
    outcome: str
    applies: int
    fails: int
    reason: str | None


@dataclass(frozen=True)
class OpenRun:
    """The run, the texts of its rules, and the kommuner it can be written to."""

    info: dict[str, Any]
    day: date
    rules: dict[Maalform, dict[str, RuleText]]
    labels: dict[Maalform, dict[str, str]]
    recipients: dict[str, Recipient]
    findings: dict[str, pd.DataFrame] = field(repr=False)
    accounting: dict[str, list[Accounted]] = field(repr=False)
    no_findings: pd.DataFrame = field(repr=False)
    ranges: dict[str, dict[str, Range]] = field(default_factory=dict, repr=False)
    """The key figures of each kommune, and of all of them."""

    gone: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    none_gone: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    quiet: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)
    development: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    birth_dates: dict[str, str] = field(default_factory=dict, repr=False)
    """Of the persons with findings, when it was asked for; a run holds none."""

    @property
    def run_id(self) -> str:
        """Which run it is."""
        return str(self.info["run_id"])

    @cached_property
    def rates(self) -> dict[str, Rate]:
        """What was found per 100 persons in every kommune that has any."""
        facts = {n: self.info["kommuner"][n] for n in self.recipients if n in self.info["kommuner"]}
        rates = {
            number: Rate(1, int(told["rader"].get("person", 0)), told["feil"] + told["advarsel"])
            for number, told in facts.items()
        }
        return {number: rate for number, rate in rates.items() if rate.persons}

    @cached_property
    def rates_by_month(self) -> dict[date, dict[str, Rate]]:
        """The same in the runs there have been, the oldest first."""
        months: dict[date, dict[str, Rate]] = {}
        columns = ("uttrekksdato", "kommunenummer", "personer", "funn")
        rows = zip(*(self.development[name].tolist() for name in columns), strict=True)
        for day, number, persons, findings in sorted(rows):
            if number in self.recipients:
                month = months.setdefault(date.fromisoformat(str(day)), {})
                month[number] = Rate(1, int(persons), int(findings))
        return months

    def findings_of(self, number: str) -> pd.DataFrame:
        """The findings of active rules in one place, the gravest first."""
        return self.findings.get(number, self.no_findings)

    def unaddressed(self) -> dict[str, int]:
        """Findings that no letter can hold, by where their rows ended up."""
        return {n: len(f) for n, f in self.findings.items() if n not in self.recipients}


def open_run(folder: Path, book: RuleBook, neutral: Maalform = "nb") -> OpenRun:
    """The run in the folder, with the texts of the rule book it was judged by."""
    return opened(runs.read(folder), book, str(folder), neutral)


def opened(run: runs.Run, book: RuleBook, shown: str, neutral: Maalform = "nb") -> OpenRun:
    """A run that has been read, or was made just now."""
    info = run.facts
    active = set(runs.active_rules(info))
    if info["rulebook"]["sha256"] != book.sha256 or not active <= book.by_id.keys():
        unknown = ", ".join(sorted(active - book.by_id.keys()))
        raise UsageError(
            f"{shown}: judged by another rule book"
            + (f", with rules that this one does not have ({unknown})" if unknown else "")
            + "; run the audit again, or name that rule book with --expectations"
        )
    day = date.fromisoformat(info["uttrekksdato"])
    findings = _sorted(run.findings.to_pandas(), active)
    followed = {name: table.to_pandas() for name, table in run.followed.items()}
    quiet = findings.iloc[:0]
    if followed:
        findings = _followed(findings, followed["status"])
        kept_quiet = findings["unntak_til"].notna()
        findings, quiet = findings[~kept_quiet].reset_index(drop=True), findings[kept_quiet]
    gone = followed.get("gone", pd.DataFrame())
    return OpenRun(
        info=info,
        day=day,
        rules={form: _rules(book, form) for form in MAALFORMER},
        labels={form: _labels(book, form) for form in MAALFORMER},
        recipients=recipients.load(book.folder, day, neutral),
        findings=_by_kommune(findings),
        accounting=_accounting(run.accounting, active),
        no_findings=findings.iloc[:0],
        ranges=read_ranges(run.figures),
        gone=_by_kommune(gone),
        none_gone=gone.iloc[:0],
        quiet=_by_kommune(quiet),
        development=followed.get("development", pd.DataFrame()),
    )


def _sorted(findings: pd.DataFrame, active: set[str]) -> pd.DataFrame:
    shown = findings[findings["rule_id"].isin(active)]
    gravity = shown["severity"].map(SEVERITY_ORDER)
    ordered = shown.assign(_gravity=gravity).sort_values(
        ["_gravity", "rule_id", "tabell", "noekkel", "finding_id"], kind="stable"
    )
    return ordered.drop(columns="_gravity").reset_index(drop=True)


def _followed(findings: pd.DataFrame, status: pd.DataFrame) -> pd.DataFrame:
    """The findings, each with what has become of it since the run before."""
    names = {"status": "siden_sist", "grunn": "siden_grunn"}
    columns = ["finding_id", "status", "grunn", "foerst_sett", "maaneder", "unntak_til"]
    return findings.merge(
        status[columns].rename(columns=names), on="finding_id", how="left", validate="one_to_one"
    )


def _by_kommune(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    if frame.empty:
        return {}
    return {str(number): part for number, part in frame.groupby("kommunenummer", sort=True)}


def _accounting(table: pa.Table, active: set[str]) -> dict[str, list[Accounted]]:
    found: dict[str, list[Accounted]] = {}
    columns = (table.column(name).to_pylist() for name in Accounted._fields)
    for number, *row in zip(table.column("kommunenummer").to_pylist(), *columns, strict=True):
        if row[0] in active:
            found.setdefault(number, []).append(Accounted(*row))
    return found


def _rules(book: RuleBook, form: Maalform) -> dict[str, RuleText]:
    return {c.rule.id: _text(c.rule, c.chapter, c.worst, form) for c in book.rules}


def _text(rule: Rule, chapter: str, worst: Severity, form: Maalform) -> RuleText:
    fix = getattr(rule.fix, form)
    return RuleText(
        id=rule.id,
        chapter=chapter,
        table=rule.table,
        status=rule.status,
        title=getattr(rule.title, form),
        meaning=getattr(rule.meaning, form),
        fix_nir=fix.nir,
        fix_fagsystem=fix.fagsystem,
        not_an_error=getattr(rule.not_an_error, form),
        worst=worst,
    )


def _labels(book: RuleBook, form: Maalform) -> dict[str, str]:
    """What a table (`program`) or a column (`program.sluttdato`) is called."""
    tables = book.contract.tables.values()
    return {table.name: table.label[form] for table in tables} | {
        column.qualified: column.label[form] for table in tables for column in table.columns
    }
