"""The SQL that rules and views are written in: our own functions, the views, their lineage."""

from nircheck.sql.functions import PRODUCTION, Functions, bind
from nircheck.sql.narrowed import Narrowed, narrowed
from nircheck.sql.text import legible, literal, looks_personal, masked, quoted
from nircheck.sql.views import View, Views, load_views

__all__ = [
    "PRODUCTION",
    "Functions",
    "Narrowed",
    "View",
    "Views",
    "bind",
    "legible",
    "literal",
    "load_views",
    "looks_personal",
    "masked",
    "narrowed",
    "quoted",
]
