"""The history on disk: every run that was taken in, the answers to it, and what was accepted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from nircheck.errors import UsageError
from nircheck.history import disk
from nircheck.history.lock import locked
from nircheck.history.schema import SVAR, TABLES, UNNTAK

FORM = 1
ABOUT = "historikk.json"
_PERIOD = "periode="


@dataclass(frozen=True)
class Entry:
    """One run in the history."""

    folder: Path
    number: int
    day: str
    population: str
    run_id: str
    facts: dict[str, Any]

    def table(self, name: str) -> pa.Table:
        """One of its tables, when it is what was written."""
        path = self.folder / f"{name}.parquet"
        try:
            if disk.sha256(path) != self.facts["filer"][path.name]:
                raise UsageError(f"{path}: not what was written; take this folder from a backup")
            return pq.read_table(path, partitioning=None)
        except (OSError, ValueError, KeyError) as error:
            raise UsageError(f"{path}: cannot be read ({type(error).__name__})") from None


@dataclass(frozen=True)
class Store:
    """A folder `historikk`. Nothing that is in it is ever changed or removed."""

    folder: Path

    def entries(self, population: str | None = None) -> list[Entry]:
        """The runs by extract date, those that were taken in again by that; all or of some."""
        found = [_entry(path) for path in self.folder.glob(f"{_PERIOD}*/[!.]*/{disk.FACTS}")]
        chosen = (entry for entry in found if population in (None, entry.population))
        return sorted(chosen, key=lambda entry: (entry.population, entry.day, entry.number))

    def valid(self, population: str) -> list[Entry]:
        """One run for each extract date: the one that was taken in last."""
        return list({entry.day: entry for entry in self.entries(population)}.values())

    def before(self, population: str, day: str) -> Entry | None:
        """The run that one of this day is compared with."""
        earlier = [entry for entry in self.valid(population) if entry.day < day]
        return earlier[-1] if earlier else None

    def by_run(self) -> dict[str, Entry]:
        """The runs by their id."""
        return {entry.run_id: entry for entry in self.entries()}

    def append(
        self,
        population: str,
        day: str,
        run_id: str,
        facts: Mapping[str, Any],
        tables: Mapping[str, pa.Table],
    ) -> Entry:
        """Take in a run; the same run with the same outcome is not taken in twice."""
        digest = _digest(tables)
        known = self.entries()
        same_day = [e for e in known if (e.population, e.day) == (population, day)]
        if same_day and (same_day[-1].run_id, same_day[-1].facts["innhold"]) == (run_id, digest):
            return same_day[-1]
        number = max((entry.number for entry in known), default=0) + 1
        folder = self.folder / f"{_PERIOD}{day[:7]}" / f"{number:04}~{day}~{run_id}"
        told = {
            **facts, "form": FORM, "nummer": number, "uttrekksdato": day, "run_id": run_id,
            "populasjon": population, "innhold": digest,
        }  # fmt: skip
        assert tables.keys() == TABLES.keys()
        disk.save_folder(folder, told, tables)
        return _entry(folder / disk.FACTS)

    def replies(self) -> pa.Table:
        """All answers, in the order they were taken in."""
        return _all(self.folder / "svar", SVAR)

    def add_replies(self, replies: pa.Table) -> bool:
        """Take in answers; false if exactly these are there already."""
        return _add(self.folder / "svar", replies.select(SVAR.names).cast(SVAR))

    def exceptions(self) -> pa.Table:
        """All exceptions ever accepted, in the order they were."""
        return _all(self.folder / "unntak", UNNTAK)

    def add_exceptions(self, exceptions: pa.Table) -> bool:
        """Take in accepted exceptions; false if exactly these are there already."""
        return _add(self.folder / "unntak", exceptions.cast(UNNTAK))


def read(folder: Path) -> Store:
    """A history to read in."""
    _about(folder)
    return Store(folder)


@contextmanager
def writing(folder: Path, *, begins: bool = False) -> Iterator[Store]:
    """A history to write in; nobody else writes meanwhile. `begins` makes one if there is none."""
    if not begins or (folder / ABOUT).exists():
        _about(folder)
    elif folder.exists() and (not folder.is_dir() or _foreign(folder)):
        raise UsageError(f"{folder}: not a history; name an empty folder or one that is not there")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{folder}: cannot write here: {error.strerror or error}") from None
    with locked(folder):
        disk.sweep(folder)
        yield Store(folder)


def begin(store: Store, environment: str) -> None:
    """Say what the history is of, the first time; refuse another kind of people after that."""
    if not (store.folder / ABOUT).exists():
        about = {"form": FORM, "miljoe": environment}
        disk.save_text(store.folder / ABOUT, disk.as_json(about))
    has = _about(store.folder)["miljoe"]
    if has != environment:
        raise UsageError(
            f"{store.folder}: a history of '{has}'; this extract is '{environment}'. "
            "Real and invented people are kept in histories of their own"
        )


def _foreign(folder: Path) -> bool:
    return any(not path.name.startswith(".") for path in folder.iterdir())


def _about(folder: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
        form = about["form"]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            f"{folder}: not a history; `nircheck audit … --historikk` begins one"
        ) from None
    if form != FORM:
        raise UsageError(f"{folder}: written in form {form}, this program reads {FORM}")
    return about


def _entry(path: Path) -> Entry:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
        return Entry(
            path.parent, facts["nummer"], facts["uttrekksdato"], facts["populasjon"],
            facts["run_id"], facts,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{path}: cannot be read; take {path.parent.name} from a backup") from None


def _all(folder: Path, schema: pa.Schema) -> pa.Table:
    parts = [
        pq.read_table(path, partitioning=None) for path in sorted(folder.glob("[!.]*.parquet"))
    ]
    return pa.concat_tables([schema.empty_table(), *(part.cast(schema) for part in parts)])


def _add(folder: Path, table: pa.Table) -> bool:
    digest = _digest({"": table})[:12]
    there = sorted(folder.glob("[!.]*.parquet"))
    if any(path.stem.partition("~")[2] == digest for path in there):
        return False
    number = max((int(path.stem.partition("~")[0]) for path in there), default=0) + 1
    disk.save_table(folder / f"{number:04}~{digest}.parquet", table)
    return True


def _digest(tables: Mapping[str, pa.Table]) -> str:
    """A hash of what tables hold, in groups of letters so that it looks like no number."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        digest.update(name.encode())
        whole = pa.BufferOutputStream()
        with pa.ipc.new_stream(whole, tables[name].schema) as stream:
            stream.write_table(tables[name].combine_chunks())
        digest.update(whole.getvalue())
    return digest.hexdigest().translate(str.maketrans("0123456789", "ghijklmnop"))
