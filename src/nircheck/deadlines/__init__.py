"""What must be registered by when: the two months, and the annual deadline of the statistics."""

from nircheck.deadlines.files import write
from nircheck.deadlines.statistics import Figures, load
from nircheck.deadlines.worklist import Worklist, worklists

__all__ = ["Figures", "Worklist", "load", "worklists", "write"]
