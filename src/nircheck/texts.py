"""Sentences for people, in both written standards, from `reports/texts.*.yaml`."""

from __future__ import annotations

from functools import cache

from nircheck import resources, yamlfile
from nircheck.contract import Maalform
from nircheck.errors import Message


class Texts:
    """One written standard's sentences."""

    def __init__(self, maalform: Maalform, sentences: dict[str, dict[str, str]]) -> None:
        """Keep the sentences by group and key."""
        self.maalform = maalform
        self._sentences = sentences

    def say(self, group: str, key: str, /, **values: object) -> str:
        """The sentence `key` of `group`, filled in."""
        return self._sentences[group][key].format(**values)

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
def texts(maalform: Maalform) -> Texts:
    """The sentences of one written standard."""
    path = resources.reports() / f"texts.{maalform}.yaml"
    return Texts(maalform, yamlfile.plain(yamlfile.load(path)))
