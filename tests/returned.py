"""Workbooks as kommuner return them: answered well, and maltreated in many ways."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import openpyxl

Change = Callable[[Any], None]
PERSONAL_NUMBERS = (
    "01819012365",
    "018190 12365",
    "01 81 90 12365",
    "01.81.90-123 65",
    "0181\u200b9012365",
    "０１８１９０１２３６５",
    "018190–12365",
    "2012 345678 90",
)
"""One invented person's number as people write it, and a DUF-nummer."""


@dataclass(frozen=True)
class Returned:
    """A returned workbook, and what must come of it."""

    name: str
    change: Change | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    answers: int = 3
    refused: tuple[str, ...] = ()
    conflicts: int = 0
    file: str = "feil.xlsx"
    verdicts: tuple[str, ...] = field(default=("rettet", "ikke_feil", "under_arbeid"))


def pages(book: Any) -> list[Any]:
    """The sheets of findings."""
    return [page for page in book.worksheets if at(page, "FeilID")]


def at(page: Any, heading: str) -> int:
    """The column (from 1) with a heading, 0 if there is none."""
    names = [cell.value for cell in page[1]]
    return names.index(heading) + 1 if heading in names else 0


def answer(
    page: Any, *answers: Any, comment: Any = "Vi har sett på saken.", first: int = 2
) -> None:
    """Write answers in the rows of a sheet, each with a comment."""
    status, remark = at(page, "Status"), at(page, "Kommentar")
    for row, said in enumerate(answers, start=first):
        page.cell(row, status, said)
        page.cell(row, remark, comment)


def _first(book: Any) -> Any:
    return pages(book)[0]


def _plain(book: Any) -> None:
    answer(_first(book), "Rettet", "Ikke feil", "Under arbeid")


def _then(change: Change) -> Change:
    """Answered as it should be, and then maltreated."""

    def both(book: Any) -> None:
        _plain(book)
        change(book)

    return both


def _values(page: Any) -> list[list[Any]]:
    return [list(row) for row in page.iter_rows(values_only=True)]


def _replace(page: Any, rows: list[list[Any]]) -> None:
    page.delete_rows(1, page.max_row + 1)
    for row in rows:
        page.append(row)


def _sorted(book: Any) -> None:
    for page in pages(book):
        head, *rows = _values(page)
        _replace(page, [head, *reversed(rows)])


def _filtered(book: Any) -> None:
    page = _first(book)
    page.auto_filter.add_filter_column(0, ["nothing"])
    for row in range(2, page.max_row + 1):
        page.row_dimensions[row].hidden = True


def _moved(book: Any) -> None:
    for page in pages(book):
        _replace(page, [row[::-1] for row in _values(page)])


def _added(book: Any) -> None:
    page = _first(book)
    page.insert_cols(1, 2)
    page.cell(1, 1, "Saksbehandler")
    page.cell(1, 2, "Svar")
    page.cell(2, 2, "Ikke vår deltaker")


def _only_what_is_needed(book: Any) -> None:
    for page in pages(book):
        wanted = [at(page, name) - 1 for name in ("FeilID", "Status", "Kommentar")]
        _replace(page, [[row[place] for place in wanted] for row in _values(page)])


def _renamed(book: Any) -> None:
    for number, page in enumerate(pages(book)):
        page.title = f"Ark {number} (kopi)"


def _lines_above(book: Any) -> None:
    _first(book).insert_rows(1, 7)
    _first(book)["A1"] = "Gjennomgått av avdelingen"


def _without(heading: str) -> Change:
    def delete(book: Any) -> None:
        for page in pages(book):
            page.delete_cols(at(page, heading))

    return delete


def _meta(**changes: str) -> Change:
    def change(book: Any) -> None:
        for row in book["_meta"].iter_rows():
            if row[0].value in changes:
                row[1].value = changes[row[0].value]

    return change


def _no_hidden_sheets(book: Any) -> None:
    del book["_meta"], book["_lister"]


def _copied(status: Any) -> Change:
    def copy(book: Any) -> None:
        page = _first(book)
        twin = book.copy_worksheet(page)
        column = at(twin, "Status")
        for row in (2, 3, 4):
            twin.cell(row, column, status)
            if status is None:
                twin.cell(row, column + 1, None)

    return copy


def _two_answer_columns(book: Any) -> None:
    page = _first(book)
    last = page.max_column + 1
    page.cell(1, last, "STATUS ")
    page.cell(2, last, "Under arbeid")
    page.cell(3, last, "ikke feil")


def _ids(spell: Callable[[str], Any]) -> Change:
    def respell(book: Any) -> None:
        for page in pages(book):
            column = at(page, "FeilID")
            for row in range(2, page.max_row + 1):
                page.cell(row, column, spell(page.cell(row, column).value))

    return respell


def _personal(book: Any) -> None:
    page = _first(book)
    page.title = "01819012365"
    for row, number in enumerate(PERSONAL_NUMBERS, start=2):
        answer(page, "Ikke feil", comment=f"Gjelder {number}, se saken", first=row)
    answer(page, f"Rettet for {PERSONAL_NUMBERS[1]}", first=len(PERSONAL_NUMBERS) + 2)


def _merged(book: Any) -> None:
    page = _first(book)
    column = at(page, "Status")
    answer(page, "Rettet")
    for row in (3, 4):
        page.cell(row, column + 1, None)
    page.merge_cells(start_row=2, end_row=4, start_column=column, end_column=column)


def _answers(*said: Any, comment: Any = "Vi har sett på saken.") -> Change:
    return lambda book: answer(_first(book), *said, comment=comment)


def _formula_comment(book: Any) -> None:
    answer(_first(book), "Rettet", comment='=HYPERLINK("http://example.org";"her")')


def repacked(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The zip with its parts changed; a part that becomes None is left out."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for info in old.infolist():
            part = change(info.filename, old.read(info))
            if part is not None:
                new.writestr(info, part)
    return target.getvalue()


def _doctype(content: bytes) -> bytes:
    entity = b'<!DOCTYPE x [<!ENTITY a "&#x41;"><!ENTITY b "&a;&a;&a;&a;">]>'

    def declare(name: str, part: bytes) -> bytes:
        return entity + part if name == "xl/workbook.xml" else part

    return repacked(content, declare)


def _bomb(content: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\0" * (201 * 1024**2))
    return target.getvalue()


def _far_out(book: Any) -> None:
    _plain(book)
    _first(book).cell(1_048_576, 16_384, "x")


def _macro(content: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()")
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    macro = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    return repacked(
        target.getvalue(),
        lambda name, part: part.replace(kind, macro) if name == "[Content_Types].xml" else part,
    )


def _false_dimension(content: bytes) -> bytes:
    return repacked(
        content,
        lambda name, part: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', part),
    )


CORPUS = (
    Returned("answered as it should be", _plain),
    Returned("sorted the other way", _then(_sorted)),
    Returned("filtered, so that no row shows", _then(_filtered)),
    Returned("columns turned about", _then(_moved)),
    Returned("columns added", _then(_added)),
    Returned("all columns deleted but three", _then(_only_what_is_needed)),
    Returned("sheets renamed", _then(_renamed)),
    Returned("lines above the heading", _then(_lines_above)),
    Returned("answered in nynorsk", _answers("Retta", "Ikkje feil", "Ikkje vår deltakar"),
             verdicts=("rettet", "ikke_feil", "ikke_vaar")),
    Returned("spelt in other ways",
             _answers("  RETTET. ", "ikke\u00a0feil!", "feil i nir - får  ikke registrert"),
             verdicts=("rettet", "ikke_feil", "feil_i_nir")),
    Returned("free text where an answer should be",
             _answers("Rettet 12.3. av oss", "vet ikke", "Rettet"), answers=1,
             refused=("ukjent_svar", "ukjent_svar"), verdicts=("rettet",)),
    Returned("numbers and truth where an answer should be", _answers(1, True, "Rettet"),
             answers=1, refused=("ukjent_svar", "ukjent_svar"), verdicts=("rettet",)),
    Returned("comments without an answer", _answers(None, "Rettet"), answers=1,
             refused=("uten_svar",), verdicts=("rettet",)),
    Returned("no reason why it is no error", _answers("Ikke feil", "Rettet", comment=" – "),
             answers=1, refused=("uten_begrunnelse",), verdicts=("rettet",)),
    Returned("FeilID deleted", _then(_without("FeilID")), answers=0,
             refused=("uten_kolonne_feil_id",), verdicts=()),
    Returned("Status deleted", _then(_without("Status")), answers=0,
             refused=("uten_kolonne_status",) * 3, verdicts=()),
    Returned("comments deleted", _then(_without("Kommentar")), answers=2,
             refused=("uten_begrunnelse",), verdicts=("rettet", "under_arbeid")),
    Returned("hidden sheets deleted", _then(_no_hidden_sheets)),
    Returned("says it is from another kommune", _then(_meta(kommunenummer="1103")), answers=0,
             refused=("annen_kommune",) * 3, verdicts=()),
    Returned("about a run nobody knows", _then(_meta(run_id="0000-0000-0000-0000")), answers=0,
             refused=("ukjent_kjoering",), verdicts=()),
    Returned("from the kommune's own check", _then(_meta(slag="egne_filer")), answers=0,
             refused=("egne_filer",), verdicts=()),
    Returned("of another version", _then(_meta(schema_version="9")), answers=0,
             refused=("annen_form",), verdicts=()),
    Returned("a formula for an answer", _answers('="Rettet"', "Rettet"), answers=1,
             refused=("ukjent_svar",), verdicts=("rettet",)),
    Returned("a formula for a comment", _formula_comment, answers=1, verdicts=("rettet",)),
    Returned("a formula for a FeilID", _then(_ids(lambda text: f'="{text}"')), answers=0,
             refused=("uten_feilid",) * 3, verdicts=()),
    Returned("FeilID spelt in another way",
             _then(_ids(lambda text: f" {text.upper()}".replace("-", " ")))),
    Returned("FeilID made up", _then(_ids(lambda _: "aaaa-bbbb-cccc-dddd")), answers=0,
             refused=("ukjent_feilid",) * 3, verdicts=()),
    Returned("a sheet copied and answered otherwise", _then(_copied("Ikke vår deltaker")),
             answers=0, conflicts=3, verdicts=()),
    Returned("a sheet copied and left blank", _then(_copied(None))),
    Returned("two columns of answers", _then(_two_answer_columns), answers=2,
             refused=("flere_svar",), verdicts=("ikke_feil", "under_arbeid")),
    Returned("cells of answers merged", _merged, answers=1, verdicts=("rettet",)),
    Returned("personal numbers everywhere", _personal, answers=len(PERSONAL_NUMBERS),
             refused=("ukjent_svar",), file="svar fra 01819012365.xlsx",
             verdicts=("ikke_feil",) * len(PERSONAL_NUMBERS)),
    Returned("a comment as long as a book", _answers("Rettet", comment="å" * 32_000), answers=1,
             verdicts=("rettet",)),
    Returned("nothing answered", lambda _: None, answers=0, verdicts=()),
    Returned("with a macro", _plain, _macro, file="feil.xlsm"),
    Returned("a sheet that lies of its size", _plain, _false_dimension),
    Returned("a cell at the far end", _far_out, answers=0, refused=("for_stor",), verdicts=()),
    Returned("a zip bomb", _plain, _bomb, answers=0, refused=("for_stor",), verdicts=()),
    Returned("entities", _plain, _doctype, answers=0, refused=("doctype",), verdicts=()),
    Returned("cut off", _plain, lambda content: content[: len(content) // 2], answers=0,
             refused=("uleselig",), verdicts=()),
    Returned("protected with a password", None, lambda _: b"\xd0\xcf\x11\xe0" + bytes(600),
             answers=0, refused=("passord",), verdicts=()),
    Returned("a text file called workbook", None, lambda _: b"FeilID;Status\n", answers=0,
             refused=("ikke_arbeidsbok",), verdicts=()),
    Returned("empty", None, lambda _: b"", answers=0, refused=("tom_fil",), verdicts=()),
    Returned("saved as text", None, lambda _: b"FeilID;Status\n", answers=0,
             refused=("annet_filformat",), file="feil.csv", verdicts=()),
    Returned("a workbook of something else", lambda book: [book.remove(p) for p in pages(book)],
             answers=0, refused=("uten_funn",), verdicts=()),
)  # fmt: skip


@cache
def made(case: Returned, sent: bytes) -> bytes:
    """The bytes of a returned workbook; each is made once."""
    content = sent
    if case.change:
        book = openpyxl.load_workbook(io.BytesIO(sent))
        case.change(book)
        target = io.BytesIO()
        book.save(target)
        content = target.getvalue()
    return case.rewrite(content) if case.rewrite else content


def folders() -> Iterator[tuple[str, Returned]]:
    """Every case, in a folder of its own."""
    return ((f"tilfelle{at:02}", case) for at, case in enumerate(CORPUS))
