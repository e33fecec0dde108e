"""What the gaps do to a kommune's own figures: a range for each, in lines and in words."""

from __future__ import annotations

from dataclasses import dataclass

from nircheck.contract import Maalform
from nircheck.figures import ALL, Range
from nircheck.letters import numbers
from nircheck.letters.run_folder import OpenRun
from nircheck.texts import texts

FEWEST = 10
"""A figure about fewer than this says nothing of a kommune."""

CATALOGUE = "ranges"
WIDTH = 400
_FIRST, _STEP, _DOWN = 16, 50, 14


@dataclass(frozen=True)
class RangeLine:
    """One figure: how many it is about, its values as written, and where they are drawn."""

    label: str
    of: int
    known: str
    lowest: str
    highest: str
    value: str
    open: int
    rule: str | None
    most: str
    told: str
    y: int
    dot: float | None
    left: float
    width: float

    @property
    def track(self) -> int:
        """How far down the line is."""
        return self.y + _DOWN


@dataclass(frozen=True)
class Ranges:
    """Every figure there is enough behind, and in words those that are not shown."""

    words: dict[str, str]
    intro: str
    lines: tuple[RangeLine, ...]
    unshown: tuple[str, ...]
    height: int
    described: str

    @property
    def any_open(self) -> bool:
        """Whether a missing registration could change any of them."""
        return any(line.open for line in self.lines)


def ranges(run: OpenRun, number: str, form: Maalform) -> Ranges | None:
    """The figures of one kommune; None where no figure is about anyone there."""
    said = texts(form, CATALOGUE)
    here, everywhere = run.ranges.get(number, {}), run.ranges.get(ALL, {})
    if not here:
        return None
    labels = {figure: told["label"][form] for figure, told in run.info["figures"].items()}
    shown = [found for found in here.values() if found.of >= FEWEST]
    few = [labels[figure] for figure, found in here.items() if found.of < FEWEST]
    lines = tuple(
        _line(found, labels[found.figure], place, form) for place, found in enumerate(shown)
    )
    unshown = []
    if few and lines:
        unshown.append(said.say("setning", "faa", faerrest=FEWEST, navn=", ".join(few)))
    for figure, found in everywhere.items():
        if found.reason:
            why = texts(form).reason(found.reason)
            unshown.append(said.say("setning", "ikke_regnet", navn=labels[figure], grunn=why))
    words = said.groups["brev"]
    if not lines:
        intro = said.say("setning", "ingen", faerrest=FEWEST)
    else:
        intro = words["innledning" if any(line.open for line in lines) else "uten_hull"]
    return Ranges(
        words=words,
        intro=intro,
        lines=lines,
        unshown=tuple(unshown),
        height=_FIRST + len(lines) * _STEP - 10,
        described=" ".join(line.told for line in lines),
    )


def _line(found: Range, label: str, place: int, form: Maalform) -> RangeLine:
    said = texts(form, CATALOGUE)
    given = {
        "navn": label,
        "kjente": numbers.percent(found.yes, found.of - found.open, form),
        "laveste": numbers.percent(found.yes, found.of, form),
        "hoeyeste": numbers.percent(found.yes + found.open, found.of, form),
    }
    key = "rad_uten" if not found.open else "rad_ukjent" if found.known is None else "rad"
    told = said.say("setning", key, **given)
    known = said.groups["brev"]["ingen_kjente"] if found.known is None else given["kjente"]
    short = given | {"kjente": known, "laveste": given["laveste"].removesuffix("\u00a0%")}
    value = said.say("setning", "navn_spenn", **short) if found.open else known
    left, right = found.lowest or 0.0, found.highest or 0.0
    rule = found.narrows_most
    scale = WIDTH / 100
    return RangeLine(
        label=label,
        of=found.of,
        known=known,
        lowest=given["laveste"],
        highest=given["hoeyeste"],
        value=value,
        open=found.open,
        rule=rule[0] if rule else None,
        most=numbers.number(rule[1], form) if rule else "",
        told=told,
        y=_FIRST + place * _STEP,
        dot=None if found.known is None else _inside(found.known * scale),
        left=round(left * scale, 1),
        width=round(max((right - left) * scale, 0.0), 1),
    )


def _inside(at: float) -> float:
    """So far from the edge that the whole dot is seen."""
    return round(min(max(at, 6.0), WIDTH - 6.0), 1)
