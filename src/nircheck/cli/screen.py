"""The screen that commands print on, and the plain tables they print there."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDTH_WITHOUT_TERMINAL = 110
_WIDTH_OF_WIDE_TERMINAL = 100


def console() -> Console:
    """Where lines are printed: as wide as the terminal, or as a file is."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else _WIDTH_WITHOUT_TERMINAL
    return Console(width=width, highlight=False, markup=False, emoji=False)


def plain_table(console: Console, *columns: str, right: int = 0) -> Table:
    """A plain table; its last `right` columns are numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(
        box=SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        header_style="bold",
        padding=(0, 1) if console.width >= _WIDTH_OF_WIDE_TERMINAL else 0,
    )
    for index, column in enumerate(columns):
        is_number = index >= len(columns) - right
        table.add_column(
            column,
            justify="right" if is_number else "left",
            no_wrap=is_number or index == 0,
            overflow="fold",
        )
    return table
