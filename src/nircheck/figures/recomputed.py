"""Counts published figures anew from the rows of an extract."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from nircheck.errors import ExtractError
from nircheck.figures.published import POPULATION, Figure, Publication
from nircheck.register import Register
from nircheck.sql import bind


@dataclass(frozen=True)
class Recomputed:
    """One number: as it was published, and as the rows have it, rounded alike."""

    figure: Figure
    row: str
    published: Decimal | None
    recomputed: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What the rows have more than was published."""
        if self.recomputed is None or self.published is None:
            return None
        return self.recomputed - self.published


def recompute(register: Register, publication: Publication) -> tuple[Recomputed, ...]:
    """Every figure of the publication, in its order."""
    missing = [why for need in publication.needs if (why := register.missing(need))]
    if missing:
        raise ExtractError(f"{publication.name}: cannot be recomputed: {', '.join(missing)}")
    statement = bind(publication.population, register.uttrekksdato, register.miljoe)
    register.connection.execute(f"CREATE OR REPLACE TEMP TABLE {POPULATION} AS {statement}")
    found: list[Recomputed] = []
    for counted in publication.counted:
        figure = counted.figure
        for row, sql in counted.statements:
            bound = bind(sql, register.uttrekksdato, register.miljoe)
            ((value,),) = register.connection.execute(bound).fetchall()
            numbers = (figure.published[row], value)
            published, recomputed = (
                None if number is None else rounded(number, figure.decimals) for number in numbers
            )
            found.append(Recomputed(figure, row, published, recomputed))
    register.connection.execute(f"DROP TABLE {POPULATION}")
    return tuple(found)


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Rounded as people do, half up; with fewer than no decimals to tens or hundreds."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return exact if decimals > 0 else exact.quantize(Decimal(1))
