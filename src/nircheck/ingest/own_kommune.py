"""Whether the rows of an extract are from the kommune it is said to be from."""

from __future__ import annotations

from nircheck.contract.kommuner import Kommuner
from nircheck.errors import ExtractError, Message
from nircheck.ingest.manifest import Manifest
from nircheck.register import JudgedRegister


def compare(register: JudgedRegister, facts: Manifest) -> None:
    """Refuse the file of another kommune; note it if most rows are of others.

    Which single rows are of others is for a rule to say.
    """
    if facts.kommunenummer is None or facts.populasjon == "nasjonal":
        return
    own = _today(facts.kommunenummer, register.kommuner)
    rows = {n: count for n, count in _counts(register).items() if n in register.kommuner.names}
    others = {number: count for number, count in rows.items() if number not in own}
    if not own or not others:
        return
    most = max(sorted(others), key=others.__getitem__)
    values: dict[str, str | int] = {"oppgitt": facts.kommunenummer, "funnet": most}
    outside, every = sum(others.values()), sum(rows.values())
    if outside == every:
        raise ExtractError(Message("annen_kommune", values))
    if outside * 2 > every:
        values |= {"antall": outside, "alle": every}
        register.notes.append(Message("mest_annen_kommune", values))


def _today(number: str, kommuner: Kommuner) -> set[str]:
    """The kommuner that a number stands for on the extract date; none if it is not known."""
    if number in kommuner.split:
        return set(kommuner.split[number])
    return {kommuner.current[number]} if number in kommuner.current else set()


def _counts(register: JudgedRegister) -> dict[str, int]:
    """How many rows with a kommunenummer of their own there are of each kommune."""
    tables = [
        table.name
        for table in register.contract.tables.values()
        if "kommunenummer" in register.delivered.get(table.name, ())
    ]
    union = " UNION ALL ".join(
        f"SELECT kommunenummer_gjeldende FROM basis.{name} WHERE kommunenummer IS NOT NULL"
        for name in tables
    )
    if not tables:
        return {}
    query = f"SELECT kommunenummer_gjeldende, count(*) FROM ({union}) GROUP BY ALL"
    return dict(register.connection.execute(query).fetchall())
