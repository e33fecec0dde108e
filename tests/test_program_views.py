"""What the view of programmes gathers from permisjon, vedtak and tiltak, read or unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from test_views import Basis

START = {"program_id": "PR1", "person_id": "P1", "startdato": date(2024, 1, 1)}
HERS = {"person_id": "P1", "program_id": "PR1"}


@pytest.fixture
def basis() -> Iterator[Basis]:
    made = Basis()
    yield made
    made.connection.close()


def test_permisjon_to_come_moves_the_deadline_and_not_the_length(basis: Basis) -> None:
    basis.fill("program", START | {"sluttdato": date(2024, 5, 31)})
    ahead = {"fra_dato": date(2024, 5, 27), "til_dato": date(2024, 7, 5)}
    basis.fill("permisjon", HERS | ahead | {"permisjon_id": "M1"})

    assert basis.one("program", "perm_dager", "perm_dager_i_alt") == (5, 40)


def test_granted_days_count_once_when_periods_overlap(basis: Basis) -> None:
    basis.fill("program", START)
    days = [(date(2024, 8, 1), date(2024, 8, 10)), (date(2024, 8, 5), date(2024, 8, 7))]
    basis.fill(
        "permisjon",
        *(
            HERS | {"permisjon_id": f"M{n}", "fra_dato": first, "til_dato": last}
            for n, (first, last) in enumerate(days)
        ),
    )

    assert basis.one("program", "perm_dager", "perm_dager_i_alt") == (0, 10)


def test_permisjon_that_is_open_or_has_no_length_is_told_apart(basis: Basis) -> None:
    basis.fill("program", START)
    rows = [
        {"fra_dato": date(2024, 6, 1)},
        {"til_dato": date(2024, 6, 1)},
        {"fra_dato": date(2024, 6, 1), "til_dato": date(2024, 5, 1)},
        {"fra_dato": date(2024, 2, 1), "til_dato": date(2024, 2, 2)},
    ]
    basis.fill("permisjon", *(HERS | r | {"permisjon_id": f"M{n}"} for n, r in enumerate(rows)))

    found = basis.one("program", "perm_aapne", "perm_uten_lengde", "permisjon_avklart")
    assert found == (1, 2, False)
    assert basis.one("program", "siste_permisjon_til") == date(2024, 2, 2)


def test_permisjon_with_an_unreadable_date_marks_the_programme(basis: Basis) -> None:
    basis.fill("program", START)
    basis.fill("permisjon", HERS | {"permisjon_id": "M1", "ulest": "|permisjon.fra_dato|"})

    assert basis.one("program", "ulest") == "|permisjon.fra_dato|"


@pytest.mark.parametrize(
    ("named", "extended"),
    [
        ({"program_id": "PR1"}, True),
        ({"person_id": "P1"}, True),
        ({"person_id": "P1", "norsk_id": "N1"}, False),
        ({"person_id": "P1", "program_id": "PR2"}, False),
        ({"person_id": "P2"}, False),
    ],
)
def test_an_extension_counts_for_the_programme_it_names_or_the_person(
    basis: Basis, named: dict[str, object], extended: bool
) -> None:
    basis.fill("program", START)
    until = date(2024, 12, 1)
    basis.fill(
        "vedtak",
        {"vedtak_id": "V1", "vedtakstype": "FORLENGELSE", "gjelder_til": until} | named,
    )

    found = basis.one("program", "har_forlengelse", "forlenget_til")
    assert found == (extended, until if extended else None)


@pytest.mark.parametrize("named", [HERS, {"person_id": "P1"}], ids=["programme", "person"])
def test_a_vedtak_of_unreadable_kind_may_be_the_extension(
    basis: Basis, named: dict[str, object]
) -> None:
    basis.fill("program", START)
    unread = "|vedtak.vedtakstype|"
    basis.fill("vedtak", {"vedtak_id": "V1", "ulest": unread} | named)

    assert basis.one("program", "ulest") == unread


def test_tiltak_whose_programme_is_unreadable_marks_the_programmes_of_the_person(
    basis: Basis,
) -> None:
    basis.fill("program", START)
    unread = "|tiltak.program_id||tiltak.startdato|"
    basis.fill("tiltak", {"tiltak_id": "T1", "person_id": "P1", "ulest": unread})

    assert basis.one("program", "ulest") == "|tiltak.program_id|"


def test_a_permisjon_that_cannot_be_read_overlaps_nothing(basis: Basis) -> None:
    first, second = (
        HERS | {"permisjon_id": key, "fra_dato": date(2024, 2, day)}
        for key, day in (("M1", 1), ("M2", 9))
    )
    basis.fill("permisjon", first | {"ulest": "|permisjon.til_dato|"}, second)
    query = "SELECT permisjon_id, overlapp_dager FROM permisjon ORDER BY 1"

    assert basis.connection.execute(query).fetchall() == [("M1", 0), ("M2", 0)]
