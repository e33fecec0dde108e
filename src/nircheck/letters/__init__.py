"""Letters: what a run says to each kommune, as a package a case system can send."""

from nircheck.letters.case import Case
from nircheck.letters.compose import Choices, compose
from nircheck.letters.run_folder import OpenRun, open_run

__all__ = ["Case", "Choices", "OpenRun", "compose", "open_run"]
