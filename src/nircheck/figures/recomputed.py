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
    published: Decimal
    recomputed: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What the rows have more than was published."""
        return None if self.recomputed is None else self.recomputed - self.published


def recompute(register: Register, publication: Publication) -> tuple[Recomputed, ...]:
    """Every figure of the publication, in its order."""
    missing = [why for need in publication.needs if (why := register.missing(need))]
    if missing:
        raise ExtractError(f"{publication.name}: cannot be recomputed: {', '.join(missing)}")
    statement = bind(publication.population, register.uttrekksdato, register.miljoe)
    register.connection.execute(f"CREATE OR REPLACE TEMP TABLE {POPULATION} AS {statement}")
    found = []
    for counted in publication.counted:
        figure = counted.figure
        for row, sql in counted.statements:
            bound = bind(sql, register.uttrekksdato, register.miljoe)
            ((value,),) = register.connection.execute(bound).fetchall()
            found.append(
                Recomputed(
                    figure,
                    row,
                    rounded(figure.published[row], figure.decimals),
                    None if value is None else rounded(value, figure.decimals),
                )
            )
    register.connection.execute(f"DROP TABLE {POPULATION}")
    return tuple(found)


def rounded(value: float | Decimal, decimals: int) -> Decimal:
    """Rounded as people do, half up; with fewer than no decimals to tens or hundreds."""
    exact = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return exact if decimals > 0 else exact.quantize(Decimal(1))
