"""`ExpectNoDefects`: a great_expectations expectation that lists every defect of one rule.

Its metric runs the compiled statements in the open register, where the findings stay, and hands
great_expectations the number of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from great_expectations.compatibility.pydantic import PrivateAttr
from great_expectations.core import ExpectationValidationResult
from great_expectations.execution_engine import (
    ExecutionEngine,
    PandasExecutionEngine,
    SparkDFExecutionEngine,
)
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metrics.metric_provider import MetricProvider, metric_value

from nircheck.errors import EngineError


class Ledger(Protocol):
    """Where a rule's statements are run and its findings are kept."""

    def enter(self, rule_id: str, findings: str, counts: str) -> int:
        """Run both statements for a rule; how many defects there were."""


@dataclass(frozen=True)
class _Open:
    """A ledger that is written to, and what came of each rule that was run.

    When one rule raises, great_expectations asks three times more for every rule it asked for with
    it. A rule is run once all the same.
    """

    ledger: Ledger
    outcomes: dict[str, int | Exception] = field(default_factory=dict)

    def enter(self, rule_id: str, findings: str, counts: str) -> int:
        """The defects of a rule, entered the first time it is asked for."""
        if rule_id not in self.outcomes:
            try:
                self.outcomes[rule_id] = self.ledger.enter(rule_id, findings, counts)
            except Exception as error:
                self.outcomes[rule_id] = error
        outcome = self.outcomes[rule_id]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


_open: list[_Open] = []


@contextmanager
def opened(ledger: Ledger) -> Iterator[None]:
    """Make `ledger` the one that expectations write to while the block lasts."""
    _open.append(_Open(ledger))
    try:
        yield
    finally:
        _open.pop()


class RegisterDefects(MetricProvider):  # type: ignore[misc]
    """The number of defects of one rule in the open register."""

    metric_name = "register.defects"
    value_keys = ("rule_id", "findings", "counts")
    domain_keys = ("batch_id",)

    @metric_value(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _embedded(
        cls,  # noqa: N805 - great_expectations hands over the class
        execution_engine: ExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        return _entered(metric_value_kwargs)

    @metric_value(engine=SparkDFExecutionEngine)  # type: ignore[untyped-decorator]
    def _spark(
        cls,  # noqa: N805 - great_expectations hands over the class
        execution_engine: ExecutionEngine,
        metric_domain_kwargs: dict[str, Any],
        metric_value_kwargs: dict[str, Any],
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any],
    ) -> int:
        return _entered(metric_value_kwargs)


def _entered(rule: dict[str, Any]) -> int:
    """The defects of a rule, entered in the ledger that is open."""
    if not _open:
        raise EngineError("no register is open: run the suite through `nircheck.engine.judge`")
    return _open[-1].enter(rule["rule_id"], rule["findings"], rule["counts"])


class ExpectNoDefects(BatchExpectation):  # type: ignore[misc]
    """Expect that no row of the register is a defect by this rule."""

    rule_id: str
    findings: str
    counts: str

    metric_dependencies: ClassVar[tuple[str, ...]] = ("register.defects",)
    success_keys: ClassVar[tuple[str, ...]] = ("rule_id", "findings", "counts")
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)

    _configuration: ExpectationConfiguration | None = PrivateAttr(default=None)

    @property
    def configuration(self) -> ExpectationConfiguration:
        """What is to be expected, made once: validation asks for it some thirty times."""
        if self._configuration is None:
            self._configuration = super().configuration
        return self._configuration

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> ExpectationValidationResult | dict[str, Any]:
        defects = metrics["register.defects"]
        return {"success": defects == 0, "result": {"observed_value": defects}}
