"""What should have stood there, as far as the rule itself says it in so many words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import sqlglot
from sqlglot import exp

from nircheck.contract import Contract, Maalform
from nircheck.rulebook import Rule
from nircheck.sql import View

Label = Callable[[str], str | None]
Say = Callable[..., str]
_CONTRACT_RULE = re.compile(r"KON-(?P<column>[a-z_]+\.[a-z_]+)-(?P<kind>[a-z]+)")
_MOST_CODES = 8
_DATES: dict[type[exp.Expr], str] = {
    exp.LT: "ikke_foer", exp.GT: "ikke_etter", exp.LTE: "etter", exp.GTE: "foer"
}  # fmt: skip
_NUMBERS: dict[type[exp.Expr], str] = {
    exp.LT: "minst", exp.GT: "hoeyst", exp.LTE: "over", exp.GTE: "under"
}  # fmt: skip


def expected(
    rule: Rule, view: View | None, contract: Contract, maalform: Maalform, label: Label, say: Say
) -> str:
    """What holds for every row that the rule finds no fault with; empty when it is not that plain.

    A row is right only if each part of a top-level OR is false, so each part that can be turned
    round tells something true.
    """
    by_contract = _CONTRACT_RULE.fullmatch(rule.id)
    if by_contract:
        return _of_contract(by_contract["column"], by_contract["kind"], contract, maalform, say)
    if view is None or rule.id.startswith("KON-"):
        return ""
    tree = sqlglot.parse_one(rule.fails, read="duckdb")
    said = (_turned(part, view, label, say) for part in _parts(tree))
    return "\n".join(dict.fromkeys(text for text in said if text))


def _of_contract(column: str, kind: str, contract: Contract, maalform: Maalform, say: Say) -> str:
    known = contract.column(column)
    if kind == "kode" and known and known.code_list:
        codes = contract.code_lists[known.code_list].codes
        if len(codes) <= _MOST_CODES:
            listed = ", ".join(f"«{code.label[maalform]}»" for code in codes)
            return say("ventet", "en_av", koder=listed)
        return say("ventet", "fra_kodelisten", antall=len(codes))
    if known and kind in ("dato", "tall", "paakrevd", "noekkel"):
        return say("ventet", kind, navn=known.label[maalform])
    return ""


def _parts(tree: exp.Expr) -> Iterator[exp.Expr]:
    tree = tree.unnest()
    if isinstance(tree, exp.Or):
        yield from _parts(tree.left)
        yield from _parts(tree.right)
    else:
        yield tree


def _turned(part: exp.Expr, view: View, label: Label, say: Say) -> str | None:
    if isinstance(part, exp.Is) and isinstance(part.expression, exp.Null):
        name = _named(part.this, label)
        return say("ventet", "registrert", navn=name) if name else None
    if isinstance(part, exp.EQ) and _is_zero(part.expression):
        left = part.this.this if isinstance(part.this, exp.Coalesce) else part.this
        name = _named(left, label)
        key = "registrert" if view.types.get(left.name) == "BIGINT" else "over"
        return say("ventet", key, navn=name, grense="0") if name else None
    if type(part) in _DATES:
        return _compared(type(part), part.this, part.expression, view, label, say)
    return None


def _compared(
    kind: type[exp.Expr], left: exp.Expr, right: exp.Expr, view: View, label: Label, say: Say
) -> str | None:
    name, other = _named(left, label), _named(right, label)
    if name and other and _is_date(left, view) and _is_date(right, view):
        return say("ventet", _DATES[kind], navn=name, annen=_lowered(other))
    if name and isinstance(right, exp.Literal) and not right.is_string:
        key = "ingen" if kind is exp.GT and _is_zero(right) else _NUMBERS[kind]
        return say("ventet", key, navn=name, grense=right.this.replace(".", ","))
    return None


def _named(node: exp.Expr, label: Label) -> str | None:
    return label(node.name) if isinstance(node, exp.Column) and not node.table else None


def _is_date(node: exp.Expr, view: View) -> bool:
    return view.types.get(node.name) == "DATE"


def _is_zero(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.this == "0"


def _lowered(label: str) -> str:
    """A label in the middle of a sentence; a word that is all capitals stays."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]
