"""Makes a run of what was read and what was judged, and sees to it that every sum agrees."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from nircheck import __version__
from nircheck.errors import EngineError
from nircheck.figures import count, load_headlines
from nircheck.ingest import Manifest
from nircheck.privacy import masked
from nircheck.register import JudgedRegister
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.rulebook.model import SEVERITIES
from nircheck.run import programmes
from nircheck.run.model import SCHEMA_VERSION, Outcome, Run, active_rules
from nircheck.run.rows import rows_per_kommune

if TYPE_CHECKING:
    from nircheck.engine import Judgement

_PROGRAMME_SUMS = ("programmer", "deltakere", "med_feil")


class Entry(NamedTuple):
    """A line of the accounting: what came of one rule in one kommune."""

    rule_id: str
    kommunenummer: str
    outcome: Outcome
    applies: int
    fails: int
    reason: str | None


def assemble(
    register: JudgedRegister,
    manifest: Manifest,
    book: RuleBook,
    judgement: Judgement,
    asked: tuple[str, ...] = (),
) -> Run:
    """The run, for the kommuner that were asked for or for all."""
    rules = book.running()
    kommuner = sorted(set(asked)) or _kommuner(register, manifest, judgement)
    findings = _of(judgement.findings, kommuner)
    linked = _of(judgement.linked, kommuner)
    accounting = _accounting(rules, kommuner, judgement, findings, linked)
    facts = _facts(register, manifest, book, judgement, asked)
    defects = programmes.touched(register, findings)
    active = {compiled.rule.id for compiled in rules if compiled.rule.status == "active"}
    counted = programmes.count(register, defects, active, kommuner)
    facts["rules"] = _per_rule(rules, accounting, findings, linked, defects)
    facts["kommuner"] = _per_kommune(
        kommuner, register, accounting, findings, facts["rules"], counted
    )
    facts["totals"] = _totals(facts, accounting, linked)
    headlines = load_headlines(book)
    facts["figures"] = {headline.id: headline.told for headline in headlines}
    return Run(
        facts=facts,
        findings=findings,
        accounting=_table(accounting),
        linked=linked,
        programmes=counted,
        figures=count(register, headlines, kommuner),
    )


_SCHEMA = pa.schema(
    [
        ("rule_id", pa.string()),
        ("kommunenummer", pa.string()),
        ("outcome", pa.string()),
        ("applies", pa.int64()),
        ("fails", pa.int64()),
        ("reason", pa.string()),
    ]
)


def _kommuner(register: JudgedRegister, manifest: Manifest, judgement: Judgement) -> list[str]:
    """Every place a row ended up; of a national extract also every kommune that sent none."""
    expected: set[str] = set()
    if manifest.populasjon == "nasjonal":
        expected = set(register.kommuner.names)
    elif manifest.kommunenummer:
        expected = {manifest.kommunenummer}
    return sorted(expected | set(judgement.counts.column("kommunenummer").to_pylist()))


def _of(table: pa.Table, kommuner: list[str]) -> pa.Table:
    return table.filter(pc.is_in(table.column("kommunenummer"), pa.array(kommuner, pa.string())))


def _accounting(
    rules: Iterable[CompiledRule],
    kommuner: list[str],
    judgement: Judgement,
    findings: pa.Table,
    linked: pa.Table,
) -> list[Entry]:
    """One line per rule and kommune, with its one outcome."""
    shown = _counted(findings, "rule_id", "kommunenummer")
    elsewhere = _counted(linked, "rule_id", "kommunenummer", "vist_av")
    linked_to: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for (rule_id, kommune, shower), number in sorted(elsewhere.items()):
        linked_to.setdefault((rule_id, kommune), []).append((shower, number))
    counts = {(row["rule_id"], row["kommunenummer"]): row for row in judgement.counts.to_pylist()}
    entries: list[Entry] = []
    for compiled in rules:
        rule_id = compiled.rule.id
        for kommune in kommuner:
            cell = (rule_id, kommune)
            if rule_id in judgement.failed:
                why = judgement.failed[rule_id]
                entries.append(Entry(*cell, Outcome.TEKNISK_FEIL, 0, 0, why))
            elif rule_id in judgement.not_run:
                why = judgement.not_run[rule_id]
                entries.append(Entry(*cell, Outcome.IKKE_KJOERT, 0, 0, why))
            else:
                there = linked_to.get(cell, [])
                outcome, applies, fails, note = _outcome(cell, counts.get(cell), shown[cell], there)
                entries.append(Entry(*cell, outcome, applies, fails, note))
    return entries


def _table(entries: list[Entry]) -> pa.Table:
    columns = zip(*entries, strict=True) if entries else [()] * len(_SCHEMA)
    arrays = [pa.array(values, field.type) for values, field in zip(columns, _SCHEMA, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_SCHEMA)


def _outcome(
    cell: tuple[str, str],
    counts: dict[str, Any] | None,
    shown: int,
    linked: list[tuple[str, int]],
) -> tuple[Outcome, int, int, str | None]:
    if counts is None:
        return Outcome.IKKE_RELEVANT, 0, 0, None
    if counts["fails"] != shown + sum(number for _, number in linked):
        raise EngineError(f"{cell[0]} in {cell[1]}: {counts['fails']} counted, {shown} listed")
    unjudged = [(why, counts[why]) for why in ("regime_ukjent", "uleselig") if counts[why]]
    notes = [f"ikke_vurdert:{why}={number}" for why, number in unjudged]
    notes += [f"vist_av:{rule_id}={number}" for rule_id, number in linked]
    reason = ";".join(notes) or None
    if shown:
        return Outcome.AVVIK, counts["applies"], shown, reason
    if counts["applies"]:
        return Outcome.INGEN_AVVIK, counts["applies"], 0, reason
    if unjudged:
        return Outcome.IKKE_KJOERT, 0, 0, reason
    return Outcome.IKKE_RELEVANT, 0, 0, None


def _facts(
    register: JudgedRegister,
    manifest: Manifest,
    book: RuleBook,
    judgement: Judgement,
    asked: tuple[str, ...],
) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "nircheck": __version__,
        "uttrekksdato": register.uttrekksdato.isoformat(),
        "kontrakt": manifest.kontrakt,
        "kommunenummer": manifest.kommunenummer,
        "populasjon": manifest.populasjon,
        "avsender": masked(manifest.avsender) if manifest.avsender else None,
        "miljoe": register.miljoe,
        "asked": sorted(set(asked)),
        "contract": {"name": book.contract.name, "sha256": book.contract.sha256},
        "rulebook": {"sha256": book.sha256, "rules": len(book.running())},
        "policy": book.policy.as_facts(register.uttrekksdato),
        "inputs": sorted((asdict(file) for file in register.files), key=lambda f: f["table"]),
        "previous": register.previous_sha256,
        "kolonnekart": register.column_map_sha256,
    }
    identity = json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()
    digest = hashlib.sha256(identity).hexdigest()
    facts["run_id"] = "-".join(digest[at : at + 4] for at in range(0, 16, 4))
    facts["notes"] = sorted(
        ({"key": note.key, "values": note.values} for note in register.notes),
        key=lambda note: json.dumps(note, sort_keys=True),
    )
    return facts


def _per_rule(
    rules: Iterable[CompiledRule],
    accounting: list[Entry],
    findings: pa.Table,
    linked: pa.Table,
    defects: pa.Table,
) -> dict[str, Any]:
    severities = _counted(findings, "rule_id", "severity")
    elsewhere = _counted(linked, "rule_id")
    pairs = defects.select(["rule_id", "noekkel"]).group_by(["rule_id", "noekkel"]).aggregate([])
    programmes_of = _counted(pairs, "rule_id")
    applies, fails, outcomes = Counter[str](), Counter[str](), Counter[tuple[str, Outcome]]()
    reasons: dict[str, str | None] = {}
    for entry in accounting:
        applies[entry.rule_id] += entry.applies
        fails[entry.rule_id] += entry.fails
        outcomes[(entry.rule_id, entry.outcome)] += 1
        if entry.outcome in (Outcome.TEKNISK_FEIL, Outcome.IKKE_KJOERT):
            reasons.setdefault(entry.rule_id, entry.reason)
    return {
        c.rule.id: {
            "chapter": c.chapter,
            "status": c.rule.status,
            "title": {"nb": c.rule.title.nb, "nn": c.rule.title.nn},
            "outcome": (outcome := _overall({o: outcomes[(c.rule.id, o)] for o in Outcome})),
            "applies": applies[c.rule.id],
            "fails": fails[c.rule.id],
            "linked": elsewhere[(c.rule.id,)],
            "programmer": programmes_of[(c.rule.id,)],
            "reason": reasons.get(c.rule.id)
            if outcome in (Outcome.TEKNISK_FEIL, Outcome.IKKE_KJOERT)
            else None,
        }
        | {severity: severities[(c.rule.id, severity)] for severity in SEVERITIES}
        for c in rules
    }


def _overall(outcomes: dict[Outcome, int]) -> Outcome:
    """The gravest that can be said of a rule over all kommuner."""
    order = (Outcome.TEKNISK_FEIL, Outcome.AVVIK, Outcome.INGEN_AVVIK, Outcome.IKKE_KJOERT)
    return next((outcome for outcome in order if outcomes[outcome]), Outcome.IKKE_RELEVANT)


def _per_kommune(
    kommuner: list[str],
    register: JudgedRegister,
    accounting: list[Entry],
    findings: pa.Table,
    rules: dict[str, Any],
    programmes_there: pa.Table,
) -> dict[str, Any]:
    active = {rule_id for rule_id, rule in rules.items() if rule["status"] == "active"}
    counted = findings.filter(
        pc.is_in(findings.column("rule_id"), pa.array(sorted(active), pa.string()))
    )
    severities = _counted(counted, "kommunenummer", "severity")
    applies, outcomes = Counter[str](), Counter[tuple[str, Outcome]]()
    for entry in accounting:
        applies[entry.kommunenummer] += entry.applies
        outcomes[(entry.kommunenummer, entry.outcome)] += 1
    sums = programmes_there.to_pandas().groupby("kommunenummer")[list(_PROGRAMME_SUMS)].sum()
    held = sums.to_dict("index")
    placed = rows_per_kommune(register)
    return {
        kommune: {
            "navn": register.kommuner.names.get(kommune),
            "rader": placed.get(kommune, {}).get("rader", {}),
            "bydeler": placed.get(kommune, {}).get("bydeler", {}),
            "applies": applies[kommune],
            "outcomes": {o.value: outcomes[(kommune, o)] for o in Outcome},
        }
        | {severity: severities[(kommune, severity)] for severity in SEVERITIES}
        | {name: int(held.get(kommune, {}).get(name, 0)) for name in _PROGRAMME_SUMS}
        for kommune in kommuner
    }


def _totals(facts: dict[str, Any], accounting: list[Entry], linked: pa.Table) -> dict[str, Any]:
    """Sums over active rules; drafts are counted for themselves."""
    active = active_rules(facts).values()
    outcomes = Counter(entry.outcome for entry in accounting)
    return {
        "findings": sum(rule["fails"] for rule in active),
        "drafts": sum(rule["fails"] for rule in facts["rules"].values())
        - sum(rule["fails"] for rule in active),
        "linked": linked.num_rows,
        "outcomes": {outcome.value: outcomes[outcome] for outcome in Outcome},
        **{severity: sum(rule[severity] for rule in active) for severity in SEVERITIES},
        **{
            name: sum(kommune[name] for kommune in facts["kommuner"].values())
            for name in _PROGRAMME_SUMS
        },
    }


def _counted(table: pa.Table, *columns: str) -> Counter[tuple[Any, ...]]:
    return Counter(zip(*(table.column(column).to_pylist() for column in columns), strict=True))
