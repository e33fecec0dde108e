"""What a change of the rule book does to findings and kommuner, in numbers and without persons."""

from nircheck.impact.compare import Impact, compare
from nircheck.impact.document import as_json, as_markdown
from nircheck.impact.numbers import Shown, shown

__all__ = ["Impact", "Shown", "as_json", "as_markdown", "compare", "shown"]
