"""The rule book for those who read it: a page, a site, and what has changed since last year."""

from nircheck.book.changes import Changes, compare
from nircheck.book.page import page
from nircheck.book.site import FORMS, Form, changes_document, site

__all__ = ["FORMS", "Changes", "Form", "changes_document", "compare", "page", "site"]
