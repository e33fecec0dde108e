"""Registers of any size: a small invented one, repeated under new ids.

Numbers that tell persons apart are left out, so that no person is there twice.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb

from nircheck import resources, rulebook
from nircheck.sample import Order, load_presets, make

BASE = 25_000
_PERSONAL = ("foedselsnummer", "dufnummer")


def base(folder: Path, persons: int) -> Path:
    """An invented register with the published shares of defects."""
    book = rulebook.load(resources.expectations())
    make(book, Order(persons, 1), load_presets(book.folder)["nasjonal"], folder)
    return folder


def repeated(source: Path, target: Path, copies: int) -> int:
    """The register in `source` so many times over; how many rows."""
    target.mkdir(parents=True)
    facts = (source / "uttrekk.toml").read_text(encoding="utf-8")
    (target / "uttrekk.toml").write_text(facts, encoding="utf-8")
    rows = 0
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for file in sorted(source.glob("*.csv")):
            read = f"read_csv('{file}', delim = ';', header = true, all_varchar = true)"
            names = [str(row[0]) for row in connection.sql(f"DESCRIBE FROM {read}").fetchall()]
            columns = ", ".join(_renamed(name) for name in names)
            ((number,),) = connection.execute(
                f"COPY (SELECT {columns} FROM {read}, range({copies}) AS t(i)) "
                f"TO '{target / file.name}' (DELIM ';', HEADER, QUOTE '')"
            ).fetchall()
            rows += number
    return rows


def _renamed(name: str) -> str:
    if name in _PERSONAL:
        return f"NULL AS {name}"
    return f"{name} || lpad(i::VARCHAR, 2, '0') AS {name}" if name.endswith("_id") else name


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--persons", type=int, default=BASE)
    asked = parser.parse_args()
    base(asked.folder, asked.persons)
