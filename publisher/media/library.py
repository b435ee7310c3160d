"""The media library, which keeps files as they were planned.

A file is known by its content and measured once. ``measure`` says what a file really is, whatever
its name claims; ``keep`` copies it into ``var/media`` under the hash of its bytes, so that what was
planned and approved is what is sent, even if an officer changes the picture later. The plan
measures, the desk keeps, the courier sends.
"""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import shutil
import stat
import tempfile
import warnings
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from channels.base import Media
from publisher.media.mp4 import duration_s, is_whole
from publisher.media.places import place_in

MAX_FILE_BYTES = 4 * 1024**3
MAX_PIXELS = 80_000_000
"""A picture of more is refused unseen: decoded it would take hundreds of megabytes."""

MAX_WEBP_PIXELS = 25_000_000
"""Likewise; its decoder holds a picture four times over."""

MAX_SCANS = 100
"""A progressive JPEG is drawn once a scan: cameras make ten, a bomb a hundred thousand."""

_PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_ORIENTATION = 0x0112
_TURNED = (5, 6, 7, 8)
_SUBRIP = re.compile(rb"\s*\d+\s*\r?\n\d\d:\d\d:\d\d[,.]\d{3} --> ")
_FILMS_IN_BOXES = ("video/mp4", "video/quicktime")
_STILLS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"avif": "image/avif",
}


class MediaError(ValueError):
    """A file can't be used; ``code`` says why.

    Codes: ``missing``, ``unreadable``, ``not_a_file``, ``empty``, ``huge`` (more than
    ``MAX_FILE_BYTES``, ``MAX_PIXELS`` or ``MAX_SCANS``), ``broken`` (a picture that can't be
    decoded, or a film that was cut short), ``unknown`` (no kind of picture, video or document that
    we know), ``changed`` (while it was being kept), ``place`` (it tells where it was taken, and
    that can't be taken out).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Facts:
    sha256: str
    mime: str
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None


def measure(path: Path, alt: str, credit: str = "") -> Media:
    """What the file at ``path`` is; raises ``MediaError``. Measured again only if it changed."""
    try:
        there = path.stat()
    except FileNotFoundError:
        raise MediaError("missing") from None
    except (OSError, ValueError):
        raise MediaError("unreadable") from None
    if not stat.S_ISREG(there.st_mode):
        raise MediaError("not_a_file")
    if there.st_size == 0:
        raise MediaError("empty")
    if there.st_size > MAX_FILE_BYTES:
        raise MediaError("huge")
    facts = _facts(path, there.st_mtime_ns, there.st_size)
    return Media(
        path=path,
        sha256=facts.sha256,
        mime=facts.mime,
        size_bytes=there.st_size,
        alt=alt,
        credit=credit,
        width=facts.width,
        height=facts.height,
        duration_s=facts.duration_s,
    )


def keep(medium: Media, folder: Path) -> Media:
    """``medium`` as a copy below ``folder``, named by its content; nothing where it is there.

    Raises ``MediaError`` and ``OSError``.
    """
    place = place_in(folder, medium)
    if not (place.exists() and place.stat().st_size == medium.size_bytes):
        place.parent.mkdir(parents=True, exist_ok=True)
        _copy(medium, place)
    return replace(medium, path=place)


def _copy(medium: Media, place: Path) -> None:
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=".keeping-")
    try:
        with os.fdopen(handle, "wb+") as copy, medium.path.open("rb") as file:
            shutil.copyfileobj(file, copy, 1024 * 1024)
            copy.flush()
            os.fsync(copy.fileno())
            copy.seek(0)
            if hashlib.file_digest(copy, "sha256").hexdigest() != medium.sha256:
                raise MediaError("changed")
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


@lru_cache(maxsize=4096)
def _facts(path: Path, _mtime_ns: int, size_bytes: int) -> _Facts:
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            head = file.read(64)
            mime = _signature(head)
            if mime is None:
                file.seek(0)
                return _picture(file, sha256)
            if mime not in _FILMS_IN_BOXES:
                return _Facts(sha256, mime)
            if not is_whole(file, size_bytes):
                raise MediaError("broken")
            return _Facts(sha256, mime, duration_s=duration_s(file, size_bytes))
    except FileNotFoundError:
        raise MediaError("missing") from None
    except OSError:
        raise MediaError("unreadable") from None


def _signature(head: bytes) -> str | None:
    """The kind of a file that is no picture of Pillow's, by its first bytes."""
    if head[4:8] == b"ftyp":
        if head[8:12] in _STILLS:
            return _STILLS[head[8:12]]
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head else "video/x-matroska"
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        return "video/x-msvideo"
    text = head.removeprefix(codecs.BOM_UTF8)
    if text.startswith(b"WEBVTT"):
        return "text/vtt"
    if _SUBRIP.match(text):
        return "application/x-subrip"
    if head.startswith(b"%PDF-"):
        return "application/pdf"
    if head.startswith(b"ID3"):
        return "audio/mpeg"
    return None


def _picture(file: BinaryIO, sha256: str) -> _Facts:
    try:
        with warnings.catch_warnings():
            # Pillow warns of what is odd, which says nothing to an officer, and of what is large;
            # what is twice that it refuses, and our limit is below both.
            warnings.simplefilter("ignore")
            picture = Image.open(file, formats=_PICTURES)
    except Image.DecompressionBombError:
        raise MediaError("huge") from None
    except Exception:  # noqa: BLE001 -- Pillow's readers raise anything on a broken file
        raise MediaError("broken" if _claims_to_be_a_picture(file) else "unknown") from None
    with picture:
        width, height = picture.size
        most = MAX_WEBP_PIXELS if picture.format == "WEBP" else MAX_PIXELS
        if width * height > most or _scans(picture, file) > MAX_SCANS:
            raise MediaError("huge")
        try:
            turned = picture.getexif().get(_ORIENTATION) in _TURNED
            # A reduced draft of a JPEG reads all of its data at an eighth of the memory.
            picture.draft(picture.mode, (max(1, width // 8), max(1, height // 8)))
            picture.load()
        except Exception:  # noqa: BLE001 -- likewise
            raise MediaError("broken") from None
        kind = "JPEG" if picture.format == "MPO" else str(picture.format)
    mime = Image.MIME.get(kind, f"image/{kind.lower()}")
    return _Facts(sha256, mime, *((height, width) if turned else (width, height)))


def _scans(picture: Image.Image, file: BinaryIO) -> int:
    """How often a progressive JPEG is drawn over, told by its markers; 1 for any other picture."""
    if not picture.info.get("progressive"):
        return 1
    place, found, last = file.tell(), 0, b""
    file.seek(0)
    while found <= MAX_SCANS and (block := file.read(1024 * 1024)):
        found += (last + block).count(b"\xff\xda")
        last = block[-1:]
    file.seek(place)
    return found


def _claims_to_be_a_picture(file: BinaryIO) -> bool:
    file.seek(0)
    return file.read(8).startswith((b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF"))
