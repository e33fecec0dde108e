"""The letter as one HTML file that asks for nothing from outside."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from nircheck import resources, templates
from nircheck.contract import MAALFORMER, Maalform
from nircheck.letters import numbers, since, template_check
from nircheck.letters.bars import bars
from nircheck.letters.case import BydelLine, Case, NotJudged, RuleLine
from nircheck.letters.lines import lines
from nircheck.letters.run_folder import SEVERITY_ORDER
from nircheck.privacy import masked
from nircheck.rulebook.model import SEVERITIES
from nircheck.texts import Texts, texts

TEMPLATE = "letter.html.j2"
PARTS = {"_letter_ranges.html.j2": "ranges"}
"""Templates that are put in the letter, and the catalogue of each."""

CATALOGUE = "letter"
_BY_CONTRACT = "KON-"
_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that no page may hold, whatever file or rule they came from."""


@dataclass(frozen=True)
class Look:
    """A style sheet, and the script that adds sorting where there is someone to sort."""

    style: Markup
    script: Markup | None

    @property
    def csp(self) -> str:
        """What the page may do: nothing but show this style and run this script."""
        script = f"; script-src '{sri(self.script)}'" if self.script else ""
        return (
            f"default-src 'none'; style-src '{sri(self.style)}'{script}; "
            "base-uri 'none'; form-action 'none'"
        )


def sri(content: str | bytes) -> str:
    """The SHA-256 as browsers write it."""
    data = content.encode() if isinstance(content, str) else content
    return "sha256-" + base64.b64encode(hashlib.sha256(data).digest()).decode()


@cache
def screen() -> Look:
    """How the letter looks in a browser, and on paper printed from there."""
    return Look(_file("_letter.css.j2"), _file("_letter.js.j2"))


@cache
def paper() -> Look:
    """How the letter looks as PDF."""
    return Look(_file("_letter_pdf.css.j2"), None)


def check() -> None:
    """Refuse a template that names what no letter will give it, before the first letter."""
    for maalform in MAALFORMER:
        for template, catalogue in ({TEMPLATE: CATALOGUE} | PARTS).items():
            template_check.check(_environment(maalform), template, catalogue, maalform, KNOWN)


def render(case: Case, look: Look) -> str:
    """The whole letter."""
    template = _environment(case.maalform).get_template(TEMPLATE)
    return _STEERING.sub("\ufffd", masked(template.render(_values(case, look))))


def subject(case: Case) -> str:
    """What the letter is about, in one line."""
    say = _sayer(texts(case.maalform, CATALOGUE))
    if case.kind != "funn":
        return say("emne", case.kind)
    count = case.totals.findings
    if not case.totals.feil and not case.totals.advarsel:
        return say("emne", "orientering", antall=count)
    if case.frist is None:
        return say("emne", "funn", antall=count)
    return say(
        "emne", "funn_frist", antall=count, frist=numbers.long_day(case.frist, case.maalform)
    )


def public_title(case: Case) -> str:
    """A title that may stand in an open journal."""
    day = numbers.long_day(case.uttrekksdato, case.maalform)
    return _sayer(texts(case.maalform, CATALOGUE))("emne", "offentlig", dato=day)


@cache
def _file(name: str) -> Markup:
    return Markup((resources.reports() / name).read_text(encoding="utf-8").strip())


@cache
def _environment(maalform: Maalform) -> Environment:
    environment = templates.environment(autoescape=True)
    environment.filters |= {
        "number": lambda value: numbers.number(value, maalform),
        "day": numbers.short_day,
        "long_day": lambda value: numbers.long_day(value, maalform),
        "capital": lambda text: text[:1].upper() + text[1:],
        "rank": SEVERITY_ORDER.__getitem__,
    }
    return environment


def _sayer(catalogue: Texts) -> Callable[..., str]:
    """Says a sentence of a group, whole numbers written as the standard has them."""

    def say(group: str, key: str, **values: object) -> str:
        said = {
            name: numbers.number(value, catalogue.maalform) if isinstance(value, int) else value
            for name, value in values.items()
        }
        return catalogue.say(group, key, **said)

    return say


KNOWN: dict[str, type | None] = dict.fromkeys(
    (
        "attachment", "bars", "came", "csp", "development", "fixed_elsewhere", "footer", "lead",
        "legal_basis", "of", "organisation", "outside", "past", "ranges", "recipient", "say",
        "scope", "script", "sender_help", "sender_name", "sender_unit", "severities",
        "signatures", "steps", "style", "subject", "sums", "t", "unjudged", "which", "word",
    )
) | {"case": Case}  # fmt: skip
"""What the template may name."""


def _values(case: Case, look: Look) -> dict[str, Any]:
    catalogue = texts(case.maalform, CATALOGUE)
    word = _sayer(catalogue)

    def say(key: str, **values: object) -> str:
        return word("brev", key, **values)

    past = _sayer(texts(case.maalform, "history"))
    totals = case.totals
    basis = case.avsender.said("hjemmel", case.maalform)
    values: dict[str, Any] = {
        "case": case,
        "t": catalogue.groups["brev"],
        "say": say,
        "word": word,
        "csp": look.csp,
        "style": look.style,
        "script": look.script if case.kind == "funn" else None,
        "subject": subject(case),
        "recipient": _addressed(case, say),
        "organisation": _grouped(case.organisasjonsnummer),
        "sender_name": case.avsender.said("navn", case.maalform),
        "sender_unit": case.avsender.said("enhet", case.maalform),
        "sender_help": case.avsender.said("hjelp", case.maalform),
        "legal_basis": basis,
        "signatures": [
            {"name": person.navn, "title": getattr(person.tittel, case.maalform)}
            for person in case.avsender.underskrift
        ],
        "lead": _lead(case, word),
        "sums": [(s, count) for s in SEVERITIES if (count := getattr(totals, s))],
        "steps": _steps(case, word),
        "scope": word("kjerne", "null_omfang", rader=totals.rows, antall=totals.rules_judged),
        "severities": lambda rule: _severities(rule, word),
        "of": lambda rule: _of(rule, case, say),
        "outside": _outside(case),
        "bars": bars(case, say),
        "ranges": case.ranges,
        "came": since.sentences(case, past),
        "development": lines(case, past),
        "fixed_elsewhere": case.history.fixed - sum(rule.fixed or 0 for rule in case.rules)
        if case.history
        else 0,
        "past": past,
        "unjudged": _unjudged(case),
        "which": lambda rules: _which(rules, say),
        "attachment": say("vedlegg_hjemmel", antall=totals.findings, hjemmel=basis)
        if basis
        else say("vedlegg_tekst", antall=totals.findings),
        "footer": say(
            "bunn",
            referanse=case.referanse,
            kjoering=case.run_id,
            regelbok=case.rulebook_sha256[:8],
            versjon=case.nircheck,
            kontrakt=case.kontrakt,
        ),
    }
    return values


def _addressed(case: Case, say: Callable[..., str]) -> str:
    """`Herøy kommune (Møre og Romsdal)`, where the county tells two of the same name apart."""
    name, opened, county = case.navn.partition(" (")
    return say("kommune", navn=name) + opened + county


def _lead(case: Case, word: Callable[..., str]) -> str:
    navn = word("brev", "kommune", navn=case.kortnavn)
    if case.bydel:
        navn += ", " + word("brev", "bydel", navn=case.bydelsnavn)
    given: dict[str, object] = {
        "navn": navn, "dato": numbers.long_day(case.uttrekksdato, case.maalform)
    }  # fmt: skip
    if case.kind == "funn":
        found = given | {"antall": case.totals.findings}
        if not case.totals.persons:
            return word("kjerne", "funn_uten_personer", **found)
        return word("kjerne", "funn", **found, personer=case.totals.persons)
    if case.kind == "null":
        whole = not case.not_judged and not case.partly_judged
        return word("kjerne", "null" if whole else "null_delvis", **given)
    if case.kind == "ikke_vurdert":
        return word("kjerne", case.kind, **given, rader=case.totals.rows)
    return word("kjerne", case.kind, **given)


def _steps(case: Case, word: Callable[..., str]) -> list[str]:
    if case.kind == "ingen_rader":
        return [
            word("steg", "tom_riktig"),
            word("steg", "tom_galt", nummer=case.kommunenummer),
            word("steg", "tom_si_fra"),
        ]
    given: dict[str, object] = {}
    key = "send"
    if retur := case.avsender.said("retur", case.maalform):
        key, given["retur"] = "send_retur", retur
    if case.frist:
        key += "_frist"
        given["frist"] = numbers.long_day(case.frist, case.maalform)
    return [
        *(word("steg", step) for step in ("aapne", "rett", "status")),
        word("steg", key, **given),
    ]


def _severities(rule: RuleLine, word: Callable[..., str]) -> str:
    """`feil`, or `feil (5), til orientering (1)` when a rule has given both."""
    counts = rule.by_severity
    if len(counts) == 1:
        return word("alvor", rule.severity)
    return ", ".join(f"{word('alvor', severity)} ({n})" for severity, n in counts.items())


def _of(rule: RuleLine, case: Case, say: Callable[..., str]) -> str:
    if rule.applies is None:
        return numbers.number(rule.number, case.maalform)
    share = numbers.percent(rule.number, rule.applies, case.maalform)
    return f"{say('av_antall', funn=rule.number, antall=rule.applies)} ({share})"


def _outside(case: Case) -> BydelLine | None:
    """What belongs to no bydel that is known."""
    rest = {
        f.name: getattr(case.totals, f.name) - sum(getattr(b, f.name) for b in case.bydeler)
        for f in fields(BydelLine)
        if f.name not in ("number", "name")
    }
    return BydelLine(number="", name="", **rest) if any(rest.values()) else None


def _unjudged(case: Case) -> list[NotJudged]:
    """Whatever was not judged, for any row or for some, by reason."""
    reasons: dict[str, set[tuple[str, str]]] = {}
    for line in (*case.not_judged, *case.partly_judged):
        reasons.setdefault(line.reason, set()).update(line.rules)
    ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0]))
    return [NotJudged(reason, tuple(sorted(rules))) for reason, rules in ordered]


def _which(rules: tuple[tuple[str, str], ...], say: Callable[..., str]) -> list[str]:
    """The ids of the rules; those that follow from the contract are only counted."""
    own = [rule_id for rule_id, _ in rules if not rule_id.startswith(_BY_CONTRACT)]
    rest = len(rules) - len(own)
    return own + ([say("formkontroller", antall=rest)] if rest else [])


def _grouped(number: str | None) -> str | None:
    """958 935 420."""
    return "\u00a0".join(number[at : at + 3] for at in range(0, len(number), 3)) if number else None
