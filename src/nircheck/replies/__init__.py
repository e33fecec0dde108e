"""What kommuner answered: returned workbooks read into one table, and what it says of the rules."""

from nircheck.replies.collect import collect
from nircheck.replies.files import load, save
from nircheck.replies.model import Replies, Verdict
from nircheck.replies.precision import Precision, limits, precision
from nircheck.replies.runs import KnownRun, known_runs

__all__ = [
    "KnownRun",
    "Precision",
    "Replies",
    "Verdict",
    "collect",
    "known_runs",
    "limits",
    "load",
    "precision",
    "save",
]
