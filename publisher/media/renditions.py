"""A picture made to fit a channel, where that loses nothing that an officer would miss.

Another file format, fewer pixels than a telephone shows, stronger compression: yes. Cutting, taking
away what is transparent or what moves: no, that is told at check time instead. What is made is kept
by what it was made of, so that an approved picture stays the same, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from PIL import Image, ImageOps

from channels.base import Limits, Media
from channels.durable import written
from channels.limits import of_image
from publisher.media.library import MediaError, measure

LEAST_LONGER_SIDE = 1080
"""No picture is made smaller than this to save bytes: below it, people notice."""

_MENDABLE = frozenset({"image_format", "image_bytes", "image_sides"})
_QUALITIES = (90, 82, 75)
_SHRINK = 0.8
_AMPLE = 4096
"""A longer side than this is more than any screen shows: it is left at once, not step by step."""

_VERSION = 2
"""Counted up when the same picture would come out otherwise."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a channel takes of a picture."""

    mime: str
    max_bytes: int | None
    max_sides: int | None

    def name_for(self, media: Media) -> str:
        told = f"{_VERSION}/{media.sha256}/{self.mime}/{self.max_bytes}/{self.max_sides}"
        suffix = ".png" if self.mime == "image/png" else ".jpg"
        return hashlib.sha256(told.encode()).hexdigest() + suffix


def fitted(media: Media, limits: Limits, folder: Path) -> Media:
    """``media`` as ``limits`` take it, made in ``folder`` where need be; itself where it fits, or
    where nothing can be done without loss."""
    mendable = (one for one in of_image(media, limits) if one.code in _MENDABLE)
    if media.kind != "image" or not any(mendable):
        return media
    try:
        return _made(media, _wish(media, limits), folder)
    except (_TooMuchLostError, MediaError, OSError, ValueError):
        # The limits then tell the officer what is wrong with the picture as it is.
        return media


class _TooMuchLostError(Exception):
    """It can't be made to fit without loss."""


def _wish(media: Media, limits: Limits) -> _Wish:
    """JPEG wherever it is taken: a drawing stays PNG while it fits as one."""
    stays = media.mime == "image/png" and "image/png" in limits.image_formats
    if not stays and "image/jpeg" not in limits.image_formats:
        raise _TooMuchLostError
    mime = "image/png" if stays else "image/jpeg"
    return _Wish(mime, limits.image_max_bytes, limits.image_max_sides)


def _made(media: Media, wish: _Wish, folder: Path) -> Media:
    place = _place(folder, wish.name_for(media))
    if not place.exists():
        content = _drawn(media.path, wish)
        with written(place, 0o644) as file:
            file.write(content)
    return measure(place, media.alt, media.credit)


def _place(folder: Path, name: str) -> Path:
    """In ``folder``; whoever may not write there (an officer's own check) has a place of theirs."""
    if (folder / name).exists():
        return folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return _own_folder() / name
    return (folder if os.access(folder, os.W_OK) else _own_folder()) / name


def _own_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / f"publisher-renditions-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _drawn(path: Path, wish: _Wish) -> bytes:
    with Image.open(path) as picture:
        if getattr(picture, "is_animated", False):
            raise _TooMuchLostError
        # Turned as its camera says; what else the camera noted (the place) stays behind.
        upright = ImageOps.exif_transpose(picture)
        if wish.mime == "image/png":
            small = _within(upright, wish.max_sides)
            content = _as_png(small)
            if wish.max_bytes is None or len(content) <= wish.max_bytes:
                return content
        opaque = _opaque(upright)
    for candidate in _ever_smaller(_within(opaque, wish.max_sides)):
        for quality in _QUALITIES:
            content = _as_jpeg(candidate, quality)
            if wish.max_bytes is None or len(content) <= wish.max_bytes:
                return content
    raise _TooMuchLostError


def _opaque(picture: Image.Image) -> Image.Image:
    """In plain colours; raises where something transparent would be lost."""
    if picture.has_transparency_data:
        alpha = picture.convert("RGBA").getchannel("A")
        if alpha.getextrema() != (255, 255):
            raise _TooMuchLostError
    return picture.convert("RGB")


def _within(picture: Image.Image, max_sides: int | None) -> Image.Image:
    sides = picture.width + picture.height
    if max_sides is None or sides <= max_sides:
        return picture
    return _scaled(picture, max_sides / sides)


def _ever_smaller(picture: Image.Image) -> Iterator[Image.Image]:
    yield picture
    if max(picture.size) > _AMPLE:
        picture = _scaled(picture, _AMPLE / max(picture.size))
        yield picture
    while max(picture.size) * sqrt(_SHRINK) >= LEAST_LONGER_SIDE:
        picture = _scaled(picture, sqrt(_SHRINK))
        yield picture


def _scaled(picture: Image.Image, factor: float) -> Image.Image:
    size = (max(1, int(picture.width * factor)), max(1, int(picture.height * factor)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _as_png(picture: Image.Image) -> bytes:
    into = io.BytesIO()
    picture.save(into, "PNG", optimize=True)
    return into.getvalue()


def _as_jpeg(picture: Image.Image, quality: int) -> bytes:
    into = io.BytesIO()
    picture.save(into, "JPEG", quality=quality, optimize=True, progressive=True)
    return into.getvalue()
