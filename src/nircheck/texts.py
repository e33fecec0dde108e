"""Sentences for people, in both written standards, from `reports/texts.*.yaml` and the like."""

from __future__ import annotations

import re
from functools import cache
from string import Formatter
from typing import Any

from nircheck import resources, yamlfile
from nircheck.contract import Maalform
from nircheck.errors import Message

_STEERING = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def on_one_line(text: str) -> str:
    """The text without characters that break a line or steer a terminal."""
    return _STEERING.sub("�", text)


class _Sentence(Formatter):
    """Fills in a sentence; `{antall:regel|regler}` is the first word for 1, else the second."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value, or the word that goes with it."""
        one, choice, many = format_spec.partition("|")
        if not choice:
            return on_one_line(str(super().format_field(value, format_spec)))
        return one if str(value) == "1" else many


class Texts:
    """One written standard's sentences."""

    def __init__(self, maalform: Maalform, sentences: dict[str, dict[str, str]]) -> None:
        """Keep the sentences by group and key."""
        self.maalform = maalform
        self._sentences = sentences

    def say(self, group: str, key: str, /, **values: object) -> str:
        """The sentence `key` of `group`, filled in."""
        return _Sentence().format(self._sentences[group][key], **values)

    def message(self, message: Message | str) -> str:
        """A problem or note as a sentence; developers' messages are sentences already."""
        if isinstance(message, str):
            return message
        return self.say("melding", message.key, **message.values)

    def reason(self, reason: str) -> str:
        """Why a rule was not run, or not run for all, from its short form in the accounting."""
        said = []
        for part in reason.split(";"):
            kind, _, what = part.partition(":")
            name, _, number = what.partition("=")
            key = f"{kind}_{name}" if kind == "ikke_vurdert" else kind
            said.append(self.say("grunn", key, navn=name, antall=number))
        return " ".join(said)

    @property
    def groups(self) -> dict[str, dict[str, str]]:
        """All sentences, for the test that both standards have the same."""
        return self._sentences


@cache
def texts(maalform: Maalform, catalogue: str = "texts") -> Texts:
    """The sentences of one catalogue in one written standard."""
    path = resources.reports() / f"{catalogue}.{maalform}.yaml"
    return Texts(maalform, yamlfile.load(path))
