"""What the register comes to: key figures with what their gaps could do, and figures published."""

from nircheck.figures.headline import Headline, load_headlines
from nircheck.figures.ranges import ALL, SCHEMA, Range, count, read_ranges

__all__ = [
    "ALL",
    "SCHEMA",
    "Headline",
    "Range",
    "count",
    "load_headlines",
    "read_ranges",
]
