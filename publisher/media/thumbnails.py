"""Small pictures of the library's media, to be looked at in a page: kept by what they show.

They tell nothing but the picture: neither where it was taken nor by what.
"""

from __future__ import annotations

import io
import os
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from channels.durable import written
from publisher.media import ffmpeg
from publisher.media.places import asked_for
from publisher.media.record import Record

SIDES = (360, 1080)
"""The longer sides that there are."""

_QUALITY = 82
_FILM_S = 20.0
_VERSION = 1
"""Counted up when the same picture would come out otherwise."""


def thumbnail(record: Record, side: int, folder: Path) -> Path | None:
    """A JPEG of ``record``, ``side`` at most on its longer side, in ``folder``; ``None`` where
    there is nothing to see in it, or it can't be read. Raises ``ValueError`` for another side."""
    if side not in SIDES:
        raise ValueError(side)
    kind = record.mime.partition("/")[0]
    if kind not in ("image", "video") or not record.path.is_file():
        return None
    place = folder / record.sha256[:2] / f"{record.sha256}-{_VERSION}-{side}.jpg"
    if place.exists():
        asked_for(place)
    else:
        content = (
            _of_picture(record.path, side) if kind == "image" else _of_film(record, side, place)
        )
        if content is None:
            return None
        place.parent.mkdir(parents=True, exist_ok=True)
        with written(place, 0o644) as file:
            file.write(content)
    return place


def _of_picture(path: Path, side: int) -> bytes | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                # A reduced draft of a JPEG is decoded at a fraction of the time.
                picture.draft("RGB", (side, side))
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((side, side))
                seen = Image.new("RGB", upright.size, "white")
                clear = upright.convert("RGBA")
                seen.paste(clear, mask=clear)
                made = io.BytesIO()
                seen.save(made, "JPEG", quality=_QUALITY, optimize=True)
                return made.getvalue()
    except Exception:  # noqa: BLE001 -- Pillow's readers raise anything on an odd file
        return None


def _of_film(record: Record, side: int, place: Path) -> bytes | None:
    """Its first frame; ``None`` where ffmpeg isn't here or can't."""
    if not ffmpeg.is_here():
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    frame = place.with_name(f".{place.stem}-{os.getpid()}.part.png")
    shape = f"scale='min({side},iw)':-2"
    try:
        ffmpeg.run(
            [*ffmpeg.reading(record.path), "-frames:v", "1", "-vf", shape, f"file:{frame}"], _FILM_S
        )
        return _of_picture(frame, side)
    except ffmpeg.FfmpegError:
        return None
    finally:
        frame.unlink(missing_ok=True)
