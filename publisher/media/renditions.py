"""A picture or film made to fit a channel, where that loses nothing that an officer would miss.

Another file format, fewer pixels than a telephone shows, stronger compression: yes. Cutting, taking
away what is transparent or what moves: no, that is told at check time instead. And whatever goes
out doesn't tell the place where it was taken. What is made is kept by what it was made of, so that
an approved picture stays the same, byte for byte.
"""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from math import sqrt
from pathlib import Path

from PIL import Image, ImageOps

from channels.base import Limits, Media
from channels.durable import written
from channels.limits import of_image
from publisher.media import ffmpeg, films
from publisher.media.films import CannotBeMadeError, FilmWish
from publisher.media.library import MediaError, measure
from publisher.media.places import room_for
from publisher.media.whereabouts import TooOddError, patches

LEAST_LONGER_SIDE = 1080
"""No picture is made smaller than this to save bytes: below it, people notice."""

_MENDABLE = frozenset({"image_format", "image_bytes", "image_sides"})
_QUALITIES = (90, 82, 75)
_SHRINK = 0.8
_AMPLE = 4096
"""A longer side than this is more than any screen shows: it is left at once, not step by step."""

_VERSION, _FILM_VERSION, _PLACE_VERSION = 2, 1, 1
"""Counted up when the same picture, film or copy would come out otherwise. Not with a new version
of Pillow or ffmpeg: an approved picture would no longer be the one that is sent."""


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
    """``media`` as ``limits`` take it, made in ``folder`` where need be; as it is where it fits, or
    where nothing can be done without loss. In no case does it tell where it was taken.

    Raises ``MediaError`` (``place``) where that can't be taken out of it.
    """
    return _fit(media, limits, folder) or without_place(media, folder)


def without_place(media: Media, folder: Path) -> Media:
    """``media``, or a copy in ``folder`` that doesn't tell where it was taken, and looks the same.

    Raises ``MediaError`` (``place``).
    """
    try:
        if not _tells(media.path, media.sha256, media.mime):
            return media
        name = hashlib.sha256(f"{_PLACE_VERSION}/place/{media.sha256}".encode()).hexdigest()
        place = room_for(folder, name + media.path.suffix.lower(), "renditions")
        if not place.exists():
            _blank(media, place)
        made = _measured(place, media)
        if not _looks_like(made, media) and media.mime == "image/png":
            # Which side is up stood in the very text that told the place.
            _save_upright(media.path, place)
            made = _measured(place, media)
        if _looks_like(made, media) and not _tells(place, made.sha256, made.mime):
            return made
    except (MediaError, OSError, TooOddError):
        pass
    raise MediaError("place")


def _blank(media: Media, place: Path) -> None:
    with written(place, 0o644) as file, media.path.open("rb") as original:
        shutil.copyfileobj(original, file, 1024 * 1024)
        for at, blank in patches(media.path, media.mime):
            file.seek(at)
            file.write(blank)


def _save_upright(path: Path, place: Path) -> None:
    with Image.open(path) as picture, written(place, 0o644) as file:
        upright = ImageOps.exif_transpose(picture)
        upright.info.clear()
        upright.save(file, "PNG", icc_profile=picture.info.get("icc_profile"))


def _looks_like(made: Media, media: Media) -> bool:
    """Whether it is of the same kind and size, and lasts as long."""
    facts = [(one.mime, one.width, one.height, one.duration_s) for one in (made, media)]
    return facts[0] == facts[1]


@lru_cache(maxsize=4096)
def _tells(path: Path, _sha256: str, mime: str) -> bool:
    """Whether the file says where it was taken; looked into once, whatever its name."""
    return bool(patches(path, mime))


def _fit(media: Media, limits: Limits, folder: Path) -> Media | None:
    """What was made so that ``limits`` take it; ``None`` where nothing was."""
    try:
        if media.kind == "video":
            film = films.wish_for(media, limits)
            return _film_made(media, film, folder) if film is not None else None
        mendable = (one for one in of_image(media, limits) if one.code in _MENDABLE)
        if media.kind != "image" or not any(mendable):
            return None
        return _made(media, _wish(media, limits), folder)
    except (_TooMuchLostError, CannotBeMadeError, MediaError, OSError, ValueError):
        # The limits then tell the officer what is wrong with it as it is.
        return None


_given_up: set[Path] = set()
"""Films that couldn't be made: to find that out again would take minutes."""


def _film_made(media: Media, wish: FilmWish, folder: Path) -> Media:
    told = f"{_FILM_VERSION}/{media.sha256}/{wish.told}"
    place = room_for(folder, hashlib.sha256(told.encode()).hexdigest() + ".mp4", "renditions")
    if place in _given_up:
        raise CannotBeMadeError
    if not place.exists():
        try:
            with written(place, 0o644) as file:
                for piece in films.made(media.path, wish):
                    file.write(piece)
        except CannotBeMadeError:
            if ffmpeg.is_here():
                _given_up.add(place)
            raise
    return _measured(place, media)


def _measured(place: Path, media: Media) -> Media:
    """What was made of ``media``, with its words."""
    made = measure(place, media.alt, media.credit)
    return replace(made, original=media.original or media.sha256)


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
    place = room_for(folder, wish.name_for(media), "renditions")
    if not place.exists():
        content = _drawn(media.path, wish)
        with written(place, 0o644) as file:
            file.write(content)
    return _measured(place, media)


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
