"""Files in, register out: the only room where an input file is opened."""

from nircheck.ingest.manifest import Manifest
from nircheck.ingest.read import Limits, read, read_pair, require_kommuner

__all__ = ["Limits", "Manifest", "read", "read_pair", "require_kommuner"]
