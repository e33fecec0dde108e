"""An extract judged in this call, for commands that need a run and write none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nircheck.cli.options import folder

if TYPE_CHECKING:
    from nircheck.rulebook import RuleBook
    from nircheck.run import Run
    from nircheck.settings import Chosen


def judged(
    book: RuleBook,
    uttrekk: Path,
    forrige: Path | None,
    options: dict[str, Any],
    settings: dict[str, Chosen],
) -> Run:
    """The extract judged by a rule book, of which views and contract are part."""
    from nircheck import ingest
    from nircheck.engine import judge
    from nircheck.run import assemble

    chart = folder(settings["kolonnekart"])
    register, manifest = ingest.read_pair(
        [uttrekk],
        forrige,
        ingest.Manifest(**{key: options[key] for key in ingest.MANIFEST_KEYS}),
        book.contract,
        book.views,
        book.folder,
        ingest.Limits(settings["minne"].value, settings["traader"].value),
        ingest.load_column_map(chart, book.contract) if chart else None,
    )
    with register:
        ingest.require_kommuner(options["kommuner"], register)
        judgement = judge(register, book.running())
        return assemble(register, manifest, book, judgement, options["kommuner"])
