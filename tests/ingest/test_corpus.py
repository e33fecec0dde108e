"""Every file of the corpus through the whole command, and exactly what must come of it."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from corpus import ENTRIES, Entry, Found, Refused, Same
from making import NUMBERS, canonical_files, laid

from commands import Done, nircheck
from nircheck import ingest, rulebook
from nircheck.errors import Message, NircheckError
from nircheck.rulebook import RuleBook

FEW = {
    "NIR-140",
    "KON-program.startdato-dato",
    "KON-program.person_id-fremmed",
    "KON-program.program_id-noekkel",
    "KON-person.person_id-noekkel",
    "KON-person.statsborgerskap-kode",
}
"""Rules that run beside those of the contract for tiltak, where the entries put their faults."""


@dataclass
class Outcome:
    """What a command said, and what the reader said to the command."""

    done: Done
    notes: Counter[str]
    refused: list[str]
    findings: list[dict[str, Any]]

    @property
    def ids(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        return {(f["rule_id"], f["finding_id"], f["values_hash"]): f for f in self.findings}

    @property
    def places(self) -> set[tuple[str, int]]:
        return {(f["rule_id"], f["linje"]) for f in self.findings}


@dataclass
class Command:
    """`nircheck selfcheck` in this process, with the rule book loaded beforehand."""

    scratch: Path
    notes: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __call__(self, *arguments: object, cwd: Path) -> Outcome:
        self.notes, self.refused = [], []
        done = nircheck("selfcheck", *arguments, "--format", "json", "--traader", "1", cwd=cwd)
        findings = json.loads(done.out)["findings"] if done.out else []
        assert list(self.scratch.iterdir()) == []
        return Outcome(done, Counter(self.notes), self.refused, findings)


@pytest.fixture(scope="module")
def command(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    rules = [c for c in book.rules if c.rule.id in FEW or c.rule.id.startswith("KON-tiltak")]
    few = replace(book, rules=tuple(rules))
    command = Command(tmp_path_factory.mktemp("tmp"))

    def listening(step: Callable[..., Any]) -> Callable[..., Any]:
        def listened(*arguments: Any) -> Any:
            try:
                result = step(*arguments)
            except NircheckError as error:
                command.refused = [p.key for p in error.problems if isinstance(p, Message)]
                raise
            if isinstance(result, tuple):
                command.notes = [note.key for note in result[0].notes]
            return result

        return listened

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rulebook, "load", lambda *_: few)
        patch.setattr(ingest, "read_pair", listening(ingest.read_pair))
        patch.setattr(ingest, "load_column_map", listening(ingest.load_column_map))
        patch.setattr(tempfile, "tempdir", str(command.scratch))
        yield command


@pytest.fixture(scope="module")
def twin(command: Command, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """What comes of the canonical extract."""
    folder = tmp_path_factory.mktemp("twin")
    return command(laid(folder, canonical_files()), cwd=folder)


def sent(entry: Entry, folder: Path) -> list[Path]:
    """The files of an entry, as someone would have them on their machine."""
    files = canonical_files()
    place = entry.make(files, folder)
    if place is None:
        return [laid(folder, files)]
    places = place if isinstance(place, list) else [place]
    if places[0].suffix == ".xlsx":
        (folder / "uttrekk.toml").write_bytes(files["uttrekk.toml"])
    return places


def content_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_corpus_is_of_every_kind_and_its_twin_has_findings(twin: Outcome) -> None:
    kinds = Counter(type(entry.expected) for entry in ENTRIES.values())

    assert len(ENTRIES) >= 70
    assert min(kinds[kind] for kind in (Same, Found, Refused)) >= 20
    assert twin.done.code == 1
    assert {rule_id for rule_id, _ in twin.places} >= {
        "KON-program.startdato-dato",
        "KON-program.person_id-fremmed",
        "NIR-140",
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", ENTRIES)
def test_a_file_comes_to_what_the_corpus_says(
    command: Command, twin: Outcome, tmp_path: Path, name: str
) -> None:
    entry = ENTRIES[name]
    paths = sent(entry, tmp_path)
    before = content_of(tmp_path)

    came = command(*paths, *entry.options, cwd=tmp_path)

    shown = came.done.out + came.done.err
    assert content_of(tmp_path) == before
    assert "Traceback" not in shown
    assert [number for number in NUMBERS if number in shown] == []
    if isinstance(entry.expected, Refused):
        assert (came.refused or [came.done.err], came.done.out) == ([entry.expected.key], "")
        assert came.done.code == entry.expected.code
        return
    assert came.refused == []
    assert came.done.code == 1
    assert twin.ids.keys() - came.ids.keys() == set()
    more = [came.ids[each] for each in came.ids.keys() - twin.ids.keys()]
    assert +(came.notes - twin.notes) == Counter(entry.expected.notes)
    assert twin.notes - came.notes == Counter()
    if isinstance(entry.expected, Same):
        assert more == []
        assert set(entry.expected.at) <= came.places
    else:
        assert sorted((f["rule_id"], f["linje"]) for f in more) == sorted(entry.expected.places)
        if entry.expected.value is not None:
            assert [f["verdi"] for f in more] == [entry.expected.value]
