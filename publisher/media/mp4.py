"""How long a video lasts, by the header of an MP4 or QuickTime file (ISO/IEC 14496-12).

Only the boxes on the way to ``moov/mvhd`` are read, so a large file costs no more than a small one.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

_MAX_BOXES = 10_000


def duration_s(file: BinaryIO, size_bytes: int) -> float | None:
    """Seconds, ``None`` where the file doesn't say."""
    try:
        found = _find(file, b"moov", 0, size_bytes)
        inner = _find(file, b"mvhd", *found) if found else None
        if inner is None:
            return None
        file.seek(inner[0])
        header = file.read(32)
        # Version 1 has 64-bit times; both say units a second, then units.
        if header[0] == 1:
            scale, units = struct.unpack(">IQ", header[20:32])
        else:
            scale, units = struct.unpack(">II", header[12:20])
    except (struct.error, IndexError):
        return None
    return units / scale if scale else None


def _find(file: BinaryIO, name: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the content of the box ``name`` begins and ends, between ``start`` and ``end``."""
    for _number in range(_MAX_BOXES):
        if start + 8 > end:
            return None
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            return None
        if kind == name:
            return start + head, min(start + size, end)
        start += size
    return None
