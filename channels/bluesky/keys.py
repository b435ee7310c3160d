"""Makes the keys under which Bluesky keeps a delivery's records. Pure. Used by
``channels.bluesky``.

Source: https://atproto.com/specs/tid.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_SECOND = 1_000_000


def record_key(key: str, due_at: datetime, part: int) -> str:
    """The key under which a delivery's post is put: a TID, which is a time in microseconds and ten
    bits of whose clock it was. The second is ``due_at``'s; what is below that, and the clock, come
    of ``key``, so that no two deliveries of one second meet. The posts of a thread follow one
    another."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    micros = int(due_at.timestamp()) * _SECOND + number % _SECOND + part
    tid = micros << 10 | number // _SECOND & 0x3FF
    return "".join(_DIGITS[tid >> shift & 0x1F] for shift in range(60, -1, -5))
