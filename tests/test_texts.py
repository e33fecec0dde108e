"""What people read: both written standards whole, written and filled in the same way."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import cast

import pytest

from extracts import ROOT
from nircheck.book.changes import JUDGING
from nircheck.contract import MAALFORMER, Maalform
from nircheck.errors import Message
from nircheck.ingest.manifest import Manifest
from nircheck.rulebook.model import SEVERITIES
from nircheck.run import Outcome
from nircheck.texts import on_one_line, texts

SRC = ROOT / "src" / "nircheck"
MODULES = {
    path.relative_to(SRC).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(SRC.rglob("*.py"))
}
NB, NN = texts("nb").groups, texts("nn").groups
MESSAGES = NB["melding"] | NB["forslag"]
CATALOGUES = sorted(path.name.split(".")[0] for path in (ROOT / "reports").glob("*.nb.yaml"))
SAID = {
    form: {
        (catalogue, group, key): sentence
        for catalogue in CATALOGUES
        for group, sentences in texts(form, catalogue).groups.items()
        for key, sentence in sentences.items()
    }
    for form in MAALFORMER
}
SENTENCES = list(SAID["nb"])
"""Every sentence of every catalogue."""
BOKMAAL = (
    "ikke|mangler|filen|arbeidsboken|mappen|kommuner|regler|advarsler?|verdier|datoer|"
    "kjørt|kjøring(en)?|kan leses|bruker|hva|når er det ikke|dere|loven|rader er ikke|vurdert "
    "fordi|skrevet|lest|gjelder|hvorfor|eksempler|hele|bli kjent|finnes|heter|noe|bare|slik at dere"
)
NYNORSK = (
    "ikkje|manglar|fila|filene vart|boka|mappa|kommunar|reglar|åtvaring(ar)?|verdiar|datoar|"
    "køyrd|køyrt?|køyringa?|lesast|kva|kvifor|lova|vurderte|skrivne|lesen|lesne|gjeld|døme|heile|"
    "finst|heiter|førre|noko|berre"
)


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) in names:
            yield node


def constants(node: ast.AST) -> set[str]:
    """Every text in an expression: both branches of a choice."""
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and type(n.value) is str}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def message_keys(tree: ast.Module) -> set[str]:
    """The keys a module makes messages of, also where it hands them to a function of its own."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    makers = {"Message": (0, {""})}
    keys: set[str] = set()
    for _ in range(3):  # a function that calls one that calls Message
        for function in functions:
            parameters = [a.arg for a in function.args.args if a.arg != "self"]
            for name, (place, endings) in list(makers.items()):
                for call in calls(function, name):
                    if len(call.args) <= place:
                        continue
                    key = call.args[place]
                    handed = {n.id for n in names_in(key)} & set(parameters)
                    if handed and not isinstance(key, ast.IfExp):
                        own = constants(key) or {""}
                        at, known = makers.get(function.name, (0, set()))
                        at = parameters.index(handed.pop())
                        more = {mine + ending for mine in own for ending in endings}
                        makers[function.name] = (at, known | more)
                    elif isinstance(key, ast.Name):
                        keys |= looped_over(function, key.id)
                    else:
                        keys |= {text + ending for text in constants(key) for ending in endings}
    return keys


def looped_over(function: ast.FunctionDef, name: str) -> set[str]:
    loops = [node for node in ast.walk(function) if isinstance(node, ast.For)]
    bound = [loop for loop in loops if name in {n.id for n in names_in(loop.target)}]
    return set().union(*(constants(loop.iter) for loop in bound))


def names_in(node: ast.AST) -> list[ast.Name]:
    return [n for n in ast.walk(node) if isinstance(n, ast.Name)]


def test_both_standards_have_the_same_sentences() -> None:
    assert list(SAID["nb"]) == list(SAID["nn"])


@pytest.mark.parametrize("sentence", SENTENCES, ids="-".join)
def test_a_sentence_names_the_same_values_in_both_standards(sentence: tuple[str, ...]) -> None:
    assert placeholders(SAID["nb"][sentence]) == placeholders(SAID["nn"][sentence])


def test_every_message_in_the_program_has_a_sentence_and_every_sentence_a_message() -> None:
    made = set().union(*(message_keys(tree) for tree in MODULES.values()))

    assert made <= set(MESSAGES)
    assert set(NB["melding"]) <= made


@pytest.mark.parametrize(
    "call",
    [
        call
        for tree in MODULES.values()
        for call in calls(tree, "Message", "_note")
        if len(call.args) == 2 and isinstance(call.args[1], ast.Dict)
    ],
    ids=lambda call: "-".join(sorted(constants(call.args[0]))),
)
def test_a_message_brings_the_values_its_sentence_names(call: ast.Call) -> None:
    values = cast("ast.Dict", call.args[1])
    given = {key.value for key in values.keys if isinstance(key, ast.Constant)}

    for key in constants(call.args[0]):
        assert placeholders(MESSAGES[key]) == given


@pytest.mark.parametrize("group", ["skjerm", "regelside", "regelbok", "forslag"])
def test_every_sentence_of_the_screen_is_said_somewhere(group: str) -> None:
    code = set().union(*(constants(tree) for tree in MODULES.values()))
    templates = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "reports").glob("*.j2")
    )
    made = {f"lov_{law}" for law in ("IL", "INT", "KAP6A")} | {f"noekkel_{k}" for k in JUDGING}

    unsaid = set(NB[group]) - code - made - set(re.findall(r"(?:say|page)\.(\w+)", templates))

    assert unsaid == set()


def test_everything_that_is_said_by_name_is_a_sentence() -> None:
    said = [
        (call.args[0].value, call.args[1].value)
        for tree in MODULES.values()
        for call in calls(tree, "say")
        if len(call.args) == 2
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[1], ast.Constant)
    ]

    assert len(said) > 15
    assert set(said) <= {(group, key) for _, group, key in SENTENCES}


def test_every_severity_and_every_outcome_has_a_word() -> None:
    assert set(NB["alvor"]) == set(SEVERITIES)
    assert set(NB["utfall"]) == set(Outcome)


@pytest.mark.parametrize(
    ("reason", "nb", "nn"),
    [
        (
            "tabell_mangler:norsk",
            "Tabellen «norsk» er ikke levert.",
            "Tabellen «norsk» er ikkje levert.",
        ),
        (
            "kolonne_mangler:person.kjoenn",
            "Kolonnen «person.kjoenn» er ikke levert.",
            "Kolonnen «person.kjoenn» er ikkje levert.",
        ),
        ("forrige_mangler", "Forrige uttrekk er ikke gitt.", "Førre uttrekk er ikkje gitt."),
        (
            "ikke_vurdert:regime_ukjent=1",
            "1 rad er ikke vurdert fordi det ikke kan avgjøres hvilken lov personen hører under.",
            "1 rad er ikkje vurdert fordi det ikkje kan avgjerast kva lov personen høyrer under.",
        ),
        (
            "ikke_vurdert:uleselig=2;vist_av:NIR-170=3",
            "2 rader er ikke vurdert fordi en verdi ikke kan leses. 3 vises under NIR-170.",
            "2 rader er ikkje vurderte fordi ein verdi ikkje kan lesast. "
            "3 blir viste under NIR-170.",
        ),
    ],
)
def test_a_reason_is_a_sentence(reason: str, nb: str, nn: str) -> None:
    assert (texts("nb").reason(reason), texts("nn").reason(reason)) == (nb, nn)


def test_every_kind_of_reason_the_program_gives_has_a_sentence() -> None:
    """Reasons are made in two rooms as `kind` or `kind:name`, the latter in f-strings."""
    made = set()
    for path in (SRC / "register" / "missing.py", SRC / "run" / "assemble.py"):
        text = path.read_text(encoding="utf-8")
        made |= set(re.findall(r'f"([a-z_]+):\{', text))
        made |= set(re.findall(r'return "([a-z_]+_mangler)"', text))
    counted = {"regime_ukjent", "uleselig"}

    known = {f"ikke_vurdert_{why}" for why in counted} | made - {"ikke_vurdert"}

    assert "ikke_vurdert" in made
    assert known == set(NB["grunn"])


@pytest.mark.parametrize("sentence", SENTENCES, ids="-".join)
def test_each_standard_is_written_in_its_own_words(sentence: tuple[str, ...]) -> None:
    bokmaal, nynorsk = SAID["nb"][sentence], SAID["nn"][sentence]

    assert re.findall(rf"\b({NYNORSK})\b", bokmaal, re.IGNORECASE) == []
    assert re.findall(rf"\b({BOKMAAL})\b", nynorsk, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("count", "nb", "nn"),
    [
        (0, "0 regler: Fordi.", "0 reglar: Fordi."),
        (1, "1 regel: Fordi.", "1 regel: Fordi."),
        (2, "2 regler: Fordi.", "2 reglar: Fordi."),
        (21, "21 regler: Fordi.", "21 reglar: Fordi."),
    ],
)
def test_one_is_singular_and_all_else_plural(count: int, nb: str, nn: str) -> None:
    def said(form: Maalform) -> str:
        return texts(form).say("skjerm", "ikke_kjoert_regler", antall=count, grunn="Fordi.")

    assert (said("nb"), said("nn")) == (nb, nn)


@pytest.mark.parametrize("form", MAALFORMER)
def test_every_choice_of_words_has_both_words(form: Maalform) -> None:
    for sentence in SAID[form].values():
        choices = [spec for _, _, spec, _ in Formatter().parse(sentence) if spec]

        assert all(re.fullmatch(r"[\w ]+\|[\w ]+", choice) for choice in choices)


def test_a_developers_message_is_a_sentence_already() -> None:
    assert texts("nn").message("rule.yaml:3: 'id' is missing") == "rule.yaml:3: 'id' is missing"


def test_a_message_is_filled_in_without_personal_numbers() -> None:
    message = Message("fil_finnes_ikke", {"fil": "018190 12365 og 01819012365.csv"})

    assert texts("nb").message(message).startswith("••••••••••• og •••••••••••.csv: finnes ikke.")


def test_a_value_cannot_break_a_line_or_steer_a_terminal() -> None:
    message = Message("fil_finnes_ikke", {"fil": "a\nb\x1b[2J\x9b\u202e.csv"})

    assert texts("nb").message(message).startswith("a�b�[2J��.csv: finnes ikke.")
    assert on_one_line("æøå – «1\u00a0234» •") == "æøå – «1\u00a0234» •"


def test_the_missing_date_is_told_with_the_remedy_in_both_standards() -> None:
    with pytest.raises(Exception, match="uttrekksdato_mangler") as refused:
        Manifest().dated()

    (problem,) = cast("tuple[Message]", getattr(refused.value, "problems", ()))
    assert "--uttrekksdato" in texts("nb").message(problem)
    assert "manglar" in texts("nn").message(problem)


def test_texts_are_saved_as_utf8_with_line_feeds() -> None:
    for path in cast("list[Path]", sorted((ROOT / "reports").iterdir())):
        assert b"\r" not in path.read_bytes()
        assert path.read_text(encoding="utf-8").endswith("\n")
