"""What the gate found, on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from nircheck.gate.check import Result
from nircheck.gate.document import totals
from nircheck.gate.wording import Wording, number

if TYPE_CHECKING:
    from rich.console import Console

    from nircheck.gate.deviation import Deviation

_WIDTH_WITHOUT_TERMINAL = 110
_MOST_RULES = 8
_STYLES = {"feil": "red", "advarsel": "yellow", "info": "cyan"}


def show(result: Result, wording: Wording, fail_on: str) -> None:
    """Every deviation with its cause, what to do, and the rules it stops; then the verdict."""
    console, say = _console(), wording.say
    facts = result.facts
    contract = facts["contract"]["name"]
    if facts["uttrekksdato"]:
        day = ".".join(reversed(facts["uttrekksdato"].split("-")))
        title = say("skjerm", "overskrift_dato", dato=day, kontrakt=contract)
    else:
        title = say("skjerm", "overskrift", kontrakt=contract)
    console.print(title, style="bold")
    for deviation in result.deviations:
        console.print()
        _show(console, deviation, wording)
    console.print()
    if not result.deviations:
        console.print(say("skjerm", "ingen"))
    console.print(say("skjerm", "antall", **totals(result.deviations)))
    if result.not_run:
        stopped, of = len(result.not_run), facts["rulebook"]["rules"]
        console.print(say("skjerm", "ikke_kjoert", antall=number(stopped), av=number(of)))
    closing = len(result.at_least(fail_on))
    key, style = ("stengt", "bold red") if closing else ("aapen", "bold green")
    console.print(say("skjerm", key, antall=number(closing)), style=style)


def _show(console: Console, deviation: Deviation, wording: Wording) -> None:
    from rich.padding import Padding
    from rich.text import Text

    head = Text(wording.severity(deviation).capitalize(), style=_STYLES[deviation.severity])
    head.append(f"  {deviation.place}  ", style="bold")
    head.append(wording.title(deviation.kind))
    console.print(head)
    said = (
        wording.sentence(deviation),
        wording.advice(deviation),
        wording.rules(deviation, _MOST_RULES),
    )
    for line in filter(None, said):
        if console.is_terminal:
            console.print(Padding(Text(line), (0, 0, 0, 2), expand=False))
        else:
            console.print(Text(f"  {line}"), soft_wrap=True)


def _console() -> Console:
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False, markup=False, emoji=False)
