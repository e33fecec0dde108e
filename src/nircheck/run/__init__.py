"""A run: the only hand-over between judging and everything that people read."""

from nircheck.run.assemble import assemble
from nircheck.run.birth_dates import birth_dates
from nircheck.run.files import HISTORY, read, read_facts, read_table, swap, table_in_parts, write
from nircheck.run.model import Outcome, Run, active_rules

__all__ = [
    "HISTORY",
    "Outcome",
    "Run",
    "active_rules",
    "assemble",
    "birth_dates",
    "read",
    "read_facts",
    "read_table",
    "swap",
    "table_in_parts",
    "write",
]
