"""Contracts compared, drafted and exported: read by the tools they are for."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
import yaml

from commands import nircheck
from extracts import EXPECTATIONS, ROOT, SAMPLE, write_csv
from gate_corpus import clean, rewrite, written
from nircheck.contract import Contract, load_file
from nircheck.engine.quiet import Quiet
from nircheck.gate import export
from nircheck.gate.contracts import compare
from nircheck.rulebook import RuleBook

CONTRACT = EXPECTATIONS / "_contract" / "nir-uttrekk-1.0.odcs.yaml"
Document = dict[str, Any]


def loaded(path: Path) -> Document:
    document: Document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document


@cache
def shipped() -> Document:
    return loaded(CONTRACT)


@cache
def contract() -> Contract:
    return load_file(CONTRACT, EXPECTATIONS)


def odcs_complaints(path: Path) -> list[str]:
    schema = json.loads((ROOT / "tests" / "schemas" / "odcs-3.1.0.schema.json").read_text("utf-8"))
    validator = jsonschema.validators.validator_for(schema)(schema)
    return [f"{e.json_path}: {e.message}" for e in validator.iter_errors(loaded(path))]


def column(document: Document, qualified: str) -> Document:
    table, _, name = qualified.partition(".")
    columns = next(t for t in document["schema"] if t["name"] == table)["properties"]
    found: Document = next(c for c in columns if c["name"] == name)
    return found


def custom(node: Document, name: str, value: object) -> None:
    node["customProperties"] = [p for p in node["customProperties"] if p["property"] != name] + [
        {"property": name, "value": value}
    ]


def edited(tmp_path: Path, edit: Callable[[Document], None]) -> Path:
    document = deepcopy(shipped())
    edit(document)
    path = tmp_path / "endret.odcs.yaml"
    text = yaml.dump(document, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, "utf-8")
    return path


def valid_values(node: Document, codes: list[str]) -> None:
    node["quality"] = [
        {"metric": "invalidValues", "mustBe": 0, "arguments": {"validValues": codes}}
    ]


def codes_of(name: str) -> list[str]:
    with (EXPECTATIONS / "_kodelister" / f"{name}.csv").open(encoding="utf-8") as handle:
        return list(dict.fromkeys(row["kode"] for row in csv.DictReader(handle)))


def renamed(document: Document) -> None:
    column(document, "program.sluttdato")["name"] = "sluttet_dato"


def removed(document: Document) -> None:
    table = next(t for t in document["schema"] if t["name"] == "vedtak")
    table["properties"] = [c for c in table["properties"] if c["name"] != "utfall"]


def added(required: bool) -> Callable[[Document], None]:
    def edit(document: Document) -> None:
        table = next(t for t in document["schema"] if t["name"] == "person")
        new = {"name": "botid", "logicalType": "number", "customProperties": []}
        custom(new, "kolonneMaaFinnes", required)
        table["properties"].append(new)

    return edit


def retyped(document: Document) -> None:
    column(document, "tiltak.timer_per_uke")["logicalType"] = "string"


def coded_otherwise(document: Document) -> None:
    codes = [c for c in codes_of("tiltakstype") if c != "NORSK"]
    valid_values(column(document, "tiltak.tiltakstype"), [*codes, "SPRAAKKURS"])


def more_codes(document: Document) -> None:
    valid_values(column(document, "tiltak.tiltakstype"), [*codes_of("tiltakstype"), "NYTT"])


def key_moved(document: Document) -> None:
    for name, is_key in (("person.person_id", False), ("person.dufnummer", True)):
        column(document, name)["primaryKey"] = is_key


def points_elsewhere(document: Document) -> None:
    column(document, "tiltak.person_id")["relationships"] = []


def other_form(document: Document) -> None:
    column(document, "program.kommunenummer")["logicalTypeOptions"] = {"pattern": "^K[0-9]{4}$"}


def stricter(document: Document) -> None:
    column(document, "program.sluttdato")["required"] = True


def looser(document: Document) -> None:
    custom(column(document, "person.kjoenn"), "kolonneMaaFinnes", False)


def table_gone(document: Document) -> None:
    document["schema"] = [t for t in document["schema"] if t["name"] != "mottak"]


def reworded(document: Document) -> None:
    custom(column(document, "person.kjoenn"), "tekstNb", "Juridisk kjønn")


CHANGES = [
    (renamed, "KON-program.sluttdato-kolonne_nytt_navn", "brudd"),
    (removed, "KON-vedtak.utfall-kolonne_fjernet", "brudd"),
    (added(False), "KON-person.botid-kolonne_lagt_til", "forenlig"),
    (added(True), "KON-person.botid-kolonne_krevd", "brudd"),
    (retyped, "KON-tiltak.timer_per_uke-type", "brudd"),
    (coded_otherwise, "KON-tiltak.tiltakstype-kode_borte", "brudd"),
    (more_codes, "KON-tiltak.tiltakstype-kode_ny", "forenlig"),
    (key_moved, "KON-person.dufnummer-noekkel_flyttet", "brudd"),
    (points_elsewhere, "KON-tiltak.person_id-kobling", "brudd"),
    (other_form, "KON-program.kommunenummer-moenster", "brudd"),
    (stricter, "KON-program.sluttdato-krav_skjerpet_verdi", "brudd"),
    (looser, "KON-person.kjoenn-krav_loest_kolonne", "forenlig"),
    (table_gone, "KON-mottak-tabell_fjernet", "brudd"),
    (reworded, "KON-person.kjoenn-tekst", "merknad"),
]


@pytest.mark.parametrize(("edit", "told", "effect"), CHANGES, ids=[c[1] for c in CHANGES])
def test_a_change_between_contracts_is_told_once_and_classed(
    edit: Callable[[Document], None], told: str, effect: str, tmp_path: Path, book: RuleBook
) -> None:
    after = load_file(edited(tmp_path, edit), EXPECTATIONS)

    (change,) = compare(contract(), after, book)

    assert (change.rule_id, change.effect) == (told, effect)
    if change.table not in ("mottak",) and "botid" not in told:
        assert change.partly


def test_the_same_contract_has_no_changes(tmp_path: Path) -> None:
    done = nircheck("gate", "diff", CONTRACT, edited(tmp_path, lambda _: None))

    assert done.code == 0
    assert "Ingen endringer." in done.out


def test_a_diff_names_the_codes_that_came_and_went(tmp_path: Path) -> None:
    after = edited(tmp_path, coded_otherwise)

    nb = nircheck("gate", "diff", CONTRACT, after)
    nn = nircheck("gate", "diff", CONTRACT, after, "--maalform", "nn")
    document = json.loads(nircheck("gate", "diff", CONTRACT, after, "--format", "json").out)

    assert nb.code == nn.code == 1
    assert "Nye: SPRAAKKURS. Borte: NORSK." in nb.out
    assert "kodelista har mista kodar" in nn.out
    assert document["totals"] == {"brudd": 1, "forenlig": 0, "merknad": 0}
    assert "NIR-125" in document["changes"][0]["not_run_for_these_rows"]


def test_two_extracts_and_one_of_each_are_compared(tmp_path: Path, book: RuleBook) -> None:
    before = written(clean(book), tmp_path / "foer", book)
    tables = clean(book)
    rewrite("tiltak", "tiltakstype", lambda *_: "SPRAAKKURS", 9)(tables, tmp_path)
    after = written(tables, tmp_path / "naa", book)

    extracts = nircheck("gate", "diff", before, after)
    mixed = nircheck("gate", "diff", edited(tmp_path, more_codes), after, "--format", "json")
    back = nircheck("gate", "diff", after, before)

    assert (extracts.code, mixed.code, back.code) == (1, 1, 0)
    assert "SPRAAKKURS (9 rader)" in extracts.out
    assert [c["rule_id"] for c in json.loads(mixed.out)["changes"] if c["effect"] == "brudd"] == [
        "KON-tiltak.tiltakstype-kode"
    ]
    assert "er rettet" in back.out


def test_an_extract_is_held_against_a_contract_of_its_own(tmp_path: Path, book: RuleBook) -> None:
    own = edited(tmp_path, added(True))

    done = nircheck("gate", written(clean(book), tmp_path / "u", book), "--kontrakt", own)

    assert done.code == 1
    assert "person.botid mangler" in done.out


def test_the_contract_that_ships_passes_the_official_schema(tmp_path: Path) -> None:
    assert odcs_complaints(CONTRACT) == []
    assert odcs_complaints(edited(tmp_path, lambda d: d.pop("apiVersion"))) != []


@pytest.mark.parametrize("folder", [SAMPLE, SAMPLE / "kolonnekart"], ids=lambda p: p.name)
def test_a_draft_is_a_contract_that_its_own_sample_passes(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "utkast.odcs.yaml"

    drafted = nircheck("gate", "draft", folder, "--ut", own)
    gated = nircheck("gate", folder, "--kontrakt", own, "--format", "json")

    assert drafted.code == 0
    assert odcs_complaints(own) == []
    grave = [d for d in json.loads(gated.out)["deviations"] if d["severity"] == "feil"]
    assert [d["kind"] for d in grave] == ["kontrakt_annen"]
    assert nircheck("gate", "draft", folder, "--ut", own).code == 2


def test_a_draft_shows_codes_and_no_other_values(tmp_path: Path) -> None:
    rows = [
        {"Saks-ID": f"S{n}", "Status": "AAPEN" if n % 2 else "LUKKET", "Navn": f"Kari {n}",
         "Fnr": "01819012365"}
        for n in range(40)
    ]  # fmt: skip
    write_csv(tmp_path / "saker.csv", list(rows[0]), rows)

    done = nircheck("gate", "draft", tmp_path / "saker.csv")

    assert '["AAPEN", "LUKKET"]' in done.out
    assert "Kari" not in done.out
    assert "0181901" not in done.out
    assert "primaryKey: true" in done.out


# exports


def test_sql_makes_tables_that_a_database_takes_and_keeps_to(book: RuleBook) -> None:
    with duckdb.connect() as connection:
        connection.execute(export.sql_ddl(book.contract))
        tables = {name for (name,) in connection.execute("SHOW TABLES").fetchall()}
        connection.execute("INSERT INTO person (person_id, kjoenn) VALUES ('N1', 'K')")
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("INSERT INTO person (person_id, kjoenn) VALUES ('N2', 'X')")
        with pytest.raises(duckdb.ConstraintException):
            connection.execute("INSERT INTO program (program_id, person_id) VALUES ('P1', 'N9')")

    assert tables == set(book.contract.tables)


def test_a_clean_extract_is_valid_by_the_json_schema(book: RuleBook) -> None:
    schema = json.loads(export.json_schema(book.contract))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    tables = clean(book)

    assert [e.message for e in validator.iter_errors(tables)] == []
    tables["tiltak"][0]["tiltakstype"] = "SPRAAKKURS"
    assert len(list(validator.iter_errors(tables))) == 1


def test_the_data_package_has_every_table_key_and_reference(book: RuleBook) -> None:
    package = json.loads(export.frictionless(book.contract))

    resources = {r["name"]: r["schema"] for r in package["resources"]}
    assert set(resources) == set(book.contract.tables)
    assert resources["program"]["primaryKey"] == ["program_id"]
    assert {
        "fields": ["person_id"],
        "reference": {"resource": "person", "fields": ["person_id"]},
    } in resources["program"]["foreignKeys"]
    enums = {f["name"]: f.get("constraints", {}).get("enum") for f in resources["tiltak"]["fields"]}
    assert "NORSK" in enums["tiltakstype"]


def test_the_suites_pass_a_clean_table_and_fail_a_changed_one(
    tmp_path: Path, book: RuleBook
) -> None:
    import great_expectations as gx
    import pandas as pd

    done = nircheck("gate", "export", "--to", "great-expectations", "--ut", tmp_path)
    suites = {path.stem: json.loads(path.read_text("utf-8")) for path in tmp_path.glob("*.json")}
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    whole = (
        context.data_sources.add_pandas("a").add_dataframe_asset("b")
        .add_batch_definition_whole_dataframe("c")
    )  # fmt: skip

    def holds(rows: list[dict[str, str]]) -> bool:
        suite = gx.ExpectationSuite(**suites["nir-uttrekk-tiltak"])
        frame = pd.DataFrame(rows).replace("", None)
        with Quiet():  # warnings of its own, which pytest would make failures
            return bool(whole.get_batch({"dataframe": frame}).validate(suite).success)

    rows = clean(book)["tiltak"]
    assert done.code == 0
    assert len(suites) == len(book.contract.tables)
    assert holds(rows)
    assert not holds([row | {"startdato": "06/30/2024"} for row in rows])


@pytest.mark.parametrize("target", ["frictionless", "json-schema", "sql-ddl"])
def test_an_export_is_written_where_it_is_asked_for(target: str, tmp_path: Path) -> None:
    shown = nircheck("gate", "export", "--to", target)
    kept = nircheck("gate", "export", "--to", target, "--ut", tmp_path / "ut")

    assert (shown.code, kept.code, kept.out) == (0, 0, "")
    assert (tmp_path / "ut").read_text("utf-8") == shown.out
