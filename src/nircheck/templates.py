"""The templates that everything people read is rendered with: plain text and HTML."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from nircheck import resources


def plain(name: str) -> Template:
    """A template of plain text or Markdown, in which nothing is escaped."""
    return environment(autoescape=False).get_template(name)


def html(name: str) -> Template:
    """A template of HTML, in which everything is escaped."""
    return environment(autoescape=True).get_template(name)


def environment(*, autoescape: bool) -> Environment:
    """Where templates are found, and what holds for all: a name that nobody gave is an error."""
    return Environment(
        loader=FileSystemLoader(resources.reports()),
        undefined=StrictUndefined,
        keep_trailing_newline=not autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=autoescape,
    )
