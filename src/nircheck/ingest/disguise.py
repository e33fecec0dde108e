"""Files that are not the text their name says, known by their first bytes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from nircheck.errors import ExtractError, Message

_LOOKED_AT = 4096
_ZERO_IN = 50
_HTML = (b"<html", b"<!doctype html", b"<table", b"<head", b"<body", b"<meta")


def refuse(path: Path, shown: str) -> None:
    """Refuse a file that is no delimited text, in a sentence that says what it is."""
    with path.open("rb") as handle:
        start = handle.read(_LOOKED_AT)
    for magic, key in (
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "er_xls"),
        (b"7z\xbc\xaf\x27\x1c", "er_7z"),
        (b"Rar!\x1a", "er_7z"),
        (b"%PDF-", "er_pdf"),
        (b"\x1f\x8b", "er_gz"),
        (b"PAR1", "er_parquet"),
        (b"SQLite format 3\0", "er_binaer"),
    ):
        if start.startswith(magic):
            raise _is(key, shown)
    if start.startswith(b"PK\x03\x04"):
        raise _packed(path, shown)
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<") and any(mark in text for mark in _HTML):
        raise _is("er_html", shown)
    if text.startswith(b"<?xml"):
        raise _is("er_xml", shown)
    if re.match(rb"\[?\s*\{", text):
        raise _is("er_json", shown)


def refuse_bytes(path: Path, shown: str) -> None:
    """Refuse what holds more zero bytes than a slip in a text would be."""
    with path.open("rb") as handle:
        start = handle.read(_LOOKED_AT)
    if start.count(0) * _ZERO_IN > len(start):
        raise _is("er_binaer", shown)


def _is(key: str, shown: str) -> ExtractError:
    return ExtractError(Message(key, {"fil": shown}))


def _packed(path: Path, shown: str) -> ExtractError:
    """What kind of zip a file is."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return _is("er_zip", shown)
    if "mimetype" in names:
        return _is("er_ods", shown)
    if any(name.startswith("xl/") for name in names):
        return _is("er_xlsx", shown)
    return _is("er_zip", shown)
