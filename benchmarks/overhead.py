"""What great_expectations and nircheck add, per rule, to the SQL of the rules themselves.

75 rules over 250 000 programmes and 1.35 million tiltak: the compiled statements on their own
against `nircheck.engine.judge`, in turn, in one process. Run it with `make bench`.
"""

from __future__ import annotations

import argparse
import statistics
from dataclasses import replace
from datetime import date

from measure import clocks, since

from nircheck import resources, rulebook
from nircheck.contract import kommuner
from nircheck.engine import judge
from nircheck.register import Register
from nircheck.rulebook import CompiledRule, RuleBook
from nircheck.sql import bind

DAY = date(2026, 10, 31)

PERSON = """
SELECT 'N' || i AS person_id, NULL AS foedselsnummer, NULL AS dufnummer,
  '1990-01-01' AS foedselsdato, CASE WHEN i % 2 = 0 THEN 'K' ELSE 'M' END AS kjoenn,
  'SYR' AS statsborgerskap,
  CASE WHEN i % 3 = 0 THEN 'KOLLEKTIV_34' ELSE 'BESKYTTELSE_28' END AS oppholdsgrunnlag,
  '2022-04-01' AS innvilget_dato, '2022-04-01' AS ankomst_dato, '2022-05-01' AS bosatt_dato,
  k.nr AS bosettingskommune, NULL AS bydel, CASE WHEN i % 4 = 0 THEN 'JA' ELSE 'NEI' END
  AS utdanning_vgo, 'person.csv' AS fil, i + 2 AS linje
FROM range({n}) AS t(i) JOIN kommuner AS k ON k.plass = i % 357
"""
PROGRAM = """
SELECT 'P' || i AS program_id, 'N' || i AS person_id, k.nr AS kommunenummer, NULL AS bydel,
  CAST(DATE '2022-06-01' + CAST(i % 900 AS INTEGER) AS VARCHAR) AS startdato,
  CASE WHEN i % 3 <> 0 THEN CAST(DATE '2023-06-01' + CAST(i % 1000 AS INTEGER) AS VARCHAR) END
  AS sluttdato,
  CASE WHEN i % 5 <> 0 THEN CASE i % 4 WHEN 0 THEN 'ARBEID_HAR_VGO' WHEN 1 THEN 'GRUNNSKOLE'
  WHEN 2 THEN 'FULLFOERE_VGO' ELSE 'ARBEID_UTEN_VGO' END END AS sluttmaal,
  CASE i % 7 WHEN 0 THEN 'ARBEID' WHEN 1 THEN 'IKKE_REGISTRERT' WHEN 2 THEN 'FLYTTET' END
  AS avslutningsaarsak, 'program.csv' AS fil, i + 2 AS linje
FROM range({n}) AS t(i) JOIN kommuner AS k ON k.plass = i % 357
"""
TILTAK = """
SELECT 'T' || i AS tiltak_id, 'P' || (i % {n}) AS program_id, 'N' || (i % {n}) AS person_id,
  k.nr AS kommunenummer, 'NORSK' AS tiltakstype, 'NORSK_SAMF' AS tiltaksgruppe,
  CASE WHEN i % 50 <> 0 THEN CAST(DATE '2022-06-01' + CAST(i % 900 AS INTEGER) AS VARCHAR) END
  AS startdato,
  CASE WHEN i % 20 <> 0 THEN CAST(DATE '2023-01-01' + CAST(i % 900 AS INTEGER) AS VARCHAR) END
  AS stoppdato,
  CASE WHEN i % 10 <> 0 THEN '15,5' END AS timer_per_uke, 'tiltak.csv' AS fil, i + 2 AS linje
FROM range({m}) AS t(i) JOIN kommuner AS k ON k.plass = i % 357
"""


def register(book: RuleBook, programs: int, measures: int) -> Register:
    """A register of the stated size with defects all over."""
    numbers = kommuner.load(book.folder, DAY)
    made = Register.open(book.contract, book.views, numbers, DAY)
    made.connection.execute("CREATE TABLE kommuner (plass BIGINT, nr VARCHAR)")
    made.connection.executemany(
        "INSERT INTO kommuner VALUES (?, ?)", list(enumerate(numbers.names))
    )
    for table, query in (("person", PERSON), ("program", PROGRAM), ("tiltak", TILTAK)):
        made.stage(table, query.format(n=programs, m=measures))
        made.delivered[table] = set(book.contract.tables[table].by_name) & {
            str(row[0]) for row in made.connection.execute(f"DESCRIBE raa.{table}").fetchall()
        }
    made.build()
    return made


def seventy_five(book: RuleBook, register: Register) -> list[CompiledRule]:
    """The shipped rules that the register has the columns for, 75 of them under other ids."""
    own = [
        compiled
        for compiled in (book.by_id[file.rule.id] for file in book.files)
        if not any(map(register.missing, compiled.needs))
    ]
    rules = []
    for number in range(75):
        source = own[number % len(own)]
        rule_id = f"NIR-{900 + number}"
        rule = source.rule.model_copy(update={"id": rule_id, "suppressed_by": []})
        findings = source.findings.replace(source.rule.id, rule_id)
        rules.append(replace(source, rule=rule, findings=findings))
    return rules


def bare(register: Register, rules: list[CompiledRule]) -> int:
    """The same statements and the ordered list, nothing around them; how many findings."""
    connection, about = register.connection, (register.uttrekksdato, register.miljoe)
    first = bind(rules[0].findings, *about)
    connection.execute(f"CREATE TABLE funn AS SELECT * FROM ({first}) AS f LIMIT 0")
    first = bind(rules[0].counts, *about)
    connection.execute(f"CREATE TABLE tall AS SELECT * FROM ({first}) AS f LIMIT 0")
    for rule in rules:
        connection.execute(f"INSERT INTO funn {bind(rule.findings, *about)}")
        connection.execute(f"INSERT INTO tall {bind(rule.counts, *about)}")
    found = connection.sql(
        "FROM funn ORDER BY kommunenummer, severity, rule_id, noekkel, finding_id"
    ).to_arrow_table()
    connection.execute("DROP TABLE funn")
    connection.execute("DROP TABLE tall")
    return int(found.num_rows)


def main() -> None:
    """Print both times, round by round, and what lies between them per rule."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=250_000)
    parser.add_argument("--tiltak", type=int, default=1_350_000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    book = rulebook.load(resources.expectations())
    with register(book, options.programs, options.tiltak) as made:
        rules = seventy_five(book, made)
        extra = []
        for number in range(1, options.rounds + 1):
            start = clocks()
            found = bare(made, rules)
            between = clocks()
            listed = judge(made, rules).findings.num_rows
            end = clocks()
            made.connection.execute("DROP SCHEMA dom CASCADE")
            assert listed == found, "the two must find the same"
            (wall, cpu), (whole_wall, whole_cpu) = since(start, between), since(between, end)
            extra.append((whole_wall - wall, whole_cpu - cpu))
            print(
                f"round {number}: bare SQL {wall:6.2f} s ({cpu:6.2f} s CPU), "
                f"nircheck {whole_wall:6.2f} s ({whole_cpu:6.2f} s CPU), {found} findings"
            )
    wall, cpu = (
        statistics.median(values) * 1000 / len(rules) for values in zip(*extra, strict=True)
    )
    print(f"median: {wall:.1f} ms more per rule, {cpu:.1f} ms of CPU (promised: at most 15)")


if __name__ == "__main__":
    main()
