"""Values of one table that are written in another form than the contract's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

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

    def notes(self, respelt: Mapping[str, Mapping[str, str]]) -> Iterator[Message]:
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
        dates = [c.name for c in self.table.columns if c.kind == "date"]
        yield from self._notes_on_dates([name for name in dates if name in self.delivered])

    @property
    def _raw(self) -> str:
        return f"raa.{self.table.name}"

    def _as_they_stand(self, column: str, codes: CodeList) -> list[str]:
        """The codes of a list that a fagsystem gives no meaning of its own."""
        own = {spelling.casefold() for spelling in self.mapped.get(column, {})}
        return [c.code for c in codes.codes if c.code.casefold() not in own]

    def _with_others(self, known: Mapping[str, list[str]]) -> list[str]:
        """The code columns in which something else than these codes stands, seen in one pass."""
        if not known:
            return []
        asked = (f"bool_or({typed.no_code(c, codes, self.odd)})" for c, codes in known.items())
        answers = self._asked(f"SELECT {', '.join(asked)} FROM {self._raw}")
        return [column for column, others in zip(known, answers, strict=True) if others]

    def _notes_on_dates(self, columns: list[str]) -> Iterator[Message]:
        if not columns:
            return
        texts = ", ".join(f"{typed.cleaned(name, self.odd)} AS {quoted(name)}" for name in columns)
        forms = (typed.norwegian_date, typed.with_midnight, typed.excel_day)
        counted = (f"count(*) FILTER ({form(quoted(name))})" for name in columns for form in forms)
        counts = self._asked(f"SELECT {', '.join(counted)} FROM (SELECT {texts} FROM {self._raw})")
        for at, name in enumerate(columns):
            norwegian, midnight, excel = counts[3 * at : 3 * at + 3]
            yield from self._note("dato_norsk_form", name, norwegian)
            yield from self._note("dato_med_midnatt", name, midnight)
            yield from self._note("dato_fra_excel", name, excel)

    def _note(self, key: str, column: str, count: int) -> Iterator[Message]:
        if count:
            yield Message(key, {"kolonne": f"{self.table.name}.{column}", "antall": count})

    def _asked(self, query: str) -> tuple[int, ...]:
        (row,) = self.connection.execute(query).fetchall()
        return tuple(row)
