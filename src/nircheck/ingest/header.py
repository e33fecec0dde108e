"""Where the header of a file or sheet is, which columns it names, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nircheck.contract import Table
from nircheck.errors import Message
from nircheck.ingest import names
from nircheck.ingest.column_map import TableMap
from nircheck.ingest.column_profile import no_header
from nircheck.suggest import nearest

HEADER_WITHIN = 50
"""How many rows with something in them are looked at to find the header."""
_MOST_SHOWN = 12
_FEW_NUMBERED = 4

Known = Callable[[list[str]], list[str | None]]


def place(rows: Sequence[list[str]], names_of: Known) -> int:
    """Which of the first rows is the header: the first that names columns, else the first wide."""
    named = (at for at, cells in enumerate(rows) if names_columns(cells, names_of))
    return next(named, _first_wide(rows))


def names_columns(cells: list[str], names_of: Known) -> bool:
    """Whether at least half of the cells, and two, are names that are known."""
    named = sum(name is not None for name in names_of(cells))
    return named >= 2 and named * 2 >= _filled(cells)


def known(cells: list[str], table: Table, mapping: TableMap | None) -> list[str | None]:
    """The contract columns that a row would name if it were the header."""
    recognised = names.columns(cells, table)
    return mapping.header(cells, recognised).columns if mapping else recognised


def nothing_known(cells: list[str]) -> list[str | None]:
    """No cell is a known name: for files whose names are still to be found out."""
    return [None] * len(cells)


def problems(
    shown: str, table: Table, header: list[str], columns: list[str | None]
) -> list[Message]:
    """Columns that stand there twice, and required ones that do not."""
    required = [c.name for c in table.columns if c.column_required]
    missing = [name for name in required if name not in columns]
    unknown = [cell for cell, name in zip(header, columns, strict=True) if name is None and cell]
    told = [_missing(shown, name, unknown) for name in missing]
    if sum(problem.key == "kolonne_mangler" for problem in told) * 2 > len(required):
        told = [_other_template(shown, required, header)]
    return _repeated(shown, columns) + told


def each_once(columns: list[str | None]) -> list[str | None]:
    """The columns where each is only named in the first place it stands."""
    return [None if name in columns[:at] else name for at, name in enumerate(columns)]


def unused(shown: str, cell: str, table: Table, columns: list[str | None]) -> Message:
    """That a column is not used, and the one it may have been meant to be."""
    values: dict[str, str | int] = {"fil": shown, "kolonne": safe(cell)}
    near = nearest(names.plain(cell), (c.name for c in table.columns if c.name not in columns))
    if near is None:
        return Message("ukjent_kolonne", values)
    return Message("ukjent_kolonne_ligner", values | {"ligner": near})


def safe(name: str) -> str:
    """A header cell as it may be shown: short, and without anything like a personal number."""
    return "".join("•" if character.isdigit() else character for character in name[:60])


def _first_wide(rows: Sequence[list[str]]) -> int:
    """The first row with at least half as many filled cells as the fullest."""
    fullest = max(map(_filled, rows), default=0)
    return next((at for at, cells in enumerate(rows) if 0 < fullest <= 2 * _filled(cells)), 0)


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _repeated(shown: str, columns: list[str | None]) -> list[Message]:
    places: dict[str, list[int]] = {}
    for index, name in enumerate(columns):
        if name:
            places.setdefault(name, []).append(index + 1)
    return [
        Message(
            "kolonne_to_ganger",
            {"fil": shown, "kolonne": name, "plasser": ", ".join(map(str, at))},
        )
        for name, at in places.items()
        if len(at) > 1
    ]


def _missing(shown: str, name: str, unknown: list[str]) -> Message:
    values: dict[str, str | int] = {"fil": shown, "kolonne": name}
    spelt = {names.plain(cell): cell for cell in unknown}
    near = nearest(name, spelt)
    if near is None:
        return Message("kolonne_mangler", values)
    return Message("kolonne_mangler_ligner", values | {"ligner": safe(spelt[near])})


def _other_template(shown: str, required: list[str], header: list[str]) -> Message:
    """What was expected and found; a row of values is never shown, for it may be of a person."""
    numbered = sum(any(map(str.isdigit, cell)) for cell in header)
    if no_header(header) or numbered * _FEW_NUMBERED > len(header):
        return Message("forslag_uten_overskrift", {"fil": shown})
    return Message(
        "annen_mal", {"fil": shown, "ventet": ", ".join(required), "fant": _listed(header)}
    )


def _listed(header: list[str]) -> str:
    cells = [safe(cell.strip()) for cell in header if cell.strip()]
    more = ["…"] if len(cells) > _MOST_SHOWN else []
    return ", ".join(cells[:_MOST_SHOWN] + more)
