"""Silence while great_expectations works: its warnings and log lines may hold data."""

from __future__ import annotations

import logging
import warnings


class Quiet:
    """No warnings or log lines while the block lasts."""

    def __enter__(self) -> None:
        """Fall silent."""
        self._level = logging.root.manager.disable
        logging.disable(logging.CRITICAL)
        self._warnings = warnings.catch_warnings()
        self._warnings.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *error: object) -> None:
        """Let others speak again."""
        self._warnings.__exit__(None, None, None)
        logging.disable(self._level)
