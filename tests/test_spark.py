"""The same extract on Spark: the same findings, counts, hashes and words as embedded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commands import nircheck
from extracts import EXPECTATIONS, Extract
from nircheck import ingest, spark
from nircheck.cli import engines
from nircheck.cli.engines import Question, embedded
from nircheck.engine import judge
from nircheck.errors import ExtractError, UsageError
from nircheck.examples import load_defaults
from nircheck.rulebook import RuleBook
from nircheck.run import Run, assemble, read
from nircheck.run.parity import compared
from nircheck.spark import rows
from nircheck.spark.database import SparkDatabase, persistent
from nircheck.spark.session import apart
from spoilt import UNREACHED, examples_of_all

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not shutil.which("java") and not os.environ.get("CI"), reason="Spark needs Java"
    ),
    # py4j leaves its sockets to the garbage collector
    pytest.mark.filterwarnings("ignore:.*socket.socket:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:.*socket.socket:ResourceWarning"),
]
SETTINGS = {
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.memory": "2g",
}
"""For tables that are small: no time goes to making programs of their queries."""


@pytest.fixture(scope="module")
def folders(book: RuleBook, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("spark") / "uttrekk"
    return examples_of_all(book, load_defaults(EXPECTATIONS), place)


@pytest.fixture(scope="module")
def on_duckdb(book: RuleBook, folders: tuple[Path, Path]) -> Run:
    place, before = map(str, folders)
    question = Question([place], before, ingest.Manifest(), book, ingest.Limits())
    with embedded(question) as (register, manifest):
        return assemble(register, manifest, book, judge(register, book.running()))


@pytest.fixture(scope="module")
def out(folders: tuple[Path, Path]) -> Path:
    """Where the run that is made on Spark is put, and its findings by kommune."""
    place, before = folders
    out = place.with_name("ut")
    settings = [part for item in SETTINGS.items() for part in ("--spark-conf", "=".join(item))]

    done = nircheck(
        "audit", place, "--forrige", before, "--engine", "spark", "--spark-master", "local[1]",
        "--spark-findings", out.with_name("funn"), "--ut", out, *settings,
    )  # fmt: skip

    assert (done.code, done.err) == (1, "")
    return out


@pytest.fixture(scope="module")
def on_spark(out: Path) -> Run:
    return read(next(out.iterdir()))


@pytest.fixture(scope="module")
def session(out: Path) -> Iterator[Any]:
    """A session for the rest, begun when that of the command has been stopped."""
    assert out.is_dir()
    with spark.connected(spark.Cluster("local[1]", SETTINGS)) as session:
        yield session


def test_every_active_rule_finds_something_in_what_is_compared(
    on_duckdb: Run, book: RuleBook
) -> None:
    found = {*on_duckdb.findings.column("rule_id").to_pylist()}
    found |= {*on_duckdb.linked.column("rule_id").to_pylist()}

    active = {c.rule.id for c in book.running() if c.rule.status == "active"}

    assert {rule for rule in active - found if not rule.endswith(UNREACHED)} == set()


def test_both_engines_say_the_same_of_every_rule(on_duckdb: Run, on_spark: Run) -> None:
    assert on_spark.failed_rules == {}
    assert [pair for pair in compared(on_duckdb, on_spark) if not pair.same] == []


def test_a_run_made_on_spark_is_the_same_table_for_table(on_duckdb: Run, on_spark: Run) -> None:
    for name in ("findings", "accounting", "linked", "programmes", "figures"):
        assert getattr(on_spark, name).equals(getattr(on_duckdb, name)), name
    assert on_spark.facts == on_duckdb.facts


def test_findings_are_written_as_parquet_by_kommune(out: Path, on_spark: Run) -> None:
    place = out.with_name("funn")

    kommuner = {folder.name for folder in place.iterdir() if folder.is_dir()}
    held = pq.read_table(place, partitioning=None).column("finding_id").to_pylist()

    numbers = on_spark.findings.column("kommunenummer").to_pylist()
    assert kommuner == {f"kommunenummer={number}" for number in numbers}
    assert sorted(held) == sorted(on_spark.findings.column("finding_id").to_pylist())


def test_findings_are_not_written_over_anything(session: Any, out: Path) -> None:
    with pytest.raises(UsageError, match="holds something already"):
        spark.require_free(session, str(out.with_name("funn")))


def test_a_difference_is_told_with_the_rule_it_is_in(on_duckdb: Run) -> None:
    messages = on_duckdb.findings.column("melding_nb").to_pylist()
    changed = on_duckdb.findings.set_column(
        on_duckdb.findings.column_names.index("melding_nb"),
        "melding_nb",
        pa.array([f"{messages[0]}.", *messages[1:]], pa.string()),
    )

    told = [pair.name for pair in compared(on_duckdb, replace(on_duckdb, findings=changed))
            if not pair.same]  # fmt: skip

    assert told == [on_duckdb.findings.column("rule_id")[0].as_py()]


def staged(session: Any, book: RuleBook, path: Path, table: str, block: int | None = None) -> Any:
    """The raw rows of one file as Spark reads it, in blocks of so many bytes."""
    own = apart(session)
    if block:
        own.conf.set("spark.sql.files.maxPartitionBytes", str(block))
        own.conf.set("spark.sql.files.openCostInBytes", "1")
    reader = {".csv": rows.csv, ".parquet": rows.parquet}[path.suffix]
    known = book.contract.tables[table]
    database = SparkDatabase(own)
    reader(database, str(path), path.name, known, lambda cells: list(cells))
    return database.frame(f"SELECT * FROM raa.{table}")


def test_lines_are_those_of_the_file_however_it_is_cut_in_blocks(
    session: Any, book: RuleBook, tmp_path: Path
) -> None:
    path = tmp_path / "person.csv"
    lines = [f"P{number};{'x' * (number % 37)}" for number in range(2, 3001)]
    path.write_text("\r\n".join(["person_id;kjoenn", *lines]), encoding="utf-8", newline="")

    frame = staged(session, book, path, "person", block=4000)
    read = frame.orderBy("rowid").toArrow()

    assert frame.rdd.getNumPartitions() > 10
    assert read.column("person_id").to_pylist() == [f"P{line}" for line in range(2, 3001)]
    assert read.column("linje").to_pylist() == list(range(2, 3001))
    assert read.column("rowid").to_pylist() == list(range(2999))


def test_quotes_that_are_closed_on_the_line_are_read(
    session: Any, book: RuleBook, tmp_path: Path
) -> None:
    path = tmp_path / "tiltak.csv"
    path.write_text('tiltak_id;beskrivelse;program_id\n"T1";"a; ""b""";""\nT2;;P\n', "utf-8")

    read = staged(session, book, path, "tiltak").orderBy("rowid").toArrow()

    assert read.column("beskrivelse").to_pylist() == ['a; "b"', ""]
    assert read.column("tiltak_id").to_pylist() == ["T1", "T2"]


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        (b'tiltak_id;beskrivelse\nT1;"a\nb"\n', "spark_anfoerselstegn", 2),
        (b'tiltak_id;beskrivelse\nT1;a\nT2;5" skjerm\n', "spark_anfoerselstegn", 3),
        (b"tiltak_id;beskrivelse\nT1;a\nT2\n", "spark_felter", 3),
        (b"tiltak_id;beskrivelse\nT1;a\n\nT2;b\n", "spark_felter", 3),
        (b"tiltak_id;beskrivelse\nT1;bl\xe5\n", "spark_utf8", 2),
        (b"tiltak_id;beskrivelse\nT1;a\rb\n", "spark_linjeskift", 2),
        ("tiltak_id;beskrivelse\nT1;a\u00adb\n".encode(), "spark_tegn", None),
        ("\ufefftiltak_id;beskrivelse\nT1;a\n".encode(), "spark_overskrift", None),
        (b"", "tom_fil", None),
    ],
)
def test_what_only_the_embedded_engine_reads_is_refused_with_its_line(
    session: Any, book: RuleBook, tmp_path: Path, content: bytes, key: str, line: int | None
) -> None:
    path = tmp_path / "tiltak.csv"
    path.write_bytes(content)

    with pytest.raises(ExtractError) as refused:
        staged(session, book, path, "tiltak")

    (problem,) = refused.value.problems
    assert not isinstance(problem, str)
    assert (problem.key, problem.values.get("linje")) == (key, line)


def test_parquet_rows_have_their_number_and_odd_types_are_refused(
    session: Any, book: RuleBook, tmp_path: Path
) -> None:
    path = tmp_path / "tiltak.parquet"
    pq.write_table(pa.table({"tiltak_id": ["A", "B"], "timer_per_uke": [10, 20]}), path)
    odd = tmp_path / "odd.parquet"
    pq.write_table(pa.table({"tiltak_id": ["A"], "timer_per_uke": [1.5]}), odd)

    read = staged(session, book, path, "tiltak").orderBy("rowid").toArrow()

    assert read.column("linje").to_pylist() == [1, 2]
    assert read.column("timer_per_uke").to_pylist() == ["10", "20"]
    with pytest.raises(ExtractError, match="spark_kolonnetype"):
        staged(session, book, odd, "tiltak")


def test_a_missing_table_and_a_table_in_a_workbook_are_told_at_once(
    session: Any, book: RuleBook, tmp_path: Path, extract: Extract
) -> None:
    extract.participant()
    folder = extract.write(tmp_path / "uttrekk", book)
    (folder / "tiltak.csv").rename(folder / "tiltak.xlsx")
    (folder / "program.csv").unlink()

    with pytest.raises(ExtractError) as refused:
        spark.read_pair(session, str(folder), None, ingest.Manifest(), book)

    keys = [problem.key for problem in refused.value.problems if not isinstance(problem, str)]
    assert keys == ["spark_filtype", "tabell_mangler", "tabell_mangler"]


def test_what_fails_in_java_is_told_by_class_and_place_without_its_message(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    java = session.sparkContext._jvm.java
    monkeypatch.setattr("nircheck.rulebook.load", lambda *_: java.io.FileInputStream("01819012365"))

    done = nircheck("rules", "list")

    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("nircheck: internal error (Py4JJavaError); please report it:\n")
    _, thrown, *places = done.err.rpartition("  java.io.FileNotFoundException\n")
    assert thrown
    assert places[0].splitlines()[0].startswith("    FileInputStream.java:")
    assert "01819012365" not in done.err


def test_too_little_memory_in_java_is_said_in_one_line(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 2**31 - 1
    buffers = session.sparkContext._jvm.java.nio.ByteBuffer
    monkeypatch.setattr("nircheck.rulebook.load", lambda *_: buffers.allocate(most))

    done = nircheck("rules", "list")

    assert (done.code, done.out) == (4, "")
    assert "--spark-conf spark.driver.memory=4g" in done.err
    assert done.err.count("\n") == 1


def test_what_java_fails_at_by_chance_is_made_at_the_second_try_and_a_wrong_query_is_not(
    session: Any,
) -> None:
    tries: list[str] = []

    def by_chance() -> str:
        tries.append("chance")
        if len(tries) == 1:
            session.sparkContext._jvm.java.io.FileInputStream("borte")
        return "made"

    def wrong() -> list[Any]:
        tries.append("wrong")
        return list(session.sql("SELECT raise_error('galt')").collect())

    assert persistent(by_chance) == "made"
    with pytest.raises(Exception, match="galt"):
        persistent(wrong)
    assert tries == ["chance", "chance", "wrong"]


def test_a_task_that_fails_on_this_machine_is_tried_again_as_on_a_cluster(session: Any) -> None:
    from pyspark import TaskContext

    def at_the_second_try(_: int) -> bool:
        if TaskContext.get().attemptNumber() == 0:
            raise OSError
        return True

    assert session.sparkContext.parallelize([1], 1).map(at_the_second_try).collect() == [True]


def test_spark_options_without_spark_are_wrong_use(tmp_path: Path) -> None:
    done = nircheck("audit", tmp_path, "--spark-master", "local[2]", cwd=tmp_path)

    assert (done.code, done.out) == (2, "")
    assert "--spark-master is for --engine spark" in done.err


def test_a_setting_that_is_none_of_spark_is_wrong_use(tmp_path: Path) -> None:
    done = nircheck(
        "audit", tmp_path, "--engine", "spark", "--spark-conf", "minne=8g", cwd=tmp_path
    )

    assert done.code == 2
    assert "write spark.executor.memory=8g" in done.err


def test_engines_are_compared_rule_by_rule(
    monkeypatch: pytest.MonkeyPatch, folders: tuple[Path, Path], on_duckdb: Run
) -> None:
    monkeypatch.setattr(engines, "on_spark", lambda question, _: embedded(question))

    done = nircheck("engines", "compare", folders[0], "--forrige", folders[1])

    pairs = [pair for pair in compared(on_duckdb, on_duckdb) if pair.is_rule]
    hits = sum(pair.first.findings > 0 for pair in pairs)
    assert done.code == 0
    assert done.out.endswith(f"{len(pairs)} rules, {hits} with findings, 0 differences\n")
    assert len(pairs) == len(on_duckdb.facts["rules"])
