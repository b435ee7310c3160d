"""Makes pictures small enough to stand inside a page. They are bounded in sides, in bytes and in
what is opened.

Used where a page must be one file: the rehearsal's timeline and Publisher's preview.
"""

from __future__ import annotations

import base64
import io
import warnings
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageOps

_MOST_PIXELS = 50_000_000
_MOST_BYTES = 30_000_000
_QUALITY = 80


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small picture, and its sides in pixels."""

    mime: str
    content: bytes
    width: int
    height: int

    @property
    def address(self) -> str:
        """Its ``data:`` address, for a page that is one file."""
        return f"data:{self.mime};base64,{base64.b64encode(self.content).decode()}"


def thumbnail(path: Path, side: int = 640) -> Thumbnail | None:
    """The picture at ``path``, at most ``side`` pixels a side.

    ``None`` where it is no picture, can't be read, or is too large to be opened safely.
    """
    try:
        about = path.stat()
    except OSError:
        return None
    return _small(path, side, about.st_mtime_ns, about.st_size)


def data_uri(path: Path, side: int = 640) -> str:
    """The address of ``thumbnail``; empty where there is none."""
    small = thumbnail(path, side)
    return small.address if small else ""


@lru_cache(maxsize=256)
def _small(path: Path, side: int, _changed_ns: int, size_bytes: int) -> Thumbnail | None:
    if size_bytes > _MOST_BYTES:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=("JPEG", "PNG", "GIF", "WEBP")) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    return None
                opened.draft("RGB", (side, side))
                picture = ImageOps.exif_transpose(opened)
                picture.thumbnail((side, side))
                return Thumbnail(*_encoded(picture), picture.width, picture.height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning):
        return None


def _encoded(picture: Image.Image) -> tuple[str, bytes]:
    """JPEG, unless something shows through: on a white ground a transparent logo could vanish."""
    buffer = io.BytesIO()
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture.convert("RGBA").save(buffer, "PNG", optimize=True)
        return "image/png", buffer.getvalue()
    picture.convert("RGB").save(buffer, "JPEG", quality=_QUALITY, optimize=True)
    return "image/jpeg", buffer.getvalue()
