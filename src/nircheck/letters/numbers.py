"""Numbers and days as they are written to people, by Babel's rules."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from nircheck.contract import Maalform


@cache
def number(value: int, maalform: Maalform) -> str:
    """1 234 with a hard space."""
    return format_decimal(value, format="#,##0", locale=maalform)


@cache
def rate(value: float, maalform: Maalform) -> str:
    """12,5 with one decimal."""
    return format_decimal(Decimal(str(round(value, 1))), format="#,##0.0", locale=maalform)


def percent(part: int, whole: int, maalform: Maalform) -> str:
    """12 % of the whole; never 0 when there is something, never 100 when it is not all."""
    if not whole:
        return "–"
    share = 100 * part / whole
    if 0 < share < 1:
        return "<\u00a01\u00a0%"
    shown = 99 if part < whole and share >= 99 else int(share + 0.5)
    return f"{number(shown, maalform)}\u00a0%"


@cache
def long_day(day: date, maalform: Maalform) -> str:
    """31. desember 2025."""
    return format_date(day, "d. MMMM y", locale=maalform).replace(". ", ".\u00a0", 1)


@cache
def short_day(day: date) -> str:
    """31.12.2025."""
    return day.strftime("%d.%m.%Y")


@cache
def is_one(value: int, maalform: Maalform) -> bool:
    """Whether a number goes with the singular."""
    return str(Locale.parse(maalform).plural_form(value)) == "one"
