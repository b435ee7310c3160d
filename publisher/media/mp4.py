"""Looks into a video, by the boxes of an MP4 or QuickTime file.

How long does it last, and is it whole? ISO/IEC 14496-12. Only the heads of boxes and ``moov/mvhd``
are read, so a large file costs no more than a small one.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
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
            (scale, units), unknown = struct.unpack(">IQ", header[20:32]), 2**64 - 1
        else:
            (scale, units), unknown = struct.unpack(">II", header[12:20]), 2**32 - 1
    except (struct.error, IndexError):
        return None
    return units / scale if scale and units != unknown else None


def is_whole(file: BinaryIO, size_bytes: int) -> bool:
    """Whether the header is there and no box ends beyond the file: it wasn't cut short."""
    try:
        kinds = set()
        for kind, _start, end in boxes(file, 0, size_bytes):
            kinds.add(kind)
            if end > size_bytes:
                return False
    except struct.error:
        return False
    return b"moov" in kinds


def _find(file: BinaryIO, name: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Where the content of the box ``name`` begins and ends, between ``start`` and ``end``."""
    for kind, begin, finish in boxes(file, start, end):
        if kind == name:
            return begin, min(finish, end)
    return None


def boxes(file: BinaryIO | mmap.mmap, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between ``start`` and ``end``: kind, and where each one's content is.

    Raises ``struct.error`` where the file ends within the head of a box.
    """
    for _number in range(_MAX_BOXES):
        if start + 8 > end:
            return
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        head = 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            head = 16
        elif size == 0:
            size = end - start
        if size < head:
            return
        yield kind, start + head, start + size
        start += size
