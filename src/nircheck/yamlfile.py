"""Reads YAML as it stands: `0301` is a problem to report, never a number, and lines are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from nircheck.errors import RuleBookError


def load(path: Path) -> Any:
    """The document in `path`, its maps and lists knowing their lines."""
    reader = YAML(typ="rt")
    reader.allow_duplicate_keys = False
    try:
        return reader.load(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleBookError(f"{path}:{line}: not valid YAML: {error.problem}") from None
    except UnicodeDecodeError:
        raise RuleBookError(f"{path}:1: not UTF-8; save the file as UTF-8") from None


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
