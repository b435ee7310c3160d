"""Real pictures and videos, made for the test that needs them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from PIL import Image


def picture(path: Path, width: int = 64, height: int = 48, colour: str = "red") -> Path:
    """A picture in the format that the name's ending says."""
    image = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    Image.blend(image, Image.new("RGB", (width, height), colour), 0.5).save(path)
    return path


def box(kind: bytes, content: bytes) -> bytes:
    """One box of an MP4 (ISO/IEC 14496-12)."""
    return struct.pack(">I4s", 8 + len(content), kind) + content


def mvhd(scale: int, units: int, version: int = 0) -> bytes:
    """The movie header: so many units, so many of them a second."""
    times = struct.pack(">QQIQ" if version == 1 else ">IIII", 0, 0, scale, units)
    return box(b"mvhd", bytes([version, 0, 0, 0]) + times + bytes(80))


def video(path: Path, header: bytes, *, before: bytes = b"", brand: bytes = b"isom") -> Path:
    """A film with this movie header, some of its pictures ``before`` it."""
    path.write_bytes(
        box(b"ftyp", brand + bytes(4) + b"isom")
        + before
        + box(b"moov", box(b"free", b"x" * 9) + header)
        + box(b"mdat", b"pictures")
    )
    return path


def png_of_claimed_size(path: Path, width: int, height: int) -> Path:
    """A few bytes that say they are an enormous picture."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        crc = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)

    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )
    return path
