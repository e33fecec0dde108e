"""The report as one HTML page that asks for nothing from outside."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from nircheck import templates
from nircheck.contract import Maalform
from nircheck.letters.html import sri
from nircheck.letters.numbers import long_day, number, rate
from nircheck.national import chart, plots, since
from nircheck.national.figures import HIDDEN, LAND, Figures, share
from nircheck.national.places import HEIGHT, WIDTH, Places
from nircheck.national.source import Source
from nircheck.national.table import Column, Kind, Table, Value
from nircheck.national.tables import Tables
from nircheck.rulebook.model import SEVERITIES
from nircheck.run import Outcome
from nircheck.texts import texts

SHADES = ("k4", "k3", "k2", "k1", "k0", "skjermet", "ikke_vurdert", "ingenting")
ON_PAGE = ("kommune", "nummer", "fylke", "status", "programmer", "med_feil", "andel_med_feil",
           "avsluttet", "uten_tiltak", "feil", "advarsel", "info")  # fmt: skip
FYLKER_ON_PAGE = ("fylke", "antall_kommuner", "status_feil", "status_uten", "status_ingenting",
                  "programmer", "andel_med_feil", "andel_uten_tiltak", "feil", "advarsel",
                  "info")  # fmt: skip

RULES_ON_PAGE = ("regel", "tittel", "alvor", "funn", "vurdert", "andel_vurdert",
                 "beroerte_programmer", "andel_programmer", "beroerte_kommuner",
                 "andel_kommuner")  # fmt: skip

FYLKER_BY_MAP = ("fylke", "antall_kommuner", "status_feil", "status_ingenting", "andel_med_feil")
MOST_NAMED = 8


@dataclass(frozen=True)
class Tile:
    """A key figure."""

    key: str
    label: str
    value: str
    of: str = ""


@dataclass(frozen=True)
class Key:
    """What a shade means."""

    shade: str
    text: str


class Page:
    """The page of one report in one written standard."""

    def __init__(
        self,
        source: Source,
        places: Places,
        figures: Figures,
        tables: Tables,
        maalform: Maalform,
        threshold: int,
    ) -> None:
        """Keep what the page is made from."""
        self._source, self._places, self._figures = source, places, figures
        self._tables, self._form, self._threshold = tables, maalform, threshold
        self._say = texts(maalform, "national").say
        self._groups = texts(maalform, "national").groups

    def html(self) -> str:
        """The whole page."""
        style = templates.html("_national.css.j2").render()
        script = templates.html("_national.js.j2").render()
        return templates.html("national.html.j2").render(
            style=style,
            script=script,
            style_hash=sri(style),
            script_hash=sri(script),
            form=self._form,
            t=self._groups,
            say=self._say,
            shown=self.shown,
            developed=since.developed(
                self._source.facts, self._figures, self._places, self._form, self._say, self.shown
            ),
            **self._words(),
            **self._figures_and_tables(),
        )

    def shown(self, value: Value, kind: Kind = "count") -> str:
        """A value as people read it."""
        if value is HIDDEN:
            return self._groups["verdi"]["skjermet"]
        if value is None:
            return self._groups["verdi"]["ingen"]
        if isinstance(value, float) or kind == "share":
            return self._say("figur", "prosent", tall=self._percent(float(str(value))))
        return number(value, self._form) if isinstance(value, int) else str(value)

    def _percent(self, value: float) -> str:
        """Whole per cent, and below ten one decimal; only nothing is 0, only everything is 100."""
        if 0 < value < 10:
            return rate(max(value, 0.1), self._form)
        return number(100 if value == 100 else min(round(value), 99), self._form)

    def _words(self) -> dict[str, Any]:
        facts, said = self._source.facts, self._groups
        day = long_day(self._source.day, self._form)
        standing = Counter(self._tables.standings.values())
        with_feil = share(
            self._figures.number("med_feil", *LAND), self._figures.number("programmer", *LAND)
        )
        return {
            "title": self._say("side", "tittel", dato=day),
            "notes": self.notes(),
            "lead": self._say(
                "side",
                "ledetekst",
                med_feil=standing["feil"],
                av=len(self._places.kommuner),
                ingenting=standing["ingenting"],
            ),
            "intro": self._say(
                "side",
                "ingress",
                programmer=self.shown(self._figures.number("programmer", *LAND)),
                andel=self.shown(with_feil, "share"),
            )
            if self._figures.is_something("programmer", *LAND)
            else said["side"]["ingress_ingen"],
            "tiles": self.tiles(),
            "nothing": self._nothing(),
            "nothing_count": standing["ingenting"],
            "without_tiltak": self._say(
                "tekst", "uten_tiltak", **dict(zip(("antall", "av"), self._tiltak(), strict=True))
            ),
            "rules_text": self._rules_text(),
            "heat_text": self._heat_text(),
            "drafts": self._say("tekst", "utkast", antall=self.shown(facts["totals"]["drafts"]))
            if facts["totals"]["drafts"]
            else "",
            "about": self._about(),
            "foot": self._say(
                "side",
                "bunn",
                run_id=facts["run_id"],
                regelbok=facts["rulebook"]["sha256"][:8],
                dato=day,
                versjon=facts["nircheck"],
            ),
        }

    def notes(self) -> list[str]:
        """What must be known before anything else."""
        said = self._groups["side"]
        notes = []
        if self._source.facts["miljoe"] == "syntetisk":
            notes.append(said["syntetisk"])
        if self._threshold < 2:
            notes.append(said["intern"])
        if failed := sum(r["outcome"] == Outcome.TEKNISK_FEIL for r in self._source.rules.values()):
            notes.append(self._say("side", "teknisk", antall=failed))
        return notes

    def tiles(self) -> list[Tile]:
        """The key figures."""
        figures = self._figures
        standing = Counter(self._tables.standings.values())
        kommuner = self._say("noekkeltall", "av", antall=len(self._places.kommuner))
        programmes, wrong, ended, bare = (
            figures.number(measure, *LAND)
            for measure in ("programmer", "med_feil", "avsluttet", "uten_tiltak")
        )
        none, of = self._tiltak()
        made = (
            ("kommuner_med_feil", standing["feil"], kommuner),
            ("kommuner_uten_funn", standing["uten"], kommuner),
            ("kommuner_ingenting", standing["ingenting"], kommuner),
            ("programmer", programmes, ""),
            ("andel_med_feil", share(wrong, programmes), ""),
            ("andel_uten_tiltak", share(bare, ended), ""),
            ("kommuner_uten_tiltak", none, self._say("noekkeltall", "av", antall=of)),
            *((severity, figures.number(severity, *LAND), "") for severity in SEVERITIES),
        )
        label = self._groups["noekkeltall"]
        return [Tile(key, label[key], self.shown(value), of) for key, value, of in made]

    def _tiltak(self) -> tuple[int, int]:
        """Kommuner with ended programmes and no tiltak on any, of all with ended programmes."""
        by = self._source.programmes.groupby("kommunenummer")[["avsluttet", "uten_tiltak"]].sum()
        by = by[by.index.isin(self._places.kommuner) & (by["avsluttet"] > 0)]
        return int((by["avsluttet"] == by["uten_tiltak"]).sum()), len(by)

    def _nothing(self) -> dict[str, list[str]]:
        """The kommuner that have registered nothing, by fylke."""
        found: dict[str, list[str]] = {}
        for number_, standing in self._tables.standings.items():
            if standing == "ingenting":
                fylke = self._places.kommuner[number_].fylke
                found.setdefault(fylke, []).append(self._places.name(number_))
        return found

    def _rules_text(self) -> str:
        found = len(self._tables.regler.rows)
        ran = sum(r["outcome"] == Outcome.INGEN_AVVIK for r in self._source.rules.values())
        return self._say("tekst", "regler", antall=found, uten=ran)

    def _heat_text(self) -> str:
        if len(self._tables.regler.rows) <= chart.MOST_RULES:
            return self._groups["tekst"]["varme_alle"]
        most = chart.MOST_RULES
        return self._say("tekst", "varme", antall=most, neste=most + 1)

    def _about(self) -> list[str]:
        about = self._groups["om"]
        dash = self._say("om", "strek", merke=self._groups["verdi"]["ingen"])
        plain = (about[key] for key in ("programmer", "med_feil", "uten_tiltak", "kommuner"))
        return [*plain, self.about_hiding(), dash, about["forbehold"]]

    def about_hiding(self) -> str:
        """Which numbers are hidden, and how many."""
        if self._threshold < 2:
            return self._groups["om"]["ikke_skjermet"]
        return self._say(
            "om",
            "skjermet",
            hoeyeste=self._threshold - 1,
            merke=self._groups["verdi"]["skjermet"],
            antall=self.shown(self._tables.counts_hidden),
        )

    def _figures_and_tables(self) -> dict[str, Any]:
        tables = self._tables
        map_ = chart.outlined(tables.kommuner, self._places, tables.standings, self.shown)
        said = self._groups["klasse"]
        cohorts = plots.bars(tables.kohorter, self.shown)
        heat_table = tables.regel_fylke
        top = heat_table.rows[: chart.MOST_RULES]
        return {
            "map": map_,
            "map_width": WIDTH,
            "map_height": HEIGHT,
            "keys": [
                Key(shade, f"{self._shade(shade)} · {self._kommuner(map_.counts[shade])}")
                for shade in SHADES
                if map_.counts[shade]
            ],
            "map_table": self._map_table(map_),
            "fylker": tables.fylker.only(*FYLKER_ON_PAGE),
            "fylker_map": replace(
                tables.fylker.only(*FYLKER_BY_MAP),
                key="fylker_kart",
                caption=self._groups["tabell"]["fylker_kart"],
            ),
            "kommuner": tables.kommuner.only(*ON_PAGE),
            "regler": tables.regler.only(*RULES_ON_PAGE),
            "heat": chart.heat(heat_table, self.shown),
            "heat_keys": [Key(s, self._step(s, chart.HEAT_STEPS)) for s in SHADES[:5]]
            + [Key("skjermet", said["skjermet"]), Key("ikke_vurdert", said["ingen_rader"])],
            "heat_table": replace(heat_table, rows=top),
            "scatter": plots.scatter(tables.kommuner, tables.stoerrelse, self.shown),
            "scatter_table": self._scatter_table(),
            "stoerrelse": tables.stoerrelse,
            "bars": cohorts,
            "hiding": self._threshold > 1,
            "hidden_bars": any(bar.part is None for bar in cohorts.bars),
            "kohorter": tables.kohorter,
            "pairs": plots.pairs(tables.maal_fylke, self.shown),
            "maal_fylke": tables.maal_fylke,
            "maal_aar": tables.maal_aar,
            "ranges": tables.ranges.plot(self.shown),
            "ranges_words": tables.ranges.words(),
            "hull": tables.ranges.hull,
            "hull_fylke": tables.ranges.hull_fylke,
            "bydeler": tables.bydeler,
            "answers": tables.answers,
            "ikke_vurdert": self._shortened(tables.ikke_vurdert),
        }

    def _shortened(self, table: Table) -> Table:
        """The table with the first rules of each row; the workbook has them all."""
        rows = []
        for *start, listed in table.rows:
            ids = str(listed).split(", ")
            more = len(ids) - MOST_NAMED
            rest = " " + self._say("tekst", "flere", antall=more) if more > 0 else ""
            rows.append((*start, ", ".join(ids[:MOST_NAMED]) + rest))
        return replace(table, rows=tuple(rows))

    def _shade(self, shade: str) -> str:
        if shade.startswith("k"):
            return self._step(shade, chart.STEPS)
        return self._groups["klasse"][shade]

    def _step(self, shade: str, steps: tuple[int, ...]) -> str:
        at = int(shade[1:])
        bounds = (0, *steps, 100)
        return self._say("klasse", shade, fra=bounds[max(0, at - 1)], til=bounds[at])

    def _kommuner(self, count: int) -> str:
        return self._say("klasse", "kommuner", antall=count)

    def _map_table(self, map_: chart.Map) -> Table:
        shares = self._tables.kommuner.column("andel_med_feil")
        rows = tuple(
            (shape.name, told, self._shade(shape.shade))
            for shape, told in zip(map_.shapes, shares, strict=False)
        )
        labels = self._groups["kolonne"]
        columns = (
            Column("kommune", labels["kommune"], "text"),
            Column("andel_med_feil", labels["andel_med_feil"], "share"),
            Column("klasse", labels["klasse"], "text"),
        )
        return Table("kart", self._groups["tabell"]["kart"], columns, rows)

    def _scatter_table(self) -> Table:
        plotted = self._tables.kommuner.only("kommune", "folketall", "andel_uten_tiltak")
        rows = tuple(row for row in plotted.rows if isinstance(row[2], float))
        return replace(plotted, key="spredning", caption=self._groups["tabell"]["spredning"],
                       rows=rows, last=None)  # fmt: skip
