"""From an order to a register on disk."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from nircheck import yamlfile
from nircheck.ingest import Limits
from nircheck.rulebook import RuleBook
from nircheck.sample import files
from nircheck.sample.built import built, typed_columns
from nircheck.sample.clean import Order, clean, columns
from nircheck.sample.columns import Columns, arrow
from nircheck.sample.forms import Form
from nircheck.sample.planting import looked_at, plant_all, untouched
from nircheck.sample.portrait import page, portrait
from nircheck.sql import Narrowed, narrowed

_AMONG = "blant"
_MEMORY = "300MB"
"""For the database; what is beyond it is put on disk."""


def make(
    book: RuleBook,
    order: Order,
    wanted: Mapping[str, float],
    out: Path,
    form: Form = Form.CANONICAL,
    *,
    portrayed: bool = False,
    among: Mapping[str, str] | None = None,
) -> dict[str, int]:
    """Write the register, and the truth about it when something is wanted in it; rows by table.

    A portrait of it, beside what has been published, is written as well if it is asked for.
    """
    files.require_free(out)
    if not wanted:
        tables = clean(order, book.contract, book.folder)
        return _write(tables, book, order, out, form, portrayed=portrayed)
    less = narrowed(book.views, looked_at(book, wanted, among))
    made = columns(order, book.folder)
    aside = {name: made[name] for name in untouched(book, wanted)}
    staged = _staged(book, less, made, aside.keys())
    with built(staged, book, order.day, Limits(memory=_MEMORY), less=less) as register:
        planting = plant_all(register, book, wanted, order.seed, among)
        spoilt = planting.tables(aside=aside)
        rows = _write(spoilt, book, order, out, form, portrayed=portrayed)
        rows["fasit"] = files.write_truth(planting.fasit(), out)
        if planting.restored:
            before = out.with_name(f"{out.name}-forrige")
            files.require_free(before)
            day = files.month_before(order.day)
            files.write(planting.tables(before=True), before, book.contract, day, form)
    return rows


def _staged(
    book: RuleBook, less: Narrowed, made: dict[str, Columns], aside: Collection[str]
) -> Iterator[tuple[str, pa.Table]]:
    """The tables to spoil whole, and of those laid aside what has to be typed."""
    typed = typed_columns(book.contract, less)
    for name, table in book.contract.tables.items():
        if name not in aside:
            yield name, arrow(made.pop(name), tuple(table.by_name))
        elif name in typed:
            yield name, arrow(made[name], tuple(c for c in table.by_name if c in typed[name]))


def _write(
    tables: Iterable[tuple[str, pa.Table]], book: RuleBook, order: Order, out: Path, form: Form, *,
    portrayed: bool,
) -> dict[str, int]:  # fmt: skip
    if not portrayed:
        return files.write(tables, out, book.contract, order.day, form)
    every = dict(tables)
    rows = files.write(every.items(), out, book.contract, order.day, form)
    files.write_page(page(portrait(every.items(), book.folder, order.day)), out)
    return rows


def load_presets(expectations: Path) -> dict[str, dict[str, float]]:
    """The defects of each preset, as shares of the rows a rule can go wrong on."""
    document = yamlfile.load(expectations / "_forvalg.yaml")
    return {
        name: {rule_id: float(share) for rule_id, share in (wanted or {}).items()}
        for name, wanted in document.items()
        if name != _AMONG
    }


def load_among(expectations: Path, preset: str) -> dict[str, str]:
    """By rule the condition on the rows that a preset's share is of, where there is one."""
    among = yamlfile.load(expectations / "_forvalg.yaml").get(_AMONG, {})
    return dict(among.get(preset, {}))
