"""The examples in rule files, read as text tables and judged by the rule they stand in."""

from nircheck.examples.lint import lint
from nircheck.examples.mutation import LEAST_PERCENT, Score, score
from nircheck.examples.near_misses import NearMisses, near_misses
from nircheck.examples.text_table import Example, ExampleError, parse
from nircheck.examples.verdicts import Verdict, laws, verdicts
from nircheck.examples.world import Defaults, load_defaults

__all__ = [
    "LEAST_PERCENT",
    "Defaults",
    "Example",
    "ExampleError",
    "NearMisses",
    "Score",
    "Verdict",
    "laws",
    "lint",
    "load_defaults",
    "near_misses",
    "parse",
    "score",
    "verdicts",
]
