"""Who writes the letters, from a file that is set once."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from nircheck.contract import Maalform
from nircheck.errors import UsageError
from nircheck.suggest import did_you_mean


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Both(_Strict):
    """One text in both written standards."""

    nb: str
    nn: str


class Signature(_Strict):
    """A person who answers for the letters."""

    navn: str
    tittel: Both


class Sender(_Strict):
    """All a letter says of its sender. What is not given is left out of the letter."""

    navn: Both | None = None
    enhet: Both | None = None
    adresse: list[str] = []
    organisasjonsnummer: str | None = None
    telefon: str | None = None
    epost: str | None = None
    nettsted: str | None = None
    saksbehandler: str | None = None
    referanse: str | None = None
    hjemmel: Both | None = None
    retur: Both | None = None
    hjelp: Both | None = None
    sikkerhetsnivaa: Literal[3, 4] = 4
    underskrift: list[Signature] = []

    def reference(self, kommunenummer: str, default: str) -> str:
        """Our reference in the letter to one kommune."""
        return (self.referanse or default).replace("{kommunenummer}", kommunenummer)

    def said(self, key: str, maalform: Maalform) -> str | None:
        """One of the texts that stand in both standards."""
        text = getattr(self, key)
        return str(getattr(text, maalform)) if text is not None else None


def load(path: Path | None) -> Sender:
    """The sender in the file; without a file, one that says nothing of itself."""
    if path is None:
        return Sender()
    try:
        return Sender.model_validate(tomllib.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(*(f"{path}: {_said(problem)}" for problem in error.errors())) from None


def _said(problem: object) -> str:
    assert isinstance(problem, dict)
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"unknown key '{key}'{did_you_mean(key, Sender.model_fields)}"
    if problem["type"] == "missing":
        return f"'{key}' is missing"
    return f"'{key}': {problem['msg']}"
