"""What an audit remembers: the history it compares with, and is added to when all is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nircheck.cli.options import folder
from nircheck.errors import UsageError

if TYPE_CHECKING:
    from nircheck.history import Compared, Store
    from nircheck.register import Register
    from nircheck.rulebook import RuleBook
    from nircheck.run import Run
    from nircheck.settings import Chosen


@dataclass
class Memory:
    """The history of an audit; without one the run stays as it is, and nothing is kept."""

    store: Store | None = None
    accepted: tuple[str, ...] = ()
    compared: Compared | None = None

    def compare(self, run: Run, register: Register, book: RuleBook) -> Run:
        """The run, with what has come and gone since the one before."""
        if self.store is None:
            return run
        from nircheck.history import compare

        self.compared = compare(self.store, run, register, book, self.accepted)
        return self.compared.run

    def keep(self) -> None:
        """Add the run to the history."""
        if self.store is not None and self.compared is not None:
            from nircheck.history import keep

            keep(self.store, self.compared)


@contextmanager
def remembering(settings: dict[str, Chosen], accepted: tuple[str, ...] = ()) -> Iterator[Memory]:
    """Hold the history that is set, so that nobody else writes in it before this run has."""
    place = folder(settings["historikk"])
    if place is None:
        if accepted:
            raise UsageError("--godta-fall is for a comparison; name the history with --historikk")
        yield Memory()
        return
    from nircheck.history import writing

    with writing(place, begins=True) as store:
        yield Memory(store, accepted)
