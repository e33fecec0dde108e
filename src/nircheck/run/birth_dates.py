"""When the persons with findings were born: shown in workbooks when asked for, never kept."""

from __future__ import annotations

from nircheck.register import JudgedRegister
from nircheck.run.model import Run


def birth_dates(register: JudgedRegister, run: Run) -> dict[str, str]:
    """The date of birth, as yyyy-mm-dd, of each person a finding names, where it is known."""
    persons = set(run.findings.column("person_id").to_pylist())
    query = (
        "SELECT person_id, CAST(foedselsdato AS VARCHAR) FROM basis.person "
        "WHERE person_id IS NOT NULL AND foedselsdato IS NOT NULL AND forekomst = 1"
    )
    found = register.connection.execute(query).fetchall()
    return {person: born for person, born in found if person in persons}
