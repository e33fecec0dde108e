"""Values of one table that are written in another form than the contract's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import compress

from nircheck.contract import CodeList, Table
from nircheck.errors import Message
from nircheck.register import typed
from nircheck.register.characters import Oddities
from nircheck.register.ports import Database
from nircheck.sql import literal, quoted

_MOST_UNKNOWN_CODES = 1000


@dataclass(frozen=True)
class Respelling:
    """The raw rows of a table; `mapped` has the codes of a fagsystem, by column."""

    connection: Database
    table: Table
    delivered: set[str]
    odd: Oddities
    mapped: Mapping[str, Mapping[str, str]]

    def found(self, code_lists: Mapping[str, CodeList]) -> dict[str, dict[str, str]]:
        """Per code column the labels and other spellings that stand for a code."""
        lists = {
            c.name: code_lists[c.code_list]
            for c in self.table.columns
            if c.code_list and c.name in self.delivered
        }
        known = {name: self._as_they_stand(name, codes) for name, codes in lists.items()}
        result: dict[str, dict[str, str]] = {}
        for name in self._with_others(known):
            own = self.mapped.get(name, {})
            query = typed.unknown_codes(self._raw, name, known[name], _MOST_UNKNOWN_CODES, self.odd)
            others = [spelling for spelling, _ in self.connection.execute(query).fetchall()]
            meant = lists[name].by_spelling | {s.casefold(): code for s, code in own.items()}
            spelt = {s: meant.get(s.casefold()) for s in others} | dict(own)
            result[name] = {s: code for s, code in spelt.items() if code and code != s}
        return result

    def turned(self) -> list[str]:
        """The date columns in which a day may be written in another form than that of ISO."""
        columns = [
            c.name for c in self.table.columns if c.kind == "date" and c.name in self.delivered
        ]
        if not columns:
            return []
        any_is = ", ".join(f"bool_or({typed.may_be_turned(quoted(name))})" for name in columns)
        return list(compress(columns, self._asked(f"SELECT {any_is} FROM {self._raw}")))

    def notes(
        self, respelt: Mapping[str, Mapping[str, str]], turned: Iterable[str]
    ) -> Iterator[Message]:
        """How many values were read in another form, per column and form."""
        for name, spellings in respelt.items():
            own = {spelling.casefold() for spelling in self.mapped.get(name, {})}
            for key, from_map in (("tekst_for_kode", False), ("kode_fra_kart", True)):
                chosen = sorted(s for s in spellings if (s.casefold() in own) is from_map)
                if chosen:
                    listed = ", ".join(literal(spelling) for spelling in chosen)
                    counted = f"count(*) FILTER ({typed.cleaned(name, self.odd)} IN ({listed}))"
                    (count,) = self._asked(f"SELECT {counted} FROM {self._raw}")
                    yield from self._note(key, name, count)
        yield from self._notes_on_dates(turned)

    @property
    def _raw(self) -> str:
        return f"raa.{self.table.name}"

    def _as_they_stand(self, column: str, codes: CodeList) -> list[str]:
        """The codes of a list that a fagsystem gives no meaning of its own."""
        own = {spelling.casefold() for spelling in self.mapped.get(column, {})}
        return [c.code for c in codes.codes if c.code.casefold() not in own]

    def _with_others(self, known: Mapping[str, list[str]]) -> list[str]:
        """The code columns in which something else than these codes stands."""
        if not known:
            return []
        asked = " UNION ALL ".join(
            f"SELECT {literal(column)}, bool_or({typed.no_code(column, codes, self.odd)}) "
            f"FROM (SELECT DISTINCT {quoted(column)} FROM {self._raw})"
            for column, codes in known.items()
        )
        found = dict(self.connection.execute(asked).fetchall())
        return [column for column in known if found[column]]

    def _notes_on_dates(self, columns: Iterable[str]) -> Iterator[Message]:
        """The forms of days other than ISO's; of those that are to be read, only what was read."""
        read = typed.is_iso_day("iso")
        forms = (
            f"{typed.norwegian_date('tekst')} AND {read}",
            f"{typed.with_midnight('tekst')} AND {read}",
            typed.excel_day("tekst"),
        )
        counted = ", ".join(f"count(*) FILTER ({form})" for form in forms)
        for name in columns:
            texts = (
                f"SELECT {typed.cleaned(name, self.odd)} AS tekst FROM {self._raw} "
                f"WHERE {typed.may_be_turned(quoted(name))}"
            )
            both = f"SELECT tekst, {typed.in_iso('tekst')} AS iso FROM ({texts})"
            counts = self._asked(f"SELECT {counted} FROM ({both})")
            for place, key in enumerate(("dato_norsk_form", "dato_med_midnatt", "dato_fra_excel")):
                yield from self._note(key, name, counts[place])

    def _note(self, key: str, column: str, count: int) -> Iterator[Message]:
        if count:
            yield Message(key, {"kolonne": f"{self.table.name}.{column}", "antall": count})

    def _asked(self, query: str) -> tuple[int, ...]:
        (row,) = self.connection.execute(query).fetchall()
        return tuple(row)
