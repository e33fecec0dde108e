"""Every rule's examples in one register, and a row for every kind of contract rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from extracts import write_csv
from nircheck.contract import Contract, Table, kommuner
from nircheck.examples import Defaults, Example, laws, parse
from nircheck.examples.world import Row, World
from nircheck.rulebook import CompiledRule, RuleBook

DAY = date(2025, 2, 15)
"""Before the annual deadline, for the rules that only look then."""
UNREACHED = ("radform", "anfoerselstegn", "tegn")
"""Contract rules about rows that only the embedded engine reads."""
_PERSONAL = "01920155501"  # month + 80: nobody's
_BEFORE = "forrige."
_AGGREGATED = "kommune"

Tables = dict[str, list[Row]]


def examples_of_all(book: RuleBook, defaults: Defaults, folder: Path) -> tuple[Path, Path]:
    """The register, and that of the month before, as folders of CSV files.

    The keys of each rule's examples begin with its id. Rules about a kommune have kommuner of
    their own.
    """
    now: Tables = {name: [] for name in book.contract.tables}
    before: Tables = {name: [] for name in book.contract.tables}
    places = _Places(sorted(kommuner.load(book.folder, DAY).names, reverse=True))
    for compiled in book.rules:
        if compiled.rule.examples:
            for tables, examples in zip((now, before), _parted(compiled), strict=True):
                _place(compiled, examples, book.contract, defaults, places, tables)
    for table in book.contract.tables.values():
        now[table.name] += _against_contract(table, now[table.name][0])
    now["program"] += _of_other_days(now["program"][0])
    _write(now, folder, book.contract, DAY)
    earlier = folder.with_name(f"{folder.name}-forrige")
    _write(before, earlier, book.contract, DAY - timedelta(days=30))
    return folder, earlier


class _Places:
    """Kommuner that no other rule's examples are in."""

    def __init__(self, free: list[str]) -> None:
        self._free = iter(free)
        self._taken: dict[tuple[str, str], str] = {}

    def of(self, rule_id: str, kommunenummer: str) -> str:
        """The kommune that stands for this one in the examples of a rule."""
        key = (rule_id, kommunenummer)
        if key not in self._taken:
            self._taken[key] = next(self._free)
        return self._taken[key]


def _parted(compiled: CompiledRule) -> tuple[list[Example], list[Example]]:
    examples = parse(compiled.rule)
    before = [
        replace(e, table=e.table.removeprefix(_BEFORE))
        for e in examples
        if e.table.startswith(_BEFORE)
    ]
    return [e for e in examples if not e.table.startswith(_BEFORE)], before


def _place(
    compiled: CompiledRule,
    examples: list[Example],
    contract: Contract,
    defaults: Defaults,
    places: _Places,
    tables: Tables,
) -> None:
    world = World(contract, defaults, laws(compiled.rule, defaults)[0])
    world.place(examples)
    for name, rows in world.tables.items():
        table = contract.tables[name]
        ties = [c.name for c in table.columns if c.is_identifier]
        for row in rows.values():
            row |= {tie: f"{compiled.rule.id}.{row[tie]}" for tie in ties if row.get(tie)}
            if compiled.rule.table == _AGGREGATED and row.get("kommunenummer"):
                row["kommunenummer"] = places.of(compiled.rule.id, str(row["kommunenummer"]))
            tables[name].append(row)


def _of_other_days(clean: Row) -> Iterator[Row]:
    """Defects by rules whose own examples are none on this day."""
    yield clean | {
        "program_id": "for-lenge", "startdato": "2021-02-01", "sluttdato": "2024-12-15",
        "sluttmaal": "FULLFOERE_VGO",
    }  # fmt: skip
    yield clean | {
        "program_id": "snart-ute", "startdato": "2024-03-01", "sluttdato": None,
        "gjennomfoeringsfrist": "2025-03-01",
    }  # fmt: skip


def _against_contract(table: Table, clean: Row) -> Iterator[Row]:
    """Rows that go against the contract in each way that a value can."""
    key = table.key.name
    unread = {
        c.name: "1,2E+05" if c.is_identifier else "tull" for c in table.columns if c.can_be_unread
    }
    yield clean | unread | {c.name: "UKJENT_KODE" for c in table.columns if c.code_list}
    yield {next(c.name for c in table.columns if not c.value_required): "2024-01-01"}
    yield clean
    yield clean | {key: _PERSONAL}
    yield (
        clean | {key: "uten-feste"} | {c.name: "FINNES-IKKE" for c in table.columns if c.references}
    )


def _write(tables: Tables, folder: Path, contract: Contract, day: date) -> None:
    folder.mkdir(parents=True)
    (folder / "uttrekk.toml").write_text(
        f'kontrakt = "{contract.name}"\nuttrekksdato = {day}\npopulasjon = "nasjonal"\n'
        'miljoe = "produksjon"\n',
        encoding="utf-8",
    )
    for name, rows in tables.items():
        texts = [{column: value or "" for column, value in row.items()} for row in rows]
        write_csv(folder / f"{name}.csv", list(contract.tables[name].by_name), texts)
