"""What can go wrong on our side of the line, and the exit code each kind ends with.

Bad data is never one of these: it is a finding. Anything that is not a `NircheckError` is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from nircheck.privacy import masked


class ExitCode(IntEnum):
    """What a calling script can rely on."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    CANNOT_ASSESS = 3
    INTERNAL = 4
    INTERRUPTED = 130


@dataclass(frozen=True)
class Message:
    """A sentence for people, named by its key in `reports/texts.*.yaml` and filled in later."""

    key: str
    values: dict[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Blot out personal numbers, such as in the name of a file."""
        safe = {k: masked(v) if isinstance(v, str) else v for k, v in self.values.items()}
        object.__setattr__(self, "values", safe)


class NircheckError(Exception):
    """An expected failure: shown as one line per problem, without a traceback."""

    exit_code = ExitCode.INTERNAL

    def __init__(self, *problems: Message | str) -> None:
        """Keep every problem, so that all of them can be told at once."""
        self.problems = problems
        super().__init__("; ".join(p if isinstance(p, str) else p.key for p in problems))


class UsageError(NircheckError):
    """The command was asked for something that cannot be."""

    exit_code = ExitCode.USAGE


class RuleBookError(NircheckError):
    """A file under `expectations/` is wrong; every complaint names file and line."""

    exit_code = ExitCode.USAGE


class ExtractError(NircheckError):
    """The extract cannot be assessed as it is."""

    exit_code = ExitCode.CANNOT_ASSESS


class EngineError(NircheckError):
    """The engine did not deliver what it must."""

    exit_code = ExitCode.INTERNAL
