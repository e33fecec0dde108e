"""Reads YAML as it stands: `0301` is a problem to report, never a number, and lines are known."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import Node
from ruamel.yaml.reader import ReaderError

from nircheck.errors import RuleBookError

_DATE = re.compile(r"\b[0-9]{4}-[0-9]{2}-[0-9]{2}\b")


def load(path: Path) -> Any:
    """The document in `path`, its maps and lists knowing their lines."""
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = False
    return _read(path, reader.load)


def nodes(path: Path) -> Node | None:
    """The document as it is written: every scalar its own text, keys that stand twice as two."""
    root: Node | None = _read(path, YAML(typ="rt").compose)
    return root


def _read(path: Path, reading: Callable[[str], Any]) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise RuleBookError(f"{path}:1: not UTF-8; save the file as UTF-8") from None
    try:
        return reading(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleBookError(f"{path}:{line}: not valid YAML: {error.problem}") from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RuleBookError(f"{path}:{line}: not valid YAML: a control character") from None
    except RecursionError:
        raise RuleBookError(f"{path}:1: not valid YAML: nested too deep") from None
    except ValueError as error:
        raise RuleBookError(f"{path}:{_impossible_day(text)}: not a date: {error}") from None


def _impossible_day(text: str) -> int:
    """The line of the first date that is in no calendar."""
    for match in _DATE.finditer(text):
        try:
            date.fromisoformat(match.group())
        except ValueError:
            return text.count("\n", 0, match.start()) + 1
    return 1


def line_of(document: Any, keys: tuple[str | int, ...]) -> int:
    """The line where the value at `keys` begins, or the nearest enclosing one that is known."""
    line = 0
    here = document
    for key in keys:
        if isinstance(here, CommentedMap) and key in here:
            line = here.lc.key(key)[0]
        elif isinstance(here, CommentedSeq) and isinstance(key, int) and key < len(here):
            line = here.lc.item(key)[0]
        else:
            break
        here = here[key]
    return int(line) + 1


def plain(value: Any) -> Any:
    """The same value in Python's own types."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    return value
