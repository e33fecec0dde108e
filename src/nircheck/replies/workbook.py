"""A returned workbook: opened within limits, read as text, and never calculated."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nircheck.errors import ExtractError
from nircheck.ingest.package import Package
from nircheck.ingest.sheet_scan import Scanner
from nircheck.replies import wording
from nircheck.replies.model import Line, Place, Refused

if TYPE_CHECKING:
    from openpyxl import Workbook

SCHEMA_VERSION = "1"
MOST_PACKED = 64 * 1024**2
MOST_UNPACKED = 256 * 1024**2
MOST_CELLS = 20_000_000
"""A workbook of a hundred thousand findings stays within a tenth of each."""

_HEADING_WITHIN = 50
_META_ROWS = 40
_META = "schema_version"
_OWN_FILES = "egne_filer"


class UnreadableError(Exception):
    """A workbook that nothing can be read from; the text is the key of the reason."""


@dataclass(frozen=True)
class Opened:
    """What a returned workbook holds."""

    meta: dict[str, str]
    rows: int
    lines: tuple[Line, ...]
    refused: tuple[Refused, ...]


def read(path: Path, shown: str) -> Opened:
    """All rows that somebody has answered, on every sheet that has a FeilID column."""
    _refuse_what_is_too_much(path)
    import openpyxl  # it takes long to import, and other commands do without it

    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), path.open("rb") as handle:
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(handle, read_only=True, keep_links=False)
            return _read(book, shown)
        except UnreadableError:
            raise
        except Exception:  # whatever it stumbles over, the file is not what was sent out
            raise UnreadableError("uleselig") from None


def _refuse_what_is_too_much(path: Path) -> None:
    """Look at the file with the means of reading extracts before openpyxl is let in."""
    if path.stat().st_size > MOST_PACKED:
        raise UnreadableError("for_stor")
    try:
        package = Package(path)
        if package.unpacked_bytes > MOST_UNPACKED:
            raise UnreadableError("for_stor")
        cells = 0
        for part in package.sheets.values():
            scanner = Scanner()
            package.feed(part, scanner.parser)
            scan = scanner.finish()
            cells += scan.height * scan.width
        if cells > MOST_CELLS:
            raise UnreadableError("for_stor")
    except ExtractError as error:
        (problem,) = error.problems
        key = problem if isinstance(problem, str) else problem.key
        raise UnreadableError(_REASONS.get(key, "uleselig")) from None


_REASONS = {
    "tom_fil": "tom_fil",
    "xlsx_passord": "passord",
    "xlsx_ikke_arbeidsbok": "ikke_arbeidsbok",
    "xlsx_for_stor": "for_stor",
    "xlsx_for_vidt": "for_stor",
    "xlsx_doctype": "doctype",
}


def _read(book: Workbook, shown: str) -> Opened:
    meta: dict[str, str] = {}
    rows, lines, refused = 0, list[Line](), list[Refused]()
    with_findings = 0
    for page in book.worksheets:
        sheet = _Sheet(page, shown)
        if sheet.meta:
            meta = sheet.meta
            if meta[_META] != SCHEMA_VERSION:
                raise UnreadableError("annen_form")
            if meta.get("slag") == _OWN_FILES:
                raise UnreadableError(_OWN_FILES)
            continue
        found = list(sheet.lines())
        rows, with_findings = rows + sheet.rows, with_findings + sheet.has_findings
        lines += found
        refused += sheet.refused
    if not with_findings and not refused:
        raise UnreadableError("uten_funn")
    return Opened(meta, rows, tuple(lines), tuple(refused))


class _Sheet:
    """One sheet: `_meta`, a list of findings, or something of the kommune's own."""

    def __init__(self, page: Any, shown: str) -> None:
        page.reset_dimensions()  # what the sheet says of its own size need not be so
        self._place = (shown, wording.safe(page.title))
        self._rows = enumerate(page.iter_rows(), start=1)
        self._start = list(islice(self._rows, _HEADING_WITHIN))
        self.rows = 0
        self.refused: list[Refused] = []
        self._heading = self._find_heading()

    @property
    def meta(self) -> dict[str, str]:
        """What we wrote about the workbook, if this is the sheet we wrote it on."""
        pairs = [[_text(cell) for cell in row[:2]] for _, row in self._start[:_META_ROWS]]
        facts = {pair[0]: pair[1].strip() for pair in pairs if len(pair) == 2}
        return facts if _META in facts else {}

    @property
    def has_findings(self) -> bool:
        """Whether it has a column of FeilID."""
        return self._heading is not None and bool(self._heading[1]["feil_id"])

    def lines(self) -> Iterator[Line]:
        """The rows that somebody has written an answer or a comment in."""
        if self._heading is None:
            return
        top, columns = self._heading
        lacking = [key for key in ("feil_id", "status") if not columns[key]]
        written = 0
        for number, row in chain((r for r in self._start if r[0] > top), self._rows):
            line = self._line(number, row, columns)
            if line is None:
                continue
            written += 1
            if not lacking:
                yield line
        if "feil_id" in lacking:
            self.rows = 0
        if lacking and (written or "status" in lacking):
            why = f"uten_kolonne_{lacking[0]}"
            self.refused.append(Refused(Place(*self._place), why, rows=max(written, 1)))

    def _line(self, number: int, row: Any, columns: dict[str, list[int]]) -> Line | None:
        def texts(key: str) -> list[str]:
            cells = (_text(row[at]) for at in columns[key] if at < len(row))
            return [text for text in map(wording.safe, cells) if text]

        ids = [_text(row[at]).strip() for at in columns["feil_id"] if at < len(row)]
        found = {wording.finding_id(text) for text in ids if text}
        self.rows += bool(found)
        said, comments = tuple(dict.fromkeys(texts("status"))), texts("kommentar")
        if not said and not comments:
            return None
        finding = found.pop() if len(found) == 1 else None
        return Line(Place(*self._place, number), finding, said, " ".join(dict.fromkeys(comments)))

    def _find_heading(self) -> tuple[int, dict[str, list[int]]] | None:
        """The row of headings, and where each column we know stands in it."""
        best: tuple[int, dict[str, list[int]]] | None = None
        for number, row in self._start:
            names = [wording.same_words(_text(cell)) for cell in row]
            columns = {
                key: [at for at, name in enumerate(names) if name in wording.headings(key)]
                for key in ("feil_id", "status", "kommentar")
            }
            if columns["feil_id"]:
                return number, columns
            if columns["status"] and best is None:
                best = number, columns
        return best


def _text(cell: Any) -> str:
    """A cell as the text that stands in it; a formula is the text of the formula."""
    value = cell.value
    if value is None:
        return ""
    return str(getattr(value, "text", value))
