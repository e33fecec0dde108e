"""Which tables and columns are there: each that is not is told of once, with its cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from nircheck.contract import Contract, Table
from nircheck.engine import Answer
from nircheck.errors import Message
from nircheck.gate.deviation import Deviation, systematic
from nircheck.gate.impact import with_rules
from nircheck.ingest import Shape, Survey
from nircheck.ingest.header import safe
from nircheck.rulebook import RuleBook
from nircheck.rulebook.model import Severity

_OTHER_LAYOUT = ("annen_mal", "forslag_uten_overskrift")


def deviations(
    survey: Survey,
    answers: Mapping[str, Answer],
    contract: Contract,
    book: RuleBook,
    previous: Survey | None,
) -> Iterator[Deviation]:
    """Everything about tables, columns and the extract as a whole."""
    yield from _whole(survey, contract)
    for table in contract.tables.values():
        before = previous.shapes.get(table.name) if previous else None
        if table.name not in survey.shapes:
            yield _absent(table, survey, before)
            continue
        yield from _columns(table, survey.shapes[table.name], answers[table.name], book, before)
        yield from _rows(table, survey)


def _whole(survey: Survey, contract: Contract) -> Iterator[Deviation]:
    said = survey.manifest.kontrakt
    if said not in (None, contract.name):
        values: dict[str, str | int] = {"oppgitt": said[:60], "kjent": contract.name}
        yield Deviation("kontrakt_annen", "feil", values=values)
    if survey.manifest.uttrekksdato is None:
        yield Deviation("dato_ikke_oppgitt", "advarsel")
    yield from _grouped("ulest", "feil", survey.problems)
    yield from _grouped("lesing", "info", survey.notes)


def _grouped(kind: str, severity: Severity, said: Iterable[Message | str]) -> Iterator[Deviation]:
    """What was said in reading, told once for each kind of thing."""
    groups: dict[str, list[Message | str]] = {}
    for one in said:
        groups.setdefault("" if isinstance(one, str) else one.key, []).append(one)
    for key, reasons in sorted(groups.items()):
        ordered = sorted(reasons, key=str)
        yield Deviation(
            f"{kind}_{key}" if key else kind, severity, file=_file(ordered[0]),
            reasons=tuple(ordered),
        )  # fmt: skip


def _file(said: Message | str) -> str:
    return "" if isinstance(said, str) else str(said.values.get("fil", ""))


def _absent(table: Table, survey: Survey, before: Shape | None) -> Deviation:
    if table.name in survey.unread:
        reasons = survey.unread[table.name]
        return Deviation(
            "tabell_ulest", "feil", table.name, file=_file(reasons[0]), reasons=reasons
        )
    if table.name in survey.misnamed:
        file = survey.misnamed[table.name]
        return Deviation("tabell_omdoept", "feil", table.name, file=file)
    if table.required:
        return Deviation("tabell_mangler", "feil", table.name)
    if before is not None:
        rows = before.file.rows
        return Deviation("tabell_borte", "feil", table.name, file=before.file.name, rows=rows)
    return Deviation("tabell_ikke_levert", "info", table.name)


def _columns(
    table: Table, shape: Shape, answer: Answer, book: RuleBook, before: Shape | None
) -> Iterator[Deviation]:
    file = shape.file.name
    renamed = shape.renamings.sure
    required = {column.name for column in table.columns if column.column_required}
    lost = [name for name in answer.missing if name not in renamed]
    other = next((told for told in shape.wrong if told.key in _OTHER_LAYOUT), None)
    if other is not None and 2 * len(required.intersection(lost)) > len(required):
        found = Deviation("annen_mal", "feil", table.name, file=file, reasons=(other,))
        yield with_rules(found, book, answer.missing)
        return
    for name in answer.missing:
        if name in renamed:
            values: dict[str, str | int] = {
                "overskrift": safe(renamed[name].header),
                "treff": renamed[name].suits,
            }
            yield Deviation("kolonne_omdoept", "feil", table.name, name, file, values=values)
        else:
            yield _lacking(table, name, shape, before)
    for told in shape.wrong:
        if told.key == "kolonne_to_ganger":
            name = str(told.values["kolonne"])
            values = {"plasser": told.values["plasser"]}
            yield Deviation("kolonne_to_ganger", "feil", table.name, name, file, values=values)
    explained = {renamed[name].header for name in answer.missing if name in renamed}
    known = before.unknown if before else ()
    new = [
        f"«{safe(header)}»"
        for header in shape.unknown
        if " ".join(header.split()) not in explained and header not in known
    ]
    if new:
        told_of: dict[str, str | int] = {"overskrifter": ", ".join(new), "antall": len(new)}
        yield Deviation("kolonne_ny", "info", table.name, file=file, values=told_of)


def _lacking(table: Table, name: str, shape: Shape, before: Shape | None) -> Deviation:
    maybe = shape.renamings.maybe.get(name)
    values: dict[str, str | int] = {"ligner": safe(maybe)} if maybe else {}
    if table.by_name[name].column_required:
        kind = "kolonne_mangler"
    elif before is not None and name in before.columns:
        kind = "kolonne_borte"
    else:
        return Deviation("kolonne_ikke_levert", "info", table.name, name, shape.file.name)
    return Deviation(kind, "feil", table.name, name, shape.file.name, values=values)


def _rows(table: Table, survey: Survey) -> Iterator[Deviation]:
    shape = survey.shapes[table.name]
    rows, kept_out = survey.register.rows(table.name), shape.rejected
    if kept_out:
        grave = systematic(kept_out, rows + kept_out)
        yield Deviation(
            "radform",
            "feil" if grave else "advarsel",
            table.name,
            file=shape.file.name,
            rows=kept_out,
            of=rows + kept_out,
        )
    elif not rows:
        gravity: Severity = "feil" if table.required else "info"
        yield Deviation("tabell_tom", gravity, table.name, file=shape.file.name)
