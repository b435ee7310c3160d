"""How a picture looks, so that the same picture is known again in another size, format or quality.

A perceptual hash: the picture's light in 16 by 16 fields, its mean and spread taken out. Unlike a
difference hash of the usual few bits it keeps how much a field differs, so that two countdown cards
that differ only in their number are two pictures. (The package ImageHash would bring NumPy, SciPy
and PyWavelets, over 100 MB, for what Pillow does here.)
"""

from __future__ import annotations

import base64
import binascii
import warnings
from pathlib import Path

from PIL import Image, ImageOps

_SIDE = 16
_STEPS = 32
"""A field one standard deviation lighter than the picture's mean is so much."""

_LEAST_SPREAD = 6.0
"""Of a picture with less contrast noise alone would be made large."""

_NEAR_ON_THE_WHOLE = 3.0
_NEAR_ANYWHERE = 16
"""Measured on the shipped campaigns' pictures: saved anew, smaller, larger, lighter or darker they
differ by up to 2.1 on the whole and 13 in the worst field, two countdown cards by 4.2 and 110."""

_NEAR_IN_SHAPE = 0.03


def look_of(path: Path) -> str:
    """How the picture at ``path`` looks, as text; empty where it can't be decoded here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as picture:
                return _look(picture)
    except Exception:  # noqa: BLE001 -- Pillow's readers raise anything on an odd file
        return ""


def are_alike(one: str, other: str) -> bool:
    """Whether two pictures that look so are one picture to whoever sees them."""
    first, second = _fields(one), _fields(other)
    if first is None or second is None:
        return False
    apart = [abs(mine - theirs) for mine, theirs in zip(first[1], second[1], strict=True)]
    return (
        abs(first[0] - second[0]) <= _NEAR_IN_SHAPE * max(first[0], second[0])
        and max(apart) <= _NEAR_ANYWHERE
        and sum(apart) <= _NEAR_ON_THE_WHOLE * len(apart)
    )


def _look(picture: Image.Image) -> str:
    width, height = picture.size
    # A reduced draft of a JPEG is decoded at a fraction of the time.
    picture.draft("RGB", (_SIDE * 8, _SIDE * 8))
    upright = ImageOps.exif_transpose(picture)
    if (upright.width < upright.height) != (picture.width < picture.height):
        width, height = height, width
    fields = _flat(upright).resize((_SIDE, _SIDE), Image.Resampling.BOX).tobytes()
    mean = sum(fields) / len(fields)
    spread = (sum((light - mean) ** 2 for light in fields) / len(fields)) ** 0.5
    spread = max(spread, _LEAST_SPREAD)
    signs = (round((light - mean) / spread * _STEPS) for light in fields)
    kept = bytes(max(-127, min(127, sign)) + 128 for sign in signs)
    return f"{width / height:.4f}:{base64.b64encode(kept).decode()}"


def _flat(picture: Image.Image) -> Image.Image:
    """In greys, what is transparent on white: as readers see it."""
    if not picture.has_transparency_data:
        return picture.convert("RGB").convert("L")
    page = Image.new("RGBA", picture.size, "white")
    page.alpha_composite(picture.convert("RGBA"))
    return page.convert("L")


def _fields(look: str) -> tuple[float, bytes] | None:
    shape, _colon, fields = look.partition(":")
    try:
        found = float(shape), base64.b64decode(fields, validate=True)
    except (ValueError, binascii.Error):
        return None
    return found if len(found[1]) == _SIDE * _SIDE else None
