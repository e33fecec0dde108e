"""What judging and reporting need of a register, whichever engine holds it."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

import pyarrow as pa

from nircheck.contract import Contract
from nircheck.contract.kommuner import Kommuner
from nircheck.errors import Message
from nircheck.register.files import InputFile
from nircheck.sql import Views


class Answer(Protocol):
    """What a query gave."""

    def fetchall(self) -> list[Any]:
        """Every row as a tuple."""

    def to_arrow_table(self) -> pa.Table:
        """Every row as a table."""


class Database(Protocol):
    """Where the tables of a register can be asked, in the SQL of rules and views."""

    def execute(self, query: str, /) -> Answer:
        """Ask."""

    def sql(self, query: str, /) -> Answer:
        """Ask, perhaps only when the answer is looked at."""

    def register(self, view_name: str, python_object: Any, /) -> object:
        """Let queries read a table of ours by this name."""

    def unregister(self, view_name: str, /) -> object:
        """Forget that table."""


class JudgedRegister(Protocol):
    """An extract ready to be judged, and the account of how it was read."""

    @property
    def contract(self) -> Contract:
        """What the extract was read by."""

    @property
    def views(self) -> Views:
        """The derived tables."""

    @property
    def kommuner(self) -> Kommuner:
        """The kommuner on the extract date."""

    @property
    def uttrekksdato(self) -> date:
        """The extract date."""

    @property
    def miljoe(self) -> str:
        """Whether the people are real."""

    @property
    def connection(self) -> Database:
        """Where its tables can be asked."""

    @property
    def delivered(self) -> dict[str, set[str]]:
        """The columns that were delivered, by table."""

    @property
    def files(self) -> list[InputFile]:
        """What was read."""

    @property
    def notes(self) -> list[Message]:
        """What reading noted."""

    @property
    def previous_sha256(self) -> list[str] | None:
        """The hashes of the files of the month before, if it was read."""

    @property
    def column_map_sha256(self) -> str | None:
        """The hash of the column map, if one was used."""

    def missing(self, needed: str) -> str | None:
        """The reason why `tabell` or `tabell.kolonne` cannot be read, if it cannot."""
