"""What the gate found as annotations that GitHub Actions reads from the output of a step."""

from __future__ import annotations

from nircheck.contract import Maalform
from nircheck.gate.check import Result
from nircheck.gate.deviation import Deviation
from nircheck.gate.wording import Wording

_COMMANDS = {"feil": "error", "advarsel": "warning", "info": "notice"}


def as_github(result: Result, maalform: Maalform, base: str = "") -> str:
    """One annotation a line, the gravest first."""
    wording = Wording(maalform)
    return "".join(f"{_annotation(d, wording, base)}\n" for d in result.deviations)


def _annotation(deviation: Deviation, wording: Wording, base: str) -> str:
    properties = {"title": f"{deviation.rule_id}: {wording.title(deviation.kind)}"}
    if deviation.file:
        file = deviation.file.split(" [")[0]
        where = f"{base.rstrip('/')}/{file}" if base.strip("/.") else file
        properties = {"file": where, "line": "1"} | properties
    listed = ",".join(f"{name}={in_property(value)}" for name, value in properties.items())
    said = (wording.sentence(deviation), wording.advice(deviation), wording.rules(deviation, 12))
    text = in_message("\n".join(filter(None, said)))
    return f"::{_COMMANDS[deviation.severity]} {listed}::{text}"


def in_message(text: str) -> str:
    """A text as the message of an annotation: nothing in it ends the line or begins a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def in_property(text: str) -> str:
    """A text as the value of a property, which ends at a comma or at two colons."""
    return in_message(text).replace(":", "%3A").replace(",", "%2C")
