"""The tables of the report: the same rows for the page, the workbook and the Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

from nircheck.contract import Maalform
from nircheck.national.answers import Answers
from nircheck.national.figures import GOALS, HIDDEN, Figures, Number, share
from nircheck.national.places import NOWHERE, Places
from nircheck.national.ranges import RangeTables
from nircheck.national.source import OSLO, Source
from nircheck.national.standing import STANDINGS, Standing, standings
from nircheck.national.table import Column, Kind, Table, Value
from nircheck.privacy import masked
from nircheck.rulebook.model import SEVERITIES
from nircheck.run import Outcome
from nircheck.texts import Texts, on_one_line, texts

PROGRAMME_COLUMNS = (
    "programmer", "deltakere", "med_feil", "andel_med_feil", "avsluttet", "uten_tiltak",
    "andel_uten_tiltak",
)  # fmt: skip


class Tables:
    """Every table of one report, in one written standard."""

    def __init__(
        self,
        source: Source,
        places: Places,
        figures: Figures,
        maalform: Maalform,
        answers: Answers | None = None,
    ) -> None:
        """Keep what the tables are made from."""
        self.answers = answers
        self._source, self._places, self._figures = source, places, figures
        self._maalform = maalform
        self._said: Texts = texts(maalform, "national")
        self.ranges = RangeTables(source, places, figures, maalform)
        self.standings: dict[str, Standing] = standings(source, places)

    def __iter__(self) -> Iterator[Table]:
        """All of them, in the order of the report."""
        yield from (
            self.kommuner, self.fylker, self.regler, self.regel_fylke, self.stoerrelse,
            self.kohorter, self.maal_fylke, self.maal_aar, self.ranges.hull, self.ranges.hull_fylke,
            self.bydeler, self.ikke_vurdert,
        )  # fmt: skip
        if self.answers:
            yield self.answers.table

    @cached_property
    def counts_hidden(self) -> int:
        """How many counts are hidden in all the tables."""
        rows = (row for table in self for row in table.lines)
        return sum(value is HIDDEN for row in rows for value in row)

    @cached_property
    def kommuner(self) -> Table:
        """One row per kommune of the day, then what belongs to none."""
        rows = []
        for number, kommune in self._places.kommuner.items():
            rows.append((
                number, self._places.name(number), kommune.fylke, kommune.population,
                self._say("status", self.standings[number]),
                *self._programmes("kommune", number), *self._severities("kommune", number),
            ))  # fmt: skip
        for number in sorted(set(self._source.facts["kommuner"]) - set(self._places.kommuner)):
            rows.append((
                number, self._say("sted", number), None, None, None,
                *self._programmes("kommune", number), *self._severities("kommune", number),
            ))  # fmt: skip
        last = (None, self._say("sted", "landet"), None, None, None,
                *self._programmes("land"), *self._severities("land"))  # fmt: skip
        columns = self._columns("nummer:text", "kommune:text", "fylke:text", "folketall:count",
                                "status:text", *self._programme_columns(), *SEVERITIES)  # fmt: skip
        return self._table("kommuner", columns, rows, last)

    @cached_property
    def fylker(self) -> Table:
        """One row per fylke: how its kommuner stand, and its numbers."""
        rows = [self._fylke(f) for f in self._places.fylker]
        if NOWHERE in self._figures.parts("programmer", "fylke") or any(
            self._figures.is_something(s, "fylke", NOWHERE) for s in SEVERITIES
        ):
            rows.append(self._fylke(NOWHERE))
        counts = [sum(s == standing for s in self.standings.values()) for standing in STANDINGS]
        last = (self._say("sted", "landet"), len(self.standings), *counts,
                *self._programmes("land"), *self._severities("land"))  # fmt: skip
        standing = [f"status_{s}" for s in STANDINGS]
        columns = self._columns("fylke:text", "antall_kommuner", *standing,
                                *self._programme_columns(), *SEVERITIES)  # fmt: skip
        return self._table("fylker", columns, rows, last)

    def _fylke(self, fylke: str) -> tuple[Value, ...]:
        inside = [s for k, s in self.standings.items() if self._places.fylke(k) == fylke]
        counts = [inside.count(standing) for standing in STANDINGS]
        return (self._fylke_name(fylke), len(inside), *counts,
                *self._programmes("fylke", fylke), *self._severities("fylke", fylke))  # fmt: skip

    @cached_property
    def regler(self) -> Table:
        """The rules that found something, the one that touches most programmes first."""
        figures, programmes = self._figures, self._figures.number("programmer", "land")
        judged = self._source.accounting[self._source.accounting["applies"] > 0]
        wrong = self._source.accounting[self._source.accounting["fails"] > 0]
        where = wrong.groupby("rule_id")["kommunenummer"].nunique()
        of = judged.groupby("rule_id")["kommunenummer"].nunique()
        order = sorted(
            (rule for rule, told in self._source.rules.items() if told["fails"]),
            key=lambda r: (-self._source.rules[r]["programmer"], -int(where[r]),
                           -self._source.rules[r]["fails"], r),
        )  # fmt: skip
        rows = []
        for place, rule_id in enumerate(order, start=1):
            told = self._source.rules[rule_id]
            fails, applies = figures.number(rule_id, "land"), figures.alone(told["applies"])
            touched = figures.alone(told["programmer"])
            kommuner = int(where[rule_id])
            rows.append((
                place, rule_id, self._title(rule_id), self._grades(rule_id), fails, applies,
                share(fails, applies), touched, share(touched, programmes),
                kommuner, share(kommuner, int(of[rule_id])),
            ))  # fmt: skip
        columns = self._columns("plass", "regel:text", "tittel:text", "alvor:text", "funn",
                                "vurdert", "andel_vurdert:share", "beroerte_programmer",
                                "andel_programmer:share", "beroerte_kommuner",
                                "andel_kommuner:share")  # fmt: skip
        return self._table("regler", columns, rows)

    @cached_property
    def regel_fylke(self) -> Table:
        """For each of those rules and each fylke: how many of the rows judged are wrong."""
        frame = self._source.accounting.assign(
            fylke=self._source.accounting["kommunenummer"].map(self._places.fylke)
        )
        judged = frame.groupby(["rule_id", "fylke"])["applies"].sum().to_dict()
        rows = []
        for rule_id in self.regler.column("regel"):
            shares = []
            for fylke in self._places.fylker:
                applies = int(judged.get((rule_id, fylke), 0))
                fails = self._figures.number(str(rule_id), "fylke", fylke)
                shares.append(share(fails, applies))
            rows.append((rule_id, self._title(str(rule_id)), *shares))
        names = tuple(Column(f, name, "share") for f, name in self._places.fylker.items())
        columns = (*self._columns("regel:text", "tittel:text"), *names)
        return self._table("regel_fylke", columns, rows)

    @cached_property
    def stoerrelse(self) -> Table:
        """Kommuner of the same size, together."""
        rows = []
        for size in self._figures.parts("programmer", "stoerrelse"):
            if size != NOWHERE:
                number = sum(str(k.size) == size for k in self._places.kommuner.values())
                rows.append((self._say("stoerrelse", f"gruppe_{size}"), number,
                             *self._programmes("stoerrelse", size)))  # fmt: skip
        columns = self._columns("gruppe:text", "antall_kommuner", *self._programme_columns())
        return self._table("stoerrelse", columns, rows)

    @cached_property
    def kohorter(self) -> Table:
        """The programmes by the quarter they started in."""
        rows = [
            (self._quarter(quarter), *self._cohort("kvartal", quarter))
            for quarter in self._figures.parts("programmer", "kvartal")
        ]
        last = (self._say("sted", "i_alt"), *self._cohort("land"))
        columns = self._columns("kvartal:text", *self._programme_columns(), "i_program")
        return self._table("kohorter", columns, rows, last)

    def _cohort(self, split: str, part: str = "") -> tuple[Value, ...]:
        return (*self._programmes(split, part), self._figures.number("i_program", split, part))

    @cached_property
    def maal_fylke(self) -> Table:
        """Goal reached, with both denominators, by fylke."""
        return self._goals("maal_fylke", "fylke", self._fylke_name)

    @cached_property
    def maal_aar(self) -> Table:
        """Goal reached, with both denominators, by year of ending."""
        return self._goals("maal_aar", "aar", str)

    def _goals(self, key: str, split: str, named: Callable[[str], str]) -> Table:
        rows = [
            (named(part), *self._goal(split, part))
            for part in self._figures.parts("avsluttet_ny", split)
        ]
        last = (self._say("sted", "landet"), *self._goal("land"))
        columns = self._columns(f"{split}:text", "avsluttet_ny", *GOALS, "maal_av_kjente:share",
                                "maal_av_alle:share")  # fmt: skip
        return self._table(key, columns, rows, last)

    def _goal(self, split: str, part: str = "") -> tuple[Value, ...]:
        ended = self._figures.number("avsluttet_ny", split, part)
        known, unknown, reached = (self._figures.number(m, split, part) for m in GOALS)
        return ended, known, unknown, reached, share(reached, known), share(reached, ended)

    @cached_property
    def bydeler(self) -> Table:
        """The bydeler of Oslo."""
        known = self._places.kommuner[OSLO].bydeler
        parts = {*self._figures.parts("programmer", "bydel")}
        parts |= {p for s in SEVERITIES for p in self._figures.parts(s, "bydel")}
        rows = [
            (known.get(part) or (self._say("sted", "uten_bydel") if part == "ukjent" else part),
             *self._programmes("bydel", part), *self._severities("bydel", part))
            for part in sorted(parts)
        ]  # fmt: skip
        last = (self._places.name(OSLO), *self._programmes("kommune", OSLO),
                *self._severities("kommune", OSLO))  # fmt: skip
        columns = self._columns("bydel:text", *self._programme_columns(), *SEVERITIES)
        return self._table("bydeler", columns, rows, last)

    @cached_property
    def ikke_vurdert(self) -> Table:
        """Why something was not judged: rules that never ran, and rows that were passed over."""
        rules: dict[str, set[str]] = {}
        passed: dict[str, int] = {}
        for rule_id, rule in self._source.rules.items():
            if rule["outcome"] in (Outcome.IKKE_KJOERT, Outcome.TEKNISK_FEIL):
                whole = str(rule["reason"] or "")
                if not whole.startswith("ikke_vurdert"):
                    failed = rule["outcome"] == Outcome.TEKNISK_FEIL
                    rules.setdefault("teknisk_feil" if failed else whole, set()).add(rule_id)
        noted = self._source.accounting.dropna(subset=["reason"])
        for rule_id, reason in zip(noted["rule_id"], noted["reason"], strict=True):
            for note in str(reason).split(";"):
                kind, _, number = note.rpartition("=")
                if kind.startswith("ikke_vurdert:"):
                    rules.setdefault(kind, set()).add(str(rule_id))
                    passed[kind] = passed.get(kind, 0) + int(number)
        rows = [
            (self._reason(reason), len(ids), passed.get(reason), ", ".join(sorted(ids)))
            for reason, ids in sorted(rules.items(), key=lambda item: (-len(item[1]), item[0]))
        ]
        columns = self._columns("grunn:text", "antall_regler", "rader_forbigaatt", "regler:text")
        return self._table("ikke_vurdert", columns, rows)

    def _reason(self, reason: str) -> str:
        if reason == "teknisk_feil" or reason.startswith("ikke_vurdert:"):
            return self._say("grunn", reason.replace(":", "_"))
        return texts(self._maalform).reason(reason)

    def _programmes(self, split: str, part: str = "") -> tuple[Value, ...]:
        own: dict[str, Number] = {
            key: self._figures.number(key, split, part)
            for key in PROGRAMME_COLUMNS
            if not key.startswith("andel")
        }
        return (own["programmer"], own["deltakere"], own["med_feil"],
                share(own["med_feil"], own["programmer"]), own["avsluttet"], own["uten_tiltak"],
                share(own["uten_tiltak"], own["avsluttet"]))  # fmt: skip

    def _programme_columns(self) -> list[str]:
        return [k + (":share" if k.startswith("andel") else "") for k in PROGRAMME_COLUMNS]

    def _severities(self, split: str, part: str = "") -> tuple[Value, ...]:
        return tuple(self._figures.number(severity, split, part) for severity in SEVERITIES)

    def _title(self, rule_id: str) -> str:
        return masked(on_one_line(self._source.rules[rule_id]["title"][self._maalform]))

    def _grades(self, rule_id: str) -> str:
        named = texts(self._maalform).groups["alvor"]
        return ", ".join(named[s] for s in SEVERITIES if self._source.rules[rule_id][s])

    def _fylke_name(self, fylke: str) -> str:
        return self._places.fylker.get(fylke) or self._say("sted", "uten_kommune")

    def _quarter(self, quarter: str) -> str:
        if quarter == "ukjent":
            return self._say("sted", "uten_startdato")
        year, _, number = quarter.partition("K")
        return self._say("sted", "kvartal", aar=year, nummer=number)

    def _say(self, group: str, key: str, **values: object) -> str:
        return self._said.say(group, key, **values)

    def _columns(self, *names: str) -> tuple[Column, ...]:
        made = []
        for name in names:
            key, _, kind = name.partition(":")
            shown: Kind = "text" if kind == "text" else "share" if kind == "share" else "count"
            made.append(Column(key, self._say("kolonne", key), shown))
        return tuple(made)

    def _table(
        self,
        key: str,
        columns: tuple[Column, ...],
        rows: Sequence[tuple[Value, ...]],
        last: tuple[Value, ...] | None = None,
    ) -> Table:
        return Table(key, self._say("tabell", key), columns, tuple(rows), last)
