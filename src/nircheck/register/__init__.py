"""The extract as tables: raw text, typed columns beside it, and the derived tables rules read."""

from nircheck.register.register import InputFile, Register

__all__ = ["InputFile", "Register"]
