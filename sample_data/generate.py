"""Make the sample extract: about 300 invented people in twelve kommuner, with planted defects.

Run `python sample_data/generate.py [--ut DIR]`. The same bytes come out every time.

Every case is built clean, meant to break no rule. A defect is then planted in it by the helper
named after the rule, which also enters it in `accepted.json`. No rule is evaluated here.
"""

from __future__ import annotations

import argparse
import calendar
import csv
import dataclasses
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

SEED = "nircheck eksempeldata 1"
UTTREKKSDATO = date(2026, 10, 31)

IL, INT, KAP6A = "IL", "INT", "KAP6A"
FEIL, ADVARSEL, INFO = "feil", "advarsel", "info"

OSLO, STAVANGER, HAUGESUND, UTSIRA = "0301", "1103", "1106", "1151"
HEROEY, BODOE, RINGERIKE, VAALER = "1515", "1804", "3305", "3419"
KRISTIANSAND, SOGNDAL, TRONDHEIM, KARASJOK = "4204", "4640", "5001", "5610"

# How many people each kommune has in the extract, planted ones included.
PEOPLE = {
    OSLO: 90,
    STAVANGER: 34,
    HAUGESUND: 16,
    UTSIRA: 2,
    HEROEY: 14,
    BODOE: 22,
    RINGERIKE: 28,
    VAALER: 10,
    KRISTIANSAND: 30,
    SOGNDAL: 10,
    TRONDHEIM: 38,
    KARASJOK: 8,
}
# No programme starts here before this day, so that today's number was valid on all rows.
EARLIEST = {
    TRONDHEIM: date(2018, 4, 15),
    KRISTIANSAND: date(2021, 5, 15),
    SOGNDAL: date(2021, 5, 15),
    VAALER: date(2021, 5, 15),
    KARASJOK: date(2024, 5, 15),
}
# Ringerike has had three numbers; its rows carry the one that was valid when they began.
EARLIER_NUMBERS = {RINGERIKE: (("0605", date(2019, 12, 31)), ("3007", date(2023, 12, 31)))}
OSLO_BYDELER = ("030101", "030102", "030104", "030109", "030110", "030111", "030112", "030115")

_T = TypeVar("_T")


# ---------------------------------------------------------------------------------------- rows
# The fields stand in the order of the contract: they are the header rows.


@dataclass
class Person:
    """A row of person.csv."""

    person_id: str = ""
    foedselsnummer: str = ""
    dufnummer: str = ""
    foedselsdato: date | None = None
    kjoenn: str = ""
    statsborgerskap: str = ""
    oppholdsgrunnlag: str = ""
    innvilget_dato: date | None = None
    ankomst_dato: date | None = None
    bosatt_dato: date | None = None
    bosettingskommune: str = ""
    bydel: str = ""
    rettighetskategori: str = ""
    utdanning_vgo: str = ""
    utdanningsnivaa: str = ""
    har_barn_under_18: str = ""
    reservert_forskning: str = ""
    registrert_dato: date | None = None


@dataclass
class Program:
    """A row of program.csv."""

    program_id: str = ""
    person_id: str = ""
    kommunenummer: str = ""
    bydel: str = ""
    lov: str = ""
    tilbud_dato: date | None = None
    krav_dato: date | None = None
    startdato: date | None = None
    gjennomfoeringsfrist: date | None = None
    sluttdato: date | None = None
    gjenaapnet_dato: date | None = None
    sluttmaal: str = ""
    sluttmaal_dato: date | None = None
    avslutningsgruppe: str = ""
    avslutningsaarsak: str = ""
    integreringskontrakt: str = ""
    kompetansekartlegging_dato: date | None = None
    karriereveiledning_dato: date | None = None
    livsmestring_gjennomfoert: str = ""
    foreldreveiledning_gjennomfoert: str = ""
    registrert_dato: date | None = None


@dataclass
class Tiltak:
    """A row of tiltak.csv."""

    tiltak_id: str = ""
    program_id: str = ""
    person_id: str = ""
    kommunenummer: str = ""
    tiltakstype: str = ""
    tiltaksgruppe: str = ""
    startdato: date | None = None
    stoppdato: date | None = None
    timer_per_uke: Decimal | None = None
    beskrivelse: str = ""
    registrert_dato: date | None = None


@dataclass
class Vedtak:
    """A row of vedtak.csv."""

    vedtak_id: str = ""
    person_id: str = ""
    program_id: str = ""
    norsk_id: str = ""
    kommunenummer: str = ""
    vedtakstype: str = ""
    vedtaksdato: date | None = None
    gjelder_fra: date | None = None
    gjelder_til: date | None = None
    begrunnelse: str = ""
    utfall: str = ""
    registrert_dato: date | None = None


@dataclass
class Permisjon:
    """A row of permisjon.csv."""

    permisjon_id: str = ""
    person_id: str = ""
    program_id: str = ""
    norsk_id: str = ""
    kommunenummer: str = ""
    aarsak: str = ""
    vedtaksdato: date | None = None
    fra_dato: date | None = None
    til_dato: date | None = None
    registrert_dato: date | None = None


@dataclass
class Norsk:
    """A row of norsk.csv."""

    norsk_id: str = ""
    person_id: str = ""
    kommunenummer: str = ""
    ordning: str = ""
    tildelt_dato: date | None = None
    startdato: date | None = None
    frist: date | None = None
    sluttdato: date | None = None
    morsmaal: str = ""
    opplaeringsspraak: str = ""
    norskmaal_lytte: str = ""
    norskmaal_lese: str = ""
    norskmaal_skriftlig: str = ""
    norskmaal_muntlig: str = ""
    fritak: str = ""
    fritak_rettsgrunnlag: str = ""
    fritak_dato: date | None = None
    timer_norsk: Decimal | None = None
    timer_samfunnskunnskap: Decimal | None = None
    samfunnskunnskap_gjennomfoert: str = ""
    fulltid_vgo: str = ""
    registrert_dato: date | None = None


@dataclass
class Norskproeve:
    """A row of norskproeve.csv."""

    proeve_id: str = ""
    person_id: str = ""
    proevedato: date | None = None
    delproeve: str = ""
    nivaa: str = ""


Row = Person | Program | Tiltak | Vedtak | Permisjon | Norsk | Norskproeve


@dataclass
class Case:
    """One programme with all its rows; somebody who moved has two cases with the same person."""

    kommune: str
    person: Person
    program: Program | None = None
    norsk: Norsk | None = None
    tiltak: list[Tiltak] = field(default_factory=list)
    vedtak: list[Vedtak] = field(default_factory=list)
    permisjon: list[Permisjon] = field(default_factory=list)
    proever: list[Norskproeve] = field(default_factory=list)

    def the_program(self) -> Program:
        """Return the programme of a case that is known to have one."""
        if self.program is None:
            raise ValueError("this case has no programme")
        return self.program

    def first(self, *types: str) -> Tiltak:
        """Return the first tiltak of one of the given types."""
        for row in self.tiltak:
            if row.tiltakstype in types:
                return row
        raise ValueError(f"no tiltak of type {types}")


# ------------------------------------------------------------------------------- days and numbers


class Lottery:
    """Draws that are the same on every machine and in every version of Python."""

    def __init__(self, seed: str) -> None:
        """Start at the first draw of the seed."""
        self._seed = seed
        self._draws = 0

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 up to, not including, the limit."""
        self._draws += 1
        digest = hashlib.sha256(f"{self._seed}/{self._draws}".encode()).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def between(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        """Draw yes in so many of a hundred."""
        return self.below(100) < percent

    def pick(self, options: Sequence[_T]) -> _T:
        """Draw one of the options."""
        return options[self.below(len(options))]

    def day(self, first: date, last: date) -> date:
        """Draw a day, both ends included."""
        return first + timedelta(days=self.between(0, (last - first).days))

    def shuffle(self, items: list[_T]) -> None:
        """Put the items in a drawn order."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]


def days(count: int) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def add_months(day: date, months: int) -> date:
    """Move a day by calendar months, clamped to the end of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def off_new_year(day: date) -> date:
    """Move a day away from 1 January and 31 December, which look like placeholders."""
    if (day.month, day.day) == (1, 1):
        return day + days(3)
    if (day.month, day.day) == (12, 31):
        return day - days(3)
    return day


def number_on(kommune: str, day: date) -> str:
    """Return the number the kommune had that day."""
    for number, last in EARLIER_NUMBERS.get(kommune, ()):
        if day <= last:
            return number
    return kommune


def control_digits(nine: str) -> str | None:
    """Return the two control digits of a fødselsnummer, or None when it has none."""
    weights1 = (3, 7, 6, 1, 8, 9, 4, 5, 2)
    weights2 = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    k1 = (11 - sum(w * int(c) for w, c in zip(weights1, nine, strict=True)) % 11) % 11
    if k1 == 10:
        return None
    ten = nine + str(k1)
    k2 = (11 - sum(w * int(c) for w, c in zip(weights2, ten, strict=True)) % 11) % 11
    return None if k2 == 10 else f"{k1}{k2}"


def dufnummer(ten: str) -> str:
    """Return ten digits with the two control digits of a DUF-nummer."""
    weights = (4, 6, 3, 2, 4, 6, 3, 2, 7, 5)
    return f"{ten}{sum(w * int(c) for w, c in zip(weights, ten, strict=True)) % 11:02d}"


# ------------------------------------------------------------------------------- what people do


@dataclass(frozen=True)
class Profile:
    """What a programme aims at: education, sluttmål, length limit and usual endings."""

    vgo: str
    sluttmaal: str
    limit: int
    endings: tuple[str, ...]
    first: tuple[str, ...]
    then: tuple[str, ...]
    filler: str


_COURSES = ("JOBBSOEKERKURS", "ARBEIDSLIV_OG_SIKKERHET", "ENTREPRENOERSKAP")
_WORK = ("PRAKSIS_ARBEID", "ARBEID_I_PROGRAM", "LOENNSTILSKUDD")
_INTRO = ("ANNEN_DELTAKELSE_ARBEIDSLIV", "NAV_TILTAK", "AMO_KURS")
_TO_WORK = ("ARBEID", "ARBEID", "ARBEID", "ARBEID_OG_UTDANNING", "KVALIFISERENDE_TILTAK", "ANDRE")
_TO_SCHOOL = ("UTDANNING", "UTDANNING", "ARBEID_OG_UTDANNING", "ANDRE")

VGO_ARBEID = Profile("JA", "ARBEID_HAR_VGO", 6, _TO_WORK, _COURSES, _WORK, "BRANSJEKURS")
VGO_HOEYERE = Profile(
    "JA", "HOEYERE_HAR_VGO", 6, _TO_SCHOOL, ("FORBEREDENDE",), ("FORBEREDENDE",), "PRAKSIS_ARBEID"
)
FULLFOERE = Profile(
    "NEI", "FULLFOERE_VGO", 36, _TO_SCHOOL, ("FORBEREDENDE",), ("VGO",), "PRAKSIS_ARBEID"
)
DELER = Profile("NEI", "DELER_AV_VGO", 24, _TO_SCHOOL, ("VGO",), ("VGO",), "PRAKSIS_ARBEID")
GRUNNSKOLE = Profile(
    "NEI",
    "GRUNNSKOLE",
    24,
    ("GRUNNSKOLE", "GRUNNSKOLE", "KVALIFISERENDE_TILTAK", "ANDRE"),
    ("GRUNNSKOLE",),
    ("GRUNNSKOLE",),
    "PRAKSIS_ARBEID",
)
ARBEID = Profile("NEI", "ARBEID_UTEN_VGO", 24, _TO_WORK, _COURSES, _WORK, "BRANSJEKURS")
INTRO = Profile(
    "",
    "",
    24,
    (
        "AVSLUTTET/ARBEID_OVER_29",
        "AVSLUTTET/ARBEID_UNDER_30",
        "AVSLUTTET/VGS",
        "AVSLUTTET/NAV_TILTAK",
        "AVSLUTTET/ANDRE_TILTAK",
        "AVSLUTTET/IKKE_ARBEIDSSOEKER",
        "STANS/ARBEID_OVER_29",
        "STANS/HELSE",
        "AVBRUTT/UKJENT",
    ),
    _INTRO,
    _WORK,
    "VGO",
)

GROUPS = {
    "NORSK": "NORSK_SAMF",
    "SAMFUNNSKUNNSKAP": "NORSK_SAMF",
    "GRUNNSKOLE": "UTDANNING",
    "VGO": "UTDANNING",
    "FORBEREDENDE": "UTDANNING",
    "LIVSMESTRING": "ANDRE",
    "FORELDREVEILEDNING": "ANDRE",
    "DIGITAL_KOMPETANSE": "ANDRE",
    "HURTIGSPOR": "ANDRE",
    "SPRAAKTILBUD_ENGELSK": "ANDRE",
    # The groups are those of the new law; the types of the old law belong to none of them.
    **dict.fromkeys((*_INTRO, "SAMFUNNSLIV"), ""),
}
DESCRIPTIONS = {
    "NORSK": ("Dagkurs", "Nettkurs på kveldstid; nivå A2", "Gruppe på voksenopplæringen"),
    "PRAKSIS_ARBEID": ("Praksis på sykehjem", "Praksis i barnehage", "Praksis på bilverksted"),
    "BRANSJEKURS": ("Kurs for renholdere", "Truckførerkurs"),
    "JOBBSOEKERKURS": ("Kurs i «CV og søknad»",),
}
# Citizenship and mother tongue.
FROM_ELSEWHERE = (
    ("SYR", "arabisk"),
    ("SYR", "kurdisk"),
    ("AFG", "dari"),
    ("ERI", "tigrinja"),
    ("SOM", "somali"),
    ("COD", "swahili"),
    ("SDN", "arabisk"),
    ("IRN", "persisk"),
    ("TUR", "tyrkisk"),
    ("XXX", "arabisk"),
)
FROM_UKRAINE = ("UKR", "ukrainsk")
PROTECTED_OTHERS = (
    ("MDA", "russisk"),
    ("GEO", "georgisk"),
    ("ARM", "armensk"),
    ("AZE", "aserbajdsjansk"),
)


class Ledger:
    """What was planted: findings that must show, and findings that another one covers."""

    def __init__(self) -> None:
        """Start with nothing planted."""
        self._findings: Counter[tuple[str, str, str]] = Counter()
        self._linked: Counter[tuple[str, str]] = Counter()

    def accept(self, rule: str, kommune: str, grade: str) -> None:
        """Enter one finding that must show, under the kommune's number today."""
        self._findings[rule, kommune, grade] += 1

    def link(self, rule: str, kommune: str) -> None:
        """Enter one finding that must stand behind another one."""
        self._linked[rule, kommune] += 1

    def as_json(self) -> str:
        """Return the ledger as the text of accepted.json."""
        findings: dict[str, dict[str, dict[str, int]]] = {}
        for (rule, kommune, grade), count in self._findings.items():
            findings.setdefault(rule, {}).setdefault(kommune, {})[grade] = count
        linked: dict[str, dict[str, int]] = {}
        for (rule, kommune), count in self._linked.items():
            linked.setdefault(rule, {})[kommune] = count
        content = {
            "uttrekksdato": UTTREKKSDATO.isoformat(),
            "findings": findings,
            "linked": linked,
        }
        return json.dumps(content, indent=2, sort_keys=True) + "\n"


@dataclass(frozen=True)
class Wish:
    """What a case shall be; what is not said is drawn."""

    kommune: str
    regime: str
    profile: Profile
    start: date
    end: date | None = None
    extension: int = 0
    breaks: tuple[tuple[date, date, str], ...] = ()
    more_norsk: bool = False
    origin: tuple[str, str] | None = None
    ground: str = ""
    rights: str = ""
    ages: tuple[int, int] | None = None
    woman: bool | None = None
    moved: bool = False
    person: Person | None = None


class World:
    """All cases of the extract, the draws behind them and the ledger of what was planted."""

    def __init__(self) -> None:
        """Start empty."""
        self.draw = Lottery(SEED)
        self.ledger = Ledger()
        self.cases: list[Case] = []
        self._used: set[str] = set()

    def count(self, kommune: str) -> int:
        """Return how many people were first registered in the kommune."""
        own = {id(c.person): c.kommune for c in reversed(self.cases)}
        return sum(1 for number in own.values() if number == kommune)

    # -- persons

    def _foedselsnummer(self, born: date, woman: bool) -> str:
        first, last = (500, 999) if born.year >= 2000 else (0, 499)
        while True:
            individ = self.draw.between(first, last)
            if (individ % 2 == 0) != woman:
                continue
            nine = f"{born.day:02d}{born.month + 80:02d}{born.year % 100:02d}{individ:03d}"
            control = control_digits(nine)
            if control is not None and nine not in self._used:
                self._used.add(nine)
                return nine + control

    def _dufnummer(self, year: int) -> str:
        while True:
            ten = f"{year}{self.draw.between(1000, 899999):06d}"
            if ten not in self._used:
                self._used.add(ten)
                return dufnummer(ten)

    def person(self, wish: Wish) -> Person:
        """Make a person who is settled in time for the wished programme."""
        draw = self.draw
        bosatt = wish.start - days(draw.between(22, 80))
        innvilget = bosatt - days(draw.between(5, 38))
        ground = wish.ground
        if wish.regime == KAP6A:
            ground = "KOLLEKTIV_34"
            ankomst = innvilget - days(draw.between(5, 15))
        else:
            if not ground:
                ground = draw.pick(
                    ("BESKYTTELSE_28", "BESKYTTELSE_28", "BESKYTTELSE_28", "FAMILIE", "OVERFOERING")
                )
            if ground in ("FAMILIE", "OVERFOERING"):
                ankomst = innvilget + days(draw.between(0, (bosatt - innvilget).days))
            else:
                ankomst = innvilget - days(draw.between(70, 260))
        low, high = wish.ages or ((19, 40) if wish.profile is FULLFOERE else (26, 53))
        born = add_months(innvilget, -12 * draw.between(low, high)) - days(draw.between(20, 340))
        woman = draw.chance(52) if wish.woman is None else wish.woman
        rights = wish.rights or ("RETT" if wish.regime == KAP6A else "RETT_OG_PLIKT")
        levels = {"JA": ("VIDEREGAAENDE", "HOEYERE"), "NEI": ("INGEN_GRUNNSKOLE", "GRUNNSKOLE")}
        vgo = wish.profile.vgo
        level = draw.pick(levels[vgo]) if vgo else ""
        if wish.profile in (FULLFOERE, DELER):
            level = "GRUNNSKOLE"
        return Person(
            foedselsnummer=self._foedselsnummer(born, woman),
            dufnummer=self._dufnummer(min(ankomst, innvilget).year),
            foedselsdato=born,
            kjoenn="K" if woman else "M",
            oppholdsgrunnlag=ground,
            innvilget_dato=innvilget,
            ankomst_dato=ankomst,
            bosatt_dato=bosatt,
            bosettingskommune=number_on(wish.kommune, bosatt),
            bydel=draw.pick(OSLO_BYDELER) if wish.kommune == OSLO else "",
            rettighetskategori=rights,
            utdanning_vgo=vgo,
            utdanningsnivaa=level,
            har_barn_under_18="JA" if low >= 26 and draw.chance(45) else "NEI",
            reservert_forskning="JA" if draw.chance(6) else "NEI",
            registrert_dato=min(bosatt + days(draw.between(1, 12)), UTTREKKSDATO),
        )

    # -- programmes

    def case(self, wish: Wish) -> Case:
        """Make a clean case and put it in the extract."""
        draw, start, profile = self.draw, wish.start, wish.profile
        origin = wish.origin
        if origin is None:
            if wish.regime == KAP6A:
                origin = FROM_UKRAINE if draw.chance(92) else draw.pick(PROTECTED_OTHERS)
            else:
                origin = draw.pick(FROM_ELSEWHERE)
        person = wish.person or self.person(wish)
        person.statsborgerskap = origin[0]
        off = sum((last - first).days + 1 for first, last, _ in wish.breaks)
        base_frist = add_months(start, profile.limit) + days(off)
        frist = add_months(base_frist, wish.extension)
        offer = start - days(draw.between(8, 18))
        closed = wish.end is not None and wish.end <= UTTREKKSDATO
        program = Program(
            kommunenummer=number_on(wish.kommune, start),
            bydel=person.bydel,
            lov={IL: "INTRO", INT: "INTEGRERING", KAP6A: "KAP6A"}[wish.regime],
            tilbud_dato=offer,
            startdato=start,
            gjennomfoeringsfrist=frist,
            sluttdato=wish.end,
            sluttmaal=profile.sluttmaal,
            registrert_dato=min(start + days(draw.between(1, 25)), UTTREKKSDATO),
        )
        if profile.sluttmaal:
            program.sluttmaal_dato = start - days(draw.between(0, 3))
            if wish.regime == INT or start >= date(2023, 6, 2):
                program.kompetansekartlegging_dato = start - days(draw.between(12, 20))
            if wish.regime == INT:
                program.karriereveiledning_dato = start - days(draw.between(5, 11))
                program.integreringskontrakt = "JA"
            else:
                program.krav_dato = offer - days(draw.between(0, 4)) if draw.chance(40) else None
        if closed:
            ending = "FLYTTET" if wish.moved else draw.pick(profile.endings)
            group, _, cause = ending.rpartition("/")
            program.avslutningsgruppe, program.avslutningsaarsak = group, cause
        case = Case(wish.kommune, person, program)
        planned = max(UTTREKKSDATO + days(draw.between(40, 200)), start + days(140))
        planned = off_new_year(min(frist, planned))
        self._add_vedtak(case, wish, base_frist, frist)
        norsk_end = self._add_norsk(case, wish, origin[1], wish.end or planned, off)
        self._add_tiltak(case, wish, wish.end or planned, norsk_end)
        self._add_permisjon(case, wish)
        self._finish(case, wish, norsk_end)
        self.cases.append(case)
        return case

    def _add_vedtak(self, case: Case, wish: Wish, base_frist: date, frist: date) -> None:
        draw, program = self.draw, case.the_program()
        decided = wish.start - days(draw.between(2, 7))
        case.vedtak.append(
            Vedtak(
                kommunenummer=number_on(wish.kommune, decided),
                vedtakstype="TILDELING",
                vedtaksdato=decided,
                gjelder_fra=program.startdato,
                gjelder_til=add_months(wish.start, wish.profile.limit),
                registrert_dato=decided + days(draw.between(0, 12)),
            )
        )
        if wish.extension:
            decided = base_frist - days(draw.between(10, 40))
            case.vedtak.append(
                Vedtak(
                    kommunenummer=number_on(wish.kommune, decided),
                    vedtakstype="FORLENGELSE",
                    vedtaksdato=decided,
                    gjelder_fra=base_frist,
                    gjelder_til=frist,
                    begrunnelse="Ventes å nå sluttmålet innen den nye fristen",
                    registrert_dato=decided + days(draw.between(0, 7)),
                )
            )

    def _add_norsk(self, case: Case, wish: Wish, tongue: str, end: date, off: int) -> date:
        """Add the norsk row and return the last day of norsk."""
        if wish.regime == IL:
            return end
        draw, person, start = self.draw, case.person, wish.start
        awarded = start - days(draw.between(8, 15))
        innvilget = person.innvilget_dato or awarded
        if wish.regime == KAP6A:
            frist = add_months(start, 12) + days(off)
        else:
            origin = innvilget if innvilget < date(2023, 8, 1) else awarded
            frist = add_months(origin, 18 if wish.profile.vgo == "JA" else 36) + days(off)
        last = frist
        if wish.more_norsk:
            last = add_months(frist, 6)
            decided = frist - days(draw.between(5, 30))
            case.vedtak.append(
                Vedtak(
                    norsk_id="*",
                    kommunenummer=number_on(wish.kommune, decided),
                    vedtakstype="UTVIDET_NORSK",
                    vedtaksdato=decided,
                    gjelder_fra=frist,
                    gjelder_til=last,
                    registrert_dato=decided + days(draw.between(0, 7)),
                )
            )
        norsk_end = off_new_year(min(end, last - days(1)))
        goals: tuple[str, ...]
        if person.utdanningsnivaa in ("VIDEREGAAENDE", "HOEYERE"):
            goals = ("B1", "B1", "B1", "B2")
        elif person.utdanningsnivaa == "GRUNNSKOLE":
            goals = ("B1", "B1", "B1", "B1")
        else:
            goals = ("A2", "A2", "A2", "B1")
        case.norsk = Norsk(
            kommunenummer=number_on(wish.kommune, start),
            ordning="RETT" if wish.regime == KAP6A else "RETT_OG_PLIKT",
            tildelt_dato=awarded,
            startdato=start,
            frist=frist,
            sluttdato=norsk_end if norsk_end <= UTTREKKSDATO else None,
            morsmaal=tongue,
            opplaeringsspraak=draw.pick(("norsk", "norsk", "norsk", "engelsk")),
            norskmaal_lytte=goals[0],
            norskmaal_lese=goals[1],
            norskmaal_skriftlig=goals[2],
            norskmaal_muntlig=goals[3],
            fritak="INGEN",
            fulltid_vgo="NEI",
            registrert_dato=min(start + days(draw.between(1, 20)), UTTREKKSDATO),
        )
        if case.norsk.sluttdato and not wish.moved and draw.chance(60):
            taken = norsk_end - days(draw.between(10, 30))
            lower = {"B2": "B1", "B1": "A2", "A2": "A1"}
            parts = zip(("LYTTE", "LESE", "SKRIFTLIG", "MUNTLIG"), goals, strict=True)
            for part, goal in parts:
                level = lower[goal] if draw.chance(30) else goal
                case.proever.append(Norskproeve(proevedato=taken, delproeve=part, nivaa=level))
        return norsk_end

    def tiltak(
        self, case: Case, kind: str, start: date, stop: date, hours: str | Decimal
    ) -> Tiltak:
        """Add one tiltak to the case."""
        draw, program = self.draw, case.the_program()
        registered = start + days(draw.between(0, 20))
        if registered > UTTREKKSDATO:
            registered = program.registrert_dato or UTTREKKSDATO
        text = ""
        if kind in DESCRIPTIONS and draw.chance(25):
            text = draw.pick(DESCRIPTIONS[kind])
        row = Tiltak(
            kommunenummer=number_on(case.kommune, start),
            tiltakstype=kind,
            tiltaksgruppe=GROUPS.get(kind, "ARBEID"),
            startdato=start,
            stoppdato=stop,
            timer_per_uke=Decimal(hours),
            beskrivelse=text,
            registrert_dato=registered,
        )
        case.tiltak.append(row)
        return row

    def _add_tiltak(self, case: Case, wish: Wish, end: date, norsk_end: date) -> None:
        """Cover the programme with tiltak: 30 to 37.5 hours a week, less in kapittel 6A."""
        draw, profile = self.draw, wish.profile
        spans: list[tuple[date, date]] = []
        begin = wish.start
        for first, last, _ in wish.breaks:
            if (last - first).days > 30:
                spans.append((begin, first - days(1)))
                begin = last + days(1)
        spans.append((begin, end))
        norsk_hours = Decimal(15) if wish.regime == KAP6A else draw.pick(_NORSK_HOURS)
        other_hours = Decimal(15) if wish.regime == KAP6A else Decimal(30) - norsk_hours
        kinds = (draw.pick(profile.first), draw.pick(profile.then))
        for first, last in spans:
            norsk_last = min(last, norsk_end)
            if first <= norsk_last:
                self.tiltak(case, "NORSK", first, norsk_last, norsk_hours)
            if norsk_last < last and wish.regime != KAP6A:
                filler_first = max(first, norsk_last + days(1))
                self.tiltak(case, profile.filler, filler_first, last, norsk_hours)
            if kinds[0] != kinds[1] and (last - first).days > 110:
                middle = off_new_year(first + (last - first) // 2)
                following = off_new_year(middle + days(1))
                self.tiltak(case, kinds[0], first, following - days(1), other_hours)
                self.tiltak(case, kinds[1], following, last, other_hours)
            else:
                self.tiltak(case, kinds[1], first, last, other_hours)
        first, last = spans[0]
        self._add_courses(case, wish, first, last)

    def _course(self, case: Case, kind: str, start: date, weeks: int, hours: str) -> None:
        stop = start + days(7 * weeks - 1)
        if off_new_year(stop) != stop:
            stop -= days(4)
        self.tiltak(case, kind, start, stop, hours)

    def _add_courses(self, case: Case, wish: Wish, first: date, last: date) -> None:
        """Add the short courses at the beginning of the programme."""
        draw, children = self.draw, case.person.har_barn_under_18 == "JA"
        if wish.person is not None:
            return  # moved here: took them before
        if (last - first).days < 119:
            raise ValueError(f"too short for the courses: {first} to {last}")
        if wish.regime == KAP6A:
            if children:
                self._course(case, "FORELDREVEILEDNING", first, 5, "2.5")
            if draw.chance(15) and first >= date(2022, 12, 5):
                if wish.profile in (ARBEID, VGO_ARBEID):
                    self._course(case, "HURTIGSPOR", first + days(35), 8, "5")
            elif draw.chance(25):
                self._course(case, "SPRAAKTILBUD_ENGELSK", first + days(14), 6, "3")
            elif draw.chance(25):
                self._course(case, "DIGITAL_KOMPETANSE", first + days(42), 6, "2")
            return
        later = first + days(7 * draw.between(0, 1))
        if wish.regime == IL:
            self._course(case, "SAMFUNNSKUNNSKAP", later, 10, "5")
            if draw.chance(50):
                self._course(case, "SAMFUNNSLIV", first, 12, "2.5")
            return
        self._course(case, "SAMFUNNSKUNNSKAP", later, 15, "5")
        self._course(case, "LIVSMESTRING", first, 12, "2.5")
        if children:
            self._course(case, "FORELDREVEILEDNING", first + days(84), 5, "2.5")
        elif draw.chance(25):
            self._course(case, "DIGITAL_KOMPETANSE", first + days(84), 5, "2.5")

    def _add_permisjon(self, case: Case, wish: Wish) -> None:
        for first, last, cause in wish.breaks:
            decided = first - days(self.draw.between(3, 14))
            case.permisjon.append(
                Permisjon(
                    norsk_id="*" if case.norsk else "",
                    kommunenummer=number_on(wish.kommune, first),
                    aarsak=cause,
                    vedtaksdato=decided,
                    fra_dato=first,
                    til_dato=last,
                    registrert_dato=first + days(self.draw.between(0, 14)),
                )
            )

    def _finish(self, case: Case, wish: Wish, norsk_end: date) -> None:
        """Fill in what follows from the tiltak: courses taken and hours of norsk."""
        program = case.the_program()
        if wish.regime == IL:
            return
        done = {
            row.tiltakstype
            for row in case.tiltak
            if row.stoppdato is not None and row.stoppdato <= UTTREKKSDATO
        }
        if wish.person is not None:
            done |= {"LIVSMESTRING", "SAMFUNNSKUNNSKAP", "FORELDREVEILEDNING"}
        if wish.regime == INT:
            program.livsmestring_gjennomfoert = "JA" if "LIVSMESTRING" in done else "NEI"
        if case.person.har_barn_under_18 == "JA":
            parents = "FORELDREVEILEDNING" in done
            program.foreldreveiledning_gjennomfoert = "JA" if parents else "NEI"
        if case.norsk is None:
            return
        hours = Decimal(0)
        for row in case.tiltak:
            if row.tiltakstype == "NORSK" and row.startdato and row.timer_per_uke:
                last = min(norsk_end, row.stoppdato or norsk_end, UTTREKKSDATO)
                hours += row.timer_per_uke * (((last - row.startdato).days + 1) // 7)
        case.norsk.timer_norsk = hours or None
        if wish.regime == INT:
            finished = "SAMFUNNSKUNNSKAP" in done
            case.norsk.samfunnskunnskap_gjennomfoert = "JA" if finished else "NEI"
            case.norsk.timer_samfunnskunnskap = Decimal(75) if finished else None
        else:
            case.norsk.samfunnskunnskap_gjennomfoert = "NEI"

    def ended(self, wish: Wish, end: date, months: tuple[int, int]) -> Case:
        """Make a clean case that ended on the day, drawn so many months long."""
        start = add_months(end, -self.draw.between(*months)) - days(self.draw.between(5, 20))
        return self.case(dataclasses.replace(wish, start=off_new_year(start), end=end))


_NORSK_HOURS = (Decimal(15), Decimal("17.5"), Decimal(20))
_ANY_DAY = UTTREKKSDATO  # stands in a Wish whose start is drawn


def like(kommune: str, regime: str, profile: Profile | None = None) -> Wish:
    """Return a wish whose start is to be drawn."""
    chosen = profile or (INTRO if regime == IL else ARBEID)
    return Wish(kommune, regime, chosen, _ANY_DAY)


def months_for(profile: Profile) -> tuple[int, int]:
    """Return how long an ordinary programme of the profile lasts, well within the limit."""
    return (4, 5) if profile.limit == 6 else (10, 20)


# ------------------------------------------------------------------------- the planted defects


def plant_nir_100(world: World, kommune: str, regime: str, end: date, grade: str) -> None:
    """Plant an ended programme whose avslutningsårsak is missing."""
    wish = like(kommune, regime)
    program = world.ended(wish, end, (10, 18)).the_program()
    program.avslutningsgruppe = program.avslutningsaarsak = ""
    world.ledger.accept("NIR-100", kommune, grade)


def plant_nir_101(
    world: World, kommune: str, regime: str, profile: Profile, end: date, grade: str
) -> None:
    """Plant a programme that was ended by the system when the frist ran out."""
    start = add_months(end, -profile.limit)
    program = world.case(Wish(kommune, regime, profile, start, end)).the_program()
    program.avslutningsaarsak = "IKKE_REGISTRERT"
    world.ledger.accept("NIR-101", kommune, grade)


def plant_nir_103(world: World, kommune: str, regime: str, end: date) -> None:
    """Plant a programme with an avslutningsårsak, whose sluttdato was left out."""
    world.ended(like(kommune, regime), end, (10, 15)).the_program().sluttdato = None
    world.ledger.accept("NIR-103", kommune, FEIL)


def plant_nir_105(world: World, wish: Wish) -> None:
    """Plant a programme whose sluttmål is missing."""
    program = world.case(wish).the_program()
    program.sluttmaal, program.sluttmaal_dato = "", None
    world.ledger.accept("NIR-105", wish.kommune, FEIL)


def plant_nir_106(world: World, wish: Wish, grade: str) -> None:
    """Plant a programme that has no tiltak at all."""
    world.case(wish).tiltak.clear()
    world.ledger.accept("NIR-106", wish.kommune, grade)


def plant_nir_140(world: World, wish: Wish, years: int) -> None:
    """Plant a programme whose sluttdato has a year that is too early, before the startdato."""
    program = world.case(wish).the_program()
    if program.sluttdato is not None:
        program.sluttdato = add_months(program.sluttdato, -12 * years)
    world.ledger.accept("NIR-140", wish.kommune, FEIL)


def plant_nir_149(world: World, wish: Wish, kinds: tuple[str, ...], before: int) -> None:
    """Plant a tiltak that stops so many days before it starts."""
    row = world.case(wish).first(*kinds)
    if row.startdato is not None:
        row.stoppdato = row.startdato - days(before)
    world.ledger.accept("NIR-149", wish.kommune, FEIL)


def plant_nir_170(world: World, wish: Wish) -> None:
    """Plant a sluttmål that says the person has VGO, where utdanning_vgo says no."""
    person = world.case(wish).person
    person.utdanning_vgo, person.utdanningsnivaa = "NEI", "GRUNNSKOLE"
    world.ledger.accept("NIR-170", wish.kommune, FEIL)
    if wish.profile is VGO_HOEYERE:
        plant_nir_175(world, wish.kommune)


def plant_nir_175(world: World, kommune: str) -> None:
    """Note that a NIR-170 with higher education as sluttmål carries a NIR-175 behind it."""
    world.ledger.link("NIR-175", kommune)


def plant_nir_171(world: World, wish: Wish, sluttmaal: str, grade: str) -> None:
    """Plant a person with VGO whose sluttmål is one for people without."""
    program = world.case(wish).the_program()
    program.sluttmaal = sluttmaal
    limit = 36 if sluttmaal == "FULLFOERE_VGO" else 24  # the register counts from the sluttmål
    program.gjennomfoeringsfrist = add_months(wish.start, limit)
    world.ledger.accept("NIR-171", wish.kommune, grade)


def plant_nir_230(world: World, wish: Wish, missing: str, grade: str) -> None:
    """Plant tiltak without dates: `start`, `stopp`, `begge` (one row), `to rader` (one of each)."""
    case = world.case(wish)
    norsk = case.first("NORSK")
    other = case.first(*_COURSES, *_INTRO, *_WORK)
    if missing == "to rader":
        norsk.startdato = other.stoppdato = None
        world.ledger.accept("NIR-230", wish.kommune, grade)
    elif missing == "start":
        norsk.startdato = None
    elif missing == "stopp":
        other.stoppdato = None
    else:
        norsk.startdato = norsk.stoppdato = None
    world.ledger.accept("NIR-230", wish.kommune, grade)


def plant_nir_231(world: World, wish: Wish, kinds: tuple[str, ...], hours: str, grade: str) -> None:
    """Plant a tiltak without hours per week, left empty or entered as 0."""
    world.case(wish).first(*kinds).timer_per_uke = Decimal(hours) if hours else None
    world.ledger.accept("NIR-231", wish.kommune, grade)


def plant_nir_231_course(world: World, wish: Wish, length: int, grade: str | None) -> None:
    """Plant an extra course of so many days without hours; from seven days on it is a finding."""
    first = wish.start + days(60)
    row = world.tiltak(world.case(wish), "BRANSJEKURS", first, first + days(length - 1), "1")
    row.timer_per_uke = None
    if grade is not None:
        world.ledger.accept("NIR-231", wish.kommune, grade)


# The last day that is due (two months before the day before the extract) and the first that is not.
DUE, NOT_DUE = date(2026, 8, 30), date(2026, 8, 31)


def plant_endings(world: World) -> None:
    """Plant what is wrong with how programmes ended: NIR-100, 101, 103 and 140."""
    for kommune, regime, end, grade in (
        (OSLO, INT, DUE, FEIL),
        (OSLO, KAP6A, NOT_DUE, INFO),
        (OSLO, IL, date(2020, 3, 13), FEIL),
        (OSLO, INT, date(2025, 6, 20), FEIL),
        (STAVANGER, INT, date(2024, 5, 24), FEIL),
        (STAVANGER, KAP6A, date(2025, 2, 14), FEIL),
        (STAVANGER, INT, NOT_DUE, INFO),
        (HEROEY, KAP6A, date(2025, 5, 23), FEIL),
        (BODOE, INT, date(2026, 9, 18), INFO),
        (BODOE, KAP6A, date(2025, 9, 12), FEIL),
        (RINGERIKE, IL, date(2019, 11, 29), FEIL),
        (RINGERIKE, INT, date(2023, 6, 16), FEIL),
        (RINGERIKE, KAP6A, DUE, FEIL),
        (KRISTIANSAND, KAP6A, date(2026, 3, 6), FEIL),
        (TRONDHEIM, KAP6A, date(2024, 11, 15), FEIL),
        (TRONDHEIM, INT, UTTREKKSDATO, INFO),
    ):
        plant_nir_100(world, kommune, regime, end, grade)
    for kommune, regime, profile, end, grade in (
        (OSLO, KAP6A, ARBEID, date(2025, 1, 17), FEIL),
        (OSLO, INT, VGO_ARBEID, date(2026, 9, 15), ADVARSEL),
        (STAVANGER, KAP6A, ARBEID, date(2024, 12, 6), FEIL),
        (STAVANGER, KAP6A, ARBEID, date(2025, 11, 7), FEIL),
        (HEROEY, INT, VGO_ARBEID, date(2025, 2, 20), FEIL),
        (BODOE, KAP6A, VGO_ARBEID, date(2023, 9, 8), FEIL),
        (BODOE, INT, ARBEID, UTTREKKSDATO, ADVARSEL),
        (RINGERIKE, KAP6A, ARBEID, date(2026, 10, 9), ADVARSEL),
        (KRISTIANSAND, INT, GRUNNSKOLE, date(2025, 8, 22), FEIL),
        (TRONDHEIM, INT, ARBEID, DUE, FEIL),
        (TRONDHEIM, KAP6A, ARBEID, NOT_DUE, ADVARSEL),
    ):
        plant_nir_101(world, kommune, regime, profile, end, grade)
    for kommune, regime, end in (
        (OSLO, INT, date(2026, 10, 16)),
        (STAVANGER, KAP6A, date(2026, 10, 20)),
        (BODOE, INT, date(2026, 10, 12)),
        (KRISTIANSAND, INT, date(2026, 10, 14)),
        (TRONDHEIM, KAP6A, date(2026, 10, 9)),
    ):
        plant_nir_103(world, kommune, regime, end)
    for kommune, regime, profile, start, end, years in (
        (OSLO, INT, ARBEID, date(2024, 5, 13), date(2025, 3, 14), 1),
        (STAVANGER, KAP6A, ARBEID, date(2023, 8, 14), date(2024, 6, 21), 1),
        (BODOE, INT, ARBEID, date(2023, 9, 4), date(2025, 6, 20), 2),
        (RINGERIKE, IL, INTRO, date(2018, 8, 13), date(2020, 5, 15), 2),
    ):
        plant_nir_140(world, Wish(kommune, regime, profile, start, end), years)


def plant_goals(world: World) -> None:
    """Plant what is wrong with sluttmål: NIR-105, 170 with 175, and 171."""
    for wish in (
        Wish(OSLO, INT, VGO_ARBEID, DUE),
        Wish(OSLO, KAP6A, ARBEID, date(2025, 11, 17)),
        Wish(OSLO, INT, ARBEID, date(2023, 2, 13), date(2024, 6, 14)),
        Wish(STAVANGER, INT, ARBEID, date(2022, 9, 19), date(2023, 11, 24)),
        Wish(STAVANGER, KAP6A, ARBEID, date(2026, 5, 11)),
        Wish(STAVANGER, INT, GRUNNSKOLE, date(2025, 9, 8)),
        Wish(HEROEY, INT, ARBEID, date(2026, 5, 18)),
        Wish(BODOE, KAP6A, ARBEID, date(2025, 10, 13)),
        Wish(BODOE, INT, ARBEID, date(2026, 8, 24)),
        Wish(RINGERIKE, KAP6A, ARBEID, date(2026, 1, 19)),
        Wish(RINGERIKE, INT, DELER, date(2022, 2, 14), date(2023, 5, 12)),
        Wish(KRISTIANSAND, KAP6A, ARBEID, date(2023, 1, 16), date(2024, 4, 26)),
        Wish(TRONDHEIM, KAP6A, ARBEID, date(2026, 3, 9)),
        Wish(TRONDHEIM, INT, ARBEID, date(2026, 2, 16)),
        Wish(KARASJOK, KAP6A, ARBEID, date(2026, 2, 9)),
    ):
        plant_nir_105(world, wish)
    for wish in (
        Wish(OSLO, INT, VGO_ARBEID, date(2024, 2, 12), date(2024, 7, 26)),
        Wish(OSLO, KAP6A, VGO_HOEYERE, date(2022, 11, 14), date(2023, 4, 28)),
        Wish(OSLO, INT, VGO_HOEYERE, date(2026, 7, 20)),
        Wish(STAVANGER, INT, VGO_HOEYERE, date(2025, 8, 18), date(2026, 1, 30)),
        Wish(HEROEY, INT, VGO_HOEYERE, date(2025, 1, 13), date(2025, 6, 20)),
        Wish(BODOE, INT, VGO_ARBEID, date(2023, 10, 9), date(2024, 3, 22)),
        Wish(RINGERIKE, INT, VGO_HOEYERE, date(2023, 1, 16), date(2023, 6, 23)),
        Wish(KRISTIANSAND, KAP6A, VGO_ARBEID, date(2024, 9, 9), date(2025, 2, 21)),
        Wish(TRONDHEIM, INT, VGO_ARBEID, date(2026, 8, 3)),
        Wish(TRONDHEIM, KAP6A, VGO_ARBEID, date(2023, 2, 6), date(2023, 7, 14)),
    ):
        plant_nir_170(world, wish)
    for wish, sluttmaal, grade in (
        (
            Wish(OSLO, INT, VGO_ARBEID, date(2025, 3, 10), date(2025, 8, 22)),
            "GRUNNSKOLE",
            FEIL,
        ),
        (Wish(OSLO, INT, VGO_HOEYERE, date(2026, 7, 13)), "FULLFOERE_VGO", ADVARSEL),
        (
            Wish(
                STAVANGER,
                KAP6A,
                VGO_ARBEID,
                date(2024, 1, 15),
                date(2024, 6, 21),
                origin=PROTECTED_OTHERS[1],
            ),
            "DELER_AV_VGO",
            ADVARSEL,
        ),
        (
            Wish(
                BODOE,
                KAP6A,
                VGO_ARBEID,
                date(2024, 10, 7),
                date(2025, 3, 14),
                origin=PROTECTED_OTHERS[2],
            ),
            "ARBEID_UTEN_VGO",
            FEIL,
        ),
        (
            Wish(RINGERIKE, INT, VGO_HOEYERE, date(2024, 8, 19), date(2025, 1, 24)),
            "FULLFOERE_VGO",
            ADVARSEL,
        ),
        (
            Wish(KRISTIANSAND, INT, VGO_ARBEID, date(2022, 8, 15), date(2023, 1, 27)),
            "ARBEID_UTEN_VGO",
            FEIL,
        ),
        (Wish(TRONDHEIM, INT, VGO_ARBEID, date(2026, 7, 27)), "ARBEID_UTEN_VGO", FEIL),
        (
            Wish(KARASJOK, INT, VGO_HOEYERE, date(2025, 8, 18), date(2026, 1, 23)),
            "DELER_AV_VGO",
            ADVARSEL,
        ),
    ):
        plant_nir_171(world, wish, sluttmaal, grade)


def plant_missing_tiltak(world: World) -> None:
    """Plant programmes without tiltak, NIR-106; Våler has registered none for anybody."""
    for wish, grade in (
        (Wish(VAALER, KAP6A, ARBEID, date(2022, 10, 10), date(2024, 5, 31)), FEIL),
        (Wish(VAALER, KAP6A, ARBEID, date(2023, 3, 13), date(2024, 10, 18)), FEIL),
        (Wish(VAALER, KAP6A, VGO_ARBEID, date(2023, 11, 6), date(2024, 4, 19)), FEIL),
        (Wish(VAALER, INT, ARBEID, date(2022, 1, 17), date(2023, 6, 16)), FEIL),
        (Wish(VAALER, INT, VGO_ARBEID, date(2025, 2, 10), date(2025, 7, 18)), FEIL),
        (Wish(VAALER, KAP6A, ARBEID, date(2025, 1, 20), DUE), FEIL),
        (Wish(VAALER, INT, ARBEID, date(2025, 3, 17), NOT_DUE), INFO),
        (Wish(VAALER, KAP6A, ARBEID, date(2025, 9, 15)), ADVARSEL),
        (Wish(VAALER, INT, ARBEID, date(2026, 4, 20)), ADVARSEL),
        (Wish(VAALER, INT, VGO_ARBEID, date(2026, 9, 21)), INFO),
        (Wish(OSLO, KAP6A, ARBEID, date(2023, 9, 11), date(2025, 2, 7)), FEIL),
        (Wish(OSLO, INT, ARBEID, date(2025, 2, 17), DUE), FEIL),
        (Wish(OSLO, INT, VGO_ARBEID, NOT_DUE), INFO),
        (Wish(STAVANGER, KAP6A, ARBEID, date(2023, 4, 17), date(2024, 10, 11)), FEIL),
        (Wish(STAVANGER, INT, ARBEID, date(2023, 11, 13), date(2025, 3, 28)), FEIL),
        (Wish(STAVANGER, INT, ARBEID, date(2022, 5, 16), date(2023, 12, 15)), FEIL),
        (Wish(STAVANGER, INT, VGO_ARBEID, DUE), ADVARSEL),
        (Wish(UTSIRA, KAP6A, ARBEID, date(2024, 3, 11), date(2025, 10, 17)), FEIL),
        (Wish(HEROEY, KAP6A, ARBEID, date(2023, 2, 13), date(2024, 8, 16)), FEIL),
        (Wish(BODOE, KAP6A, ARBEID, date(2024, 5, 6), date(2025, 12, 12)), FEIL),
        (Wish(BODOE, INT, ARBEID, date(2025, 11, 10)), ADVARSEL),
        (Wish(BODOE, INT, ARBEID, date(2025, 3, 3), date(2026, 9, 25)), INFO),
        (Wish(RINGERIKE, IL, INTRO, date(2018, 11, 12), date(2020, 6, 19)), FEIL),
        (Wish(RINGERIKE, KAP6A, ARBEID, date(2022, 9, 12), date(2023, 11, 17)), FEIL),
        (Wish(RINGERIKE, INT, ARBEID, date(2026, 1, 12)), ADVARSEL),
        (Wish(KRISTIANSAND, KAP6A, ARBEID, date(2025, 1, 13), NOT_DUE), INFO),
        (Wish(TRONDHEIM, KAP6A, ARBEID, date(2026, 4, 13)), ADVARSEL),
        (Wish(TRONDHEIM, INT, ARBEID, date(2022, 10, 17), date(2024, 3, 22)), FEIL),
    ):
        plant_nir_106(world, wish, grade)


def plant_tiltak(world: World) -> None:
    """Plant what is wrong with single tiltak: NIR-149, 230 and 231."""
    norsk: tuple[str, ...] = ("NORSK",)
    work: tuple[str, ...] = (*_COURSES, *_INTRO)
    for wish, kinds, before in (
        (Wish(OSLO, INT, ARBEID, date(2024, 3, 11), date(2025, 5, 23)), norsk, 1),
        (Wish(OSLO, KAP6A, ARBEID, date(2025, 5, 12)), work, 180),
        (Wish(STAVANGER, INT, ARBEID, date(2025, 4, 7)), work, 31),
        (Wish(BODOE, KAP6A, ARBEID, date(2023, 1, 23), date(2024, 2, 16)), norsk, 92),
        (Wish(RINGERIKE, IL, INTRO, date(2018, 5, 14), date(2019, 8, 23)), norsk, 1),
        (Wish(KRISTIANSAND, INT, ARBEID, date(2022, 11, 14), date(2024, 1, 26)), work, 7),
        (Wish(TRONDHEIM, IL, INTRO, date(2019, 2, 11), date(2020, 6, 12)), work, 365),
    ):
        plant_nir_149(world, wish, kinds, before)
    for wish, missing, grade in (
        (Wish(OSLO, INT, ARBEID, date(2025, 4, 14), DUE), "stopp", FEIL),
        (Wish(OSLO, INT, ARBEID, date(2025, 4, 28), NOT_DUE), "stopp", INFO),
        (Wish(OSLO, KAP6A, ARBEID, date(2026, 2, 23)), "stopp", INFO),
        (Wish(OSLO, INT, ARBEID, date(2025, 10, 20)), "start", FEIL),
        (Wish(OSLO, IL, INTRO, date(2018, 10, 15), date(2020, 4, 24)), "begge", FEIL),
        (Wish(STAVANGER, INT, ARBEID, date(2023, 3, 20), date(2024, 8, 16)), "to rader", FEIL),
        (Wish(STAVANGER, KAP6A, ARBEID, date(2024, 2, 12), date(2025, 4, 11)), "start", FEIL),
        (Wish(HEROEY, KAP6A, ARBEID, date(2026, 1, 26)), "stopp", INFO),
        (Wish(HEROEY, INT, ARBEID, date(2023, 9, 18), date(2025, 1, 17)), "begge", FEIL),
        (Wish(BODOE, INT, ARBEID, date(2022, 8, 29), date(2024, 2, 23)), "stopp", FEIL),
        (Wish(RINGERIKE, IL, INTRO, date(2018, 4, 16), date(2019, 6, 14)), "stopp", FEIL),
        (Wish(RINGERIKE, KAP6A, ARBEID, date(2026, 3, 16)), "stopp", INFO),
        (Wish(KRISTIANSAND, INT, ARBEID, date(2026, 3, 23)), "start", FEIL),
        (Wish(KRISTIANSAND, KAP6A, ARBEID, date(2025, 6, 16), UTTREKKSDATO), "stopp", INFO),
        (Wish(TRONDHEIM, KAP6A, ARBEID, date(2023, 10, 16), date(2025, 1, 24)), "start", FEIL),
        (Wish(TRONDHEIM, INT, ARBEID, date(2026, 6, 8)), "stopp", INFO),
    ):
        plant_nir_230(world, wish, missing, grade)
    for wish, kinds, hours, grade in (
        (Wish(OSLO, INT, ARBEID, date(2023, 5, 15), date(2024, 9, 20)), norsk, "", FEIL),
        (Wish(OSLO, KAP6A, ARBEID, date(2025, 8, 11)), work, "0", FEIL),
        (Wish(OSLO, IL, INTRO, date(2019, 3, 18), date(2020, 10, 16)), work, "", FEIL),
        (Wish(OSLO, INT, VGO_ARBEID, DUE), norsk, "", FEIL),
        (Wish(OSLO, INT, VGO_ARBEID, NOT_DUE), norsk, "", INFO),
        (Wish(STAVANGER, INT, ARBEID, date(2024, 4, 15), date(2025, 9, 19)), norsk, "0", FEIL),
        (Wish(STAVANGER, INT, ARBEID, date(2026, 9, 14)), _WORK, "", INFO),
        (Wish(HEROEY, INT, ARBEID, date(2025, 11, 24)), norsk, "", FEIL),
        (Wish(RINGERIKE, INT, ARBEID, date(2022, 4, 25), date(2023, 8, 18)), work, "", FEIL),
        (Wish(RINGERIKE, KAP6A, ARBEID, date(2025, 4, 22)), norsk, "0", FEIL),
        (Wish(KRISTIANSAND, KAP6A, ARBEID, date(2024, 8, 19), date(2025, 12, 5)), work, "", FEIL),
    ):
        plant_nir_231(world, wish, kinds, hours, grade)
    seven = Wish(TRONDHEIM, KAP6A, ARBEID, date(2024, 3, 18), date(2025, 5, 30))
    plant_nir_231_course(world, seven, 7, FEIL)


# ------------------------------------------------------------- the undecided, and the near misses


def add_undecided(world: World) -> None:
    """Add the two with an unknown law: what holds under any law is judged for them."""
    wish = Wish(OSLO, INT, ARBEID, date(2023, 3, 6), date(2024, 5, 24), origin=FROM_UKRAINE)
    case = world.case(wish)
    case.person.oppholdsgrunnlag = ""
    program = case.the_program()
    program.avslutningsaarsak = program.sluttmaal = ""  # not judged
    program.sluttmaal_dato = None
    case.first("NORSK").timer_per_uke = None  # judged
    world.ledger.accept("NIR-128", OSLO, FEIL)
    world.ledger.accept("NIR-231", OSLO, FEIL)

    wish = Wish(KRISTIANSAND, INT, ARBEID, date(2023, 8, 21), date(2024, 6, 14))
    case = world.case(dataclasses.replace(wish, origin=FROM_UKRAINE))
    case.person.oppholdsgrunnlag = ""
    case.tiltak.clear()  # judged: every law asks for them
    case.the_program().sluttdato = date(2023, 6, 14)  # judged
    world.ledger.accept("NIR-106", KRISTIANSAND, FEIL)
    world.ledger.accept("NIR-128", KRISTIANSAND, FEIL)
    world.ledger.accept("NIR-140", KRISTIANSAND, FEIL)


def add_near_misses(world: World) -> None:
    """Add rows that stop just short of a finding."""
    # Sluttmål missing, but the two months end on the extract date itself.
    program = world.case(Wish(OSLO, INT, VGO_ARBEID, NOT_DUE)).the_program()
    program.sluttmaal, program.sluttmaal_dato = "", None
    # A planned sluttdato after the extract, so no avslutningsårsak yet.
    world.case(Wish(TRONDHEIM, INT, ARBEID, date(2025, 3, 3), date(2026, 11, 20)))
    # A course of six days without hours, and a course of one day.
    six = Wish(TRONDHEIM, KAP6A, ARBEID, date(2024, 4, 15), date(2025, 6, 13))
    plant_nir_231_course(world, six, 6, None)
    case = world.case(Wish(STAVANGER, KAP6A, ARBEID, date(2025, 3, 24)))
    world.tiltak(case, "BRANSJEKURS", date(2025, 5, 14), date(2025, 5, 14), "5")


# ------------------------------------------------------------------------- clean, and worth seeing


def add_special_cases(world: World) -> None:
    """Add clean cases of the kinds that are easily taken for wrong."""
    # Programmes with forlengelse.
    for wish in (
        Wish(OSLO, INT, VGO_ARBEID, date(2023, 1, 9), date(2023, 10, 27), 4),
        Wish(OSLO, KAP6A, VGO_ARBEID, date(2023, 5, 8), date(2024, 4, 26), 6),
        Wish(OSLO, KAP6A, VGO_ARBEID, date(2026, 3, 23), None, 6),
        Wish(OSLO, INT, ARBEID, date(2022, 2, 7), date(2024, 9, 27), 9),
        Wish(STAVANGER, KAP6A, VGO_ARBEID, date(2024, 2, 5), date(2024, 12, 20), 5),
        Wish(BODOE, KAP6A, VGO_ARBEID, date(2026, 4, 20), None, 6),
        Wish(RINGERIKE, INT, ARBEID, date(2021, 9, 13), date(2024, 3, 22), 8),
        Wish(KRISTIANSAND, KAP6A, VGO_ARBEID, date(2025, 3, 17), date(2026, 2, 27), 6),
        Wish(TRONDHEIM, INT, VGO_ARBEID, date(2025, 5, 5), date(2026, 3, 20), 6),
        Wish(HAUGESUND, KAP6A, VGO_ARBEID, date(2023, 9, 4), date(2024, 7, 26), 5),
    ):
        world.case(wish)
    # Permisjon, short and long, ended and active.
    sick, child, care = "SYKDOM_LANGVARIG", "SYKDOM_BARN", "FOEDSEL_OMSORG"
    for wish in (
        Wish(
            OSLO,
            INT,
            ARBEID,
            date(2025, 1, 20),
            breaks=((date(2025, 9, 1), date(2026, 3, 13), care),),
            woman=True,
            ages=(26, 34),
        ),
        Wish(
            TRONDHEIM,
            KAP6A,
            ARBEID,
            date(2023, 6, 5),
            date(2025, 9, 12),
            breaks=((date(2024, 2, 5), date(2024, 8, 23), care),),
            woman=True,
            ages=(26, 34),
        ),
        Wish(
            SOGNDAL,
            INT,
            ARBEID,
            date(2022, 3, 7),
            date(2024, 6, 21),
            breaks=((date(2022, 11, 14), date(2023, 5, 19), care),),
            woman=True,
            ages=(26, 34),
        ),
        Wish(
            OSLO,
            IL,
            INTRO,
            date(2018, 6, 11),
            date(2020, 6, 19),
            breaks=((date(2019, 2, 4), date(2019, 2, 25), sick),),
        ),
        Wish(
            STAVANGER,
            INT,
            ARBEID,
            date(2025, 6, 2),
            breaks=(
                (date(2025, 11, 10), date(2025, 11, 21), child),
                (date(2026, 4, 13), date(2026, 4, 24), "VELFERD"),
            ),
        ),
        Wish(
            RINGERIKE,
            KAP6A,
            ARBEID,
            date(2023, 9, 18),
            date(2025, 8, 15),
            breaks=((date(2023, 12, 11), date(2024, 1, 5), sick),),
        ),
        Wish(
            KRISTIANSAND,
            INT,
            VGO_ARBEID,
            date(2024, 8, 26),
            date(2025, 3, 7),
            breaks=((date(2024, 11, 4), date(2024, 11, 29), sick),),
        ),
        Wish(
            HAUGESUND,
            INT,
            GRUNNSKOLE,
            date(2025, 8, 18),
            breaks=((date(2026, 2, 9), date(2026, 2, 20), child),),
        ),
    ):
        world.case(wish)
    # Utvidet norsk in kapittel 6A.
    for wish in (
        Wish(OSLO, KAP6A, ARBEID, date(2023, 3, 6), date(2024, 11, 22), more_norsk=True),
        Wish(TRONDHEIM, KAP6A, ARBEID, date(2024, 1, 29), date(2025, 12, 5), more_norsk=True),
        Wish(RINGERIKE, KAP6A, ARBEID, date(2025, 2, 10), more_norsk=True),
        Wish(SOGNDAL, KAP6A, ARBEID, date(2025, 2, 3), more_norsk=True),
    ):
        world.case(wish)
    # Ukrainians under the ordinary rules, others with collective protection.
    for wish in (
        Wish(OSLO, INT, VGO_ARBEID, date(2024, 5, 6), date(2024, 10, 11), ground="FAMILIE"),
        Wish(TRONDHEIM, INT, ARBEID, date(2023, 4, 17), date(2024, 8, 23), ground="BESKYTTELSE_28"),
        Wish(STAVANGER, INT, VGO_ARBEID, date(2026, 8, 10), ground="FAMILIE"),
        Wish(RINGERIKE, INT, ARBEID, date(2025, 10, 27), ground="HUMANITAERT_38"),
        Wish(HEROEY, INT, ARBEID, date(2025, 1, 27), date(2026, 4, 17), ground="FAMILIE"),
    ):
        world.case(dataclasses.replace(wish, origin=FROM_UKRAINE))
    for wish, origin in (
        (Wish(OSLO, KAP6A, ARBEID, date(2022, 9, 19), date(2023, 12, 8)), PROTECTED_OTHERS[1]),
        (Wish(BODOE, KAP6A, ARBEID, date(2025, 8, 25)), ("XXX", "russisk")),
        (
            Wish(KRISTIANSAND, KAP6A, ARBEID, date(2023, 2, 20), date(2024, 3, 8)),
            PROTECTED_OTHERS[0],
        ),
    ):
        world.case(dataclasses.replace(wish, origin=origin))
    # Granted in 2020, arrived in 2021: the new law.
    case = world.case(
        Wish(STAVANGER, INT, ARBEID, date(2021, 6, 14), date(2022, 11, 11), ground="OVERFOERING")
    )
    case.person.innvilget_dato = date(2020, 11, 20)
    if case.norsk is not None:
        case.norsk.frist = date(2023, 11, 20)
    # Over 55 when the permit was granted, offered a programme all the same.
    for wish in (
        Wish(OSLO, KAP6A, ARBEID, date(2023, 10, 23), date(2025, 2, 28)),
        Wish(HAUGESUND, INT, ARBEID, date(2024, 9, 2), date(2025, 11, 14)),
    ):
        world.case(dataclasses.replace(wish, rights="KAN_TILBYS", ages=(57, 61)))
    # Two who moved and went on elsewhere the day after.
    for start, moved, end, old, new in (
        (date(2024, 3, 4), date(2025, 1, 17), date(2025, 11, 21), TRONDHEIM, BODOE),
        (date(2025, 6, 23), date(2026, 3, 13), None, OSLO, STAVANGER),
    ):
        origin = FROM_ELSEWHERE[2]
        first = world.case(Wish(old, INT, ARBEID, start, moved, moved=True, origin=origin))
        world.case(
            Wish(new, INT, ARBEID, moved + days(1), end, origin=origin, person=first.person)
        ).the_program().bydel = ""
    add_people_without_programme(world)


def add_people_without_programme(world: World) -> None:
    """Add two who were refused, one of whom complained, and one who was settled a month ago."""
    for kommune, day, complaint in (
        (OSLO, date(2025, 2, 10), True),
        (TRONDHEIM, date(2024, 6, 17), False),
    ):
        wish = Wish(kommune, INT, ARBEID, day, rights="KAN_TILBYS", ages=(56, 60))
        person = world.person(wish)
        person.statsborgerskap = "SYR"
        decided = day - days(4)
        case = Case(kommune, person)
        case.vedtak.append(
            Vedtak(
                kommunenummer=kommune,
                vedtakstype="AVSLAG",
                vedtaksdato=decided,
                begrunnelse="Er over aldersgrensen; det er ikke ledig plass",
                registrert_dato=decided + days(3),
            )
        )
        if complaint:
            case.vedtak.append(
                Vedtak(
                    kommunenummer=kommune,
                    vedtakstype="KLAGE",
                    vedtaksdato=decided + days(16),
                    begrunnelse="Mener at «ledig plass» ikke er vurdert",
                    utfall="Klagen ble ikke tatt til følge",
                    registrert_dato=decided + days(20),
                )
            )
        world.cases.append(case)
    person = world.person(Wish(OSLO, INT, ARBEID, date(2026, 11, 10), ground="FAMILIE"))
    person.statsborgerskap = "ERI"
    world.cases.append(Case(OSLO, person))


def add_clean_people(world: World) -> None:
    """Fill every kommune up with ordinary clean cases."""
    draw = world.draw
    for kommune, wanted in PEOPLE.items():
        earliest = EARLIEST.get(kommune, date(2018, 3, 1))
        while world.count(kommune) < wanted:
            regime = draw.pick((IL, INT, INT, INT, KAP6A, KAP6A, KAP6A))
            if regime == IL and earliest >= date(2020, 1, 1):
                continue
            add_clean_person(world, kommune, regime, earliest)


def add_clean_person(world: World, kommune: str, regime: str, earliest: date) -> None:
    """Add one ordinary clean case, ended or active."""
    draw = world.draw
    choices = {
        IL: (INTRO,),
        INT: (ARBEID, ARBEID, ARBEID, GRUNNSKOLE, FULLFOERE, DELER, VGO_ARBEID, VGO_HOEYERE),
        KAP6A: (ARBEID, ARBEID, ARBEID, VGO_ARBEID, VGO_ARBEID, VGO_HOEYERE, FULLFOERE),
    }
    profile = draw.pick(choices[regime])
    opened = {IL: date(2018, 3, 1), INT: date(2021, 5, 17), KAP6A: date(2022, 7, 11)}[regime]
    first = max(opened, earliest)
    if regime == KAP6A and profile is VGO_HOEYERE and first >= date(2023, 5, 1):
        profile = VGO_ARBEID
    if regime != IL and draw.chance(42) and not (regime == KAP6A and profile.limit == 6):
        back = {6: -4, 24: -20, 36: -24}[profile.limit]
        begin = max(first, add_months(UTTREKKSDATO, back) + days(3))
        last = date(2026, 6, 26) if regime == KAP6A else date(2026, 10, 16)
        world.case(Wish(kommune, regime, profile, off_new_year(draw.day(begin, last))))
        return
    length = draw.between(*months_for(profile))
    last = add_months(UTTREKKSDATO, -length) - days(36)
    if regime == IL:
        last = date(2020, 9, 18)
    if regime == KAP6A:
        last = min(last, date(2023, 4, 28) if profile is VGO_HOEYERE else date(2026, 5, 15))
    start = off_new_year(draw.day(first, last))
    end = off_new_year(add_months(start, length) + days(draw.between(4, 25)))
    world.case(Wish(kommune, regime, profile, start, end))


# ----------------------------------------------------------------------------------- the files


def build() -> World:
    """Make the whole extract."""
    world = World()
    plant_endings(world)
    plant_goals(world)
    plant_missing_tiltak(world)
    plant_tiltak(world)
    add_undecided(world)
    add_near_misses(world)
    add_special_cases(world)
    add_clean_people(world)
    for kommune, wanted in PEOPLE.items():
        if world.count(kommune) != wanted:
            raise ValueError(f"{kommune} has {world.count(kommune)} people, not {wanted}")
    world.draw.shuffle(world.cases)
    return world


def number_rows(cases: Iterable[Case]) -> dict[str, list[Row]]:
    """Give every row its key, connect the rows, and return them table by table."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}

    def key(letter: str, table: str) -> str:
        return f"{letter}{len(tables[table]) + 1:06d}"

    for case in cases:
        person, program, norsk = case.person, case.program, case.norsk
        if not person.person_id:
            person.person_id = key("N", "person")
            tables["person"].append(person)
        if program is not None:
            program.program_id, program.person_id = key("P", "program"), person.person_id
            tables["program"].append(program)
        if norsk is not None:
            norsk.norsk_id, norsk.person_id = key("K", "norsk"), person.person_id
            tables["norsk"].append(norsk)
        program_id = program.program_id if program else ""
        norsk_id = norsk.norsk_id if norsk else ""
        for tiltak in case.tiltak:
            tiltak.tiltak_id, tiltak.person_id = key("T", "tiltak"), person.person_id
            tiltak.program_id = program_id
            tables["tiltak"].append(tiltak)
        for vedtak in case.vedtak:
            vedtak.vedtak_id, vedtak.person_id = key("V", "vedtak"), person.person_id
            if vedtak.norsk_id:
                vedtak.norsk_id = norsk_id
            else:
                vedtak.program_id = program_id
            tables["vedtak"].append(vedtak)
        for permisjon in case.permisjon:
            permisjon.permisjon_id, permisjon.person_id = key("M", "permisjon"), person.person_id
            permisjon.program_id = program_id
            permisjon.norsk_id = norsk_id if permisjon.norsk_id else ""
            tables["permisjon"].append(permisjon)
        for proeve in case.proever:
            proeve.proeve_id, proeve.person_id = key("R", "norskproeve"), person.person_id
            tables["norskproeve"].append(proeve)
    return tables


TABLES: dict[str, type[Row]] = {
    "person": Person,
    "program": Program,
    "tiltak": Tiltak,
    "vedtak": Vedtak,
    "permisjon": Permisjon,
    "norsk": Norsk,
    "norskproeve": Norskproeve,
}

UTTREKK = f"""\
kontrakt = "nir-uttrekk/1.0"
uttrekksdato = {UTTREKKSDATO.isoformat()}
populasjon = "nasjonal"
avsender = "nircheck eksempeldata"
miljoe = "syntetisk"
"""


def as_text(value: object) -> str:
    """Write a value the way the contract asks for: ISO dates, decimal comma, empty for missing."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value.normalize():f}".replace(".", ",")
    return str(value)


def write(world: World, folder: Path) -> dict[str, int]:
    """Write the tables, uttrekk.toml and accepted.json, and return the rows per table."""
    folder.mkdir(parents=True, exist_ok=True)
    tables = number_rows(world.cases)
    for name, kind in TABLES.items():
        header = [column.name for column in dataclasses.fields(kind)]
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.writer(target, delimiter=";", lineterminator="\n")
            writer.writerow(header)
            for row in tables[name]:
                writer.writerow([as_text(getattr(row, column)) for column in header])
    for name, text in (("uttrekk.toml", UTTREKK), ("accepted.json", world.ledger.as_json())):
        with (folder / name).open("w", encoding="utf-8", newline="\n") as target:
            target.write(text)
    return {name: len(rows) for name, rows in tables.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make the sample extract.")
    parser.add_argument(
        "--ut", type=Path, default=Path(__file__).resolve().parent, help="where to write"
    )
    options = parser.parse_args(arguments)
    counts = write(build(), options.ut)
    sys.stdout.write("".join(f"{name}: {rows}\n" for name, rows in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
