"""From an order to a register on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa

from nircheck import yamlfile
from nircheck.ingest import Limits
from nircheck.rulebook import RuleBook
from nircheck.sample import files
from nircheck.sample.built import built
from nircheck.sample.clean import Order, clean
from nircheck.sample.forms import Form
from nircheck.sample.planting import looked_at, plant_all
from nircheck.sample.portrait import page, portrait

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
    tables = clean(order, book.contract, book.folder)
    if not wanted:
        return _write(tables, book, order, out, form, portrayed=portrayed)
    columns = looked_at(book, wanted, among)
    with built(tables, book, order.day, Limits(memory=_MEMORY), columns=columns) as register:
        planting = plant_all(register, book, wanted, order.seed, among)
        rows = _write(planting.tables(), book, order, out, form, portrayed=portrayed)
        rows["fasit"] = files.write_truth(planting.fasit(), out)
        if planting.restored:
            before = out.with_name(f"{out.name}-forrige")
            files.require_free(before)
            day = files.month_before(order.day)
            files.write(planting.tables(before=True), before, book.contract, day, form)
    return rows


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
