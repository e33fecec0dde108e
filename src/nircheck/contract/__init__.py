"""What an extract must look like: tables, columns, code lists and reference data."""

from nircheck.contract.load import load
from nircheck.contract.model import (
    MAALFORMER,
    REFERENCE_COLUMNS,
    ROW_COLUMNS,
    TECHNICAL_COLUMNS,
    Code,
    CodeList,
    CodeUse,
    Column,
    Contract,
    Maalform,
    Table,
)
from nircheck.contract.single import load_file

__all__ = [
    "MAALFORMER",
    "REFERENCE_COLUMNS",
    "ROW_COLUMNS",
    "TECHNICAL_COLUMNS",
    "Code",
    "CodeList",
    "CodeUse",
    "Column",
    "Contract",
    "Maalform",
    "Table",
    "load",
    "load_file",
]
