"""How much a packed file may turn into: a bomb is refused before it fills the disk."""

from __future__ import annotations

MOST_UNPACKED_BYTES = 32 * 1024**3
MOST_RATIO = 200
_ALWAYS_ALLOWED = 1_000_000 * MOST_RATIO


def too_large(unpacked: int, packed: int, most: int = MOST_UNPACKED_BYTES) -> bool:
    """Whether so many bytes are more than an honest file of that size would hold."""
    return unpacked > most or unpacked > max(_ALWAYS_ALLOWED, MOST_RATIO * packed)
