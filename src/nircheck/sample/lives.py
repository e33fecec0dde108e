"""What becomes of each planted defect from month to month, and what a memory must say of it.

A finding is told of in a month, once, with one of five words:

- `ny`: it is found, and has never been found before.
- `fortsatt_aapen`: it is found, and was open after the month before.
- `rettet`: it was open, its row was judged, and it is not found. It is closed.
- `gjenaapnet`: it is found, and was closed.
- `ikke_sammenlignbart`: it was open and is not found, but nothing could be judged: `hvorfor` says
  `kommune_mangler`, `overfoering_feilet` or `tabell_mangler`. It stays open: found again it is
  `fortsatt_aapen`, and judged without being found it is `rettet`, in the month that happens.

A finding that is closed and stays so is not told of. Where the row lies in the file, what the file
is written as and which number the kommune has that year make no difference. In the first month
every finding is `ny`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa

from nircheck.rulebook.compile import finding_id
from nircheck.sample.chance import Chance
from nircheck.sample.columns import Flags

NEW, OPEN, MENDED, AGAIN, UNKNOWN = (
    "ny", "fortsatt_aapen", "rettet", "gjenaapnet", "ikke_sammenlignbart",
)  # fmt: skip
TRUTH = pa.schema(
    [("maaned", pa.date32())]
    + [
        (name, pa.string())
        for name in (
            "status", "hvorfor", "finding_id", "rule_id", "tabell", "noekkel", "person_id",
            "kommunenummer",
        )
    ]
    + [("foerst_sett", pa.date32())]
)  # fmt: skip
"""The columns of a series' fasit.parquet: one row per month and finding that is told of."""
_FROM_THE_START, _MENDED, _AGAIN, _MENDED_AGAIN = 0.35, 0.65, 0.45, 0.4


@dataclass
class Life:
    """One defect: the months it is in its row, and those in which the row cannot be judged."""

    rule_id: str
    table: str
    key: str
    person: str
    wrong: Flags
    kommune: dict[int, str] = field(default_factory=dict)
    """The number of the kommune by month, as an audit of that month gives it."""
    hidden: dict[int, str] = field(default_factory=dict)
    """Why nothing can be judged, by month."""

    @property
    def finding_id(self) -> str:
        """What an audit calls it."""
        return finding_id(f"{self.rule_id}|{self.table}|{self.key}")

    def not_before(self, month: int) -> None:
        """The row is not there, or cannot be made wrong, in the months before."""
        self.wrong[:month] = False

    def unchanged_in(self, month: int) -> None:
        """Nothing is mended or spoilt in this month."""
        if month:
            self.wrong[month] = self.wrong[month - 1]

    def open_around(self, month: int, *, mended_after: bool) -> None:
        """There before and in this month, and the month after unless it is mended by then."""
        self.wrong[max(month - 1, 0) : month + 1] = True
        self.wrong[month + 1 : month + 2] = not mended_after

    def statuses(self) -> Iterator[tuple[int, str, str | None, int]]:
        """Month, word, reason and the month it was first found."""
        first: int | None = None
        is_open = False
        for month, wrong in enumerate(self.wrong):
            if month in self.hidden:
                if is_open and first is not None:
                    yield month, UNKNOWN, self.hidden[month], first
            elif wrong:
                word = NEW if first is None else OPEN if is_open else AGAIN
                first = month if first is None else first
                is_open = True
                yield month, word, None, first
            elif is_open and first is not None:
                is_open = False
                yield month, MENDED, None, first


def drawn(chance: Chance, many: int, months: int) -> Iterator[Flags]:
    """In which months each is wrong: some all through, some mended, some that come back."""
    lot = [chance.shares(many) for _ in range(4)]
    spans = [chance.whole(1, 4, many) for _ in range(3)]
    start = np.where(lot[0] < _FROM_THE_START, 0, chance.whole(0, months - 1, many))
    for i in range(many):
        wrong = np.zeros(months, dtype=bool)
        wrong[start[i] :] = True
        turn = int(start[i])
        turns = zip(lot[1:], (_MENDED, _AGAIN, _MENDED_AGAIN), spans, strict=True)
        for nth, (share, limit, span) in enumerate(turns):
            if share[i] >= limit:
                break
            turn += int(span[i])
            wrong[turn:] = nth == 1
        yield wrong


def fasit(lives: Iterable[Life], days: tuple[date, ...]) -> pa.Table:
    """What must be said, month by month."""
    rows = [
        {
            "maaned": days[month], "status": word, "hvorfor": why, "finding_id": life.finding_id,
            "rule_id": life.rule_id, "tabell": life.table, "noekkel": life.key,
            "person_id": life.person, "kommunenummer": life.kommune[month],
            "foerst_sett": days[first],
        }
        for life in lives
        for month, word, why, first in life.statuses()
    ]  # fmt: skip
    rows.sort(key=lambda row: (row["maaned"], row["rule_id"], row["noekkel"]))
    return pa.Table.from_pylist(rows, schema=TRUTH)
