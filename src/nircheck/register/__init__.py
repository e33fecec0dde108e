"""The extract as tables: raw text, typed columns beside it, and the derived tables rules read."""

from nircheck.register.files import InputFile
from nircheck.register.ports import Database, JudgedRegister
from nircheck.register.register import Lines, Register

__all__ = ["Database", "InputFile", "JudgedRegister", "Lines", "Register"]
