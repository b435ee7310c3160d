"""The place where a picture was taken, found in its file and written over.

Cameras and telephones note it: a child's picture tells where the school stands, a film of a house
where its people live. It is written over where it stands (Exif's GPS directory, XMP's GPS
properties, a film's location boxes and its tracks of measurements), so that nothing else of the
file moves: what is seen, its colours and which side is up stay as they are, byte for byte.

Names of places that a person typed (city, province) stay, for they are captions.
"""

from __future__ import annotations

import io
import mmap
import re
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

from publisher.media.mp4 import boxes

MOST_STEPS = 200_000
"""So much is looked into of one file: cameras make some hundred."""

Patch = tuple[int, bytes]
"""An offset in a file, and what is to stand there."""

_Buffer = bytes | mmap.mmap

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

_FILMS = ("video/mp4", "video/quicktime")
_PARENTS = (b"moov", b"trak", b"udta", b"ilst")
_PLACES = (b"\xa9xyz", b"loci", b"gps ")


class TooOddError(Exception):
    """The file has more directories, properties or boxes than any camera makes."""


class _Steps:
    """Counts what was looked into, so that no file takes for ever. Raises ``TooOddError``."""

    def __init__(self) -> None:
        self._left = MOST_STEPS

    def take(self, number: int = 1) -> None:
        self._left -= number
        if self._left < 0:
            raise TooOddError


def patches(path: Path, mime: str) -> list[Patch]:
    """What must be written over in the file at ``path`` so that it tells no place; nothing where it
    tells none. Raises ``TooOddError`` and ``OSError``."""
    with path.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        if not size or not mime.startswith(("image/", "video/")):
            return []
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as buffer:
            steps = _Steps()
            if mime in _FILMS:
                return list(_of_film(buffer, size, steps))
            if mime.startswith("video/"):
                return []
            is_png = buffer[:8] == _PNG
            return _of_png(buffer, steps) if is_png else _of_picture(buffer, steps)


def _of_picture(buffer: _Buffer, steps: _Steps) -> list[Patch]:
    return [*_of_tiff(buffer, steps), *_of_xmp(buffer, 0, len(buffer), steps)]


# -- Exif, which is a TIFF file within the picture (TIFF 6.0; Exif 2.32, CIPA DC-008) --------------


def _of_tiff(buffer: _Buffer, steps: _Steps) -> Iterator[Patch]:
    for match in _TIFF.finditer(buffer):
        steps.take()
        order = "<" if match[0].startswith(b"II") else ">"
        try:
            yield from _of_directories(buffer, match.start(), order, steps)
        except struct.error:
            continue  # it was something else, or breaks off


def _of_directories(buffer: _Buffer, base: int, order: str, steps: _Steps) -> list[Patch]:
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


def _blanked(buffer: _Buffer, base: int, at: int, order: str) -> list[Patch]:
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


def _of_xmp(buffer: _Buffer, start: int, end: int, steps: _Steps) -> Iterator[Patch]:
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


def _of_png(buffer: _Buffer, steps: _Steps) -> list[Patch]:
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


def _of_chunk(kind: bytes, content: bytes, at: int, steps: _Steps) -> list[Patch]:
    """A whole chunk written anew, of the same length, with its check sum."""
    inner = _of_picture(content, steps)
    if inner:
        written = bytearray(content)
        for place, blank in inner:
            written[place : place + len(blank)] = blank
        content = bytes(written)
    elif kind in _TEXTS and _of_picture(_unpacked(kind, content), steps):
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


# -- films (ISO/IEC 14496-12, 3GPP TS 26.244; QuickTime File Format, Metadata) ---------------------


def _of_film(buffer: mmap.mmap, size: int, steps: _Steps) -> Iterator[Patch]:
    try:
        for kind, start, end in boxes(buffer, 0, size):
            if kind == b"mdat":
                continue
            yield from _of_xmp(buffer, start, min(end, size), steps)
            if kind in (b"moov", b"meta"):
                yield from _of_box(buffer, kind, start, min(end, size), steps)
    except struct.error:
        return
    except RecursionError:
        raise TooOddError from None


def _of_box(buffer: mmap.mmap, kind: bytes, start: int, end: int, steps: _Steps) -> Iterator[Patch]:
    steps.take()
    if kind in _PLACES or (kind == b"trak" and _is_of_measurements(buffer, start, end)):
        yield from _freed(buffer, kind, start, end)
    elif kind == b"meta":
        yield from _of_metadata(buffer, start, end, steps)
    elif kind in _PARENTS:
        for one, begin, finish in boxes(buffer, start, end):
            yield from _of_box(buffer, one, begin, min(finish, end), steps)


def _of_metadata(buffer: mmap.mmap, start: int, end: int, steps: _Steps) -> Iterator[Patch]:
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


def _keys(buffer: mmap.mmap, start: int, end: int, steps: _Steps) -> Iterator[bytes]:
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
