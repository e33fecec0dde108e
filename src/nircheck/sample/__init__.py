"""Invented registers: clean ones, and ones in which every defect is known beforehand."""

from nircheck.sample.clean import UTTREKKSDATO, Order
from nircheck.sample.make import load_presets, make
from nircheck.sample.published import make_published
from nircheck.sample.published import presets as published_presets
from nircheck.sample.truth import Score, truth

__all__ = [
    "UTTREKKSDATO",
    "Order",
    "Score",
    "load_presets",
    "make",
    "make_published",
    "published_presets",
    "truth",
]
