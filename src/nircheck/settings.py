"""What can be set once for all: `nircheck.toml`, then the environment, then the options."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from nircheck.errors import UsageError
from nircheck.suggest import did_you_mean

FILE_NAME = "nircheck.toml"
PREFIX = "NIRCHECK_"
MOST_THREADS = 1024


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its name, default, meaning, and how a text becomes a value."""

    name: str
    default: Any
    meaning: str
    parse: Callable[[str], Any] = str


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text

    return parse


def _threads(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= MOST_THREADS:
        raise ValueError(f"must be a whole number from 1 to {MOST_THREADS}")
    return int(text)


def _seconds(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,6}([.][0-9]{1,3})?", text) or not float(text):
        raise ValueError("must be a number of seconds above 0, such as 600")
    return float(text)


def _size(text: str) -> str:
    if not re.fullmatch(r"[0-9]+([.][0-9]+)? ?[KMGT]i?B", text, re.IGNORECASE):
        raise ValueError("must be a size, such as 4GiB")
    return text


def _day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError("must be a day, such as 2026-10-31")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("is in no calendar") from None


SETTINGS = (
    Setting("ut", "ut", "folder that runs are written to"),
    Setting("fail_on", "feil", "lowest severity that gives exit code 1",
            _one_of("feil", "advarsel", "info", "aldri")),
    Setting("maalform", "nb", "written standard of what is printed", _one_of("nb", "nn")),
    Setting("maalform_noeytral", "nb", "written standard of letters to neutral kommuner",
            _one_of("nb", "nn")),
    Setting("expectations", None, "folder with another rule book than the one that came along"),
    Setting("kolonnekart", None, "file that maps the names of a fagsystem to the contract"),
    Setting("policy", None, "file with severities and limits of your own"),
    Setting("minne", None, "most memory the database may use, such as 4GiB", _size),
    Setting("traader", None, "most threads the database may use", _threads),
    Setting("tidsgrense", None, "most seconds a rule may take", _seconds),
    Setting("historikk", None, "folder with earlier runs, to compare with and add to"),
    Setting("brev", "ja", "whether an audit writes letters", _one_of("ja", "nei")),
    Setting("brevavsender", None, "file with the sender of letters"),
    Setting("brevfrist", None, "deadline in letters, as yyyy-mm-dd", _day),
)  # fmt: skip
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True)
class Chosen:
    """A value and where it came from."""

    value: Any
    origin: str


def resolve(
    options: Mapping[str, Any], environment: Mapping[str, str], file: Path | None
) -> dict[str, Chosen]:
    """Every setting: the option, else the environment, else the file, else the default."""
    written = _from_file(file) if file else {}
    chosen = {}
    for setting in SETTINGS:
        variable = PREFIX + setting.name.upper()
        if options.get(setting.name) is not None:
            option = "--" + setting.name.replace("_", "-")
            value = _parsed(setting, str(options[setting.name]), option)
            chosen[setting.name] = Chosen(value, "option")
        elif environment.get(variable):
            value = _parsed(setting, environment[variable], variable)
            chosen[setting.name] = Chosen(value, f"environment {variable}")
        elif setting.name in written:
            value = _parsed(setting, str(written[setting.name]), f"{file}: {setting.name}")
            chosen[setting.name] = Chosen(value, str(file))
        else:
            chosen[setting.name] = Chosen(setting.default, "default")
    return chosen


def find(explicit: Path | None, folder: Path) -> Path | None:
    """The settings file that was named, else the one in the folder, if there is one."""
    if explicit is not None:
        if not explicit.is_file():
            raise UsageError(f"{explicit}: no such settings file")
        return explicit
    here = folder / FILE_NAME
    return here if here.is_file() else None


def environment() -> Mapping[str, str]:
    """The process environment, in one place."""
    return os.environ


def _from_file(path: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML: {error}") from None
    problems = [
        f"{path}: unknown setting '{name}'{did_you_mean(name, _BY_NAME)}"
        for name in written
        if name not in _BY_NAME
    ]
    if problems:
        raise UsageError(*problems)
    return written


def _parsed(setting: Setting, text: str, where: str) -> Any:
    try:
        return setting.parse(text)
    except ValueError as error:
        raise UsageError(f"{where}: '{text}' {error}") from None
