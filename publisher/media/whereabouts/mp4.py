"""The place in an MP4 or QuickTime film: its location boxes and keys, its tracks of measurements.

ISO/IEC 14496-12, 3GPP TS 26.244; QuickTime File Format, Metadata.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator

from publisher.media.mp4 import boxes
from publisher.media.whereabouts.pictures import of_xmp
from publisher.media.whereabouts.steps import Patch, Steps

_PARENTS = (b"moov", b"trak", b"udta", b"ilst")
_PLACES = (b"\xa9xyz", b"loci", b"gps ")


def of_mp4(buffer: mmap.mmap, size: int) -> Iterator[Patch]:
    """What tells the place in a film of ``size`` bytes. Raises ``TooOddError``."""
    steps = Steps()
    try:
        for kind, start, end in boxes(buffer, 0, size):
            if kind == b"mdat":
                continue
            yield from of_xmp(buffer, start, min(end, size), steps)
            if kind in (b"moov", b"meta"):
                yield from _of_box(buffer, kind, start, min(end, size), steps)
    except struct.error:
        return


def _of_box(buffer: mmap.mmap, kind: bytes, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    steps.take()
    if kind in _PLACES or (kind == b"trak" and _is_of_measurements(buffer, start, end)):
        yield from _freed(buffer, kind, start, end)
    elif kind == b"meta":
        yield from _of_metadata(buffer, start, end, steps)
    elif kind in _PARENTS:
        for one, begin, finish in boxes(buffer, start, end):
            yield from _of_box(buffer, one, begin, min(finish, end), steps)


def _of_metadata(buffer: mmap.mmap, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    # In MP4 four bytes of version and flags come first, in QuickTime they don't.
    inner = start if buffer[start + 4 : start + 8] == b"hdlr" else start + 4
    keys: list[bytes] = []
    for kind, begin, finish in boxes(buffer, inner, end):
        if kind == b"keys":
            keys = list(_keys(buffer, begin, min(finish, end), steps))
        elif kind == b"ilst":
            for one, at, until in boxes(buffer, begin, min(finish, end)):
                steps.take()
                number = int.from_bytes(one, "big")
                named = keys[number - 1] if 0 < number <= len(keys) else b""
                if b"location" in named.lower() or one in _PLACES:
                    yield from _freed(buffer, one, at, min(until, end))
        else:
            yield from _of_box(buffer, kind, begin, min(finish, end), steps)


def _keys(buffer: mmap.mmap, start: int, end: int, steps: Steps) -> Iterator[bytes]:
    """The names of metadata, in their order."""
    at = start + 8
    while at + 8 <= end:
        steps.take()
        (length,) = struct.unpack_from(">I", buffer, at)
        if length < 8:
            return
        yield bytes(buffer[at + 8 : min(at + length, end)])
        at += length


def _is_of_measurements(buffer: mmap.mmap, start: int, end: int) -> bool:
    """Whether a track holds what the camera measured as it went, the place for one."""
    for kind, begin, finish in boxes(buffer, start, end):
        if kind != b"mdia":
            continue
        for inner, at, _until in boxes(buffer, begin, min(finish, end)):
            if inner == b"hdlr":
                return bytes(buffer[at + 8 : at + 12]) in (b"meta", b"camm")
    return False


def _freed(buffer: mmap.mmap, kind: bytes, start: int, end: int) -> Iterator[Patch]:
    """A box as free space."""
    head = start - 4 if buffer[start - 4 : start] == kind else start - 12
    yield head, b"free"
    yield start, bytes(end - start)
