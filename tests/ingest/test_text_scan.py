"""The look through a clean text file: the same whatever piece of it is in memory at a time."""

from __future__ import annotations

import codecs
import hashlib
import tempfile
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nircheck.ingest import text_scan
from nircheck.ingest.text_scan import Scan, scan
from nircheck.register.characters import NONE, Oddities

LINES = st.lists(st.sampled_from(["a;b", "å;–", ";", "", "lang" * 9 + ";"]), max_size=12)


def looked_through(content: bytes, at_once: int, longest: int = 16_000_000) -> Scan | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tiltak.csv"
        path.write_bytes(content)
        with (
            patch.object(text_scan, "_AT_ONCE", at_once),
            patch.object(text_scan, "LONGEST_LINE", longest),
        ):
            return scan(path, ";", every_column_is_read=False)


@given(
    LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.booleans(),
    st.integers(min_value=1, max_value=64),
)  # fmt: skip
@example(["a;b", "lang" * 9 + ";"], "\n", False, True, 1)
def test_lines_and_separators_are_counted_whatever_is_in_memory(
    lines: list[str], end: str, ends: bool, marked: bool, at_once: int
) -> None:
    text = end.join(lines) + (end if ends and lines else "")
    content = (codecs.BOM_UTF8 if marked else b"") + text.encode()

    found = looked_through(content, at_once)

    last_is_open = bool(text) and not text.endswith("\n")
    assert found == Scan(
        sha256=hashlib.sha256(content).hexdigest(),
        lines=text.count("\n") + last_is_open,
        separators=text.count(";"),
        oddities=NONE,
    )


@pytest.mark.parametrize("at_once", [1, 3, 8, 64, 1 << 19])
@pytest.mark.parametrize(
    ("line", "oddities"),
    [
        ("a;\u200b\n", Oddities(unseen=True)),
        ("a;\ufffd\n", Oddities(lost=True)),
        ("a;Ã¸\n", Oddities(twice=True)),
        ("a;–»Åæ\n", NONE),
    ],
)
def test_what_is_odd_is_seen_wherever_it_stands(
    line: str, oddities: Oddities, at_once: int
) -> None:
    for before in range(5):
        found = looked_through((("b;c\n" * before) + line + "d;e\n" * 3).encode(), at_once)

        assert found is not None
        assert found.oddities == oddities


@pytest.mark.parametrize("at_once", [1, 4, 64])
@pytest.mark.parametrize("odd", [b'a;"b"\n', b"a\rb;c\n", b"a;\xff\n", b"a;b\r"])
def test_what_is_not_to_be_taken_as_it_stands_is_told_wherever_it_is(
    odd: bytes, at_once: int
) -> None:
    for before in range(4):
        assert looked_through(b"a;b\n" * before + odd, at_once) is None


def test_what_an_earlier_piece_left_in_memory_is_not_looked_at_again() -> None:
    found = looked_through("a;\u200b–\n".encode() * 3 + b"a;b\n" * 40, 16)
    plain = looked_through(b"a;bcdefghijklmn\n" * 3 + b"a;b\n", 16)

    assert found is not None
    assert plain is not None
    assert (found.lines, found.separators) == (43, 43)
    assert (plain.lines, plain.separators) == (4, 4)


def test_a_line_too_long_for_memory_makes_the_file_uneven() -> None:
    found = looked_through(b"a;" + b"x" * 1000 + b"\na;b\n", 16, longest=100)

    assert found is not None
    assert not found.is_even(rows=1, width=2)
