"""From month to month: every finding keeps its story, and nothing that was said is lost."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from months import Register, gone, quiet, statuses
from nircheck.history import exceptions, read, writing
from nircheck.history.exceptions import Reply
from nircheck.history.schema import SVAR, table
from nircheck.rulebook.compile import finding_id


@pytest.fixture
def register(tmp_path: Path) -> Register:
    """Two kommuner, two rules, and one wrong row in each; the first month is done."""
    register = Register(tmp_path / "historikk")
    register.persons["P1"] = person(register, "0301", "NIR-100")
    register.persons["P2"] = person(register, "1103", "NIR-101")
    register.audit()
    return register


def person(register: Register, kommune: str, *wrong: str) -> Any:
    from months import Person

    return Person(kommune, set(wrong))


def at(rule: str, row: str) -> tuple[str, str]:
    return rule, finding_id(f"{rule}|person|{row}")


# ---- statuses


def test_the_first_run_calls_nothing_new(tmp_path: Path) -> None:
    register = Register(tmp_path / "historikk")
    register.persons["P1"] = person(register, "0301", "NIR-100")

    outcome = register.audit()

    assert statuses(outcome) == {at("NIR-100", "P1"): "ikke_sammenlignbart"}
    assert outcome.run.facts["historikk"]["forrige"] is None
    assert outcome.run.facts["historikk"]["foerste"] == ["0301", "1103"]


def test_a_finding_is_new_then_open_then_corrected_then_reopened(register: Register) -> None:
    register.persons["P3"] = person(register, "0301", "NIR-100")
    seen = [statuses(register.audit())[at("NIR-100", "P3")]]
    seen.append(statuses(register.audit())[at("NIR-100", "P3")])
    register.persons["P3"].wrong.clear()
    seen.append(gone(register.audit())[at("NIR-100", "P3")])
    register.audit()
    register.persons["P3"].wrong.add("NIR-100")
    last = register.audit()

    assert seen == ["ny", "fortsatt_aapen", "rettet"]
    assert statuses(last)[at("NIR-100", "P3")] == "gjenaapnet"
    told = {row["finding_id"]: row for row in last.run.followed["status"].to_pylist()}
    assert told[at("NIR-100", "P3")[1]]["foerst_sett"] == "2026-02-28"
    assert told[at("NIR-100", "P3")[1]]["maaneder"] == 4


def test_a_row_that_is_gone_is_told_apart(register: Register) -> None:
    del register.persons["P1"]

    outcome = register.audit()

    (told,) = outcome.run.followed["gone"].to_pylist()
    assert (told["status"], told["grunn"]) == ("rettet", "rad_borte")


@pytest.mark.parametrize("what", ["empty", "halved"])
def test_a_failed_transfer_corrects_nothing_and_makes_nothing_new(
    register: Register, what: str
) -> None:
    register.persons["P3"] = person(register, "0301", "NIR-100")
    getattr(register, what).add("0301")

    failed = register.audit()
    after = register.audit()

    reason = failed.run.facts["historikk"]["kommuner"]["0301"]["ikke_sammenlignbart_fordi"]
    assert reason == {"empty": "ingen_rader", "halved": "falt:person"}[what]
    assert "rettet" not in gone(failed).values()
    assert "ny" not in statuses(failed).values()
    assert statuses(after)[at("NIR-100", "P1")] == "fortsatt_aapen"
    assert statuses(failed)[at("NIR-101", "P2")] == "fortsatt_aapen"


def test_a_fall_that_lasts_is_never_taken_for_corrections_until_someone_accepts_it(
    register: Register,
) -> None:
    for number in range(20):
        register.persons[f"X{number}"] = person(register, "0301")
    register.audit()
    for number in range(20):
        del register.persons[f"X{number}"]
    register.persons["P1"].wrong.clear()

    twice = [gone(register.audit())[at("NIR-100", "P1")] for _ in range(2)]
    accepted = gone(register.audit(accepted=["0301"]))

    assert twice == ["ikke_sammenlignbart"] * 2
    assert accepted[at("NIR-100", "P1")] == "rettet"


def test_what_a_rule_did_not_judge_is_neither_corrected_nor_new(register: Register) -> None:
    register.not_judged.add(("NIR-100", "0301"))
    first = register.audit()
    register.persons["P1"].wrong.clear()
    second = register.audit()

    assert gone(first)[at("NIR-100", "P1")] == "ikke_sammenlignbart"
    assert gone(second)[at("NIR-100", "P1")] == "rettet"


def test_a_rule_that_never_ran_before_finds_nothing_new_but_a_new_rule_does(
    register: Register,
) -> None:
    register.rules["NIR-102"] = register.rules["NIR-103"] = 1
    for person_ in register.persons.values():
        person_.wrong |= {"NIR-102", "NIR-103"}
    register.not_judged |= {("NIR-103", "0301"), ("NIR-103", "1103")}

    told = {r["rule_id"]: r for r in register.audit().run.followed["status"].to_pylist()}
    later = {r["rule_id"]: r for r in register.audit().run.followed["status"].to_pylist()}

    assert (told["NIR-102"]["status"], told["NIR-102"]["grunn"]) == ("ny", "ny_regel")
    assert later["NIR-103"]["status"] == "ikke_sammenlignbart"


def test_a_row_that_cannot_be_read_is_not_corrected(register: Register) -> None:
    register.unjudged_rows.add(("NIR-100", "P1"))

    assert gone(register.audit())[at("NIR-100", "P1")] == "ikke_sammenlignbart"


def test_a_finding_another_rule_shows_is_not_corrected(register: Register) -> None:
    register.shown_by_others.add(("NIR-100", "P1"))
    hidden = register.audit()
    register.shown_by_others.clear()

    assert gone(hidden)[at("NIR-100", "P1")] == "vist_av_annen"
    assert statuses(register.audit())[at("NIR-100", "P1")] == "fortsatt_aapen"


def test_a_rule_that_is_retired_or_means_another_thing_closes_its_findings(
    register: Register,
) -> None:
    register.rules["NIR-100"] = 2
    register.persons["P1"].wrong.clear()
    del register.rules["NIR-101"]

    outcome = gone(register.audit())

    assert outcome[at("NIR-100", "P1")] == "regel_endret"
    assert outcome[at("NIR-101", "P2")] == "regel_utgaatt"


def test_findings_follow_a_kommune_that_gets_another_number(register: Register) -> None:
    register.kommuner, register.renamed = ["3201", "1103"], {"0301": "3201"}
    register.persons["P1"].kommune = "3201"
    register.persons["P3"] = person(register, "3201", "NIR-100")

    outcome = register.audit()

    assert statuses(outcome)[at("NIR-100", "P1")] == "fortsatt_aapen"
    assert statuses(outcome)[at("NIR-100", "P3")] == "ny"
    assert gone(outcome) == {}


def test_findings_follow_their_persons_when_a_kommune_is_divided(register: Register) -> None:
    register.persons["P3"] = person(register, "0301", "NIR-100")
    register.audit()
    register.kommuner = ["1508", "1580", "1103"]
    register.split = {"0301": ("1508", "1580")}
    register.persons["P1"].kommune, register.persons["P3"].kommune = "1508", "1580"
    register.persons["P4"] = person(register, "1580", "NIR-101")

    outcome = register.audit()

    assert statuses(outcome)[at("NIR-100", "P1")] == "fortsatt_aapen"
    assert statuses(outcome)[at("NIR-100", "P3")] == "fortsatt_aapen"
    assert statuses(outcome)[at("NIR-101", "P4")] == "ny"
    assert all(row["grunn"] is None for row in outcome.run.followed["status"].to_pylist())


def test_a_person_who_moves_takes_the_finding_along(register: Register) -> None:
    register.persons["P1"].kommune = "1103"

    outcome = register.audit()

    told = {r["finding_id"]: r for r in outcome.run.followed["status"].to_pylist()}
    assert told[at("NIR-100", "P1")[1]]["grunn"] == "fra_kommune:0301"
    (left,) = outcome.run.followed["gone"].to_pylist()
    assert (left["kommunenummer"], left["status"]) == ("0301", "flyttet")


def test_a_month_that_is_taken_in_again_is_compared_with_the_month_before_it(
    register: Register,
) -> None:
    register.persons["P3"] = person(register, "0301", "NIR-100")
    once = register.audit()
    register.day = date(2026, 2, 28)
    again = register.audit()
    register.day = date(2026, 2, 28)
    register.persons["P3"].wrong.clear()
    register.audit()

    assert statuses(once) == statuses(again)
    entries = read(register.folder).entries()
    assert [(e.number, e.day) for e in entries] == [
        (1, "2026-01-31"), (2, "2026-02-28"), (3, "2026-02-28")
    ]  # fmt: skip
    assert [e.number for e in read(register.folder).valid("nasjonal")] == [1, 3]


# ---- exceptions


def answered(register: Register, row: str, rule: str, **other: str) -> None:
    """An accepted "no error" about a finding of the last month."""
    with writing(register.folder) as store:
        entry = store.valid("nasjonal")[-1]
        found = register.persons[row]
        reply = Reply(
            at(rule, row)[1], found.kommune, rule, f"v{found.values}", "ikke_feil",
            "Stemmer, se vedtak for 01817012345.", "Kari", "2026-02-10", "svar.xlsx", entry.run_id,
        )._replace(**other)  # fmt: skip
        store.add_replies(exceptions.taken_in(table([reply], SVAR)))
        possible = exceptions.proposed(store).possible
        chosen = [one for one in possible if one[0].finding_id == reply.finding_id]
        store.add_exceptions(exceptions.accept(chosen, "Ola", "2026-02-15", "2026-05-31"))


def test_an_exception_keeps_a_finding_quiet_until_it_expires(register: Register) -> None:
    answered(register, "P1", "NIR-100")

    months = [register.audit() for _ in range(5)]  # February to June

    wanted = {at("NIR-100", "P1")[1]}
    assert [quiet(month) for month in months] == [wanted, wanted, wanted, wanted, set()]
    assert all(at("NIR-100", "P1") in statuses(month) for month in months)


@pytest.mark.parametrize("change", ["values", "meaning", "person moves"])
def test_an_exception_ends_when_what_it_was_about_changes(register: Register, change: str) -> None:
    answered(register, "P1", "NIR-100")
    assert quiet(register.audit())
    if change == "values":
        register.persons["P1"].values += 1
    elif change == "meaning":
        register.rules["NIR-100"] += 1
    else:
        register.persons["P1"].kommune = "1103"

    assert not quiet(register.audit())


def test_an_exception_follows_a_kommune_that_gets_another_number(register: Register) -> None:
    answered(register, "P1", "NIR-100")
    register.kommuner, register.renamed = ["3201", "1103"], {"0301": "3201"}
    register.persons["P1"].kommune = "3201"

    assert quiet(register.audit()) == {at("NIR-100", "P1")[1]}


@pytest.mark.parametrize(
    ("field", "value"),
    [("kommunenummer", "1103"), ("values_hash", "v9"), ("begrunnelse", " "),
     ("run_id", "0000-0000-0000-0000"), ("finding_id", "0000-0000-0000-0000")],
)  # fmt: skip
def test_an_answer_that_does_not_fit_is_kept_but_cannot_be_accepted(
    register: Register, field: str, value: str
) -> None:
    answered(register, "P1", "NIR-100", **{field: value})

    store = read(register.folder)
    assert store.replies().num_rows == 1
    assert store.exceptions().num_rows == 0
    assert len(exceptions.proposed(store).refused) == 1
    assert not quiet(register.audit())


def test_a_wrong_delivery_erases_no_earlier_answer_and_no_exception(register: Register) -> None:
    answered(register, "P1", "NIR-100")
    answered(register, "P1", "NIR-100", svar="rettet", kommunenummer="1103", begrunnelse="feil fil")
    answered(register, "P1", "NIR-100", svar="rettet")

    store = read(register.folder)
    assert store.replies().column("svar").to_pylist() == ["ikke_feil", "rettet", "rettet"]
    assert quiet(register.audit()) == {at("NIR-100", "P1")[1]}


def test_the_reasons_that_are_kept_hold_no_personal_number(register: Register) -> None:
    answered(register, "P1", "NIR-100")

    store = read(register.folder)
    for reason in (*store.replies()["begrunnelse"], *store.exceptions()["begrunnelse"]):
        assert reason.as_py() == "Stemmer, se vedtak for •••••••••••."


# ---- the store


def test_pandas_and_duckdb_read_the_history_without_nircheck(register: Register) -> None:
    register.audit()
    where = register.folder.as_posix()

    frame = pd.concat(pd.read_parquet(p) for p in sorted(register.folder.glob("*/*/funn.parquet")))
    with duckdb.connect() as connection:
        counted = connection.sql(
            f"SELECT periode, count(*) FROM read_parquet('{where}/*/*/funn.parquet', "
            "hive_partitioning=true) GROUP BY ALL ORDER BY ALL"
        ).fetchall()

    assert counted == [("2026-01", 2), ("2026-02", 2)]
    assert len(frame) == 4
