"""The place in an AVI film: Exif or XMP in the parts that stand beside its pictures and sound.

Multimedia Programming Interface and Data Specifications 1.0 (RIFF); XMP, Part 3, 1.2.2.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

from publisher.media.whereabouts.pictures import of_part
from publisher.media.whereabouts.steps import Patch, Steps

_PARENTS = (b"AVI ", b"AVIX")
_PICTURES = b"movi"
_LISTS = (b"RIFF", b"LIST")


def of_avi(buffer: mmap.mmap, size: int) -> Iterator[Patch]:
    """What tells the place in a film of ``size`` bytes. Raises ``TooOddError``."""
    return _of_chunks(buffer, 0, size, Steps())


def _of_chunks(buffer: mmap.mmap, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    while start + 8 <= end:
        steps.take()
        kind, length = struct.unpack_from("<4sI", buffer, start)
        begin, finish = start + 8, min(start + 8 + length, end)
        form = bytes(buffer[begin : begin + 4]) if kind in _LISTS else b""
        if form in _PARENTS:
            yield from _of_chunks(buffer, begin + 4, finish, steps)
        elif form != _PICTURES:
            yield from of_part(buffer, begin, finish, steps)
        # A chunk of an odd length is followed by a byte that belongs to none.
        start = begin + length + length % 2
