"""A whole register in which everything is as it should be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from nircheck.contract import Contract
from nircheck.sample import decisions, language, measures, places
from nircheck.sample import people as persons_of
from nircheck.sample import programmes as programmes_of
from nircheck.sample.chance import Chance
from nircheck.sample.columns import (
    NO_DAY,
    NOTHING,
    Coded,
    Columns,
    Flags,
    Keys,
    arrow,
    compact,
    flagged,
)
from nircheck.sample.people import IL, INT, People
from nircheck.sample.places import Places
from nircheck.sample.programmes import GOALS, Programmes

UTTREKKSDATO = date(2026, 10, 31)
_LAWS = ("INTRO", "INTEGRERING", "KAP6A")


@dataclass(frozen=True)
class Order:
    """What is asked for: how many persons, and the seed that everything follows from."""

    persons: int
    seed: int
    day: date = UTTREKKSDATO


def clean(order: Order, contract: Contract, expectations: Path) -> Iterator[tuple[str, pa.Table]]:
    """Each table as text, in the order of the contract."""
    made = columns(order, expectations)
    for name, table in contract.tables.items():
        yield name, arrow(made.pop(name), tuple(table.by_name))


def columns(order: Order, expectations: Path) -> dict[str, Columns]:
    """Each table, before it is written as text."""
    day, seed = np.datetime64(order.day), order.seed
    where = places.load(expectations, order.day)
    persons = persons_of.people(order.persons, seed, where, day)
    these = programmes_of.programmes(persons, seed, day)
    exempt = language.exemptions(persons, seed)
    tiltak = measures.measures(these, persons, exempt == 2, where, seed, day)
    rows = language.norsk(these, persons, exempt, tiltak, where, seed, day)
    group, reason = programmes_of.reasons(these, persons)
    made: dict[str, Columns] = {
        "person": persons.columns,
        "program": _programmes(these, persons, (group, reason), where, seed, day),
        "tiltak": tiltak.columns,
        "vedtak": decisions.decisions(these, persons, rows, group, where, seed, day),
        "permisjon": decisions.leaves(these, persons, where, seed, day),
        "fravaer": decisions.absences(these, persons, where, seed, day),
        "norsk": rows.columns,
        "norskproeve": language.tests(rows, these, seed, day),
        "mottak": language.mottak(persons, where, seed, day),
    }
    return {name: compact(columns) for name, columns in made.items()}


def _programmes(
    these: Programmes, persons: People, ended: tuple[Coded, Coded], where: Places, seed: int,
    day: np.datetime64,
) -> Columns:  # fmt: skip
    chance = Chance(seed, "programrad")
    person, count = these.person, these.count
    law = persons.law[person]
    early = chance.later(persons.settled[person], 0, 9)
    mapped = chance.later(early, 0, 2)
    asked = chance.happens(np.array([0.2, 0.0, 0.3])[law], count) & these.first
    return {
        "program_id": Keys("PR", 7, np.arange(1, count + 1)),
        "person_id": Keys("P", 7, person + 1),
        "kommunenummer": where.number(these.place, persons.lot[person], these.start),
        "bydel": _bydel(these, persons, where),
        "lov": Coded(law, _LAWS),
        "tilbud_dato": np.minimum(chance.later(these.start, -14, -1), day),
        "krav_dato": np.where(asked, early, NO_DAY),
        "startdato": these.start,
        "gjennomfoeringsfrist": these.frist,
        "sluttdato": these.stop,
        "gjenaapnet_dato": these.reopened,
        "sluttmaal": Coded(these.goal, GOALS),
        "sluttmaal_dato": these.goal_day,
        "avslutningsgruppe": ended[0],
        "avslutningsaarsak": ended[1],
        "integreringskontrakt": Coded(np.where(law == INT, 1, NOTHING), ("NEI", "JA")),
        "kompetansekartlegging_dato": np.where(law == IL, NO_DAY, mapped),
        "karriereveiledning_dato": np.where(law == INT, mapped, NO_DAY),
        "livsmestring_gjennomfoert": _where(flagged(~np.isnat(these.stop)), law != IL),
        "foreldreveiledning_gjennomfoert": _where(
            flagged(~np.isnat(these.stop) & persons.children[person]), law != IL
        ),
        "registrert_dato": np.minimum(chance.later(these.start, 0, 50), day),
    }


def _bydel(these: Programmes, persons: People, where: Places) -> Coded:
    """Where the kommune has them; the kommune must have had its number of today."""
    return where.bydel(these.place, persons.lot[these.person])


def _where(column: Coded, holds: Flags) -> Coded:
    return Coded(np.where(holds, column.codes, NOTHING), column.names)
