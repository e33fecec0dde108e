"""Files in, register out: the only room where an input file is opened."""

from nircheck.ingest.column_map import ColumnMap
from nircheck.ingest.column_map import load as load_column_map
from nircheck.ingest.echo import echo
from nircheck.ingest.manifest import KEYS as MANIFEST_KEYS
from nircheck.ingest.manifest import Manifest
from nircheck.ingest.read import Limits, read, read_pair, require_kommuner, require_rows
from nircheck.ingest.survey import Shape, Survey, survey

__all__ = [
    "MANIFEST_KEYS",
    "ColumnMap",
    "Limits",
    "Manifest",
    "Shape",
    "Survey",
    "echo",
    "load_column_map",
    "read",
    "read_pair",
    "require_kommuner",
    "require_rows",
    "survey",
]
