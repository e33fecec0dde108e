"""Work lists on disk: a page for each kommune, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from nircheck.contract import Maalform
from nircheck.deadlines.document import page
from nircheck.deadlines.worklist import Worklist
from nircheck.errors import UsageError


def write(lists: Iterable[Worklist], out: Path, maalform: Maalform) -> list[Path]:
    """The pages, named after the kommunenummer; an earlier page there is replaced."""
    written = []
    try:
        out.mkdir(parents=True, exist_ok=True)
        for work in lists:
            target = out / f"frister-{work.kommunenummer}.html"
            draft = target.with_name(f".kladd-{target.name}")
            draft.write_text(page(work, maalform), encoding="utf-8", newline="\n")
            draft.replace(target)
            written.append(target)
    except OSError as error:
        raise UsageError(f"{out}: cannot write here: {error.strerror or error}") from None
    return written
