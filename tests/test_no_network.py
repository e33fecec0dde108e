"""Nothing leaves the machine: an audit works where every road out is closed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extracts import SAMPLE

CLOSED = """
import json, os, sys

tried = []
ROADS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
         "socket.sendmsg", "urllib.Request")

def closed(event, arguments):
    if event in ROADS:
        tried.append(event)
        raise OSError("no network here")

sys.addaudithook(closed)
from nircheck.cli.main import main
try:
    main()
except SystemExit as left:
    code = left.code
json.dump({"code": code, "tried": tried, "telemetry": os.environ.get("GX_ANALYTICS_ENABLED"),
           "clients": [name for name in sys.modules if name.split(".")[0] == "posthog"]},
          sys.stderr)
"""


@pytest.mark.slow
def test_an_audit_asks_for_no_network_and_tells_no_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CLOSED, "audit", str(SAMPLE), "--kommune", "0301"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert json.loads(done.stderr) == {"code": 1, "tried": [], "telemetry": "false", "clients": []}
    assert "26 feil, 2 advarsler, 5 til orientering" in done.stdout


def test_the_closed_roads_are_closed() -> None:
    """The test above must be able to fail."""
    code = CLOSED.split("from nircheck")[0] + (
        "import socket\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except OSError as error: print(error)\n"
        "print(tried)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "no network here\n['socket.getaddrinfo']\n"
