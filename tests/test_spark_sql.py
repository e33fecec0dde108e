"""What the SQL of rules and views becomes where sqlglot alone would change its meaning."""

from __future__ import annotations

import pytest

from nircheck.sql.spark import for_spark


def view(schema: str, name: str) -> str:
    return f"{schema}__{name}" if schema else name


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("regexp_full_match(t, '[0-9]{2}')", r"t RLIKE '\\A(?:[0-9]{2})\\z'"),
        ("t[-1]", "SUBSTRING(t, -1, 1)"),
        ("date_diff('day', a, b)", "DATEDIFF(b, a)"),
        ("a / 7", "CAST((a) AS DOUBLE) / CAST((7) AS DOUBLE)"),
        ("a // 7", "a DIV 7"),
        (
            "try_cast(t AS DATE)",
            "CASE WHEN LEFT(t, 4) <> '0000' THEN TRY_TO_DATE(t, 'yyyy-MM-dd') END",
        ),
        ("try_cast(t AS INTEGER)", "TRY_CAST(t AS INT)"),
        ("quantile_disc(n, 0.5)", "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY n)"),
        ("strlen(t)", "OCTET_LENGTH(t)"),
        ("regexp_replace(t, '[0-9]', '•', 'g')", "REGEXP_REPLACE(t, '[0-9]', '•')"),
        ("'a\\b'", r"'a\\b'"),
    ],
)
def test_what_sqlglot_does_not_carry_over_is_written_otherwise(duckdb: str, spark: str) -> None:
    assert for_spark(f"SELECT {duckdb} AS x", view) == f"SELECT {spark} AS x"


def test_what_is_inside_something_rewritten_is_rewritten_too() -> None:
    said = for_spark("SELECT date_diff('day', a, try_cast(t[-1] AS DATE)) / 7 AS x", view)

    day = "SUBSTRING(t, -1, 1)"
    date = f"CASE WHEN LEFT({day}, 4) <> '0000' THEN TRY_TO_DATE({day}, 'yyyy-MM-dd') END"
    assert said == f"SELECT CAST((DATEDIFF({date}, a)) AS DOUBLE) / CAST((7) AS DOUBLE) AS x"


def test_tables_of_a_schema_are_views_and_keep_the_name_they_are_called_by() -> None:
    said = for_spark("WITH c AS (SELECT p.a FROM basis.p AS p) SELECT c.a, q.b FROM c, raa.q", view)

    assert said == ("WITH c AS (SELECT p.a FROM basis__p AS p) SELECT c.a, q.b FROM c, raa__q AS q")


def test_nothing_comes_before_null_unless_it_is_said() -> None:
    said = for_spark("SELECT row_number() OVER (ORDER BY a, b DESC) AS n FROM t", view)

    assert "a NULLS LAST" in said
    assert "b DESC)" in said  # where Spark has NULL last by itself


def test_other_brackets_are_refused_rather_than_counted_wrong() -> None:
    with pytest.raises(ValueError, match=r"no other brackets than \[-1\]"):
        for_spark("SELECT t[1] AS x", view)
