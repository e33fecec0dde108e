"""The letter as PDF/A-2a, for the case systems that take nothing else."""

from __future__ import annotations

import importlib.util
import logging
from typing import Any

from nircheck.errors import UsageError
from nircheck.letters import html
from nircheck.letters.case import Case

VARIANT = "pdf/a-2a"


def require() -> None:
    """Refuse before the first letter, when what makes PDF is not there."""
    if importlib.util.find_spec("weasyprint") is None:
        raise UsageError("--pdf needs WeasyPrint: pip install 'nircheck[pdf]'")
    try:
        _weasyprint()
    except OSError:
        raise UsageError(
            "--pdf needs Pango, which WeasyPrint draws text with; on Debian: apt-get install "
            "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
        ) from None


def render(case: Case) -> bytes:
    """The letter; the same case gives the same bytes."""
    page = html.render(case, html.paper())
    weasyprint = _weasyprint()
    document = weasyprint.HTML(string=page, url_fetcher=_nothing).render()
    moment = f"{case.dato.isoformat()}T12:00:00+00:00"
    document.metadata.created = document.metadata.modified = moment
    identifier = f"{case.run_id}/{case.referanse}/{case.maalform}".encode()
    data: bytes = document.write_pdf(pdf_variant=VARIANT, pdf_identifier=identifier)
    return data


def _weasyprint() -> Any:
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    import weasyprint

    return weasyprint


def _nothing(url: str, *rest: object, **more: object) -> Any:
    raise ValueError("a letter asks for nothing from outside")
