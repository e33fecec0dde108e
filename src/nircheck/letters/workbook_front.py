"""Writes the sheets around the findings: the overview, the rules, what was not judged, and ours."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nircheck.contract import Maalform
from nircheck.letters import numbers
from nircheck.letters.case import Case, RuleLine
from nircheck.letters.workbook_cells import shown
from nircheck.letters.workbook_lines import Sheet
from nircheck.letters.workbook_looks import COLUMNS, Looks, height
from nircheck.letters.workbook_sheets import ANSWERS, SETTLED, for_print
from nircheck.rulebook.model import SEVERITIES, Severity
from nircheck.texts import Texts

SCHEMA_VERSION = 1
"""The form of a workbook, told in `_meta` so that an answer can be read by what was sent."""

_META, _LISTS = "_meta", "_lister"
_WIDTHS = (14, 54, 22, 24, 10, 10, 12, 11)
_FIRST_COUNT = 4
_WITHOUT = {"null": "ingen_funn", "ingen_rader": "ingen_rader", "ikke_vurdert": "ikke_vurdert"}


def write_overview(
    book: Workbook, case: Case, found: Sequence[Sheet], looks: Looks, say: Texts, *, own: bool
) -> Worksheet:
    """What there is to go through, how to answer, and how far one has come."""
    page = book.add_worksheet(say.groups["ark"]["oversikt"])
    page.hide_gridlines(2)
    for at, width in enumerate(_WIDTHS):
        page.set_column(at, at, width)
    row = _write_words(page, case, looks, say, own=own)
    if found:
        page.write_string(row, 0, say.groups["oversikt"]["per_regel"], looks["heading"])
        row = _write_counts(page, row + 1, case, found, looks, say) + 1
    for line in _last_words(case, say):
        page.write_string(row, 0, line, looks["faint"])
        row += 1
    for_print(page, title(case, say, own=own), say)
    page.repeat_rows(0, 0)
    page.activate()
    return page


def title(case: Case, say: Texts, *, own: bool) -> str:
    """What the workbook is called."""
    name = f"{case.navn}, {case.bydelsnavn}" if case.bydelsnavn else case.navn
    return say.say("oversikt", "tittel_egne_filer" if own else "tittel", navn=name)


def write_rules(book: Workbook, case: Case, looks: Looks, say: Texts, footer: str) -> None:
    """The rules that found something, with all that is said of them."""
    page = book.add_worksheet(say.groups["ark"]["regler"])
    headings = ("regel", "hva", "antall", "betyr", "i_nir", "i_fagsystem", "ikke_feil")
    kinds = ("rule", "hva", "antall", "long", "long", "long", "long")
    rows: list[Sequence[str | int]] = [
        (r.id, r.title, r.number, r.meaning, r.fix_nir, r.fix_fagsystem, r.not_an_error)
        for r in case.rules
    ]
    _write_table(page, "Regler", headings, kinds, rows, looks, say)
    page.freeze_panes(1, 2)
    for_print(page, footer, say)


def write_not_judged(book: Workbook, case: Case, looks: Looks, say: Texts, footer: str) -> None:
    """The rules that were not judged here, or not for all rows, and why."""
    page = book.add_worksheet(say.groups["ark"]["ikke_kontrollert"])
    groups = (*case.not_judged, *case.partly_judged)
    rows = [
        (rule, name, group.reason)
        for group in groups
        for rule, name in sorted(group.rules, key=lambda line: (_generated(line[0]), line[0]))
    ]
    headings, kinds = ("regel", "hva", "grunn"), ("whole_rule", "title", "long")
    _write_table(page, "Ikke_kontrollert", headings, kinds, rows, looks, say)
    page.freeze_panes(1, 0)
    for_print(page, footer, say)


def write_bydeler(book: Workbook, case: Case, looks: Looks, say: Texts, footer: str) -> None:
    """How many findings each bydel has."""
    page = book.add_worksheet(say.groups["ark"]["bydeler"])
    severities = say.groups["alvor"]
    headings = [say.groups["kolonne"]["bydel"], *severities.values(), say.groups["kolonne"]["sum"]]
    rows = [
        (f"{b.number} {b.name}", b.feil, b.advarsel, b.info, b.findings)
        for b in case.bydeler
        if b.findings
    ]
    kinds = ("hva", *["verdi"] * 4)
    _write_table(page, "Bydeler", headings, kinds, rows, looks, say)
    page.freeze_panes(1, 1)
    for_print(page, footer, say)


def write_own_business(book: Workbook, case: Case, looks: Looks, say: Texts, *, own: bool) -> None:
    """Two hidden sheets: what the workbook was made from, and the answers by code."""
    meta = book.add_worksheet(_META)
    facts = {
        "schema_version": str(SCHEMA_VERSION),
        "slag": "egne_filer" if own else "kommune",
        "run_id": case.run_id,
        "regelbok": grouped(case.rulebook_sha256),
        "kommunenummer": case.kommunenummer,
        "bydel": case.bydel or "",
        "maalform": case.maalform,
        "uttrekksdato": case.uttrekksdato.isoformat(),
        "kontrakt": case.kontrakt,
        "nircheck": case.nircheck,
        "antall": str(case.totals.findings),
    }
    for row, (key, value) in enumerate(facts.items()):
        meta.write_string(row, 0, key, looks["meta"])
        meta.write_string(row, 1, value, looks["meta"])
    meta.hide()
    lists = book.add_worksheet(_LISTS)
    answers = say.groups["status"]
    for row, (code, answer) in enumerate(answers.items()):
        lists.write_string(row, 0, code, looks["meta"])
        lists.write_string(row, 1, answer, looks["meta"])
    lists.hide()
    book.define_name(ANSWERS, f"={_LISTS}!$B$1:$B${len(answers)}")


def grouped(sha256: str) -> str:
    """A hash without long runs of digits, which would look like a personal number."""
    return "-".join(sha256[at : at + 4] for at in range(0, len(sha256), 4))


def _write_words(page: Worksheet, case: Case, looks: Looks, say: Texts, *, own: bool) -> int:
    words = say.groups["oversikt"]
    page.set_row(0, 30)
    page.write_string(0, 0, shown(title(case, say, own=own)), looks["title"])
    page.write_string(1, 0, _lead(case, say), looks["lead"])
    if not case.totals.findings:
        return 3
    page.write_string(3, 0, words["slik_egne_filer" if own else "slik"], looks["heading"])
    if own:
        last = words["igjen"]
    elif case.frist:
        deadline = numbers.long_day(case.frist, case.maalform)
        last = say.say("oversikt", "send", frist=deadline)
    else:
        last = words["send_uten_frist"]
    for row, line in enumerate((words["velg"], words["rett"], words["svar"], last), start=4):
        page.write_string(row, 0, line, looks["plain"])
    return 9


def _lead(case: Case, say: Texts) -> str:
    day = numbers.long_day(case.uttrekksdato, case.maalform)
    if case.totals.findings:
        return say.say(
            "oversikt",
            "funn",
            antall=_number(case.totals.findings, case.maalform),
            dato=day,
            fordelt=_shares({s: getattr(case.totals, s) for s in SEVERITIES}, case, say),
        )
    return say.say("oversikt", _WITHOUT[case.kind], dato=day)


def _shares(counts: dict[Severity, int], case: Case, say: Texts) -> str:
    parts = [
        say.say("oversikt", f"antall_{severity}", antall=_number(count, case.maalform))
        for severity, count in counts.items()
        if count
    ]
    if len(parts) == 1:
        return parts[0]
    return say.say("oversikt", "og", foran=", ".join(parts[:-1]), siste=parts[-1])


def _grades(line: RuleLine, case: Case, say: Texts) -> str:
    """How grave the findings of a rule are; how many of each when they differ."""
    if len(line.by_severity) == 1:
        return say.groups["alvor"][line.severity]
    return _shares(line.by_severity, case, say)


def _last_words(case: Case, say: Texts) -> list[str]:
    lines = []
    groups = (*case.not_judged, *case.partly_judged)
    unjudged = len({rule for group in groups for rule, _ in group.rules})
    if unjudged:
        name = say.groups["ark"]["ikke_kontrollert"]
        lines.append(say.say("oversikt", "ikke_alt", antall=unjudged, ark=name))
    help_text = case.avsender.said("hjelp", case.maalform)
    if help_text:
        lines.append(say.say("oversikt", "kontakt", kontakt=help_text))
    lines.append(say.groups["oversikt"]["taushet"])
    lines.append(
        say.say(
            "oversikt",
            "kilde",
            run_id=case.run_id,
            regelbok=grouped(case.rulebook_sha256[:16]),
            versjon=case.nircheck,
        )
    )
    return [shown(line) for line in lines]


def _write_counts(
    page: Worksheet,
    top: int,
    case: Case,
    found: Sequence[Sheet],
    looks: Looks,
    say: Texts,
) -> int:
    """The rules, with counts that follow the answers; the row after the table."""
    keys = ("regel", "hva", "alvor", "ark", "antall", "rettet", "andre_svar", "gjenstaar")
    for at, key in enumerate(keys):
        head = looks["number_head" if at >= _FIRST_COUNT else "head"]
        page.write_string(top, at, say.groups["kolonne"][key], head)
    where = {sheet.table: sheet for sheet in found}
    rules = say.groups["ark"]["regler"]
    for at, line in enumerate(case.rules):
        row, sheet = top + 1 + at, where[line.table]
        page.write_url(
            row, 0, f"internal:{quote_sheetname(rules)}!A{at + 2}", looks["link"], line.id
        )
        page.write_string(row, 1, shown(line.title), looks["text"])
        page.write_string(row, 2, _grades(line, case, say), looks.severity(line.severity))
        page.write_url(
            row, 3, f"internal:{quote_sheetname(sheet.name)}!A1", looks["link"], sheet.name
        )
        page.write_number(row, 4, line.number, looks["number"])
        for place, answers in ((5, SETTLED[:1]), (6, SETTLED[1:])):
            formula = "+".join(_counting(sheet, row, answer, say) for answer in answers)
            page.write_formula(row, place, f"={formula}", looks["number"], 0)
        remaining = f"=E{row + 1}-F{row + 1}-G{row + 1}"
        page.write_formula(row, 7, remaining, looks["number"], line.number)
    last = top + len(case.rules)
    page.write_string(last + 1, 0, say.groups["kolonne"]["sum"], looks["sum"])
    for at in (1, 2, 3):
        page.write_blank(last + 1, at, None, looks["sum"])
    for at, total in ((4, case.totals.findings), (5, 0), (6, 0), (7, case.totals.findings)):
        column = xl_col_to_name(at)
        formula = f"=SUM({column}{top + 2}:{column}{last + 1})"
        page.write_formula(last + 1, at, formula, looks["sum"], total)
    page.ignore_errors({"number_stored_as_text": f"A{top + 2}:A{last + 1}"})
    return last + 2


def _counting(sheet: Sheet, row: int, answer: str, say: Texts) -> str:
    def whole(key: str) -> str:
        column = xl_col_to_name(sheet.at(key))
        return f"{quote_sheetname(sheet.name)}!${column}$2:${column}${sheet.rows + 1}"

    said = say.groups["status"][answer]
    return f'COUNTIFS({whole("regel")},$A{row + 1},{whole("status")},"{said}")'


def _write_table(
    page: Worksheet,
    name: str,
    headings: Sequence[str],
    kinds: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    looks: Looks,
    say: Texts,
) -> None:
    """A table of our own texts, with filter."""
    known = say.groups["kolonne"]
    for at, (heading, kind) in enumerate(zip(headings, kinds, strict=True)):
        page.set_column(at, at, COLUMNS[kind].width)
        counts = bool(rows) and isinstance(rows[0][at], int)
        head = looks["number_head" if counts else "head"]
        page.write_string(0, at, known.get(heading, heading), head)
    page.set_row(0, 30)
    widths = [COLUMNS[kind].width for kind in kinds]
    for row, cells in enumerate(rows, start=1):
        texts = [(cell, widths[at]) for at, cell in enumerate(cells) if isinstance(cell, str)]
        page.set_row(row, height(texts))
        for at, cell in enumerate(cells):
            if isinstance(cell, int):
                page.write_number(row, at, cell, looks["number"])
            else:
                page.write_string(row, at, shown(cell), looks.column(kinds[at]))
    page.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
    page.ignore_errors({"number_stored_as_text": f"A1:A{len(rows) + 1}"})


def _generated(rule_id: str) -> bool:
    """Whether a rule follows from the contract; those are many, and come last."""
    return rule_id.startswith("KON-")


def _number(value: int, maalform: Maalform) -> str:
    return numbers.number(value, maalform)
