"""Work lists as JSON and as a page."""

from __future__ import annotations

from typing import Any

from nircheck import templates
from nircheck.contract import Maalform
from nircheck.deadlines.worklist import Task, Worklist
from nircheck.letters.html import sri
from nircheck.letters.numbers import long_day, short_day
from nircheck.texts import texts


def as_facts(work: Worklist) -> dict[str, Any]:
    """A work list for other programs."""
    return {
        "kommunenummer": work.kommunenummer,
        "navn": work.navn,
        "dato": work.dato.isoformat(),
        "aarsfrist": work.aarsfrist.isoformat(),
        "dager_til_aarsfrist": work.days_to_statistics,
        "oppgaver": [
            {
                "finding_id": task.finding_id,
                "rule_id": task.rule_id,
                "severity": task.severity,
                "tabell": task.tabell,
                "noekkel": task.noekkel,
                "person_id": task.person_id,
                "frist": task.frist.isoformat() if task.frist else None,
                "dager_igjen": task.days,
                "statistikk": task.figure,
            }
            for task in work.tasks
        ],
    }


def page(work: Worklist, maalform: Maalform) -> str:
    """A work list as one HTML page that asks for nothing and prints in black and white."""
    catalogue = texts(maalform, "deadlines")
    style = templates.html("_deadlines.css.j2").render()
    return templates.html("deadlines.html.j2").render(
        work=work,
        form=maalform,
        t=catalogue.groups,
        say=catalogue.say,
        style=style,
        style_hash=sri(style),
        day=long_day(work.dato, maalform),
        deadline=long_day(work.aarsfrist, maalform),
        short=short_day,
        left=lambda task: left(task, maalform),
    )


def left(task: Task, maalform: Maalform) -> str:
    """How long there is left, in words."""
    say = texts(maalform, "deadlines").say
    if task.days is None:
        return say("igjen", "ingen")
    key = "over" if task.overdue else "i_dag" if task.days == 0 else "dager"
    return say("igjen", key, antall=abs(task.days))
