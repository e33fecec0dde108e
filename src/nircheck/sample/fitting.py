"""Numbers moved as little as need be until sums of them are what they must be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nircheck.errors import NircheckError
from nircheck.sample.chance import Chance
from nircheck.sample.columns import Flags, Numbers, Shares

_ROUNDS = 20_000


class NotFittedError(NircheckError):
    """What chance drew leaves no way for the margins to hold at once."""

    def __init__(self) -> None:
        """Say so; the caller may draw again."""
        super().__init__("the margins of the preset cannot hold at once")


@dataclass(frozen=True)
class Demand:
    """A weighted sum and what it must come to, give or take."""

    weights: Shares
    total: float
    within: float


def mean_of(members: Flags, mean: float, within: float, weights: Shares | None = None) -> Demand:
    """The demand that the members have a mean, of the numbers or of their weighted values."""
    chosen = np.where(members, 1.0 if weights is None else weights, 0.0)
    count = int(members.sum())
    return Demand(chosen, mean * count, within * count)


def fitted(start: Shares, low: Shares, high: Shares, demands: list[Demand]) -> Shares:
    """The start, moved towards each demand in turn, larger numbers more; never out of bounds."""
    numbers = np.clip(start, low, high).astype(np.float64)
    scale = np.maximum(numbers, 1e-9) ** 2
    for _ in range(_ROUNDS):
        amiss = [d for d in demands if abs(d.weights @ numbers - d.total) > d.within]
        if not amiss:
            return numbers
        for demand in amiss:
            step = scale * demand.weights
            lacking = demand.total - demand.weights @ numbers
            numbers = np.clip(numbers + step * (lacking / (demand.weights @ step)), low, high)
    raise NotFittedError


def dealt(chance: Chance, counts: dict[str, int]) -> Numbers:
    """Positions in `counts`, each as often as it says, in an order of chance."""
    codes = np.repeat(np.arange(len(counts)), list(counts.values()))
    return codes[shuffled(chance, len(codes))]


def shuffled(chance: Chance, rows: int) -> Numbers:
    """The rows in an order of chance."""
    return np.argsort(chance.shares(rows), kind="stable")


def some(chance: Chance, among: Flags, count: int) -> Flags:
    """So many of these rows."""
    rows = np.flatnonzero(among)
    if len(rows) < count:
        raise NotFittedError
    chosen = np.zeros(len(among), dtype=bool)
    chosen[rows[shuffled(chance, len(rows))[:count]]] = True
    return chosen


def whole_with_sum(numbers: Shares, total: int, low: int, high: int) -> Numbers:
    """Whole numbers near these, of which the sum is exact."""
    made = np.clip(np.round(numbers), low, high).astype(np.int64)
    while (lacking := total - int(made.sum())) != 0:
        room = np.flatnonzero(made < high if lacking > 0 else made > low)
        made[room[: abs(lacking)]] += np.sign(lacking)
    return made
