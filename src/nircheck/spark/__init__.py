"""An extract on Spark: the same tables, views and rules where one machine is not enough."""

from nircheck.spark.findings import require_free, write_findings
from nircheck.spark.read import read_pair
from nircheck.spark.register import SparkRegister
from nircheck.spark.session import LOCAL, Cluster, connected

__all__ = [
    "LOCAL",
    "Cluster",
    "SparkRegister",
    "connected",
    "read_pair",
    "require_free",
    "write_findings",
]
