"""What a run looks like on a terminal. Data on stdout; progress and complaints on stderr."""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from nircheck.cli.outside import stop_if_interrupted
from nircheck.cli.screen import console, plain_table
from nircheck.texts import Texts, on_one_line, texts

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from nircheck.contract import Maalform
    from nircheck.rulebook import RuleBook
    from nircheck.run import Run

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
    text = json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True, default=_iso)
    sys.stdout.write(text + "\n")


def _iso(day: date) -> str:
    """A day as JSON has it."""
    return day.isoformat()


def show_summary(run: Run) -> None:
    """What was read, what was found, what was not judged."""
    screen, say = console(), language().say
    facts = run.facts
    name = ", ".join(_kommune(n, facts) for n in facts["asked"]) or (
        say("skjerm", "nasjonalt") if facts["populasjon"] == "nasjonal" else ""
    )
    title = say("skjerm", "overskrift", dato=_day(facts["uttrekksdato"]), navn=name)
    screen.print(title.rstrip(": "), style="bold")
    _show_reading(screen, run)
    _show_counts(screen, run)
    _show_rules(screen, run)
    _show_kommuner(screen, run)
    _show_not_run(screen, run)


def show_findings(run: Run) -> None:
    """Every finding, one line each."""
    screen = console()
    screen.print()
    findings = run.findings.to_pylist()
    for place, found in groupby(findings, key=itemgetter("kommunenummer", "rule_id")):
        _show_lines(screen, list(found), "  ".join(place))


def show_corrections(run: Run, book: RuleBook, most: int | None) -> None:
    """Rule by rule: how to correct it, when it is no error, and which rows."""
    screen, say = console(), language().say
    form = _spoken[0]
    findings: dict[str, list[dict[str, Any]]] = {}
    for finding in sorted(run.findings.to_pylist(), key=_gravest_first):
        findings.setdefault(finding["rule_id"], []).append(finding)
    for rule_id, found in findings.items():
        rule = book.by_id[rule_id].rule
        fix = getattr(rule.fix, form)
        screen.print()
        screen.print(f"{rule_id}  {getattr(rule.title, form)} ({len(found)})", style="bold")
        advice = _grid()
        advice.add_row("", say("skjerm", "i_nir"), fix.nir)
        advice.add_row("", say("skjerm", "i_fagsystem"), fix.fagsystem)
        advice.add_row("", say("skjerm", "ikke_feil"), getattr(rule.not_an_error, form))
        screen.print(advice)
        _show_lines(screen, found[:most], "")
        if most is not None and len(found) > most:
            screen.print("  " + say("skjerm", "viser", vist=most, antall=len(found)))


def show_place(run: Run, place: Path) -> None:
    """Where the run was put."""
    screen, say = console(), language().say
    screen.print()
    screen.print(say("skjerm", "skrevet", mappe=place), soft_wrap=True)
    book = run.facts["rulebook"]["sha256"][:8]
    screen.print(say("skjerm", "kjoering", run_id=run.run_id, regelbok=book), style="dim")


def show_timings(seconds: dict[str, float]) -> None:
    """How long each rule took, the slowest first; on stderr, since no two runs are the same."""
    lines = sorted(seconds.items(), key=lambda item: (-item[1], item[0]))
    lines.append((language().say("skjerm", "sum"), sum(seconds.values())))
    sys.stderr.writelines(f"{taken * 1000:9.1f} ms  {name}\n" for name, taken in lines)


class Progress:
    """A bar on stderr when someone is watching, silence when no one is; how long each rule took."""

    def __init__(self) -> None:
        """Find out whether anyone is watching."""
        self.seconds: dict[str, float] = {}
        self._bar: Any = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, TaskProgressColumn, TimeElapsedColumn
            from rich.progress import Progress as Bar

            columns = ("{task.description}", BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
            self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
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
        stop_if_interrupted()
        if self._bar:
            self._bar.update(
                self._task,
                description=language().say("skjerm", "vurderer"),
                total=rules,
                completed=0,
            )

    def judged(self, rule_id: str, seconds: float) -> None:
        """One rule has been judged."""
        stop_if_interrupted()
        self.seconds[rule_id] = seconds
        if self._bar:
            self._bar.advance(self._task)


def _grid() -> Table:
    """Columns without lines, the last of which takes what is left of the width."""
    from rich.table import Table

    return Table.grid(padding=(0, 2, 0, 0))


def _show_reading(console: Console, run: Run) -> None:
    say = language().say
    columns = ("tabell", "fil", "rader")
    table = plain_table(console, *(say("skjerm", column) for column in columns), right=1)
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
    table = plain_table(console, *(say("skjerm", column) for column in columns), right=4)
    for rule_id, rule in shown.items():
        table.add_row(
            rule_id,
            _title(rule),
            *(_severity(rule[severity], severity) for severity in _STYLES),
            _number(rule["applies"]),
        )
    console.print()
    console.print(table)
    console.print(say("skjerm", "forklaring", regel=next(iter(shown))), style="dim")


def _title(rule: dict[str, Any]) -> str:
    """What is wrong; of a rule that does not count, also that it is a draft."""
    title = str(rule["title"][_spoken[0]])
    if rule["status"] == "draft":
        title += f" ({language().say('status', 'draft')})"
    return title


def _show_kommuner(console: Console, run: Run) -> None:
    say, facts = language().say, run.facts
    columns = ("kommune", "feil", "advarsel", "info")
    table = plain_table(console, *(say("skjerm", column) for column in columns), right=3)
    clean = empty = 0
    for number, kommune in facts["kommuner"].items():
        if any(kommune[severity] for severity in _STYLES):
            cells = (_severity(kommune[severity], severity) for severity in _STYLES)
            table.add_row(_kommune(number, facts), *cells)
        elif kommune["applies"]:
            clean += 1
        elif kommune["outcomes"]["ikke_relevant"]:
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
    if reasons or run.failed_rules:
        console.print()
        console.print(say("skjerm", "ikke_kjoert"), style="bold")
        for reason, number in sorted(reasons.items()):
            said = language().reason(reason)
            console.print("  " + say("skjerm", "ikke_kjoert_regler", antall=number, grunn=said))
    for rule_id, kind in run.failed_rules.items():
        console.print(
            "  " + say("skjerm", "teknisk_feil", regel=rule_id, grunn=kind), style="bold red"
        )


def _show_lines(console: Console, findings: list[dict[str, Any]], start: str) -> None:
    """One line per finding: wrapped beside its place for a person, whole for another program."""
    grid = _grid()
    for finding in findings:
        cells = [start, *_cells(finding)]
        if console.is_terminal:
            grid.add_row(*cells)
        else:
            console.print("  ".join(str(cell) for cell in cells), soft_wrap=True)
    if grid.row_count:
        console.print(grid)


def _cells(finding: dict[str, Any]) -> list[RenderableType]:
    from rich.text import Text

    severity = finding["severity"]
    place = f"{finding['fil']}:{finding['linje']}" if finding["fil"] else finding["tabell"]
    return [
        Text(language().say("alvor", severity), style=_STYLES[severity], no_wrap=True),
        Text(on_one_line(place), overflow="fold"),
        Text(on_one_line(finding["person_id"] or finding["noekkel"]), overflow="fold"),
        Text(on_one_line(finding[f"melding_{_spoken[0]}"])),
    ]


def _gravest_first(finding: dict[str, Any]) -> tuple[int, str, str, int]:
    gravity = list(_STYLES).index(finding["severity"])
    return gravity, finding["rule_id"], finding["fil"] or "", finding["linje"] or 0


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
