"""What an extract says about itself in `uttrekk.toml`, and what the options say instead."""

from __future__ import annotations

import re
import tomllib
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from nircheck.contract import Contract
from nircheck.errors import ExtractError, Message, UsageError

FILE_NAME = "uttrekk.toml"
KEYS = ("kontrakt", "uttrekksdato", "populasjon", "kommunenummer", "avsender", "miljoe")


@dataclass(frozen=True)
class Manifest:
    """The facts about the whole extract that no row holds."""

    uttrekksdato: date | None = None
    kontrakt: str | None = None
    populasjon: str | None = None
    kommunenummer: str | None = None
    avsender: str | None = None
    miljoe: str | None = None

    def overridden(self, options: Manifest) -> Manifest:
        """The same manifest where an option that was given wins."""
        given = {key: value for key, value in asdict(options).items() if value is not None}
        return replace(self, **given)

    def dated(self) -> date:
        """The extract date; without one nothing can be judged."""
        if self.uttrekksdato is None:
            raise UsageError(Message("uttrekksdato_mangler"))
        return self.uttrekksdato


def agreed(said: Manifest, options: Manifest, contract: Contract) -> Manifest:
    """What the extract says of itself where no option says otherwise, if we read its contract."""
    facts = said.overridden(options)
    if facts.kontrakt not in (None, contract.name):
        raise ExtractError(
            Message("feil_kontrakt", {"oppgitt": str(facts.kontrakt), "kjent": contract.name})
        )
    return facts


def load(path: Path) -> Manifest:
    """The manifest beside the tables, every mistake in it told at once."""
    return parsed(path.read_bytes(), path.name)


def parsed(content_of_file: bytes, name: str) -> Manifest:
    """The manifest in these bytes, every mistake in it told at once."""
    try:
        text = content_of_file.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        content = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of endless numbers and brackets
        raise ExtractError(Message("manifest_ulest", {"fil": name, "grunn": str(error)})) from None
    problems = [
        Message("manifest_ukjent_noekkel", {"fil": name, "noekkel": key})
        for key in content
        if key not in KEYS
    ]
    problems += _wrong_values(name, content)
    if problems:
        raise ExtractError(*problems)
    return Manifest(**content)


def _wrong_values(name: str, content: dict[str, Any]) -> list[Message]:
    def wrong(key: str, expected: str) -> Message:
        return Message("manifest_gal_verdi", {"fil": name, "noekkel": key, "ventet": expected})

    problems = []
    day = content.get("uttrekksdato")
    if day is not None and (type(day) is not date):
        problems.append(wrong("uttrekksdato", "2026-10-31"))
    if content.get("populasjon") not in (None, "nasjonal", "kommune"):
        problems.append(wrong("populasjon", '"nasjonal" | "kommune"'))
    if content.get("miljoe") not in (None, "produksjon", "syntetisk"):
        problems.append(wrong("miljoe", '"produksjon" | "syntetisk"'))
    nummer = content.get("kommunenummer")
    if nummer is not None and not (isinstance(nummer, str) and re.fullmatch("[0-9]{4}", nummer)):
        problems.append(wrong("kommunenummer", '"0301"'))
    for key in ("kontrakt", "avsender"):
        if not isinstance(content.get(key, ""), str):
            problems.append(wrong(key, '"…"'))
    return problems
