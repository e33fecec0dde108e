"""Cases for the fuzz of the reader: a small file of every kind, damaged as a seed says."""

from __future__ import annotations

import gzip
import io
import random
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from extracts import Extract
from nircheck import ingest
from nircheck.contract import MAALFORMER
from nircheck.errors import Message, NircheckError
from nircheck.privacy import masked
from nircheck.rulebook import RuleBook
from nircheck.texts import texts

FNR = "01819012365"
TOML = (
    b'kontrakt = "nir-uttrekk/1.0"\nuttrekksdato = 2024-06-30\npopulasjon = "nasjonal"\n'
    b'miljoe = "syntetisk"\navsender = "Drammen"\n'
)
LIKELY = (
    b";", b'"', b"\n", b"\r", b"\r\n", b"\0", b"\xff", b"\xc3", b"\xe5", b"\xef\xbb\xbf",
    b"\xff\xfe", "å".encode(), "\u00ad".encode(), b"=", b"'", b"\\", b"\x1a", b"<", b"PK\x03\x04",
    b"9" * 40, b"-", b"2024-02-30", b"\t", b",", b"[", b"]", b"\xff\xff\xff\xff", b"\x80" * 9,
)  # fmt: skip
"""Bytes that mean something to one of the forms."""


@dataclass(frozen=True)
class Kind:
    """A form of the same small extract: the name of its file and what is in it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Case:
    """A file with something wrong in it."""

    seed: int
    name: str
    content: bytes
    manifest: bytes


def only_tiltak(book: RuleBook) -> RuleBook:
    """The rule book with one table that must be there and nothing derived: faster to read by."""
    tables = {
        name: replace(book.contract.tables[name], required=name == "tiltak")
        for name in ("person", "program", "tiltak")
    }
    return replace(
        book,
        contract=replace(book.contract, tables=tables),
        views=replace(book.views, ordered=()),
    )


def kinds(book: RuleBook, folder: Path) -> list[Kind]:
    """The files that the damage starts from."""
    extract = Extract({"tiltak": []})
    for number in range(4):
        extract.add(
            "tiltak", program_id=f"PR{number}", person_id=FNR if number == 2 else f"PE{number}",
            beskrivelse=('språk; på «øya»', 'sier "hei"', "over\nto linjer", f"{FNR} ring")[number],
            startdato=("2022-06-01", "01.06.2022", "45230", "2022-06-01 00:00")[number],
            timer_per_uke=("15", "37,5", "1 000", "0.5")[number],
        )  # fmt: skip
    text = (extract.write(folder / "csv", book) / "tiltak.csv").read_bytes()
    plain = text.replace(b'"', b"").replace(b"over\nto", b"over to").replace(b"; p", b" p")
    sheets = extract.write_xlsx(folder / "tiltak.xlsx", book).read_bytes()
    parquet = (extract.write_parquet(folder / "parquet", book) / "tiltak.parquet").read_bytes()
    return [
        Kind("tiltak.csv", text),
        Kind("tiltak.csv", plain),
        Kind("tiltak.csv", b"Uttrekk fra NIR\r\n\r\n" + text.decode().encode("cp1252")),
        Kind("tiltak.csv", text.decode().replace(";", "\t").encode("utf-16")),
        Kind("tiltak.csv.gz", gzip.compress(text, mtime=0)),
        Kind("uttrekk.zip", zipped({"uttrekk.toml": TOML, "tiltak.csv": text})),
        Kind("tiltak.xlsx", sheets),
        Kind("tiltak.parquet", parquet),
        Kind("uttrekk.toml", TOML),
    ]


def zipped(members: dict[str, bytes]) -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(zipfile.ZipInfo(name), content)
        return out.getvalue()


def case(seed: int, among: list[Kind]) -> Case:
    """The case of a seed, the same every time."""
    chance = random.Random(seed)
    kind = chance.choice(among)
    others = [other.content for other in among]
    content = damaged_inside(kind, chance, others) or damaged(kind.content, chance, others)
    if kind.name == "uttrekk.toml":
        return Case(seed, among[0].name, among[0].content, content)
    return Case(seed, kind.name, content, TOML)


def damaged_inside(kind: Kind, chance: random.Random, others: list[bytes]) -> bytes | None:
    """A packed file with damage to what is in it, so that it is not stopped at the door."""
    if chance.random() < 0.3:
        return None
    if kind.name.endswith(".gz"):
        return gzip.compress(damaged(gzip.decompress(kind.content), chance, others), mtime=0)
    if kind.name.endswith((".zip", ".xlsx")):
        with zipfile.ZipFile(io.BytesIO(kind.content)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
        chosen = chance.choice(sorted(members))
        members[chosen] = damaged(members[chosen], chance, others)
        return zipped(members)
    return None


def damaged(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    """The bytes after one to four slips."""
    for _ in range(chance.randint(1, 4)):
        content = chance.choice(SLIPS)(content, chance, others)
    return content


def flip(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def insert(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(LIKELY) + content[at:]


def write_over(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at, new = chance.randrange(len(content) + 1), chance.choice(LIKELY)
    return content[:at] + new + content[at + len(new) :]


def delete(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randint(1, 40) :]


def truncate(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


def repeat(content: bytes, chance: random.Random, _: list[bytes]) -> bytes:
    at, length = chance.randrange(len(content) + 1), chance.randint(1, 200)
    return content[: at + length] + content[at : at + length] * chance.randint(1, 5) + content[at:]


def splice(content: bytes, chance: random.Random, others: list[bytes]) -> bytes:
    other = chance.choice(others)
    return content[: chance.randrange(len(content) + 1)] + other[chance.randrange(len(other)) :]


Slip = Callable[[bytes, random.Random, list[bytes]], bytes]
SLIPS: tuple[Slip, ...] = (flip, flip, insert, write_over, delete, truncate, repeat, splice)


def told(case: Case, book: RuleBook, folder: Path) -> list[str] | None:
    """Read a case in a folder of its own: the problems if it was refused, else nothing.

    Raises AssertionError if something was left behind or a personal number was told; any other
    exception is the reader's own.
    """
    extract, scratch = folder / "inn", folder / "tmp"
    for place in (extract, scratch):
        place.mkdir(parents=True, exist_ok=True)
    for old in extract.iterdir():
        old.unlink()
    (extract / case.name).write_bytes(case.content)
    if not case.name.endswith(".zip"):
        (extract / "uttrekk.toml").write_bytes(case.manifest)
    path = extract / case.name if case.name.endswith(".zip") else extract
    problems: list[str] | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(scratch))
        try:
            register, _ = ingest.read(
                [path], ingest.Manifest(), book.contract, book.views, book.folder,
                ingest.Limits(threads=1),
            )  # fmt: skip
        except NircheckError as error:
            problems = sentences(error.problems)
            shown = [*problems, str(error)]
        else:
            with register:
                shown = sentences(register.notes) + [file.name for file in register.files]
    assert problems != [], "refused without a reason"
    assert list(scratch.iterdir()) == []
    assert {path.name for path in extract.iterdir()} <= {case.name, "uttrekk.toml"}
    assert [text for text in shown if masked(text) != text] == []
    return problems


def sentences(found: tuple[Message | str, ...] | list[Message]) -> list[str]:
    return [
        problem if isinstance(problem, str) else texts(form).message(problem)
        for problem in found
        for form in MAALFORMER
    ]
