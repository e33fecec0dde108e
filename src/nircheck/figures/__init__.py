"""What the register comes to: key figures with what their gaps could do, and figures published."""

from nircheck.figures.complaints import complaints
from nircheck.figures.headline import Headline, load_headlines
from nircheck.figures.published import Publication, load_publication, publications
from nircheck.figures.ranges import ALL, SCHEMA, Range, count, read_ranges
from nircheck.figures.recomputed import Recomputed, recompute

__all__ = [
    "ALL",
    "SCHEMA",
    "Headline",
    "Publication",
    "Range",
    "Recomputed",
    "complaints",
    "count",
    "load_headlines",
    "load_publication",
    "publications",
    "read_ranges",
    "recompute",
]
