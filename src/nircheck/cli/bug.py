"""A fault of our own, told by its kind and its place: no message, which may hold a value."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

_OUT_OF_MEMORY = ("MemoryError", "OutOfMemoryException", "java.lang.OutOfMemoryError")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SMALL_LETTERS = re.compile(r"(?<!\S)[a-z]+(?:-[a-z]+)*(?![^\s.,;:!])")

_CLASS = r"(?:[a-z]\w*\.)+[A-Z][\w$]*"
_THROWN = re.compile(rf"(?:: |Caused by: )?({_CLASS}(?:Exception|Error))(?::.*)?")
_FRAME = re.compile(r"\tat (?:[\w.]+/)?(?:[\w$]+\.)+([\w$<>]+)\((\w+\.(?:java|scala):\d+)\)")
_FRAMES_OF_EACH = 3
_CONDITION = re.compile(r"[A-Z][A-Z0-9_.]+")


def is_out_of_memory(error: Exception) -> bool:
    """Whether Python, the database or Java had no more memory."""
    thrown = {type(error).__name__, *(name for name, _ in _thrown_in_java(error))}
    return not thrown.isdisjoint(_OUT_OF_MEMORY)


def told(error: Exception) -> Iterator[str]:
    """What kind of error it is, and where it was, here and in Java."""
    yield f"internal error ({_kind(error)}); please report it:"
    for frame in traceback.extract_tb(error.__traceback__)[-6:]:
        yield f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}"
    for thrown, frames in _thrown_in_java(error):
        yield f"  {thrown}"
        yield from (f"    {place} in {method}" for method, place in frames)


def _kind(error: Exception) -> str:
    """The kind of error, and what else a library says that cannot be a value.

    Of a fault in DuckDB its words in small letters, which are its own: names and codes have capital
    letters, and what is quoted and all digits are left out. Of one in Spark its name for it.
    """
    kind = type(error).__name__
    if kind == "InternalException":
        said = _QUOTED.sub("", str(error).partition("\n")[0])
        return " ".join([f"{kind}:", *_SMALL_LETTERS.findall(said)])
    condition = _if_java_is_there(getattr(error, "getCondition", str))
    return f"{kind}: {condition}" if _CONDITION.fullmatch(condition) else kind


def _thrown_in_java(error: Exception) -> list[tuple[str, list[tuple[str, str]]]]:
    """What was thrown in Java, the cause last: the class, and the innermost methods and places."""
    found: list[tuple[str, list[tuple[str, str]]]] = []
    trace = _if_java_is_there(error.__str__) if hasattr(error, "java_exception") else ""
    for line in trace.splitlines():
        if thrown := _THROWN.fullmatch(line):
            found.append((thrown[1], []))
        elif found and len(found[-1][1]) < _FRAMES_OF_EACH and (frame := _FRAME.fullmatch(line)):
            found[-1][1].append((frame[1], frame[2]))
    return found


def _if_java_is_there(ask: Callable[[], str | None]) -> str:
    """What Java has to say, if it still can."""
    try:
        return ask() or ""
    except Exception:
        return ""
