"""What the SQL of typing makes of one text, beside the same said in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nircheck.register import typed
from nircheck.register.characters import SPACES

WORDS = st.text(st.sampled_from([*SPACES, *"\x00\x1f!~\x7føÅ", "\u00a0", "a", "∎"]), max_size=6)
DAYS = st.from_regex(
    re.compile(
        r"[ \t]?(2023-0[1-9]-[0-3][0-9]|[0-3][0-9]\.[01][0-9]\.(2023|20-3)|4507[0-9]|[0-9.-]{10})"
        r"([ T](00|22):00(:00([.,]0{1,3})?)?)?[ é]?",
        re.ASCII,
    ),
    fullmatch=True,
)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(WORDS, min_size=1))
def test_a_value_is_compared_without_the_blanks_around_it(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    query = f"SELECT {typed.cleaned('t')} FROM (SELECT unnest(?) AS t)"

    found = [text for (text,) in connection.execute(query, [texts]).fetchall()]

    assert found == [text.strip(SPACES) or None for text in texts]


def day_of(text: str) -> date | None:
    """The day that is written, in ISO or turned round, a midnight behind it or not."""
    text = re.sub(r"(?s)(?<=^.{10})[ T]00:00(:00([.,]0+)?)?\Z", "", text)
    text = re.sub(r"(?s)\A(..)\.(..)\.(....)\Z", r"\3-\2-\1", text)
    try:
        return date.fromisoformat(text) if re.fullmatch("....-..-..", text) else None
    except ValueError:
        return None


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(DAYS, min_size=1))
@example(texts=["2023-05-31", "31.05.2023", "31.05.2023 00:00", "2023-05-31T00:00:00.000"])
@example(texts=["31.05.2023 22:00", "2023-05-31 22:00", "31.02.2023", "45077", "", "31.05.20-3"])
def test_a_day_is_turned_round_only_where_that_could_matter(
    connection: duckdb.DuckDBPyConnection, texts: list[str]
) -> None:
    day, turned = (
        f"CASE WHEN {typed.is_iso_day(text)} THEN TRY_CAST({text} AS DATE) END"
        for text in ("t", typed.in_iso("t"))
    )
    raw = f"SELECT t AS raa, {typed.cleaned('t')} AS t FROM (SELECT unnest(?) AS t)"
    query = f"SELECT {day}, {turned}, {typed.may_be_turned('raa')} FROM ({raw})"

    found = connection.execute(query, [texts]).fetchall()

    assert [after for _, after, _ in found] == [day_of(text.strip(SPACES)) for text in texts]
    assert all(before == after for before, after, may_be in found if not may_be)
    assert all(before in (None, after) for before, after, _ in found)
