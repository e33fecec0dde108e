"""The national report: how the register stands in the whole country, without any person."""

from nircheck.national.files import THRESHOLD, write

__all__ = ["THRESHOLD", "write"]
