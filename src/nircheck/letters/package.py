"""A kommune's folder, whole or not at all: letter, workbook, and what a case system must know."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from nircheck.letters import html, pdf
from nircheck.letters.case import Case
from nircheck.run import swap

FOLDER = "brev"
MANIFEST = "manifest.json"
MANIFEST_VERSION = 1
_TYPES = {
    "brev.html": "text/html",
    "brev.pdf": "application/pdf",
    "feil.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "đ": "d", "ŋ": "n", "ŧ": "t"})

WriteWorkbook = Callable[[BinaryIO, Case], None]


@dataclass(frozen=True)
class Package:
    """What goes into the folder beside the letter."""

    workbook: WriteWorkbook
    pdf: bool = False


def write(case: Case, root: Path, package: Package) -> Path:
    """The folder of the case under `root`; an earlier one of the same name is put out of its place.

    Everything is made in a draft folder, which takes its place when it is whole.
    """
    files = _files(case, package)
    target = root / folder_name(case)
    draft, aside = (root / f".{name}-{target.name}" for name in ("kladd", "forrige"))
    root.mkdir(parents=True, exist_ok=True)
    _remove(draft)
    draft.mkdir()
    try:
        for name, content in files.items():
            (draft / name).write_bytes(content)
        _put_in_place(draft, target, aside)
    finally:
        _remove(draft)
    return target


def folder_name(case: Case) -> str:
    """`0301-oslo`, or `0301-oslo-030101-gamle-oslo`, in plain ASCII."""
    parts = [case.kommunenummer, _plain(case.kortnavn)]
    if case.bydel is not None and case.bydelsnavn is not None:
        parts += [case.bydel, _plain(case.bydelsnavn)]
    return "-".join(parts)


def _plain(name: str) -> str:
    spelt = unicodedata.normalize("NFKD", name.casefold().translate(_ASCII))
    return re.sub(r"[^a-z0-9]+", "-", spelt.encode("ascii", "ignore").decode()).strip("-")


def _files(case: Case, package: Package) -> dict[str, bytes]:
    files = {"brev.html": html.render(case, html.screen()).encode()}
    if package.pdf:
        files["brev.pdf"] = pdf.render(case)
    if case.totals.findings:
        held = BytesIO()
        package.workbook(held, case)
        files["feil.xlsx"] = held.getvalue()
    facts = manifest(case, files)
    text = json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    return files | {MANIFEST: text.encode()}


def manifest(case: Case, files: dict[str, bytes]) -> dict[str, Any]:
    """What a case system must know to send the package; nothing of any person."""
    letter = "brev.pdf" if "brev.pdf" in files else "brev.html"
    return {
        "versjon": MANIFEST_VERSION,
        "mottaker": {
            "kommunenummer": case.kommunenummer,
            "navn": case.navn,
            "organisasjonsnummer": case.organisasjonsnummer,
            "bydelsnummer": case.bydel,
            "bydel": case.bydelsnavn,
        },
        "maalform": case.maalform,
        "tittel": html.subject(case),
        "offentlig_tittel": html.public_title(case),
        "referanse": case.referanse,
        "dato": case.dato.isoformat(),
        "frist": case.frist.isoformat() if case.frist and case.kind == "funn" else None,
        "uttrekksdato": case.uttrekksdato.isoformat(),
        "miljoe": "syntetisk" if case.synthetic else "produksjon",
        "sikkerhetsnivaa": case.avsender.sikkerhetsnivaa,
        "skjermingshjemmel": case.avsender.said("hjemmel", case.maalform),
        "slag": case.kind,
        "antall": {
            "funn": case.totals.findings,
            "feil": case.totals.feil,
            "advarsel": case.totals.advarsel,
            "info": case.totals.info,
            "registreringer": case.totals.rows,
            "regler_ikke_kontrollert": case.totals.rules_not_judged,
        },
        "foedselsdato_vist": case.shows_birth_dates,
        "kjoering": case.run_id,
        "regelbok": case.rulebook_sha256[:8],
        "nircheck": case.nircheck,
        "filer": [
            {
                "navn": name,
                "rolle": "hoveddokument" if name == letter else "vedlegg",
                "type": _TYPES[name],
                "bytes": len(content),
                "integritet": html.sri(content),
                "personopplysninger": name == "feil.xlsx",
                "ekskluderes_fra_utskrift": name != letter,
            }
            for name, content in sorted(files.items(), key=lambda item: item[0] != letter)
        ],
    }


def _put_in_place(draft: Path, target: Path, aside: Path) -> None:
    if not target.exists():
        draft.replace(target)
        return
    _remove(aside)
    swap(draft, target, aside)
    _remove(aside)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
