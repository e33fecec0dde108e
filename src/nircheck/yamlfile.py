"""Reads YAML as it stands: `0301` is a problem to report, never a number, and lines are known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from yaml.error import MarkedYAMLError
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import Reader, ReaderError

from nircheck.errors import RuleBookError

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ANY_DATE = re.compile(rf"\b{_DATE.pattern}\b")
_WHOLE = re.compile(r"[-+]?[0-9]+")
_BROKEN = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_DEEPEST = 200


class Map(dict[str, Any]):
    """A map of the document, and the line of each of its keys."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Sequence(list[Any]):
    """A list of the document, and the line of each of its items."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def load(path: Path) -> Any:
    """The document in `path`, its maps and lists knowing their lines."""
    return _read(path, lambda text: _value(_composed(text)))


def nodes(path: Path) -> Node | None:
    """The document as it is written: every scalar its own text, keys that stand twice as two."""
    root: Node | None = _read(path, _composed)
    return root


def line_of(document: Any, keys: tuple[str | int, ...]) -> int:
    """The line where the value at `keys` begins, or the nearest enclosing one that is known."""
    line, here = 1, document
    for key in keys:
        known = isinstance(here, Map) and key in here
        if not known and not (isinstance(here, Sequence) and key in range(len(here))):
            break
        line, here = here.lines[key], here[key]
    return line


def _composed(text: str) -> Node | None:
    """The document as nodes; neither aliases nor tags, which no file of ours has a use for."""
    events = yaml.parse(text, Loader=_LOADER)
    root = None
    for event in events:
        if isinstance(event, NodeEvent):
            if root is not None:
                raise _refused("a second document", event)
            root = _node(event, events, 0)
    return root


def _node(event: Any, events: Iterator[Event], depth: int) -> Node:
    start, end = event.start_mark, event.end_mark
    if isinstance(event, AliasEvent) or event.anchor is not None:
        raise _refused("anchors and aliases are not used here", event)
    if event.tag is not None:
        raise _refused("tags are not used here", event)
    if isinstance(event, ScalarEvent):
        return ScalarNode("", event.value, start, end, style=event.style)
    if depth == _DEEPEST:
        raise RecursionError
    inside = list[Node]()
    for following in events:
        if isinstance(following, CollectionEndEvent):
            break
        inside.append(_node(following, events, depth + 1))
    if isinstance(event, MappingStartEvent):
        pairs = list(zip(inside[::2], inside[1::2], strict=True))
        return MappingNode("", pairs, start, end)
    return SequenceNode("", inside, start, end)


def _refused(what: str, where: Any) -> MarkedYAMLError:
    return MarkedYAMLError(None, None, what, where.start_mark)


def _value(node: Node | None) -> Any:
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        return _scalar(node)
    if isinstance(node, MappingNode):
        found = Map()
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                raise _refused("a key must be a word", key_node)
            key = key_node.value
            if key in found:
                raise _refused(f'found duplicate key "{key}"', key_node)
            found[key] = _value(value_node)
            found.lines[key] = key_node.start_mark.line + 1
        return found
    items = Sequence()
    for item in node.value:
        items.append(_value(item))
        items.lines.append(item.start_mark.line + 1)
    return items


def _scalar(node: ScalarNode) -> Any:
    """A word without quotes may be a number, a date, true, false or nothing; all else is text."""
    text: str = node.value
    if node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    if _BROKEN.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        return date.fromisoformat(text)
    return text


def _read(path: Path, reading: Callable[[str], Any]) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise RuleBookError(f"{path}:1: not UTF-8; save the file as UTF-8") from None
    try:
        return reading(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.rstrip().count("\n")) + 1 if mark else 1
        problem = error.problem or "broken"
        if "cannot start any token" in problem and "\t" in text.splitlines()[line - 1]:
            problem = "a tab; indent with spaces"
        raise RuleBookError(f"{path}:{line}: not valid YAML: {problem}") from None
    except ReaderError:
        odd = Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, odd.start()) + 1 if odd else 1
        raise RuleBookError(f"{path}:{line}: not valid YAML: a control character") from None
    except RecursionError:
        raise RuleBookError(f"{path}:1: not valid YAML: nested too deep") from None
    except ValueError as error:
        raise RuleBookError(f"{path}:{_impossible_day(text)}: not a date: {error}") from None


def _impossible_day(text: str) -> int:
    """The line of the first date that is in no calendar."""
    for match in _ANY_DATE.finditer(text):
        try:
            date.fromisoformat(match.group())
        except ValueError:
            return text.count("\n", 0, match.start()) + 1
    return 1
