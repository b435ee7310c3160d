"""Small real media for tests: pictures that can be decoded, films that are whole."""

from __future__ import annotations

import dataclasses
import hashlib
import struct
from pathlib import Path

from PIL import Image

from channels.base import Media


def picture(
    folder: Path,
    colour: str = "navy",
    alt: str = "Tấm thiệp: còn 7 ngày",
    side: int = 64,
    kind: str = "png",
) -> Media:
    """A real picture of ``side`` x ``side`` pixels in ``folder``; ``kind`` is png or jpeg."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{colour}-{side}.{kind}"
    Image.new("RGB", (side, side), colour).save(path)
    return dataclasses.replace(_medium(path, f"image/{kind}", alt), width=side, height=side)


def film(
    folder: Path, seconds: int = 12, alt: str = "Phim ngắn: còn 7 ngày", size_bytes: int = 0
) -> Media:
    """The boxes of an MP4 of ``seconds`` in ``folder``: whole, but without a picture in it, and of
    ``size_bytes`` where that is more."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"film-{seconds}-{size_bytes}.mp4"
    header = struct.pack(">IIIII", 0, 0, 0, 1_000, seconds * 1_000) + bytes(80)
    boxes = (
        (b"ftyp", b"isom" + bytes(4) + b"isom"),
        (b"moov", _box(b"mvhd", header)),
        (b"mdat", bytes(range(256)) * 64),
    )
    content = b"".join(_box(name, content) for name, content in boxes)
    # A large one has its bytes in a box that players skip.
    more = size_bytes - len(content)
    path.write_bytes(content + (_box(b"free", bytes(more - 8)) if more >= 8 else b""))
    return dataclasses.replace(_medium(path, "video/mp4", alt), duration_s=float(seconds))


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _medium(path: Path, mime: str, alt: str) -> Media:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    return Media(path=path, sha256=sha256, mime=mime, size_bytes=len(content), alt=alt)
