"""Whatever happens from month to month, in whatever order, the history says what is true."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from months import Person, Register, gone, quiet, statuses, unntak
from nircheck.history import exceptions, read, writing
from nircheck.history.exceptions import Reply, Unntak
from nircheck.history.schema import SVAR, table
from nircheck.rulebook.compile import finding_id

ROWS = [f"P{number}" for number in range(3)]
RULES = ["NIR-100", "NIR-101"]
PLACES = (0, 1)


@dataclass
class Story:
    """What must be remembered of a finding that was listed once."""

    first: str
    open: bool
    version: int


def event(**strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Any]:
    """Something that happens; as often as not, the month ends with it."""

    def decorate(happen: Callable[..., None]) -> Any:
        @wraps(happen)
        def step(self: Months, month_ends: bool, **drawn: Any) -> None:
            happen(self, **drawn)
            if month_ends:
                self.audit()

        del step.__wrapped__  # type: ignore[attr-defined]
        return rule(month_ends=st.booleans(), **strategies)(step)

    return decorate


class Months(RuleBasedStateMachine):
    """Audit, reply, correct, break, move, rename a kommune, change or retire a rule, fail."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.register = Register(self.folder / "historikk")
        self.versions = dict.fromkeys(RULES, 1)
        self.home = dict.fromkeys(ROWS, 0)
        for name in ROWS:
            self.register.persons[name] = Person("0301")
        self.stories: dict[tuple[str, str], Story] = {}
        self.replies: list[Reply] = []
        self.accepted: list[tuple[Unntak, str, int]] = []
        self.listed: set[tuple[str, str]] = set()
        self.run_id = ""
        self.numbers = 3000
        self.renamed_since = False
        self.audit()

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    @event(row=st.sampled_from(ROWS), which=st.sampled_from(RULES))
    def break_or_correct(self, row: str, which: str) -> None:
        self.register.persons[row].wrong ^= {which}

    @event(rows=st.sets(st.sampled_from(ROWS)))
    def correct_all_but(self, rows: set[str]) -> None:
        for name in set(ROWS) - rows:
            self.register.persons[name].wrong.clear()

    @event(row=st.sampled_from(ROWS))
    def break_wholly(self, row: str) -> None:
        self.register.persons[row].wrong |= set(RULES)

    @event(row=st.sampled_from(ROWS))
    def change_values(self, row: str) -> None:
        self.register.persons[row].values += 1

    @event(row=st.sampled_from(ROWS), to=st.sampled_from(PLACES))
    def move(self, row: str, to: int) -> None:
        self.home[row] = to
        self.register.persons[row].kommune = self.register.kommuner[to]

    @event(which=st.sampled_from(PLACES))
    def rename_kommune(self, which: int) -> None:
        old = self.register.kommuner[which]
        self.numbers += 1
        new = str(self.numbers)
        self.register.kommuner[which] = new
        self.register.renamed = {
            number: new if end == old else end for number, end in self.register.renamed.items()
        } | {old: new}
        for name, place in self.home.items():
            self.register.persons[name].kommune = self.register.kommuner[place]
        self.register.empty.discard(old)
        self.register.halved.discard(old)
        self.register.not_judged = {c for c in self.register.not_judged if c[1] != old}
        self.renamed_since = True

    @event(which=st.sampled_from(RULES))
    def retire_or_bring_back(self, which: str) -> None:
        if which in self.register.rules:
            del self.register.rules[which]
        else:
            self.register.rules[which] = self.versions[which]

    @event(which=st.sampled_from(RULES))
    def change_rule(self, which: str) -> None:
        self.versions[which] += 1
        if which in self.register.rules:
            self.register.rules[which] = self.versions[which]

    @event(which=st.sampled_from(PLACES), half=st.booleans())
    def transfer_fails(self, which: int, half: bool) -> None:
        failed = self.register.halved if half else self.register.empty
        failed.add(self.register.kommuner[which])

    @event(which=st.sampled_from(PLACES), lost=st.sampled_from(RULES))
    def file_is_missing(self, which: int, lost: str) -> None:
        self.register.not_judged.add((lost, self.register.kommuner[which]))

    @precondition(lambda self: self.listed and not self.renamed_since)
    @event(data=st.data(), days=st.integers(0, 120))
    def answer_and_accept(self, data: st.DataObject, days: int) -> None:
        which, row = data.draw(st.sampled_from(sorted(self.listed)))
        told = self.last[which, row]
        reply = Reply(finding_id(f"{which}|person|{row}"), told[0], which, told[1], "ikke_feil",
                      f"Riktig {len(self.replies)}", "Kari", None, None, self.run_id)  # fmt: skip
        day = self.register.day
        until = date.fromordinal(day.toordinal() + days).isoformat()
        with writing(self.register.folder) as store:
            store.add_replies(exceptions.taken_in(table([reply], SVAR)))
            possible = exceptions.proposed(store).possible
            made = exceptions.accept(possible, "Ola", day.isoformat(), until)
            store.add_exceptions(made)
        self.replies.append(reply)
        home = self.last_home[row]
        self.accepted += [(Unntak(**one), row, home) for one in made.to_pylist()]

    @rule()
    def audit(self) -> None:
        register = self.register
        failed = {p for p in PLACES if register.kommuner[p] in register.empty | register.halved}
        unjudged = set(register.not_judged)
        listed = {(f.rule_id, f.noekkel): f for f in register.findings()}
        day = register.day.isoformat()
        outcome = register.audit()
        self.run_id = outcome.run.run_id
        self.check(outcome, listed, failed, unjudged, day)
        self.listed = set(listed)
        self.last = {k: (f.kommunenummer, f.values_hash) for k, f in listed.items()}
        self.last_home = dict(self.home)
        self.renamed_since = False

    def check(self, outcome, listed, failed, unjudged, day) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        told, left = statuses(outcome), gone(outcome)
        first = {
            r["finding_id"]: r["foerst_sett"] for r in outcome.run.followed["status"].to_pylist()
        }
        assert len(told) == len(listed)
        for which, row in listed:
            name = (which, finding_id(f"{which}|person|{row}"))
            story = self.stories.get((which, row))
            if story is None:
                assert told[name] in ("ny", "ikke_sammenlignbart")
                if self.home[row] in failed:
                    assert told[name] == "ikke_sammenlignbart"
                story = self.stories[which, row] = Story(day, True, 0)
            else:
                assert told[name] == ("fortsatt_aapen" if story.open else "gjenaapnet")
            assert first[name[1]] == story.first
            story.open, story.version = True, self.versions[which]
        for (which, row), story in self.stories.items():
            if (which, row) in listed:
                continue
            what = left.get((which, finding_id(f"{which}|person|{row}")))
            assert (what is not None) == story.open
            if not story.open:
                continue
            assert what == self.fate(which, row, story, failed, unjudged)
            story.open = what == "ikke_sammenlignbart"
        assert quiet(outcome) == {
            finding_id(f"{which}|person|{row}")
            for (which, row), found in listed.items()
            for one, whose, home in self.accepted
            if (one.rule_id, whose, home) == (which, row, self.home[row])
            and one.values_hash == found.values_hash
            and one.mening == str(self.versions[which])
            and one.utloeper >= day
        }

    def fate(self, which: str, row: str, story: Story, failed, unjudged) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
        """What must be said of a finding that was open and is not listed."""
        if which not in self.register.rules:
            return "regel_utgaatt"
        place = self.home[row]
        if place in failed or (which, self.register.kommuner[place]) in unjudged:
            return "ikke_sammenlignbart"
        return "rettet" if story.version == self.versions[which] else "regel_endret"

    @invariant()
    def nothing_said_is_lost(self) -> None:
        store = read(self.register.folder)
        assert [Reply(**row) for row in store.replies().to_pylist()] == self.replies
        assert unntak(store) == {one for one, _, _ in self.accepted}


Months.TestCase.settings = settings(max_examples=12, stateful_step_count=30, deadline=None)
TestMonths = Months.TestCase
