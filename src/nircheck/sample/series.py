"""A register month by month: its defects come, stay, are mended and come back, all of it known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from nircheck.errors import UsageError
from nircheck.ingest import Limits
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sample import files, lives, mishaps
from nircheck.sample.built import built
from nircheck.sample.chance import Chance
from nircheck.sample.clean import Order, clean
from nircheck.sample.forms import Form
from nircheck.sample.lives import Life
from nircheck.sample.mishaps import KOMMUNE, TRANSFER, Mishap
from nircheck.sample.past import Past
from nircheck.sample.planting import Planting, looked_at
from nircheck.sql import narrowed

SERIES_UTTREKKSDATO = date(2024, 6, 30)
"""The last month of a series if nothing is said: half a year before, many numbers changed."""
_WHERE = {"kommunenummer", "bosettingskommune", "bydel", "person_id", "program_id"}
_MEMORY = "700MB"
_MORE = 1.8
"""So many persons are made for each that is followed; if that is too few, twice as many."""


def make_series(
    book: RuleBook,
    order: Order,
    wanted: Mapping[str, float],
    months: int,
    out: Path,
    forms: tuple[Form, ...] = (Form.CANONICAL,),
) -> dict[str, int]:
    """Write a folder for each month and the truth about them all; rows of the last, and of it.

    The forms take turns from month to month.
    """
    rules = [_fit_for_months(book.by_id[rule_id]) for rule_id in sorted(wanted)]
    files.clear_series(out)
    days = month_ends(order.day, months)
    past = _past(book, order, days)
    less = narrowed(book.views, looked_at(book, wanted))
    every: list[Life] = []
    events: list[Mishap] = []
    counts: dict[str, int] = {}
    for month in reversed(range(months)):
        day = days[month]
        with built(past.on(day), book, day, Limits(memory=_MEMORY), less=less) as register:
            planting = Planting(register, order.seed)
            if month == months - 1:
                planting.leave_out(past.ended_before_new_year())
                every = _born(planting, rules, wanted, order.seed, months)
                events = mishaps.mishaps(
                    planting.members, [life.person for life in every], order.seed, days, book.folder
                )
                _hide(every, events, book)
            _spoil(planting, rules, every, month)
            tables = planting.tables()
            for event in (event for event in events if event.month == month):
                happened = event.in_its_month(planting.members)
                _show_again(every, event, happened)
                tables = happened.without(tables)
            shuffled = (
                (name, _shuffled(table, Chance(order.seed, f"{day}/{name}")))
                for name, table in tables
            )
            rows = files.write(
                shuffled, out / day.isoformat(), book.contract, day, forms[month % len(forms)]
            )
            counts = counts or rows
    counts["fasit"] = files.write_truth(lives.fasit(every, days), out)
    files.write_events(mishaps.events(events, days, book.folder), out)
    return counts


def month_ends(last: date, months: int) -> tuple[date, ...]:
    """The given day and the last day of so many months before, the earliest first."""
    days = [last]
    while len(days) < months:
        days.append(files.month_before(days[-1]))
    return tuple(reversed(days))


def _past(book: RuleBook, order: Order, days: tuple[date, ...]) -> Past:
    """Enough persons that can be followed."""
    many = int(order.persons * _MORE) + 100
    while True:
        tables = clean(replace(order, persons=many), book.contract, book.folder)
        past = Past.of(tables, book.contract, days)
        if past.persons >= order.persons:
            past.keep(order.persons)
            return past
        if many > 40 * order.persons + 10_000:
            raise UsageError(f"too few persons can be followed from {days[0]} to {days[-1]}")
        many *= 2


def _fit_for_months(compiled: CompiledRule) -> CompiledRule:
    """The rule, if its defect in one row is the same defect with the same id in every month."""
    made, rule = compiled.plant, compiled.rule
    values = str((rule.plant.set_, rule.plant.delete)) if rule.plant else ""
    columns = {column for edit in made.changes for column in edit.columns} if made else set()
    reason = (
        "it is about whole kommuner" if rule.table == "kommune"
        else "it adds rows" if made is None or made.new_rows
        else "other rules show it too" if made.also
        else "it compares two months" if any(need.startswith("forrige.") for need in compiled.needs)
        else "it moves rows to another kommune" if columns & _WHERE
        else "its defect follows the extract date" if "UTTREKKSDATO" in values
        else None
    )  # fmt: skip
    if reason:
        raise UsageError(f"{rule.id} cannot be planted month by month: {reason}")
    return compiled


def _born(
    planting: Planting, rules: list[CompiledRule], wanted: Mapping[str, float], seed: int,
    months: int,
) -> list[Life]:  # fmt: skip
    every = []
    for compiled in rules:
        chosen = planting.choose(compiled, wanted[compiled.rule.id])
        spans = lives.drawn(Chance(seed, f"liv {compiled.rule.id}"), len(chosen), months)
        for (key, person, _), wrong in zip(chosen, spans, strict=True):
            every.append(Life(compiled.rule.id, compiled.rule.table, key, person or "", wrong))
    return every


def _hide(every: list[Life], events: list[Mishap], book: RuleBook) -> None:
    """Note for each defect when nobody can see it; where little came, nothing is mended.

    Some are open when their kommune or persons are not delivered, and some are mended meanwhile.
    """
    for event in events:
        unseen = [life for life in every if life.person in event.gone]
        for nth, life in enumerate(unseen):
            if nth % 3 < 2:
                life.open_around(event.month, mended_after=nth % 3 == 1)
        for life in every:
            needs = {need.partition(".")[0] for need in book.by_id[life.rule_id].needs}
            if life.person in event.gone or event.table in {life.table, *needs}:
                life.hidden[event.month] = event.kind
            if event.kind in (KOMMUNE, TRANSFER) and life.person in event.gone | event.stay:
                life.unchanged_in(event.month)


def _show_again(every: list[Life], planned: Mishap, happened: Mishap) -> None:
    """Those who were not yet in the kommune that month are delivered after all."""
    for life in every:
        if life.person in planned.gone - happened.gone:
            life.hidden.pop(planned.month, None)


def _spoil(planting: Planting, rules: list[CompiledRule], every: list[Life], month: int) -> None:
    for compiled in rules:
        fit = planting.fit(compiled)
        own = [life for life in every if life.rule_id == compiled.rule.id]
        for life in own:
            if life.key in fit:
                life.kommune[month] = fit[life.key][2]
            else:
                life.not_before(month + 1)
        wrong = [fit[life.key] for life in own if life.wrong[month]]
        planting.spoil(compiled, wrong)


def _shuffled(table: pa.Table, chance: Chance) -> pa.Table:
    """The rows in another order each month, as nothing promises one."""
    return table.take(np.argsort(chance.shares(table.num_rows), kind="stable"))
