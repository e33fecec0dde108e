"""The same fault without the person: an invented extract in which a rule still finds it."""

from nircheck.reproduce.make import Reproduced, reproduce

__all__ = ["Reproduced", "reproduce"]
