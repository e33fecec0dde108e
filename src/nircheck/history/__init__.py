"""From month to month: what was found before, what has become of it, and what was answered."""

from nircheck.history.store import Store, read, writing
from nircheck.history.update import Compared, compare, keep

__all__ = ["Compared", "Store", "compare", "keep", "read", "writing"]
