"""Real pictures and videos, made for the test that needs them."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image

from publisher.media import ffmpeg


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


HERE = (10.0, 27.0, 33.5), (105.0, 38.0, 1.5)
"""Where a picture was taken: degrees, minutes, seconds, north and east."""

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'exif:GPSLatitude="10,27.5583N" photoshop:City="Cao L\xc3\xa3nh" dc:creator="Lan">'
    b"<exif:GPSLongitude>105,38.0250E</exif:GPSLongitude>"
    b'<drone-dji:GpsLatitude rdf:x="1">+10.459</drone-dji:GpsLatitude>'
    b"</rdf:Description></rdf:RDF></x:xmpmeta>"
)
"""The same as XMP; whom it is by, and the name of the town, are a caption."""


def taken_somewhere(path: Path, *, side: int = 120, **save: object) -> Path:
    """A photo held upright that says where it was taken, in the format of the name's ending."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Canon"
    exif.get_ifd(0x8825).update({0: b"\2\3\0\0", 1: "N", 2: HERE[0], 3: "E", 4: HERE[1]})
    photo = Image.radial_gradient("L").resize((side, side * 2 // 3)).convert("RGB")
    photo.save(path, exif=exif, **save)  # type: ignore[arg-type]
    return path


def film(path: Path, *arguments: str, seconds: float = 0.4, side: int = 64) -> Path:
    """A small film made by ffmpeg, in the format of the name's ending."""
    source = f"testsrc=s={side}x{side}:d={seconds}:r=5"
    command = ["ffmpeg", "-y", "-v", "error", "-f", "lavfi", "-i", source, *arguments, str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return path


needs_ffmpeg = pytest.mark.skipif(
    not ffmpeg.is_here() and not os.environ.get("CI"), reason="ffmpeg is not installed"
)
"""In CI it is installed: missing there, it is a failure."""
