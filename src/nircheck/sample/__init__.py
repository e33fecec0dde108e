"""Invented registers: clean ones, and ones in which every defect is known beforehand."""

from nircheck.sample.clean import UTTREKKSDATO, Order
from nircheck.sample.forms import Form
from nircheck.sample.loosened import Loosened, loosened
from nircheck.sample.make import load_among, load_presets, make
from nircheck.sample.published import make_published
from nircheck.sample.published import presets as published_presets
from nircheck.sample.series import SERIES_UTTREKKSDATO, make_series
from nircheck.sample.truth import Score, truth

__all__ = [
    "SERIES_UTTREKKSDATO", "UTTREKKSDATO", "Form", "Loosened", "Order", "Score", "load_among",
    "load_presets", "loosened", "make", "make_published", "make_series", "published_presets",
    "truth",
]  # fmt: skip
