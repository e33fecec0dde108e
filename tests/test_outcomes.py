"""Every outcome, and sums that agree wherever they are told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extracts import Extract, audited, found
from nircheck import ingest
from nircheck.engine import judge
from nircheck.errors import EngineError
from nircheck.rulebook import RuleBook
from nircheck.run import Outcome, Run, assemble


def outcome(run: Run, rule_id: str, kommune: str) -> dict[str, Any]:
    rows = run.accounting.to_pylist()
    (row,) = [r for r in rows if (r["rule_id"], r["kommunenummer"]) == (rule_id, kommune)]
    return dict(row)


def test_a_clean_register_gives_ingen_avvik(book: RuleBook, clean_extract: Path) -> None:
    run = audited(book, clean_extract)

    assert found(run) == set()
    assert outcome(run, "NIR-140", "4204") == {
        "rule_id": "NIR-140",
        "kommunenummer": "4204",
        "outcome": "ingen_avvik",
        "applies": 1,
        "fails": 0,
        "reason": None,
    }


def test_a_defect_gives_avvik_with_its_counts(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant()
    key = extract.participant(sluttdato="2022-05-01", avslutningsaarsak="ARBEID")
    run = audited(book, extract.write(tmp_path / "u", book))

    assert ("NIR-140", key, "feil") in found(run)
    said = outcome(run, "NIR-140", "4204")
    assert (said["outcome"], said["applies"], said["fails"]) == ("avvik", 1, 1)


def test_a_kommune_without_rows_is_ikke_relevant_not_clean(
    book: RuleBook, clean_extract: Path
) -> None:
    run = audited(book, clean_extract)

    assert {outcome(run, rule, "4640")["outcome"] for rule in ("NIR-100", "NIR-230")} == {
        "ikke_relevant"
    }


def test_a_table_that_was_not_delivered_makes_rules_ikke_kjoert(
    book: RuleBook, clean_extract: Path
) -> None:
    run = audited(book, clean_extract)

    said = outcome(run, "KON-norsk.norsk_id-noekkel", "4204")
    assert (said["outcome"], said["reason"]) == ("ikke_kjoert", "tabell_mangler:norsk")


def test_an_optional_column_that_was_not_delivered_makes_its_rules_ikke_kjoert(
    book: RuleBook, clean_extract: Path
) -> None:
    file = clean_extract / "person.csv"
    text = file.read_text(encoding="utf-8").replace("utdanning_vgo", "noe_annet")
    file.write_text(text, encoding="utf-8")

    run = audited(book, clean_extract)

    for rule in ("NIR-170", "NIR-171", "NIR-175"):
        said = outcome(run, rule, "4204")
        assert said["outcome"] == "ikke_kjoert"
        assert said["reason"] == "kolonne_mangler:person.utdanning_vgo"
    assert outcome(run, "NIR-105", "4204")["outcome"] == "ingen_avvik"


def test_an_unknown_law_is_counted_as_not_judged_never_as_clean(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant("UKJENT", sluttdato="2023-05-01")
    run = audited(book, extract.write(tmp_path / "u", book))

    said = outcome(run, "NIR-100", "4204")
    assert (said["outcome"], said["reason"]) == ("ikke_kjoert", "ikke_vurdert:regime_ukjent=1")
    assert outcome(run, "NIR-140", "4204")["outcome"] == "ingen_avvik"


def test_some_not_judged_is_said_beside_the_verdict_on_the_others(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant("UKJENT", sluttdato="2023-05-01")
    extract.participant(sluttdato="2023-05-01", avslutningsaarsak="ARBEID")
    run = audited(book, extract.write(tmp_path / "u", book))

    said = outcome(run, "NIR-100", "4204")
    assert (said["outcome"], said["reason"]) == ("ingen_avvik", "ikke_vurdert:regime_ukjent=1")


def test_an_unreadable_value_is_told_of_and_its_row_is_not_judged_by_rules_that_read_it(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    key = extract.participant(sluttdato="31.06.2023", avslutningsaarsak="ARBEID")
    run = audited(book, extract.write(tmp_path / "u", book))

    assert found(run) == {("KON-program.sluttdato-dato", key, "feil")}
    assert outcome(run, "NIR-103", "4204")["reason"] == "ikke_vurdert:uleselig=1"


def test_a_rule_that_raises_is_teknisk_feil_and_the_rest_completes(
    book: RuleBook, clean_extract: Path
) -> None:
    broken = replace(book.by_id["NIR-140"], counts="SELECT CAST('N000001' AS INTEGER)")
    rules = [broken if c.rule.id == "NIR-140" else c for c in book.running()]
    register, manifest = ingest.read(
        [clean_extract], ingest.Manifest(), book.contract, book.views, book.folder
    )

    with register:
        judgement = judge(register, rules)
        run = assemble(register, manifest, book, judgement)

    assert list(run.failed_rules) == ["NIR-140"]
    assert "N000001" not in str(run.facts)
    assert outcome(run, "NIR-140", "4204")["outcome"] == "teknisk_feil"
    assert outcome(run, "NIR-140", "0301")["outcome"] == "teknisk_feil"
    assert outcome(run, "NIR-149", "4204")["outcome"] == "ingen_avvik"


def test_a_rule_that_fails_half_way_leaves_no_count_behind(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    extract.participant(sluttdato="2022-05-01", avslutningsaarsak="ARBEID")
    folder = extract.write(tmp_path / "u", book)
    broken = replace(book.by_id["NIR-140"], findings="SELECT no_such_column FROM program")
    register, _ = ingest.read([folder], ingest.Manifest(), book.contract, book.views, book.folder)

    with register:
        judgement = judge(register, [broken])

    assert (judgement.findings.num_rows, judgement.counts.num_rows) == (0, 0)
    assert list(judgement.failed) == ["NIR-140"]


def test_a_rule_that_takes_longer_than_it_may_is_stopped_and_the_rest_completes(
    book: RuleBook, clean_extract: Path
) -> None:
    endless = "(SELECT count(*) FROM range(10000000000) AS t(i) WHERE i % 7 = 3)"
    slow = replace(book.by_id["NIR-140"], counts=f"SELECT '4204', {endless}, 0, 0, 0")
    rules = [slow if c.rule.id == "NIR-140" else c for c in book.running()]
    register, manifest = ingest.read(
        [clean_extract], ingest.Manifest(), book.contract, book.views, book.folder
    )

    with register:
        run = assemble(register, manifest, book, judge(register, rules, seconds=1))

    assert run.failed_rules == {"NIR-140": "tidsgrense"}
    assert outcome(run, "NIR-140", "4204")["outcome"] == "teknisk_feil"
    assert outcome(run, "NIR-149", "4204")["outcome"] == "ingen_avvik"
    assert outcome(run, "NIR-171", "4204")["outcome"] != "teknisk_feil"


def test_a_finding_another_rule_shows_is_linked_and_said_where_it_went(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person", utdanning_vgo="NEI")
    key = extract.add("program", person_id=person, sluttmaal="HOEYERE_HAR_VGO")
    extract.add("tiltak", program_id=key, person_id=person)
    run = audited(book, extract.write(tmp_path / "u", book))

    assert found(run) == {("NIR-170", key, "feil")}
    said = outcome(run, "NIR-175", "4204")
    assert (said["outcome"], said["fails"], said["reason"]) == (
        "ingen_avvik",
        0,
        "vist_av:NIR-170=1",
    )


def test_a_draft_suppresses_no_active_rule(
    book: RuleBook, extract: Extract, tmp_path: Path
) -> None:
    person = extract.add("person", utdanning_vgo="NEI")
    extract.add("program", person_id=person, sluttmaal="HOEYERE_HAR_VGO")
    folder = extract.write(tmp_path / "u", book)
    by_id = book.by_id
    draft = replace(
        by_id["NIR-170"], rule=by_id["NIR-170"].rule.model_copy(update={"status": "draft"})
    )
    register, _ = ingest.read([folder], ingest.Manifest(), book.contract, book.views, book.folder)

    with register:
        judgement = judge(register, [draft, by_id["NIR-175"]])

    assert {f["rule_id"] for f in judgement.findings.to_pylist()} == {"NIR-170", "NIR-175"}


def test_the_sums_agree_in_findings_accounting_and_facts(sample_run: Run) -> None:
    listed = Counter((f["rule_id"], f["kommunenummer"]) for f in sample_run.findings.to_pylist())
    accounted = {
        (row["rule_id"], row["kommunenummer"]): row["fails"]
        for row in sample_run.accounting.to_pylist()
        if row["fails"]
    }
    facts = sample_run.facts

    assert accounted == dict(listed)
    totals = facts["totals"]
    assert totals["findings"] + totals["drafts"] == sample_run.findings.num_rows
    assert sum(rule["fails"] for rule in facts["rules"].values()) == sample_run.findings.num_rows
    for severity in ("feil", "advarsel", "info"):
        by_kommune = sum(kommune[severity] for kommune in facts["kommuner"].values())
        active = (rule for rule in facts["rules"].values() if rule["status"] == "active")
        by_rule = sum(rule[severity] for rule in active)
        assert by_kommune == by_rule == facts["totals"][severity]
    outcomes = Counter(row["outcome"] for row in sample_run.accounting.to_pylist())
    assert {o: n for o, n in facts["totals"]["outcomes"].items() if n} == dict(outcomes)


def test_there_is_one_outcome_per_rule_and_kommune(sample_run: Run) -> None:
    rows = sample_run.accounting.to_pylist()
    cells = Counter((row["rule_id"], row["kommunenummer"]) for row in rows)

    assert set(cells.values()) == {1}
    assert len(cells) == len(sample_run.facts["rules"]) * len(sample_run.facts["kommuner"])
    assert {row["outcome"] for row in rows} <= set(Outcome)


def test_counts_that_do_not_match_the_list_stop_the_run(
    book: RuleBook, clean_extract: Path
) -> None:
    wrong = replace(
        book.by_id["NIR-140"],
        counts="SELECT '4204' AS kommunenummer, 9, 9, 0, 0",
    )
    register, manifest = ingest.read(
        [clean_extract], ingest.Manifest(), book.contract, book.views, book.folder
    )

    with register:
        judgement = judge(register, [wrong])
        with pytest.raises(EngineError, match="NIR-140 in 4204"):
            assemble(register, manifest, replace(book, rules=(wrong,)), judgement)
