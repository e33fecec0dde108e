"""How the fields and values of findings are called by those who register them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from nircheck.contract import MAALFORMER, Contract, Maalform
from nircheck.letters.workbook_expected import expected
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sql import View
from nircheck.texts import Texts, texts

_HIDDEN = "•••"
_BETWEEN = " | "
_FIRST_DAY = date(1899, 12, 30)


@dataclass(frozen=True)
class Field:
    """One column that a finding shows: its name, its kind of value, and the labels of its codes."""

    label: str
    kind: str
    codes: dict[str, str]


@dataclass(frozen=True)
class RuleWording:
    """What all findings of a rule have in common."""

    fields: tuple[Field, ...]
    names: str
    dated: tuple[int, ...]
    expected: str

    def values(self, written: str) -> list[str] | None:
        """The value of each field as the run has it; None when they cannot be told apart."""
        values = written.split(_BETWEEN)
        return values if len(values) == len(self.fields) else None


@dataclass(frozen=True)
class Wording:
    """The names of keys, and what is common to the findings of each rule."""

    keys: dict[str, str]
    rules: dict[str, RuleWording]


Wordings = dict[Maalform, Wording]


def wordings(book: RuleBook) -> Wordings:
    """The wording of a rule book in both written standards; made once for all workbooks."""
    return {form: _wording(book, form) for form in MAALFORMER}


def said(field: Field, value: str, say: Texts) -> str:
    """A value as a caseworker reads it: 31.12.2025, 37,5, the label of a code."""
    value = value.strip()
    if not value:
        return say.say("celle", "tom")
    if value == _HIDDEN:
        return say.say("celle", "skjult")
    if field.kind == "date":
        return _norwegian(value)
    if field.kind == "decimal":
        return value.rstrip("0").rstrip(".").replace(".", ",") if "." in value else value
    return field.codes.get(value, value)


def day_number(value: str) -> int | None:
    """An ISO date as the number a workbook keeps it as; none for days a workbook has not."""
    day = _day(value.strip())
    return (day - _FIRST_DAY).days if day and day.year > 1900 else None


def _norwegian(value: str) -> str:
    day = _day(value)
    return f"{day:%d.%m.%Y}" if day else value


@lru_cache(maxsize=50_000)
def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == len("2025-12-31") else None
    except ValueError:
        return None


def _wording(book: RuleBook, form: Maalform) -> Wording:
    keys = {t.name: t.key.label[form] for t in book.contract.tables.values()}
    rules = {c.rule.id: _of_rule(c, book, form) for c in book.running()}
    return Wording(keys, rules)


def _of_rule(compiled: CompiledRule, book: RuleBook, form: Maalform) -> RuleWording:
    rule, contract = compiled.rule, book.contract
    view = book.views.for_rules.get(rule.table)
    catalogue = texts(form, "workbook")

    def label(column: str) -> str | None:
        return _label(column, view, contract, form, catalogue)

    fields = tuple(_field(name, label(name), view, contract, form) for name in rule.fields)
    by = [at for at, name in enumerate(rule.fields) if name == rule.valid.by]
    dates = [at for at, field in enumerate(fields) if field.kind == "date"]
    return RuleWording(
        fields=fields,
        names="\n".join(field.label for field in fields),
        dated=tuple(dict.fromkeys(by + dates)),
        expected=expected(rule, view, contract, form, label, catalogue.say),
    )


def _label(
    column: str, view: View | None, contract: Contract, form: Maalform, catalogue: Texts
) -> str | None:
    """What a column is called; with its table where the rule's own has one called the same."""
    source = _source(column, view, contract)
    known = contract.column(source) if source else None
    if known is None or view is None:
        return catalogue.groups["avledet"].get(column)
    label = known.label[form]
    own = contract.tables.get(view.name)
    if own is None or known.table == own.name:
        return label
    alike = any(label == column.label[form] for column in own.columns)
    return f"{label} ({contract.tables[known.table].label[form].lower()})" if alike else label


def _source(column: str, view: View | None, contract: Contract) -> str | None:
    if view is None or column not in view.origins:
        return None
    return view.shows(column)


def _field(
    name: str, label: str | None, view: View | None, contract: Contract, form: Maalform
) -> Field:
    source = _source(name, view, contract)
    column = contract.column(source) if source else None
    written = view.types.get(name, "TEXT") if view else "TEXT"
    kind = "date" if written == "DATE" else "decimal" if written.startswith("DECIMAL") else "text"
    codes = contract.code_lists[column.code_list].codes if column and column.code_list else ()
    return Field(label or name, kind, {code.code: code.label[form] for code in codes})
