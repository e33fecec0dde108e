"""The words of a returned workbook: headings and answers however they are spelt, text made safe."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from nircheck.contract import MAALFORMER
from nircheck.privacy import MASK, masked
from nircheck.replies.model import Verdict
from nircheck.texts import texts

MOST_CHARACTERS = 2000
"""Of a comment or any other cell, so that a table of answers stays a table."""

_VERDICTS: Mapping[str, Verdict] = {
    "rettet": Verdict.RETTET,
    "ikke_feil": Verdict.IKKE_FEIL,
    "under_arbeid": Verdict.UNDER_ARBEID,
    "ikke_mulig": Verdict.FEIL_I_NIR,
    "ikke_vaar": Verdict.IKKE_VAAR,
}
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_BETWEEN_WORDS = re.compile(r"[\s_/,;:.!-]+")
_FINDING = re.compile("[0-9a-f]{16}")
_SPREAD_NUMBER = re.compile(
    r"(?<![0-9])[0-9]{2}[ .-]?[0-9]{2}[ .-]?[0-9]{2}[ .-]{0,3}[0-9]{3} ?[0-9]{2}(?![0-9])"
)
"""A fødselsnummer as people spread it out in a sentence; narrower where dates stand in a row."""


def safe(text: str) -> str:
    """The text on one line, with nothing unseen in it, no personal number, and of bearable length.

    What hides a number from the eye of a program is taken away first: other digits, other dashes,
    characters of no width.
    """
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    plain = "".join(_as_ascii_digit(c) for c in plain)
    plain = " ".join(_UNSEEN.sub(_gap, plain).split())
    plain = masked(_SPREAD_NUMBER.sub(MASK, plain))
    return plain if len(plain) <= MOST_CHARACTERS else plain[: MOST_CHARACTERS - 1] + "…"


def same_words(text: str) -> str:
    """What is left of a heading or an answer when spacing, case and punctuation do not matter."""
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return _BETWEEN_WORDS.sub(" ", _UNSEEN.sub(_gap, plain)).strip().casefold()


def finding_id(text: str) -> str | None:
    """A FeilID as a run writes it, if that is what the cell holds."""
    bare = _DASHES.sub("-", _UNSEEN.sub("", text)).replace("-", "")
    bare = "".join(bare.split()).lower()
    if not _FINDING.fullmatch(bare):
        return None
    return "-".join(bare[at : at + 4] for at in range(0, 16, 4))


def verdict(text: str) -> Verdict | None:
    """The answer a text stands for in either written standard; nothing is guessed."""
    return _answers().get(same_words(text))


@cache
def headings(key: str) -> frozenset[str]:
    """What a column of the workbook is called, in both written standards."""
    return frozenset(
        same_words(texts(form, "workbook").groups["kolonne"][key]) for form in MAALFORMER
    )


@cache
def _answers() -> dict[str, Verdict]:
    found = {same_words(code): verdict for code, verdict in _VERDICTS.items()}
    found |= {same_words(verdict.value): verdict for verdict in Verdict}
    for form in MAALFORMER:
        said = texts(form, "workbook").groups["status"]
        found |= {same_words(said[code]): verdict for code, verdict in _VERDICTS.items()}
    return found


def _gap(match: re.Match[str]) -> str:
    """A character that breaks a line parts words; one of no width does not."""
    return " " if match[0] in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029" else ""


def _as_ascii_digit(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return character if digit is None else str(digit)
