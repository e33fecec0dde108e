"""What tests share: the shipped rule book, and extracts to judge with it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling

from extracts import EXPECTATIONS, SAMPLE, Extract, audited
from nircheck import rulebook
from nircheck.letters import OpenRun, open_run
from nircheck.rulebook import RuleBook
from nircheck.run import Run, write

settings.register_profile(
    "default", deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "ci", deadline=None, max_examples=25, derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_configure(config: pytest.Config) -> None:
    """Rule books are kept from one test to the next, and not among the files of the user."""
    assert config.cache is not None
    os.environ["XDG_CACHE_HOME"] = str(config.cache.mkdir("brukers"))


class FileByFile(LoadScopeScheduling):
    """A worker takes a whole file, so that what its tests share is made once; of rules, a rule."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file.endswith("test_rules.py"):
            return test.partition("[")[2][: len("NIR-100")]
        return _TOGETHER.get(file.rpartition("/")[2], file)


_TOGETHER = {"test_browser.py": "letters", "test_letters.py": "letters"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """What hands out the tests."""
    return FileByFile(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests go first, so that no worker is left with one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Counting lines slows Python down by a third."""
    counting = Coverage.current() if item.get_closest_marker("uncounted") else None
    if counting is None:
        return (yield)
    counting.stop()
    try:
        return (yield)
    finally:
        counting.start()


@pytest.fixture(scope="session")
def book() -> RuleBook:
    """The rule book that ships with the program."""
    return rulebook.load(EXPECTATIONS)


@pytest.fixture(scope="session")
def sample_run(book: RuleBook) -> Run:
    """The run of the sample extract."""
    return audited(book, SAMPLE)


@pytest.fixture(scope="session")
def sample_folder(sample_run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that holds the run of the sample extract."""
    return write(sample_run, tmp_path_factory.mktemp("kjoering"))


@pytest.fixture(scope="session")
def opened(book: RuleBook, sample_folder: Path) -> OpenRun:
    """The run of the sample extract, as letters read it."""
    return open_run(sample_folder, book)


@pytest.fixture
def extract() -> Extract:
    """An empty extract to put rows in."""
    return Extract()


@pytest.fixture
def clean_extract(tmp_path: Path, book: RuleBook, extract: Extract) -> Path:
    """A folder with three clean participants, one per law."""
    for regime in ("INT", "IL", "KAP6A"):
        program = {"sluttdato": "2020-06-30", "avslutningsaarsak": "ARBEID_OVER_29",
                   "avslutningsgruppe": "AVSLUTTET"}  # fmt: skip
        extract.participant(regime, **(program if regime == "IL" else {}))
    return extract.write(tmp_path / "uttrekk", book)
