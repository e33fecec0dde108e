"""The extract as tables: raw text, typed columns beside it, and the derived tables rules read."""

from nircheck.register.register import InputFile, Lines, Register

__all__ = ["InputFile", "Lines", "Register"]
