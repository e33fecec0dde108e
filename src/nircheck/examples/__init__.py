"""The examples in rule files, read as text tables and judged by the rule they stand in."""

from nircheck.examples.lint import lint
from nircheck.examples.text_table import Example, ExampleError, parse
from nircheck.examples.verdicts import Verdict, laws, verdicts
from nircheck.examples.world import Defaults, load_defaults

__all__ = [
    "Defaults",
    "Example",
    "ExampleError",
    "Verdict",
    "laws",
    "lint",
    "load_defaults",
    "parse",
    "verdicts",
]
