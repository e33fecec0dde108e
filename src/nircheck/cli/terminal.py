"""What a run looks like on a terminal. Data on stdout; progress and complaints on stderr."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from nircheck.texts import Texts, texts

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from nircheck.contract import Maalform
    from nircheck.rulebook import RuleBook
    from nircheck.run import Run

_WIDTH_WITHOUT_TERMINAL = 110
_STYLES = {"feil": "red", "advarsel": "yellow", "info": "cyan"}
_spoken: list[Maalform] = ["nb"]


def speak(maalform: Maalform) -> None:
    """Choose the written standard for the rest of the call."""
    _spoken[0] = maalform


def language() -> Texts:
    """The sentences of the chosen written standard."""
    return texts(_spoken[0])


def show_json(run: Run, *, with_findings: bool) -> None:
    """The facts of a run, and its findings if asked for, as one JSON document."""
    document = dict(run.facts)
    if with_findings:
        document["findings"] = run.findings.to_pylist()
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def show_summary(run: Run) -> None:
    """What was read, what was found, what was not judged."""
    console, say = _console(), language().say
    facts = run.facts
    name = ", ".join(_kommune(n, facts) for n in facts["asked"]) or (
        say("skjerm", "nasjonalt") if facts["populasjon"] == "nasjonal" else ""
    )
    title = say("skjerm", "overskrift", dato=_day(facts["uttrekksdato"]), navn=name)
    console.print(title.rstrip(": "), style="bold")
    _show_reading(console, run)
    _show_counts(console, run)
    _show_rules(console, run)
    _show_kommuner(console, run)
    _show_not_run(console, run)


def show_findings(run: Run) -> None:
    """Every finding, one line each."""
    console = _console()
    console.print()
    for finding in run.findings.to_pylist():
        _line(console, finding, f"{finding['kommunenummer']}  {finding['rule_id']}  ")


def show_corrections(run: Run, book: RuleBook, most: int | None) -> None:
    """Rule by rule: how to correct it, when it is no error, and which rows."""
    console, say = _console(), language().say
    form = _spoken[0]
    findings: dict[str, list[dict[str, Any]]] = {}
    for finding in run.findings.to_pylist():
        findings.setdefault(finding["rule_id"], []).append(finding)
    for rule_id, found in sorted(findings.items(), key=_gravest_first):
        rule = book.by_id[rule_id].rule
        fix = getattr(rule.fix, form)
        console.print()
        console.print(f"{rule_id}  {getattr(rule.title, form)} ({len(found)})", style="bold")
        console.print(f"{say('skjerm', 'i_nir')} {fix.nir}", style="dim")
        console.print(f"{say('skjerm', 'i_fagsystem')} {fix.fagsystem}", style="dim")
        not_an_error = getattr(rule.not_an_error, form)
        console.print(f"{say('skjerm', 'ikke_feil')} {not_an_error}", style="dim")
        for finding in found[:most]:
            _line(console, finding, "  ")
        if most is not None and len(found) > most:
            console.print("  " + say("skjerm", "viser", vist=most, antall=len(found)))


def show_place(run: Run, place: Path) -> None:
    """Where the run was put."""
    console, say = _console(), language().say
    console.print()
    console.print(say("skjerm", "skrevet", mappe=place), soft_wrap=True)
    book = run.facts["rulebook"]["sha256"][:8]
    console.print(say("skjerm", "kjoering", run_id=run.run_id, regelbok=book), style="dim")


class Progress:
    """A bar on stderr when someone is watching, silence when no one is."""

    def __init__(self) -> None:
        """Find out whether anyone is watching."""
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress as Bar

            self._bar = Bar(console=Console(stderr=True), transient=True)
        self._task: Any = None

    def __enter__(self) -> Self:
        """Show the bar."""
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Take the bar away, whatever happened."""
        if self._bar:
            self._bar.stop()

    def reading(self) -> None:
        """Reading has begun."""
        if self._bar:
            self._task = self._bar.add_task(language().say("skjerm", "leser"), total=None)

    def judging(self, rules: int) -> None:
        """So many rules are to be judged."""
        if self._bar:
            self._bar.update(
                self._task,
                description=language().say("skjerm", "vurderer"),
                total=rules,
                completed=0,
            )

    def judged(self, rule_id: str) -> None:
        """One rule has been judged."""
        if self._bar:
            self._bar.advance(self._task)


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False, markup=False, emoji=False)


def _table(*columns: str, right: int = 0) -> Table:
    """A plain table; its last `right` columns are numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for index, column in enumerate(columns):
        is_number = index >= len(columns) - right
        table.add_column(
            column,
            justify="right" if is_number else "left",
            no_wrap=is_number or index == 0,
            overflow="fold",
        )
    return table


def _show_reading(console: Console, run: Run) -> None:
    say = language().say
    table = _table(say("skjerm", "tabell"), say("skjerm", "fil"), say("skjerm", "rader"), right=1)
    for file in run.facts["inputs"]:
        table.add_row(file["table"], file["name"], _number(file["rows"]))
    console.print()
    console.print(table)
    if run.facts["notes"]:
        console.print()
        console.print(say("skjerm", "merknader"), style="bold")
        for note in run.facts["notes"]:
            console.print("  " + say("melding", note["key"], **note["values"]))


def _show_counts(console: Console, run: Run) -> None:
    say, totals = language().say, run.facts["totals"]
    console.print()
    if totals["findings"]:
        counts = {severity: _number(totals[severity]) for severity in _STYLES}
        console.print(say("skjerm", "per_alvor", **counts), style="bold")
    else:
        console.print(say("skjerm", "ingen_funn"), style="bold")
    if totals["drafts"]:
        console.print(say("skjerm", "utkast", antall=_number(totals["drafts"])))


def _show_rules(console: Console, run: Run) -> None:
    say = language().say
    shown = {i: rule for i, rule in run.facts["rules"].items() if rule["fails"]}
    if not shown:
        return
    columns = ("regel", "tittel", "feil", "advarsel", "info", "av")
    table = _table(*(say("skjerm", column) for column in columns), right=4)
    for rule_id, rule in shown.items():
        table.add_row(
            rule_id,
            rule["title"][_spoken[0]],
            *(_severity(rule[severity], severity) for severity in _STYLES),
            _number(rule["applies"]),
        )
    console.print()
    console.print(table)


def _show_kommuner(console: Console, run: Run) -> None:
    say, facts = language().say, run.facts
    columns = ("kommune", "feil", "advarsel", "info")
    table = _table(*(say("skjerm", column) for column in columns), right=3)
    clean = empty = 0
    for number, kommune in facts["kommuner"].items():
        if any(kommune[severity] for severity in _STYLES):
            cells = (_severity(kommune[severity], severity) for severity in _STYLES)
            table.add_row(_kommune(number, facts), *cells)
        elif kommune["outcomes"]["ingen_avvik"]:
            clean += 1
        else:
            empty += 1
    if table.row_count:
        console.print()
        console.print(table)
    if clean or empty:
        console.print(say("skjerm", "uten_avvik", antall=clean, uten=empty))


def _show_not_run(console: Console, run: Run) -> None:
    say = language().say
    reasons = Counter(
        rule["reason"] for rule in run.facts["rules"].values() if rule["outcome"] == "ikke_kjoert"
    )
    if reasons:
        console.print()
        console.print(say("skjerm", "ikke_kjoert"), style="bold")
        for reason, number in sorted(reasons.items()):
            said = language().reason(reason)
            console.print("  " + say("skjerm", "ikke_kjoert_regler", antall=number, grunn=said))
    for rule_id, kind in run.failed_rules.items():
        console.print(
            "  " + say("skjerm", "teknisk_feil", regel=rule_id, grunn=kind), style="bold red"
        )


def _line(console: Console, finding: dict[str, Any], start: str) -> None:
    place = f"{finding['fil']}:{finding['linje']}" if finding["fil"] else finding["tabell"]
    text = language().say(
        "skjerm",
        "funn_linje",
        sted=place,
        person=finding["person_id"] or finding["noekkel"],
        melding=finding[f"melding_{_spoken[0]}"],
    )
    console.print(start, end="")
    console.print(finding["severity"], style=_STYLES[finding["severity"]], end="  ")
    console.print(text, soft_wrap=True)


def _gravest_first(item: tuple[str, list[dict[str, Any]]]) -> tuple[int, str]:
    rule_id, found = item
    return min(list(_STYLES).index(finding["severity"]) for finding in found), rule_id


def _kommune(number: str, facts: dict[str, Any]) -> str:
    known = facts["kommuner"].get(number, {}).get("navn")
    if known:
        return f"{number} {known}"
    say = language().say
    return say("skjerm", number) if number in ("ukjent", "ikke_fordelt") else number


def _severity(number: int, severity: str) -> Any:
    from rich.text import Text

    return Text(_number(number), style=_STYLES[severity]) if number else ""


def _number(number: int) -> str:
    """1 234 with a hard space."""
    return f"{number:,}".replace(",", "\u00a0")


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"
