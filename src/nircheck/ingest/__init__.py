"""Files in, register out: the only room where an input file is opened."""

from nircheck.ingest.manifest import Manifest
from nircheck.ingest.read import read

__all__ = ["Manifest", "read"]
