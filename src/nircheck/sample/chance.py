"""Chance that gives the same again: a stream of its own for each subject, all from one seed."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from nircheck.sample.columns import Coded, Days, Flags, Numbers, Shares


class Chance:
    """Random numbers of one subject; what another subject draws does not move them."""

    def __init__(self, seed: int, subject: str) -> None:
        """A stream that only the seed and the subject decide."""
        digest = hashlib.sha256(f"{seed}/{subject}".encode()).digest()
        self._generator = np.random.Generator(np.random.PCG64(int.from_bytes(digest, "big")))

    def shares(self, rows: int) -> Shares:
        """Numbers from 0 up to 1."""
        return self._generator.random(rows)

    def happens(self, share: float | Shares, rows: int) -> Flags:
        """True in about this share of the rows."""
        return np.asarray(self.shares(rows) < share)

    def whole(self, low: Any, high: Any, rows: int) -> Numbers:
        """Whole numbers from low to high, both among them; each row may have its own."""
        span = np.asarray(high) - np.asarray(low) + 1
        return np.asarray(low + np.floor(self.shares(rows) * span)).astype(np.int64)

    def choice(self, weights: dict[str, float], rows: int) -> Coded:
        """Codes by weight."""
        return Coded(self.places(np.array(list(weights.values())), rows), tuple(weights))

    def places(self, weights: Shares, rows: int) -> Numbers:
        """Positions by weight."""
        edges = np.cumsum(weights) / np.sum(weights)
        return np.minimum(np.searchsorted(edges, self.shares(rows), side="right"), len(edges) - 1)

    def later(self, days: Days, low: Any, high: Any) -> Days:
        """Each day moved by low to high days."""
        return np.asarray(days + self.whole(low, high, len(days)).astype("m8[D]"))
