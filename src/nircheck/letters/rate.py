"""How much was found per 100 persons, in one kommune or several together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """Feil and advarsler per 100 persons, in one kommune or several together."""

    kommuner: int
    persons: int
    findings: int

    @property
    def per_100(self) -> float:
        """The rate with one decimal."""
        return round(100 * self.findings / self.persons, 1) if self.persons else 0.0


def together(rates: Iterable[Rate]) -> Rate:
    """The rate of all of them as one."""
    kommuner = persons = findings = 0
    for rate in rates:
        kommuner += rate.kommuner
        persons += rate.persons
        findings += rate.findings
    return Rate(kommuner, persons, findings)
