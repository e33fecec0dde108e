"""The whole rule book, and what has changed in it, as one HTML page or as Markdown."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from nircheck import templates
from nircheck.book.changes import Changes
from nircheck.book.facts import facts
from nircheck.contract import MAALFORMER, Contract, Maalform
from nircheck.rulebook import CompiledRule, RuleBook, messages
from nircheck.rulebook.chapters import CONTRACT_CHAPTER
from nircheck.rulebook.policy import PLACEHOLDER
from nircheck.texts import texts

Form = Literal["html", "md"]
FORMS: tuple[Form, ...] = ("html", "md")


def site(book: RuleBook, maalform: Maalform, form: Form) -> str:
    """Every rule of the book that is not generated from the contract, chapter by chapter."""
    chapters = [
        {
            "name": chapter.name,
            "title": getattr(chapter, maalform),
            "rules": [
                _presented(compiled, book, maalform)
                for compiled in book.rules
                if compiled.chapter == chapter.name != CONTRACT_CHAPTER
            ],
        }
        for chapter in book.chapters
    ]
    generated = sum(compiled.chapter == CONTRACT_CHAPTER for compiled in book.rules)
    return _rendered(
        "book",
        maalform,
        form,
        chapters=[chapter for chapter in chapters if chapter["rules"]],
        count=sum(len(chapter["rules"]) for chapter in chapters),
        generated=generated,
        contract=book.contract.name,
        sha256=book.sha256,
        other=next(other for other in MAALFORMER if other != maalform),
    )


def changes_document(changes: Changes, maalform: Maalform, form: Form) -> str:
    """What is new, changed and gone between two rule books, for those who register."""
    return _rendered("changes", maalform, form, changes=changes)


def _rendered(name: str, maalform: Maalform, form: Form, **values: Any) -> str:
    template = (templates.html if form == "html" else templates.plain)(f"{name}.{form}.j2")
    groups = texts(maalform).groups
    said = {name: groups[name] for name in ("alvor", "status")}
    return template.render(
        form=maalform, say=groups["regelbok"], page=groups["regelside"], **said, **values
    )


def _presented(compiled: CompiledRule, book: RuleBook, maalform: Maalform) -> dict[str, Any]:
    rule = compiled.rule
    return {
        "rule": rule.model_dump(),
        "worst": compiled.worst,
        "facts": facts(compiled, maalform),
        "message": _readable(getattr(rule.message, maalform), compiled, book, maalform),
        "tables": rule.example_tables,
        "limits": [p for p in book.policy.parameters if p.name in compiled.parameters],
    }


def _readable(template: str, compiled: CompiledRule, book: RuleBook, maalform: Maalform) -> str:
    """The message with the names of what will stand there, and limits as they are now."""
    view = book.views.for_rules[compiled.rule.table]

    def shown(name: str) -> str:
        if name.startswith(PLACEHOLDER):
            limit = book.policy.on_day(name.removeprefix(PLACEHOLDER), date.max)
            return str(limit).replace(".", ",")
        return f"[{_label(name, view.shows(name), book.contract, maalform)}]"

    return messages.filled(template, shown)


def _label(name: str, source: str | None, contract: Contract, maalform: Maalform) -> str:
    column = contract.column(source) if source else None
    return column.label[maalform].lower() if column else name
