"""What makes two deviations the same in two extracts: neither file names nor numbers."""

from __future__ import annotations

import hashlib

from nircheck.gate.deviation import Deviation

VERSION = "nircheckAvvik/v1"


def fingerprint(deviation: Deviation) -> str:
    """Four groups of four hexadecimal digits, from the check that told of it."""
    digest = hashlib.sha256(deviation.rule_id.encode()).hexdigest()
    return "-".join(digest[at : at + 4] for at in range(0, 16, 4))
