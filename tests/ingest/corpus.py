"""Files as they come: each with what it stands for, how it is made, and what must come of it.

Everything starts from one canonical extract (`making.canonical`). An entry says `Same` when it
holds the same data and must give the same findings, `Found` when something in it is wrong and must
give just these findings more, and `Refused` when it cannot be assessed. Notes are those beyond the
canonical extract's own.
"""

from __future__ import annotations

import stat
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from making import (
    CONTRACT,
    FNR,
    OTHER_FNR,
    TABLES,
    Book,
    Files,
    Make,
    also,
    cell_of,
    cells,
    column,
    encoded,
    file,
    filled_cells,
    form,
    gzipped,
    header,
    label,
    laid,
    link_out,
    nfd,
    one,
    packed,
    packed_bytes,
    parquet,
    put,
    renamed,
    reversed_columns,
    rows_of,
    sheets_of,
    single_files,
    text,
    twice,
    workbook,
    workbook_parts,
    zip_of,
)
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

Place = tuple[str, int]
"""A rule, and the line of its finding."""


@dataclass(frozen=True)
class Same:
    """The findings of the canonical extract; `at` is where some of them now stand."""

    notes: tuple[str, ...] = ()
    at: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Found:
    """The findings of the canonical extract, and these more: (rule, line)."""

    places: tuple[Place, ...] = ()
    notes: tuple[str, ...] = ()
    value: str | None = None
    """How what could not be read is shown."""


@dataclass(frozen=True)
class Refused:
    """Not assessed, for this reason alone."""

    key: str
    code: int = 3


@dataclass(frozen=True)
class Entry:
    """A file that someone could send."""

    name: str
    make: Make
    expected: Same | Found | Refused
    options: tuple[str, ...] = field(default=())


# what the entries need of their own


def mixed_ends(content: str) -> str:
    ends = ("\r\n", "\n", "\r")
    return "".join(line + ends[n % 3] for n, line in enumerate(content.split("\n")[:-1]))


def blank_lines(content: str) -> str:
    first, *rest = content.split("\n")
    return "\n".join([first, "", *rest[:2], "   ", *rest[2:], "", "", ""])


def long_text(content: str) -> str:
    return content.replace("# én", "# én\nto\ntre")


def norwegian(day: str) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"


def code_labels(language: str, *columns: str) -> Make:
    def spelt(table: str, name: str) -> Make:
        kind = CONTRACT.tables[table].by_name[name].code_list
        assert kind
        words = {c.code: c.label[language] for c in CONTRACT.code_lists[kind].codes}
        return cells(lambda code: words.get(code, code), name, table=table)

    return also(*(spelt(*name.split(".")) for name in columns))


def extra_field(files: Files, _: Path) -> None:
    files["tiltak.csv"] += b"TI5;PR4;PE4;4204;NORSK;NORSK_SAMF;2022-06-01;;15;x;;for;mange\n"


def missing_field(files: Files, _: Path) -> None:
    files["tiltak.csv"] += b"TI5;PR4;PE4\n"


def one_more_row(files: Files, _: Path) -> None:
    rows = rows_of(files, "tiltak")
    put(files, "tiltak", [*rows, ["TI5", *rows[-1][1:]]])


def every_line_ends_in_a_separator(files: Files, _: Path) -> None:
    for table in TABLES:
        files[f"{table}.csv"] = files[f"{table}.csv"].replace(b"\n", b";\n")


def empty_rows(files: Files, _: Path) -> None:
    first, *rows = rows_of(files, "tiltak")
    put(files, "tiltak", [first, [""] * len(first), [" "] * len(first), *rows])


def header_only(files: Files, _: Path) -> None:
    for table in TABLES:
        put(files, table, rows_of(files, table)[:1])


def no_header(files: Files, _: Path) -> None:
    put(files, "tiltak", rows_of(files, "tiltak")[1:])


def without(name: str) -> Make:
    def make(files: Files, _: Path) -> None:
        rows = rows_of(files, "tiltak")
        at = rows[0].index(name)
        put(files, "tiltak", [row[:at] + row[at + 1 :] for row in rows])

    return make


def said_to_be(number: str) -> Make:
    def make(files: Files, _: Path) -> None:
        own = f'"kommune"\nkommunenummer = "{number}"'.encode()
        files["uttrekk.toml"] = files["uttrekk.toml"].replace(b'"nasjonal"', own)

    return make


def own_names(files: Files, folder: Path) -> None:
    """The tiltak under a fagsystem's names, with the map that explains them."""
    names, *rows = rows_of(files, "tiltak")
    del files["tiltak.csv"]
    put(files, "Aktiviteter", [[f"Felt {name[::-1]}" for name in names], *rows])
    lines = "".join(f'      "Felt {name[::-1]}": {name}\n' for name in names)
    chart = (
        "kontrakt: nir-uttrekk/1.0\ntabeller:\n  Aktiviteter:\n    table: tiltak\n    columns:\n"
    )
    (folder / "kart.yaml").write_text(chart + lines, encoding="utf-8")


def own_codes(files: Files, folder: Path) -> None:
    """The map also says which codes a fagsystem's words are."""
    cells(lambda _: "Norskkurs", "tiltakstype")(files, folder)
    own_names(files, folder)
    with (folder / "kart.yaml").open("a", encoding="utf-8") as handle:
        handle.write("    codes:\n      tiltakstype:\n        Norskkurs: NORSK\n")


def wrong_map(files: Files, folder: Path) -> None:
    own_names(files, folder)
    path = folder / "kart.yaml"
    path.write_text(path.read_text("utf-8").replace("table: tiltak", f"table: {FNR}"), "utf-8")


def linked_member(files: Files, folder: Path) -> Path:
    path = folder / "uttrekk.zip"
    path.write_bytes(zip_of(files))
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("vedtak.csv")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return path


def twice_in_folder(files: Files, _: Path) -> None:
    files["TILTAK.csv.gz"] = files["tiltak.csv"]


def with_password(content: bytes) -> bytes:
    """Every member said to be encrypted, in its own header and in the list."""
    content = bytearray(content)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = content.find(mark)
        while start >= 0:
            content[start + at] |= 1
            start = content.find(mark, start + 4)
    return bytes(content)


def true_dates(book: Book) -> None:
    for table in TABLES:
        for cell in (cell for row in book[table].iter_rows(min_row=2) for cell in row):
            try:
                cell.value = datetime.strptime(str(cell.value), "%Y-%m-%d")
                cell.number_format = "dd.mm.yyyy"
            except ValueError:
                continue


def dates_from_1904(book: Book) -> None:
    book.epoch = CALENDAR_MAC_1904
    true_dates(book)


def numbers(book: Book) -> None:
    for table, name in (("program", "kommunenummer"), ("person", "foedselsnummer"),
                        ("tiltak", "timer_per_uke")):  # fmt: skip
        for cell in filled_cells(book, table, name):
            cell.value = float(cell.value)
            cell.number_format = "General"


def booleans(book: Book) -> None:
    for cell in filled_cells(book, "person", "utdanning_vgo"):
        cell.value = cell.value == "JA"


def apostrophes(book: Book) -> None:
    for name in ("program_id", "kommunenummer", "startdato"):
        for cell in filled_cells(book, "tiltak", name):
            cell.value = f"'{cell.value}"


def titles(book: Book) -> None:
    book["tiltak"].insert_rows(1, 3)
    book["tiltak"]["A1"] = "Uttrekk fra NIR"
    book["tiltak"].merge_cells("A1:F1")


def merged(book: Book) -> None:
    first = cell_of(book, "tiltak", "beskrivelse", 4).coordinate
    book["tiltak"].merge_cells(f"{first}:{first[0]}5")


def hidden_rows(book: Book) -> None:
    book["tiltak"].row_dimensions[3].hidden = True


def filtered_rows(book: Book) -> None:
    book["tiltak"].auto_filter.ref = "A1:K5"
    book["tiltak"].auto_filter.add_filter_column(0, ["TI1"])
    book["tiltak"].row_dimensions[3].hidden = True


def hidden_columns(book: Book) -> None:
    book["tiltak"].column_dimensions["B"].hidden = True


def hidden_sheet(book: Book) -> None:
    book["program"].sheet_state = "veryHidden"


def more_sheets(book: Book) -> None:
    book.create_sheet("Forklaring", 0)["A1"] = "Les dette først"
    book.create_sheet("Personer")["A1"] = "gammel liste"


def misnamed(book: Book) -> None:
    book["tiltak"].title = "Ark3"


def spelt_sheets(book: Book) -> None:
    book["tiltak"].title = " TILTAK"
    book["program"].title = "Program "


def colours(book: Book) -> None:
    for sheet in book.worksheets:
        for place in ("A1048576", "XFD1"):
            sheet[place].fill = PatternFill("solid", "DDDDDD")


def typed_in(table: str, name: str, value: object) -> Make:
    def change(book: Book) -> None:
        cell_of(book, table, name).value = value

    return workbook(change)


def with_entity(parts: Files) -> Files:
    name = "xl/worksheets/sheet1.xml"
    entity = b'<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]><worksheet'
    return parts | {name: parts[name].replace(b"<worksheet", entity, 1)}


ZEROS = bytes(201 * 10**6)
HTML = b"<!DOCTYPE html><html><body>Logg inn</body></html>"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
TEMPLATE_2019 = "Løpenr;Deltaker;Type;Slutt\n1;2;3;4\n".encode()
COMMANDS = {
    "; rm -rf ~.csv": b"x",
    "$(reboot).csv": b"x",
    "--help.csv": b"x",
    "`id`.xlsx.csv": b"x",
}
FORMULAS = ('=HYPERLINK("http://x.no";"se")', "@SUM(1)", "+1+cmd|' /C calc'!A0", "-2+3",
            "<script>alert(1)</script>", "[red]x[/red]", "{fil}", "%s %n", "'; DROP TABLE x; --",
            "../../etc/passwd")  # fmt: skip
DATE = "KON-tiltak.startdato-dato"
HOURS = "KON-tiltak.timer_per_uke-tall"
CODE = "KON-tiltak.tiltakstype-kode"
MAP = ("--kolonnekart", "kart.yaml")

ENCODINGS = [
    Entry("UTF-8 with a mark", encoded("utf-8", b"\xef\xbb\xbf"), Same(("bom",))),
    Entry("UTF-16 with a mark, little end first", encoded("utf-16-le", b"\xff\xfe"),
          Same(("tegnsett",))),
    Entry("UTF-16 with a mark, big end first", encoded("utf-16-be", b"\xfe\xff"),
          Same(("tegnsett",))),
    Entry("UTF-16 without a mark", encoded("utf-16-le"), Same(("tegnsett",))),
    Entry("Windows-1252, as Excel saves", encoded("cp1252"), Same(("tegnsett",))),
    Entry("ISO-8859-1 with a byte that Windows does not have",
          also(one("beskrivelse", "\x81 Å bygge"), encoded("iso-8859-1")), Same(("tegnsett",))),
    Entry("each file in an encoding of its own",
          also(encoded("cp1252"), lambda files, _: files.update(
              {"person.csv": files["person.csv"].decode().encode("utf-16")})),
          Same(("tegnsett", "tegnsett"))),
    Entry("a broken byte in a text", one("beskrivelse", b"spr\xe5k"),
          Found((("KON-tiltak-tegn", 5),), ("utf8_brutt",))),
    Entry("a broken byte in a date", one("startdato", b"2022-06-\xb9"),
          Found((("KON-tiltak-tegn", 5),), ("utf8_brutt",))),
    Entry("two exports in two encodings, pasted together",
          one("beskrivelse", "kjøkken på Øya".encode("cp1252")),
          Found((("KON-tiltak-tegn", 5),), ("utf8_brutt",))),
    Entry("UTF-16 that is cut off",
          lambda files, _: files.update(
              {"tiltak.csv": files["tiltak.csv"].decode().encode("utf-16")[:-1]}),
          Refused("utf16_ulest")),
    Entry("a text that was encoded twice", cells(twice, "beskrivelse"), Same(("tegn_dobbelt",))),
    Entry("a header that was encoded twice",
          renamed("sluttmaal", twice(CONTRACT.tables["program"].by_name["sluttmaal"].label["nb"]),
                  "program"), Same(("overskrift_dobbel",))),
    Entry("letters in two parts, as a Mac writes them", also(label("nb"), text(nfd)), Same()),
    Entry("no-break spaces around every value", cells(lambda v: f"\u00a0{v}\u00a0"), Same()),
    Entry("zero-width characters around every value", cells(lambda v: f"\u200b{v}\ufeff"), Same()),
    Entry("soft hyphens inside the ids",
          cells(lambda v: f"{v[:2]}\u00ad{v[2:]}", "program_id", "person_id"), Same()),
    Entry("a soft hyphen in what cannot be read is shown", one("startdato", "2024\u00ad-02-30"),
          Found(((DATE, 5),), value="2024⟨U+00AD⟩-02-30")),
]  # fmt: skip

FORMS = [
    Entry("the canonical files themselves", lambda files, _: None, Same()),
    Entry("tabs between the values", form(delimiter="\t"), Same(("skilletegn",) * 3)),
    Entry("commas between the values", form(delimiter=","), Same(("skilletegn",) * 3)),
    Entry("every value in quotes", form(quoting=1), Same()),
    Entry("lines that end as on Windows", form(lineterminator="\r\n"), Same()),
    Entry("lines that end as on an old Mac", form(lineterminator="\r"), Same()),
    Entry("lines that end in every way", also(text(mixed_ends, "program"), text(mixed_ends)),
          Same()),
    Entry("no line end at the end", text(str.rstrip), Same()),
    Entry("blank lines in the middle and at the end", text(blank_lines, "program"),
          Same(at=(("NIR-140", 6),))),
    Entry("a text over three lines above a fault",
          also(one("startdato", "2023-02-29"), text(long_text)), Found(((DATE, 7),))),
    Entry("title lines above the header", text(lambda t: f"Uttrekk fra NIR\n\nJuni 2024;;\n{t}",
                                              "program"),
          Same(("linjer_over",), at=(("NIR-140", 7),))),
    Entry("the header in another order", reversed_columns, Same()),
    Entry("the header in capitals and with spaces",
          header(lambda name: f" {name.replace('_', ' ').upper()} "), Same()),
    Entry("the header in bokmål, with æøå", also(*(label("nb", table) for table in TABLES)),
          Same()),
    Entry("the header in nynorsk", also(*(label("nn", table) for table in TABLES)), Same()),
    Entry("the same column twice", column("startdato", "2020-01-01"), Refused("kolonne_to_ganger")),
    Entry("a column that is nearly known", renamed("beskrivelse", "beskrivelsen"),
          Same(("ukjent_kolonne_ligner",))),
    Entry("a column that nobody knows", column("Saksbehandler", "Kari"), Same(("ukjent_kolonne",))),
    Entry("a column named after a person", column(f"Merknad {FNR}", FNR),
          Same(("ukjent_kolonne",))),
    Entry("a required column is missing", without("stoppdato"), Refused("kolonne_mangler")),
    Entry("a required column is nearly there", renamed("stoppdato", "stopdato"),
          Refused("kolonne_mangler_ligner")),
    Entry("a row with too many fields", extra_field, Found((("KON-tiltak-radform", 6),))),
    Entry("a row with too few fields", missing_field, Found((("KON-tiltak-radform", 6),))),
    Entry("a separator at the end of every line", every_line_ends_in_a_separator, Same()),
    Entry("rows of nothing but separators", empty_rows, Same()),
    Entry("spaces around every value", cells(lambda v: f"  {v} "), Same()),
    Entry("an id that begins with #", one("tiltak_id", "#4"), Same()),
    Entry("a text that is only a quote", one("beskrivelse", '"'), Same()),
    Entry("a quote that is never closed",
          also(one_more_row, one("beskrivelse", b'"uten slutt')),
          Found((("KON-tiltak-anfoerselstegn", 5),))),
    Entry("a quote that is never closed on the last row", one("beskrivelse", b'"uten slutt'),
          Found((("KON-tiltak-anfoerselstegn", 5),))),
    Entry("a quote that is never closed early on the last row", one("program_id", b'"PR'),
          Found((("KON-tiltak-anfoerselstegn", 5),))),
    Entry("gzip", gzipped, Same()),
    Entry("a zip", packed(), Same()),
    Entry("a zip with folders and what a Mac adds",
          packed(lambda files: {f"NIR/{name}": c for name, c in files.items()}
                 | {"__MACOSX/NIR/._tiltak.csv": b"\0\1"}), Same()),
    Entry("the files named one by one", single_files, Same()),
    Entry("file names in capitals",
          lambda files, _: files.update({"TILTAK.CSV": files.pop("tiltak.csv")}), Same()),
    Entry("an optional table with a header only", file("mottak.csv", b"mottak_id;person_id\n"),
          Same(("tom_tabell",))),
    Entry("Parquet, every column text", parquet(), Same()),
    Entry("Parquet with dates and decimals", parquet(typed=True), Same()),
]  # fmt: skip

WORKBOOKS = [
    Entry("a workbook, every cell text", workbook(), Same()),
    Entry("several sheets more than the tables", workbook(more_sheets),
          Same(("ark_ikke_brukt", "ark_ikke_brukt_ligner"))),
    Entry("a hidden sheet", workbook(hidden_sheet), Same(("skjult_ark",))),
    Entry("sheet names in capitals and with spaces", workbook(spelt_sheets), Same()),
    Entry("a misnamed sheet", workbook(misnamed), Refused("tabell_mangler_ubrukte")),
    Entry("the header further down", workbook(titles), Same(("xlsx_linjer_over",))),
    Entry("merged cells", workbook(merged), Same(("xlsx_flettet",))),
    Entry("hidden rows", workbook(hidden_rows), Same(("xlsx_skjulte_rader",))),
    Entry("filtered rows", workbook(filtered_rows), Same(("xlsx_filtrerte_rader",))),
    Entry("hidden columns", workbook(hidden_columns), Same(("xlsx_skjulte_kolonner",))),
    Entry("numbers where text belongs: 301 for 0301", workbook(numbers),
          Same(("xlsx_null_foran", "xlsx_null_foran"))),
    Entry("true dates", workbook(true_dates), Same()),
    Entry("dates counted from 1904", workbook(dates_from_1904), Same(("xlsx_1904",) * 3)),
    Entry("ticks where JA and NEI belong", workbook(booleans), Same(("xlsx_logisk",))),
    Entry("apostrophes in front", workbook(apostrophes), Same(("xlsx_apostrof",) * 3)),
    Entry("formatting to the end of the sheet", workbook(colours), Same()),
    Entry("an id that Excel has made 1,01E+10", typed_in("tiltak", "tiltak_id", "1,01E+10"),
          Found((("KON-tiltak.tiltak_id-excelskade", 5),))),
    Entry("#N/A in a date", typed_in("tiltak", "startdato", "#N/A"),
          Found(((DATE, 5),), ("xlsx_feilcelle",))),
    Entry("a formula that was never calculated", typed_in("tiltak", "timer_per_uke", "=10+5"),
          Found(((HOURS, 5),), ("xlsx_uberegnet",))),
    Entry("a workbook with a password", file("alt.xlsx", OLE), Refused("xlsx_passord")),
    Entry("a text file that is named .xlsx", file("alt.xlsx", b"a;b\n1;2\n"),
          Refused("xlsx_ikke_arbeidsbok")),
]  # fmt: skip

VALUES = [
    Entry("dates as people write them", cells(norwegian, "startdato"),
          Same(("dato_norsk_form",))),
    Entry("dates with midnight", cells(lambda day: f"{day} 00:00:00", "startdato"),
          Same(("dato_med_midnatt",))),
    Entry("dates with midnight as programs write it",
          cells(lambda day: f"{day}T00:00", "startdato"),
          Same(("dato_med_midnatt",))),
    Entry("a date with another hour", one("startdato", "2022-05-31T22:00:00"), Found(((DATE, 5),))),
    Entry("a day that does not exist", one("startdato", "2023-02-29"), Found(((DATE, 5),))),
    Entry("a month that does not exist", one("startdato", "2022-31-05"), Found(((DATE, 5),))),
    Entry("a year of two digits", one("startdato", "01.06.22"), Found(((DATE, 5),))),
    Entry("a date with one digit too few", one("startdato", "2022-6-1"), Found(((DATE, 5),))),
    Entry("a date the American way", one("startdato", "06/01/2022"), Found(((DATE, 5),))),
    Entry("a day as Excel counts them", one("startdato", "44713"),
          Found(((DATE, 5),), ("dato_fra_excel",))),
    Entry("a decimal comma", cells(lambda v: f"{v.replace('.', ',')}", "timer_per_uke"), Same()),
    Entry("zeros behind the point", one("timer_per_uke", "15.00"), Same()),
    Entry("a space between thousands", one("timer_per_uke", "1 015,5"), Found(((HOURS, 5),))),
    Entry("a number with a unit", one("timer_per_uke", "15 t"), Found(((HOURS, 5),))),
    Entry("a number below nothing", one("timer_per_uke", "-15"), Found(((HOURS, 5),))),
    *(Entry(f"«{word}» for no date", one("startdato", word), Found(((DATE, 5),), value=word))
      for word in ("00", "9999", "-", "ukjent", "NULL", "NA", "N/A", "9999-99-99", "00.00.0000",
                   "00.00.0000 00:00", "0000-00-00 00:00:00", "45230     -", "2022-6-1")),
    Entry("codes by their label in bokmål",
          code_labels("nb", "tiltak.tiltakstype", "person.kjoenn"), Same(("tekst_for_kode",) * 2)),
    Entry("codes by their label in nynorsk", code_labels("nn", "tiltak.tiltakstype"),
          Same(("tekst_for_kode",))),
    Entry("codes in small letters", cells(str.lower, "tiltakstype"), Same(("tekst_for_kode",))),
    Entry("a code that nobody knows", one("tiltakstype", "STRIKKING"), Found(((CODE, 5),))),
    Entry("NULL for a code", one("tiltakstype", "NULL"), Found(((CODE, 5),), value="NULL")),
    Entry("a personal number for a date", one("startdato", FNR),
          Found(((DATE, 5),), value="•" * 11)),
    Entry("a personal number for a code", one("tiltakstype", f"{FNR[:6]} {FNR[6:]}"),
          Found(((CODE, 5),), value="•" * 11)),
]  # fmt: skip

WRONG = [
    Entry("an empty file", file("tiltak.csv", b""), Refused("tom_fil")),
    Entry("blank lines only", file("tiltak.csv", b"\n \n\r\n"), Refused("tom_fil")),
    Entry("headers without rows", header_only, Refused("ingen_rader")),
    Entry("rows without a header", no_header, Refused("forslag_uten_overskrift")),
    Entry("a login page that was saved as csv", file("tiltak.csv", HTML), Refused("er_html")),
    Entry("a workbook that is named .csv",
          lambda files, _: files.update({"tiltak.csv": sheets_of(files)}), Refused("er_xlsx")),
    Entry("7z that is named .csv", file("tiltak.csv", b"7z\xbc\xaf\x27\x1c\0\4"),
          Refused("er_7z")),
    Entry("an old workbook that is named .csv", file("tiltak.csv", OLE), Refused("er_xls")),
    Entry("a gzip that is none", also(file("tiltak.csv", None), file("tiltak.csv.gz", b"x;y\n")),
          Refused("gz_ulest")),
    Entry("a Parquet file that is none",
          also(file("tiltak.csv", None), file("tiltak.parquet", b"PAR1 og PAR1")),
          Refused("parquet_ulest")),
    Entry("7z beside the files", file("vedtak.7z", b"7z\xbc\xaf\x27\x1c"),
          Same(("pakke_ikke_brukt",))),
    Entry("an old workbook beside the files", file("vedtak.xls", OLE),
          Same(("filtype_ikke_brukt",))),
    Entry("the template of another year", file("tiltak.csv", TEMPLATE_2019), Refused("annen_mal")),
    Entry("the file of another kommune", said_to_be("5001"), Refused("annen_kommune")),
    Entry("the same table twice", twice_in_folder, Refused("tabell_to_ganger")),
    Entry("a folder without persons", file("person.csv", None), Refused("tabell_mangler")),
    Entry("no date", file("uttrekk.toml", None), Refused("uttrekksdato_mangler", 2)),
    Entry("a manifest that is broken", file("uttrekk.toml", f"{FNR} = [".encode()),
          Refused("manifest_ulest")),
    Entry("a manifest in an older encoding", file("uttrekk.toml", b'avsender = "B\xe6rum"\n'),
          Refused("manifest_ulest")),
    Entry("a manifest with a number too long to be one",
          file("uttrekk.toml", b"uttrekksdato = " + b"9" * 5000), Refused("manifest_ulest")),
    Entry("a manifest that is nested without end",
          file("uttrekk.toml", b"avsender = " + b"[" * 20_000), Refused("manifest_ulest")),
    Entry("a contract from the future", file("uttrekk.toml", b'kontrakt = "nir-uttrekk/9.0"\n'),
          Refused("feil_kontrakt")),
]  # fmt: skip

HOSTILE = [
    Entry("a zip whose names lead out of it",
          packed(lambda files: {f"../../../../{name}": c for name, c in files.items()}), Same()),
    Entry("a zip with a name from the root",
          packed(lambda files: files | {"/etc/passwd.csv": b"x"}), Same(("fil_ikke_brukt",))),
    Entry("a zip within a zip", packed(lambda files: files | {"mer.zip": zip_of(files)}),
          Same(("pakke_ikke_brukt",))),
    Entry("a zip that swells", lambda files, folder: _bomb(folder), Refused("zip_for_stor")),
    Entry("a zip that is cut off", packed_bytes(lambda content: content[:-30]),
          Refused("zip_ulest")),
    Entry("a zip with a password", packed_bytes(with_password), Refused("zip_passord")),
    Entry("a zip with the same name twice",
          packed(lambda files: files | {"a/tiltak.csv": files["tiltak.csv"]}),
          Refused("zip_samme_navn")),
    Entry("a link in a zip", linked_member, Same(("lenke_ut",))),
    Entry("a link out of the folder", link_out, Same(("lenke_ut",))),
    Entry("a workbook with an entity of its own", workbook_parts(with_entity),
          Refused("xlsx_doctype")),
    Entry("a workbook that swells",
          workbook_parts(lambda parts: parts | {"xl/media/x.xml": ZEROS}),
          Refused("xlsx_for_stor")),
    Entry("a workbook whose parts are missing",
          workbook_parts(lambda parts: {"xl/workbook.xml": parts["xl/workbook.xml"]}),
          Refused("xlsx_ulest")),
    *(Entry(f"«{word}» in a text", one("beskrivelse", word), Same()) for word in FORMULAS),
    Entry("formulas and markup in every code",
          one("tiltakstype", "=cmd|' /C calc'!A0<b>[red]"), Found(((CODE, 5),))),
    Entry("file names that are commands",
          lambda files, _: files.update(COMMANDS), Same(("fil_ikke_brukt",) * len(COMMANDS))),
    Entry("a file named after a person", file(f"{FNR}.csv", b"x"), Same(("fil_ikke_brukt",))),
    Entry("a folder that is named like a pattern and a person",
          lambda files, folder: laid(folder, files, f"[a-z]*?{OTHER_FNR}"), Same()),
]  # fmt: skip

MAPS = [
    Entry("a fagsystem's own names, with a map", own_names, Same(("kart_brukt",)), MAP),
    Entry("a fagsystem's own codes, with a map", own_codes, Same(("kart_brukt", "kode_fra_kart")),
          MAP),
    Entry("a fagsystem's own names, without the map", own_names, Refused("tabell_mangler_ubrukte")),
    Entry("a map with a mistake in it", wrong_map, Refused("kart_tabell", 2), MAP),
]  # fmt: skip


def _bomb(folder: Path) -> Path:
    path = folder / "uttrekk.zip"
    path.write_bytes(zip_of({"tiltak.csv": ZEROS}, level=1))
    return path


ENTRIES = {
    entry.name: entry
    for entry in [*ENCODINGS, *FORMS, *WORKBOOKS, *VALUES, *WRONG, *HOSTILE, *MAPS]
}
