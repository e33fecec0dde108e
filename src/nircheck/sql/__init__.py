"""The SQL that rules and views are written in: our own functions, the views, their lineage."""

from nircheck.sql.functions import PRODUCTION, Functions, bind
from nircheck.sql.text import legible, literal, looks_personal, masked, quoted
from nircheck.sql.views import View, Views, load_views

__all__ = [
    "PRODUCTION",
    "Functions",
    "View",
    "Views",
    "bind",
    "legible",
    "literal",
    "load_views",
    "looks_personal",
    "masked",
    "quoted",
]
