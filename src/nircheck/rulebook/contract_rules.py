"""The rules that follow from the contract: one per column and kind, from one set of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nircheck import yamlfile
from nircheck.contract import MAALFORMER, Column, Contract, Table
from nircheck.rulebook.chapters import CONTRACT_CHAPTER
from nircheck.rulebook.compile import (
    CompiledRule,
    Predicates,
    counts_sql,
    findings_sql,
    meaning,
)
from nircheck.rulebook.messages import EMPTY
from nircheck.rulebook.model import Rule
from nircheck.sql import legible, literal, looks_personal, masked, quoted

_HIDDEN = literal("•••")
_VALUE = re.compile(r"\[(\w+)\]")


@dataclass(frozen=True)
class Check:
    """One generated rule: which rows, which of them fail, and the value to show."""

    kind: str
    column: Column
    applies: str
    fails: str
    value: str
    names: dict[str, dict[str, str]]
    needs: tuple[str, ...]
    source: str | None = None

    @property
    def rule_id(self) -> str:
        """The rule it becomes."""
        return f"KON-{self.column.table}.{self.column.name}-{self.kind}"


@dataclass(frozen=True)
class _RowCheck:
    """A rule about rows that reading has put aside, each of which is a defect."""

    kind: str
    source: str
    applies: str


def load(expectations: Path, contract: Contract) -> tuple[CompiledRule, ...]:
    """Every contract rule, compiled."""
    texts = yamlfile.load(expectations / "_contract" / "contract_rules.yaml")
    rules = [
        _compiled(check, texts[check.kind], contract)
        for table in contract.tables.values()
        for column in table.columns
        for check in checks(column, contract)
    ]
    for table in contract.tables.values():
        rules += _of_rows(table, texts)
    return tuple(sorted(rules, key=lambda compiled: compiled.rule.id))


def checks(column: Column, contract: Contract, schema: str = "main") -> Iterator[Check]:
    """What the contract asks of the values of a column; tables it points at are in `schema`."""
    name = quoted(column.name)
    unread = f"contains(ulest, {literal(column.unread_mark)})"
    labels: dict[str, dict[str, str]] = {
        form: {"kolonne": column.label[form]} for form in MAALFORMER
    }
    own = (column.table, column.qualified)
    if column.can_be_unread:
        kind = {"date": "dato", "decimal": "tall", "text": "form"}[column.kind]
        if column.is_identifier:
            kind = "excelskade"
        raw = (
            f"(SELECT t.*, u.verdi AS som_det_sto FROM basis.{column.table} AS t "
            f"LEFT JOIN raa.uleste AS u ON u.tabell = {literal(column.table)} "
            f"AND u.kolonne = {literal(column.name)} AND u.rad = t.rad) AS {column.table}"
        )
        told = f"{unread} AND NOT contains(ulest, {literal(column.lost_mark)})"
        present = f"({name} IS NOT NULL OR ulest IS NOT NULL AND {told})"
        failing = f"ulest IS NOT NULL AND {told}"
        yield Check(kind, column, present, failing, "som_det_sto", labels, own, raw)
    if column.code_list:
        codes = contract.code_lists[column.code_list].codes
        known = ", ".join(literal(code.code) for code in codes)
        failing = f"{name} NOT IN ({known})"
        yield Check("kode", column, f"{name} IS NOT NULL", failing, name, labels, own)
    if column.value_required:
        missing = f"{name} IS NULL AND (ulest IS NULL OR NOT {unread})"
        yield Check("paakrevd", column, "TRUE", missing, "NULL", labels, own)
    if column.is_key:
        number = "CAST(forekomst AS VARCHAR)"
        yield Check("noekkel", column, "TRUE", "forekomst > 1", number, labels, own)
        personal = looks_personal(name)
        yield Check("personnummer", column, f"{name} IS NOT NULL", personal, "NULL", labels, own)
    if column.references:
        table, target = column.references
        label: dict[str, dict[str, str]] = {
            form: labels[form] | {"maal": contract.tables[table].label[form]} for form in MAALFORMER
        }
        place = table if schema == "main" else f"{schema}.{table}"
        found = f"EXISTS (SELECT 1 FROM {place} AS m WHERE m.{target} = {column.table}.{name})"
        needs = (*own, table)
        applies = f"{name} IS NOT NULL AND EXISTS (SELECT 1 FROM {place})"
        yield Check("fremmed", column, applies, f"NOT {found}", name, label, needs)


def _compiled(check: Check, texts: dict[str, Any], contract: Contract) -> CompiledRule:
    column = check.column
    codes = contract.code_lists.get(column.code_list or "")
    assumed = check.kind == "kode" and codes is not None and not codes.documented
    rule = _rule(
        check.rule_id,
        column.table,
        column.name,
        check.kind,
        texts | ({"severity": "advarsel"} if assumed else {}),
        check.names,
    )
    visible = column.in_letter or check.kind == "noekkel"
    value = f"COALESCE({legible(check.value)}, '')" if visible else _HIDDEN
    whole = f"COALESCE({masked(check.value)}, '')"
    hashed = whole if visible else f"substr(md5(COALESCE({check.value}, '')), 1, 3)"
    predicates = Predicates(
        scope=check.applies,
        judged="TRUE",
        regime_unknown="FALSE",
        readable="TRUE",
        fails=check.fails,
        severity=literal(rule.severity[0].severity),
    )
    base = f"basis.{column.table}"  # a view's `ulest` tells of other rows too
    messages = {
        f"melding_{form}": _message(texts["message"][form], {"verdi": value}, check.names[form])
        for form in MAALFORMER
    }
    counts = counts_sql(base, predicates)
    return CompiledRule(
        rule=rule,
        chapter=CONTRACT_CHAPTER,
        needs=check.needs,
        findings=findings_sql(
            rule, predicates, messages, (value, hashed), source=check.source or base
        ),
        counts=counts,
        source=base,
        predicates=predicates,
        meaning=meaning(counts),
    )


def _of_rows(table: Table, texts: dict[str, Any]) -> Iterator[CompiledRule]:
    """What is wrong with a whole row: how it is parted in fields, or characters lost in it."""
    own = f"tabell = {literal(table.name)}"
    fields, expected = "CAST(felter AS VARCHAR)", "CAST(ventet AS VARCHAR)"
    counts = {"felter": fields, "ventet": expected}
    parted = _RowCheck("radform", "raa.avviste_rader", f"{own} AND felter > 0")
    yield _row_rule(table, parted, texts, (counts, counts), f"{fields} || '/' || {expected}")
    quote = _RowCheck("anfoerselstegn", "raa.avviste_rader", f"{own} AND felter = 0")
    yield _row_rule(table, quote, texts, ({}, {}), "''")
    lost = _RowCheck("tegn", "raa.tapte_tegn", own)
    places = ({"steder": "steder_nb"}, {"steder": "steder_nn"})
    yield _row_rule(table, lost, texts, places, "steder_nb")


def _row_rule(
    table: Table,
    check: _RowCheck,
    texts: dict[str, Any],
    values: tuple[dict[str, str], dict[str, str]],
    value: str,
) -> CompiledRule:
    names: dict[str, dict[str, str]] = {form: {"tabell": table.label[form]} for form in MAALFORMER}
    said = texts[check.kind]
    rule_id = f"KON-{table.name}-{check.kind}"
    rule = _rule(rule_id, table.name, table.key.name, check.kind, said, names)
    predicates = Predicates(
        scope=check.applies,
        judged="TRUE",
        regime_unknown="FALSE",
        readable="TRUE",
        fails="TRUE",
        severity=literal(rule.severity[0].severity),
    )
    messages = {
        f"melding_{form}": _message(said["message"][form], shown, names[form])
        for form, shown in zip(MAALFORMER, values, strict=True)
    }
    counts = counts_sql(check.source, predicates)
    return CompiledRule(
        rule=rule,
        chapter=CONTRACT_CHAPTER,
        needs=(table.name,),
        findings=findings_sql(rule, predicates, messages, (value, value), source=check.source),
        counts=counts,
        source=check.source,
        predicates=predicates,
        meaning=meaning(counts),
    )


def _rule(
    rule_id: str,
    table: str,
    field: str,
    kind: str,
    texts: dict[str, Any],
    names: dict[str, dict[str, str]],
) -> Rule:
    def filled(text: str, form: str) -> str:
        for name, value in names[form].items():
            text = text.replace("{" + name + "}", value)
        return text

    return Rule.model_validate(
        {
            "id": rule_id,
            "status": "active",
            "table": table,
            "regimes": "ALLE",
            "valid": "always",
            "applies": kind,
            "fails": kind,
            "severity": texts["severity"],
            "fields": [field],
            "needs": [table],
            "dimension": texts["dimension"],
            "evidence": ["kontrakt"],
            "title": {form: filled(texts["title"][form], form) for form in MAALFORMER}
            | {"en": filled(texts["title"]["en"], "nb")},
            "message": {form: filled(texts["message"][form], form) for form in MAALFORMER},
            "meaning": texts["meaning"],
            "fix": texts["fix"],
            "not_an_error": texts["not_an_error"],
            "why": f"Follows from the contract ({kind}).",
        }
    )


def _message(template: str, values: dict[str, str], names: dict[str, str]) -> str:
    """SQL for a contract message: names are fixed, values come from the row."""
    for name, label in names.items():
        template = template.replace("{" + name + "}", label)
    parts = []
    for index, piece in enumerate(_VALUE.split(template)):
        if index % 2:
            parts.append(f"COALESCE({values[piece]}, {literal(EMPTY)})")
        else:
            parts.append(literal(piece))
    return " || ".join(parts)
