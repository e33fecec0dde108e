"""The one door to great_expectations: suites of our own expectation, run in DuckDB."""

import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"  # before great_expectations is imported: no telemetry

from nircheck.engine import unused  # noqa: F401 - before great_expectations is imported
from nircheck.engine.expectation import ExpectNoDefects
from nircheck.engine.judge import Judgement, judge
from nircheck.engine.structure import Answer, Delivered, contract_suites, examine
from nircheck.engine.suites import suites

__all__ = [
    "Answer",
    "Delivered",
    "ExpectNoDefects",
    "Judgement",
    "contract_suites",
    "examine",
    "judge",
    "suites",
]
