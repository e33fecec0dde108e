"""Which rules cannot be judged without a table or column, told by what each of them needs."""

from __future__ import annotations

from dataclasses import replace

from nircheck.gate.deviation import Deviation
from nircheck.rulebook import RuleBook

_GONE = {
    "tabell_mangler", "tabell_omdoept", "tabell_ikke_levert", "tabell_ulest", "tabell_borte",
    "kolonne_mangler", "kolonne_ikke_levert", "kolonne_omdoept", "kolonne_borte",
}  # fmt: skip
_READS_OTHERWISE = {
    "dato", "tall", "form", "excelskade", "kode", "paakrevd", "noekkel", "fremmed", "kolonne_tom",
    "type", "noekkel_byttet", "kobling",
}  # fmt: skip
_KOMMUNE = ("kommune", "program")


def with_rules(deviation: Deviation, book: RuleBook, columns: tuple[str, ...] = ()) -> Deviation:
    """The deviation with the rules it stops, wholly or for the rows it is about.

    `columns` are those a whole header lacks; without them the deviation says itself what is gone.
    """
    if columns:
        gone = {f"{deviation.table}.{name}" for name in columns}
        return replace(deviation, not_run=needing(book, gone))
    if not deviation.table:
        return deviation
    touched = tuple(r for r in needing(book, {deviation.place}) if r != deviation.rule_id)
    if deviation.kind in _GONE:
        return replace(deviation, not_run=touched)
    if deviation.kind not in _READS_OTHERWISE or not deviation.column:
        return deviation
    unreadable = deviation.kind in ("dato", "tall", "form", "excelskade", "type")
    if unreadable and deviation.rows == deviation.of:
        return replace(deviation, not_run=touched)
    return replace(deviation, partly=touched)


def needing(book: RuleBook, places: set[str]) -> tuple[str, ...]:
    """The rules that need one of these tables or columns, in order."""
    return tuple(
        compiled.rule.id
        for compiled in book.running()
        if any(_rests_on(needed, places) for needed in compiled.needs)
    )


def _rests_on(needed: str, places: set[str]) -> bool:
    if needed.startswith("forrige."):
        return False
    table, _, column = needed.partition(".")
    if table == _KOMMUNE[0]:
        table = _KOMMUNE[1]
    return table in places or (bool(column) and f"{table}.{column}" in places)
