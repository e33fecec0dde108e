"""Files where Spark finds them: local, hdfs://, s3a://, abfss://, by Hadoop's own file systems."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from nircheck.errors import ExtractError, Message, UsageError

_GLOB = re.compile(r"[*?\[\]{}]")


@dataclass(frozen=True)
class StoredFile:
    """A file or folder and its name."""

    path: str
    name: str
    is_folder: bool


@dataclass(frozen=True)
class Storage:
    """What Hadoop can tell of files; `session` is a Spark session."""

    session: Any

    def listed(self, place: str) -> list[StoredFile]:
        """What a folder holds, or the one file that is named."""
        if _GLOB.search(place):
            raise UsageError(f"{place}: --engine spark reads no path with * ? [ ] {{ }} in it")
        system, path = self._open(place)
        if not system.exists(path):
            raise ExtractError(Message("fil_finnes_ikke", {"fil": place}))
        found = [
            StoredFile(
                status.getPath().toString(), status.getPath().getName(), status.isDirectory()
            )
            for status in system.listStatus(path)
        ]
        return sorted(found, key=lambda file: file.name)

    def exists(self, place: str) -> bool:
        """Whether there is something in this place."""
        system, path = self._open(place)
        return bool(system.exists(path))

    def sha256(self, place: str) -> str:
        """The hash of a file, taken where Spark's driver runs."""
        system, path = self._open(place)
        stream = system.open(path)
        try:
            digest = self._jvm.org.apache.commons.codec.digest.DigestUtils.sha256Hex(stream)
        finally:
            stream.close()
        return str(digest)

    def content(self, place: str) -> bytes:
        """The bytes of a small file."""
        system, path = self._open(place)
        stream = system.open(path)
        try:
            return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream))
        finally:
            stream.close()

    def begins_with(self, place: str, mark: bytes) -> bool:
        """Whether a file begins with these bytes."""
        system, path = self._open(place)
        stream = system.open(path)
        try:
            return bytes(stream.read() & 0xFF for _ in mark) == mark
        finally:
            stream.close()

    @property
    def _jvm(self) -> Any:
        return self.session.sparkContext._jvm

    def _open(self, place: str) -> tuple[Any, Any]:
        path = self._jvm.org.apache.hadoop.fs.Path(place)
        settings = self.session.sparkContext._jsc.hadoopConfiguration()
        return path.getFileSystem(settings), path
