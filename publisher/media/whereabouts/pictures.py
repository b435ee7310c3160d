"""The place in a picture: Exif's GPS directory and XMP's GPS properties, in a PNG's texts too."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from publisher.media.whereabouts.steps import Buffer, Patch, Steps

_TIFF = re.compile(rb"II\*\x00|MM\x00\*")
_GPS = 0x8825
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_MAX_DIRECTORIES = 16
_MAX_ENTRIES = 1000
_MAX_VALUE = 65_536

_PROPERTY = re.compile(rb":gps", re.IGNORECASE)
_WRITTEN = re.compile(
    rb"""[a-z][\w.-]{0,40}:gps\w{1,40}\s{0,9}=\s{0,9}(?:"[^"<>]{0,500}"|'[^'<>]{0,500}')"""
    rb"|<([a-z][\w.-]{0,40}:gps\w{1,40})[^<>]{0,500}>[^<]{0,500}</\1\s{0,9}>",
    re.IGNORECASE,
)
_LONGEST = 1200
"""No property is written longer."""

_PNG = b"\x89PNG\r\n\x1a\n"
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_LEFT_OUT = b"prVt"
"""A chunk of a name that nobody uses: readers pass it over."""

_MAX_TEXT = 4_000_000


def of_picture(buffer: Buffer) -> list[Patch]:
    """What tells the place in ``buffer``, the file of a picture of any kind.

    Raises ``TooOddError``.
    """
    steps = Steps()
    return _of_png(buffer, steps) if buffer[:8] == _PNG else _of_plain(buffer, steps)


def of_part(buffer: Buffer, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    """The same in a part of a film's file, where Exif or XMP may stand."""
    yield from _of_tiff(buffer, start, end, steps)
    yield from of_xmp(buffer, start, end, steps)


def _of_plain(buffer: Buffer, steps: Steps) -> list[Patch]:
    return list(of_part(buffer, 0, len(buffer), steps))


# -- Exif, which is a TIFF file within the picture (TIFF 6.0; Exif 2.32, CIPA DC-008) --------------


def _of_tiff(buffer: Buffer, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    for match in _TIFF.finditer(buffer, start, end):
        steps.take()
        order = "<" if match[0].startswith(b"II") else ">"
        try:
            yield from _of_directories(buffer, match.start(), order, steps)
        except struct.error:
            continue  # it was something else, or breaks off


def _of_directories(buffer: Buffer, base: int, order: str, steps: Steps) -> list[Patch]:
    found: list[Patch] = []
    (place,) = struct.unpack_from(f"{order}I", buffer, base + 4)
    for _number in range(_MAX_DIRECTORIES):
        if not place:
            break
        at = base + place
        (count,) = struct.unpack_from(f"{order}H", buffer, at)
        if not 0 < count <= _MAX_ENTRIES:
            break
        steps.take(count)
        entries = [buffer[at + 2 + 12 * n : at + 14 + 12 * n] for n in range(count)]
        (place,) = struct.unpack_from(f"{order}I", buffer, at + 2 + 12 * count)
        kept = []
        for entry in entries:
            tag, kind, number, value = struct.unpack(f"{order}HHII", entry)
            if tag == _GPS and kind in (4, 13) and number == 1:
                found += _blanked(buffer, base, base + value, order)
            else:
                kept.append(entry)
        if len(kept) < count:
            table = struct.pack(f"{order}H", len(kept)) + b"".join(kept)
            rest = struct.pack(f"{order}I", place) + bytes(12 * (count - len(kept)))
            found.append((at, table + rest))
    return found


def _blanked(buffer: Buffer, base: int, at: int, order: str) -> list[Patch]:
    """The GPS directory at ``at`` and all that it points to, as nothing."""
    (count,) = struct.unpack_from(f"{order}H", buffer, at)
    if count > _MAX_ENTRIES or at + 6 + 12 * count > len(buffer):
        raise struct.error
    found = [(at, bytes(2 + 12 * count + 4))]
    for number in range(count):
        _tag, kind, many, value = struct.unpack_from(f"{order}HHII", buffer, at + 2 + 12 * number)
        length = _SIZES.get(kind, 1) * many
        if 4 < length <= _MAX_VALUE and base + value + length <= len(buffer):
            found.append((base + value, bytes(length)))
    return found


# -- XMP, which is XML as text within the picture --------------------------------------------------


def of_xmp(buffer: Buffer, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    """The GPS properties of XMP between ``start`` and ``end``, each as spaces."""
    done = start
    for hit in _PROPERTY.finditer(buffer, start, end):
        if hit.start() < done:
            continue
        steps.take(_LONGEST)
        begin = max(done, hit.start() - _LONGEST)
        window = bytes(buffer[begin : min(end, hit.start() + 2 * _LONGEST)])
        for match in _WRITTEN.finditer(window):
            yield begin + match.start(), b" " * len(match[0])
            done = begin + match.end()
        # Whatever begins before this was whole in the window.
        done = max(done, hit.start() + 1, begin + len(window) - _LONGEST)


# -- PNG, whose parts have check sums and may be compressed (https://www.w3.org/TR/png-3/) ---------


def _of_png(buffer: Buffer, steps: Steps) -> list[Patch]:
    found: list[Patch] = []
    at = len(_PNG)
    while at + 12 <= len(buffer):
        steps.take()
        length, kind = struct.unpack_from(">I4s", buffer, at)
        if at + 12 + length > len(buffer):
            break
        if kind in (b"eXIf", *_TEXTS):
            found += _of_chunk(kind, bytes(buffer[at + 8 : at + 8 + length]), at, steps)
        at += 12 + length
    return found


def _of_chunk(kind: bytes, content: bytes, at: int, steps: Steps) -> list[Patch]:
    """A whole chunk written anew, of the same length, with its check sum."""
    inner = _of_plain(content, steps)
    if inner:
        written = bytearray(content)
        for place, blank in inner:
            written[place : place + len(blank)] = blank
        content = bytes(written)
    elif kind in _TEXTS and _of_plain(_unpacked(kind, content), steps):
        kind, content = _LEFT_OUT, bytes(len(content))
    else:
        return []
    return [(at + 4, kind + content + struct.pack(">I", zlib.crc32(kind + content)))]


def _unpacked(kind: bytes, content: bytes) -> bytes:
    """The text of a chunk; of what ImageMagick writes as numbers (a raw profile) the bytes."""
    keyword, _nul, text = content.partition(b"\0")
    if kind == b"zTXt":
        text = _inflated(text[1:])
    elif kind == b"iTXt" and text[:1] == b"\1":
        _language, _nul, text = text[2:].partition(b"\0")
        _keyword, _nul, text = text.partition(b"\0")
        text = _inflated(text)
    if not keyword.startswith(b"Raw profile type"):
        return text
    _newline, _type, _length, numbers = (text.split(b"\n", 3) + [b""] * 4)[:4]
    try:
        return bytes.fromhex(numbers.decode("ascii"))
    except ValueError:
        return b""


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MAX_TEXT)
    except zlib.error:
        return b""
