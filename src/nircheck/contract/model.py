"""The contract as values: everything the program knows about tables, columns and codes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Maalform = Literal["nb", "nn"]
Kind = Literal["text", "date", "decimal"]
MAALFORMER: tuple[Maalform, ...] = ("nb", "nn")

TECHNICAL_COLUMNS = {
    "rad": "BIGINT",
    "fil": "VARCHAR",
    "linje": "BIGINT",
    "noekkel": "VARCHAR",
    "forekomst": "BIGINT",
    "ulest": "VARCHAR",
}
"""What reading adds to every row: its place in the file, a key that is never empty, which of the
rows with that key it is, and the names of values that could not be read."""

ROW_COLUMNS = TECHNICAL_COLUMNS | {
    "kommunenummer_gjeldende": "VARCHAR",
    "bydel_gjeldende": "VARCHAR",
}
"""The same, and which kommune (and bydel) answers for the row."""


REFERENCE_COLUMNS = {
    "kommune": {"kommunenummer": "VARCHAR", "gjeldende": "VARCHAR"},
    "kommune_del": {"kommunenummer": "VARCHAR", "gjeldende": "VARCHAR"},
    "kommune_gyldig": {
        "kommunenummer": "VARCHAR", "gyldig_fra": "DATE", "gyldig_til": "DATE"
    },
}  # fmt: skip
"""The reference tables: which kommune a number leads to on the extract date, the parts of those
that were split, and the days on which each number ever known was in use."""


@dataclass(frozen=True)
class Code:
    """One entry of a code list."""

    code: str
    label: dict[str, str]
    documented: bool


@dataclass(frozen=True)
class CodeList:
    """The codes a column may hold; replaceable without touching code."""

    name: str
    codes: tuple[Code, ...]

    @cached_property
    def by_spelling(self) -> dict[str, str]:
        """Every accepted spelling, case-folded (code or label), and the code it stands for."""
        spellings = {text.casefold(): c.code for c in self.codes for text in c.label.values()}
        spellings |= {c.code.casefold(): c.code for c in self.codes}
        return spellings

    @cached_property
    def documented(self) -> bool:
        """Whether every code is known from a source rather than assumed."""
        return all(code.documented for code in self.codes)


@dataclass(frozen=True)
class Column:
    """One column of a table of the contract."""

    table: str
    name: str
    kind: Kind
    sql_type: str
    is_key: bool
    column_required: bool
    value_required: bool
    references: tuple[str, str] | None
    code_list: str | None
    pattern: str | None
    in_letter: bool
    label: dict[str, str]
    explanation: dict[str, str]

    @property
    def qualified(self) -> str:
        """`tabell.kolonne`, as reasons and messages name it."""
        return f"{self.table}.{self.name}"

    @property
    def can_be_unread(self) -> bool:
        """Whether a text may be unreadable as a value of this column."""
        return self.kind != "text" or self.pattern is not None or self.is_identifier

    @property
    def is_identifier(self) -> bool:
        """Whether it ties rows together: a key, or a reference to one."""
        return self.is_key or self.references is not None

    @property
    def unread_mark(self) -> str:
        """How `ulest` names this column on a row where its value could not be read."""
        return f"|{self.qualified}|"

    @property
    def lost_mark(self) -> str:
        """What `ulest` holds as well, when that is because characters were lost on the way."""
        return f"|!{self.qualified}|"


@dataclass(frozen=True)
class Table:
    """One table of the contract."""

    name: str
    required: bool
    label: dict[str, str]
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """The columns by their name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def key(self) -> Column:
        """The column that tells rows apart."""
        return next(column for column in self.columns if column.is_key)


@dataclass(frozen=True)
class Contract:
    """The whole contract, and the hash of the files it was read from."""

    id: str
    version: str
    tables: dict[str, Table]
    code_lists: dict[str, CodeList]
    sha256: str

    @property
    def name(self) -> str:
        """As `uttrekk.toml` names it: id and major.minor version."""
        return f"{self.id}/{'.'.join(self.version.split('.')[:2])}"

    def column(self, qualified: str) -> Column | None:
        """The column called `tabell.kolonne`, if there is one."""
        table, _, name = qualified.partition(".")
        return self.tables[table].by_name.get(name) if table in self.tables else None
