"""A limit of time for each rule: one that is stopped must not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

_BETWEEN_REMINDERS = 0.05


@dataclass
class TimeLimit:
    """Interrupts what takes more than so many seconds, and remembers what that was."""

    interrupt: Callable[[], None]
    seconds: float | None
    late: set[str] = field(default_factory=set)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """Watch over the block, if there is a limit."""
        if self.seconds is None:
            yield
            return
        done, over = Event(), Event()
        watch = Thread(target=self._watch, args=(self.seconds, done, over), daemon=True)
        watch.start()
        try:
            yield
        except Exception:
            if over.is_set():
                self.late.add(name)
            raise
        finally:
            done.set()
            watch.join()

    def _watch(self, seconds: float, done: Event, over: Event) -> None:
        """An interrupt between two statements is lost, so it is repeated until one heeds it."""
        if done.wait(seconds):
            return
        over.set()
        self.interrupt()
        while not done.wait(_BETWEEN_REMINDERS):
            self.interrupt()
