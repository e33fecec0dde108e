"""Every number of the report in one place, with the sums that bind them and what must be hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum

import pandas as pd

from nircheck.national import hiding, range_cells
from nircheck.national.hiding import Cell, Sum
from nircheck.national.places import NOWHERE, Places
from nircheck.national.source import OSLO, Source
from nircheck.rulebook.model import SEVERITIES

PROGRAMMES = ("programmer", "deltakere", "med_feil", "avsluttet", "uten_tiltak")
RESTS = {
    "i_program": ("programmer", "avsluttet"),
    "gjentatte": ("programmer", "deltakere"),
    "uten_feil": ("programmer", "med_feil"),
    "med_tiltak": ("avsluttet", "uten_tiltak"),
}
"""What is left of the one without the other: told by anyone who can subtract."""

GOALS = ("med_aarsak", "uten_aarsak", "i_maal")
NEW_LAWS = ("INT", "KAP6A")
"""The laws whose goals are reckoned; introduksjonsloven has other reasons for ending."""

LAND = ("land", "")
_UNKNOWN = "ukjent"


class Hidden(Enum):
    """A number that is known and not told."""

    HIDDEN = "skjermet"


HIDDEN = Hidden.HIDDEN
Number = int | Hidden


class Figures:
    """Numbers by cell; those that are hidden never leave here."""

    def __init__(self, source: Source, places: Places, threshold: int) -> None:
        """Count everything, and find what must be hidden."""
        self._values: dict[Cell, int] = defaultdict(int)
        self._sums: list[Sum] = []
        self._places = places
        self._count_programmes(source.programmes)
        self._count_goals(source.programmes)
        self._count_findings(source)
        self._add_all(*range_cells.cells(source, places))
        self._add_all(*range_cells.within(self._values))
        self._hidden = hiding.hidden(dict(self._values), self._sums, threshold)
        self._threshold = threshold

    def number(self, measure: str, split: str, part: str = "") -> Number:
        """The number, unless it is hidden."""
        cell = (measure, split, part)
        return HIDDEN if cell in self._hidden else self._values.get(cell, 0)

    def alone(self, value: int) -> Number:
        """A number that is part of no sum."""
        return HIDDEN if 0 < value < self._threshold else value

    def parts(self, measure: str, split: str) -> list[str]:
        """What the measure is split into, in order."""
        return sorted(part for m, s, part in self._values if (m, s) == (measure, split))

    def is_something(self, measure: str, split: str, part: str = "") -> bool:
        """Whether there is anything at all, which may be told of a hidden number too."""
        return bool(self._values.get((measure, split, part)))

    def _count_programmes(self, programmes: pd.DataFrame) -> None:
        frame = programmes.assign(
            fylke=programmes["kommunenummer"].map(self._places.fylke),
            stoerrelse=programmes["kommunenummer"].map(self._size),
            kvartal=programmes["startkvartal"].fillna(_UNKNOWN),
            **{r: programmes[whole] - programmes[part] for r, (whole, part) in RESTS.items()},
        )
        oslo = frame[frame["kommunenummer"] == OSLO]
        oslo = oslo.assign(bydel=oslo["bydel"].fillna(_UNKNOWN))
        splits = {"kommune": "kommunenummer"} | {s: s for s in ("fylke", "stoerrelse", "kvartal")}
        for rest in RESTS:
            for split, column in splits.items():
                self._add(frame, rest, split, column)
            self._add(oslo, rest, "bydel", "bydel")
            self._values[(rest, *LAND)] = int(frame[rest].sum())
        for measure in PROGRAMMES:
            by_kommune = self._add(frame, measure, "kommune", "kommunenummer")
            by_fylke = self._add(frame, measure, "fylke", "fylke")
            by_size = self._add(frame, measure, "stoerrelse", "stoerrelse")
            self._sum(measure, LAND, self._add(frame, measure, "kvartal", "kvartal"))
            self._sum(measure, LAND, by_fylke)
            self._sum(measure, LAND, by_size)
            self._values[(measure, *LAND)] = int(frame[measure].sum())
            for fylke in by_fylke:
                inside = [c for c in by_kommune if self._places.fylke(c[2]) == fylke[2]]
                self._sum(measure, ("fylke", fylke[2]), inside)
            for size in by_size:
                inside = [c for c in by_kommune if self._size(c[2]) == size[2]]
                self._sum(measure, ("stoerrelse", size[2]), inside)
            self._sum(measure, ("kommune", OSLO), self._add(oslo, measure, "bydel", "bydel"))
        for split in ("kommune", "fylke", "stoerrelse", "kvartal", "bydel", "land"):
            for at in self.parts("programmer", split):
                for rest, (whole, part) in RESTS.items():
                    self._sum(whole, (split, at), [(part, split, at), (rest, split, at)])

    def _count_goals(self, programmes: pd.DataFrame) -> None:
        """Of those ended under the laws of today; the rest of each sum is told of people too."""
        ended = programmes[programmes["regime"].isin(NEW_LAWS) & (programmes["avsluttet"] > 0)]
        frame = ended.assign(
            fylke=ended["kommunenummer"].map(self._places.fylke),
            aar=ended["sluttaar"].astype("Int64").astype(str),
            uten_maal=ended["med_aarsak"] - ended["i_maal"],
            avsluttet_ny=ended["med_aarsak"] + ended["uten_aarsak"],
        )
        for measure in (*GOALS, "uten_maal", "avsluttet_ny"):
            self._sum(measure, LAND, self._add(frame, measure, "fylke", "fylke"))
            self._sum(measure, LAND, self._add(frame, measure, "aar", "aar"))
            self._values[(measure, *LAND)] = int(frame[measure].sum())
        for split in ("fylke", "aar", "land"):
            for part in self.parts("avsluttet_ny", split):
                for whole, parts in (
                    ("avsluttet_ny", ("med_aarsak", "uten_aarsak")),
                    ("med_aarsak", ("i_maal", "uten_maal")),
                ):
                    self._sum(whole, (split, part), [(name, split, part) for name in parts])

    def _count_findings(self, source: Source) -> None:
        kommuner = source.facts["kommuner"]
        fylker = sorted({self._places.fylke(kommune) for kommune in kommuner})
        for severity in SEVERITIES:
            for kommune, told in kommuner.items():
                self._values[(severity, "kommune", kommune)] = told[severity]
                self._values[(severity, "fylke", self._places.fylke(kommune))] += told[severity]
                self._values[(severity, *LAND)] += told[severity]
            for fylke in fylker:
                inside = [
                    (severity, "kommune", k) for k in kommuner if self._places.fylke(k) == fylke
                ]
                self._sum(severity, ("fylke", fylke), inside)
            self._sum(severity, LAND, [(severity, "fylke", fylke) for fylke in fylker])
            in_oslo = []
            for (graded, bydel), number in source.bydel_findings.items():
                if graded == severity:
                    cell = (severity, "bydel", bydel or _UNKNOWN)
                    self._values[cell] = number
                    in_oslo.append(cell)
            self._sum(severity, ("kommune", OSLO), in_oslo)
        self._count_rules(source.accounting, fylker)

    def _count_rules(self, accounting: pd.DataFrame, fylker: list[str]) -> None:
        frame = accounting.assign(fylke=accounting["kommunenummer"].map(self._places.fylke))
        found = frame[frame["fails"] > 0].groupby(["rule_id", "fylke"])["fails"].sum()
        by_rule: dict[str, list[Cell]] = defaultdict(list)
        by_fylke: dict[str, list[Cell]] = defaultdict(list)
        pairs: list[tuple[str, str]] = found.index.to_list()
        for (rule_id, fylke), number in zip(pairs, found, strict=True):
            cell = (rule_id, "fylke", fylke)
            self._values[cell] = int(number)
            self._values[(rule_id, *LAND)] += int(number)
            by_rule[rule_id].append(cell)
            by_fylke[fylke].append(cell)
        for rule_id, cells in by_rule.items():
            self._sum(rule_id, LAND, cells)
        for fylke in fylker:
            graded: list[Cell] = [(severity, "fylke", fylke) for severity in SEVERITIES]
            self._values[("funn", "fylke", fylke)] = sum(self._values[cell] for cell in graded)
            self._sum("funn", ("fylke", fylke), graded)
            self._sum("funn", ("fylke", fylke), by_fylke[fylke])
        self._values[("funn", *LAND)] = sum(self._values[(s, *LAND)] for s in SEVERITIES)
        self._sum("funn", LAND, [("funn", "fylke", fylke) for fylke in fylker])
        self._sum("funn", LAND, [(severity, *LAND) for severity in SEVERITIES])
        self._sum("funn", LAND, [(rule_id, *LAND) for rule_id in by_rule])

    def _add_all(self, values: dict[Cell, int], sums: list[Sum]) -> None:
        self._values |= values
        self._sums += sums

    def _add(self, frame: pd.DataFrame, measure: str, split: str, column: str) -> list[Cell]:
        counted = frame.groupby(column)[measure].sum()
        cells: list[Cell] = []
        for part, number in counted.items():
            cell = (measure, split, str(part))
            self._values[cell] = int(number)
            cells.append(cell)
        return cells

    def _sum(self, measure: str, whole: tuple[str, str], parts: Iterable[Cell]) -> None:
        if listed := tuple(parts):
            self._sums.append(Sum((measure, *whole), listed))

    def _size(self, kommune: str) -> str:
        size = self._places.kommuner[kommune].size if kommune in self._places.kommuner else None
        return NOWHERE if size is None else str(size)


def share(part: Number | None, whole: Number | None) -> float | Hidden | None:
    """Part of whole in per cent; hidden when either is, nothing when there is nothing to share."""
    if part is HIDDEN or whole is HIDDEN:
        return HIDDEN
    if not isinstance(part, int) or not isinstance(whole, int) or not whole:
        return None
    return 100 * part / whole
