"""Draws the frames of a video: a slide's picture on the office's colour, a caption beneath it.

The picture and the caption keep clear of what the apps lay over a film: names and buttons below,
the search above, the row of buttons at the right (``_PLACES``). Letters are drawn with the bundled
font, so that the same words are the same dots on every machine.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

from publisher.video.script import SHAPES, Shape

_FONT = Path(__file__).parents[1] / "fonts" / "BeVietnamPro-SemiBold.ttf"
_PICTURES = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_MAX_PIXELS = 80_000_000
_INK = (255, 255, 255)
_BAND = (12, 18, 28, 214)
_LIGHTEST, _DARKER = 110, 0.55
"""The ground is no lighter than this (of 255), so that captions stand out; and so much darker at
its foot than at its head."""

_SMALLEST = 0.5
"""A line too wide for its place is drawn smaller, down to this; what is wider still is cut off."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where things stand in a shape, in pixels: the picture within ``picture`` (left, top, right,
    bottom), the caption's middle at ``caption_y``, its lines no wider than ``caption_width``."""

    picture: tuple[int, int, int, int]
    caption_y: int
    caption_width: int
    letters: int

    @property
    def picture_size(self) -> tuple[int, int]:
        """What a card is best drawn at."""
        left, top, right, bottom = self.picture
        return right - left, bottom - top


PLACES: Mapping[Shape, Place] = MappingProxyType(
    {
        # UNVERIFIED, as no app promises it: at 1080 by 1920 TikTok, Reels and Shorts cover about
        # 220 pixels above, 370 below and 120 at the right.
        "tall": Place((60, 130, 1020, 1330), 1448, 820, 48),
        "wide": Place((208, 24, 1712, 870), 978, 1500, 44),
    }
)


def uncaptioned(picture: bytes, shape: Shape, colour: str) -> Image.Image:
    """The frame of a slide without its caption. Raises ``ValueError`` where the picture is none."""
    try:
        with Image.open(io.BytesIO(picture), formats=_PICTURES) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                raise ValueError("too large")
            drawn = _opaque(ImageOps.exif_transpose(opened))
    except Exception as error:  # noqa: BLE001 -- Pillow's readers raise anything on a broken file
        raise ValueError(str(error)) from None
    frame = _ground(colour, SHAPES[shape]).copy()
    left, top, right, bottom = PLACES[shape].picture
    within = ImageOps.contain(drawn, (right - left, bottom - top), Image.Resampling.LANCZOS)
    at = (left + (right - left - within.width) // 2, top + (bottom - top - within.height) // 2)
    frame.paste(within, at, _rounded(within.size))
    return frame


def captioned(frame: Image.Image, lines: tuple[str, ...], shape: Shape) -> Image.Image:
    """``frame`` with ``lines`` beneath the picture."""
    place = PLACES[shape]
    shown = [text for line in lines if (text := drawable(line))]
    if not shown:
        return frame
    font = _fitting(shown, place)
    height = round(font.size * 1.42)
    width = min(place.caption_width, max(round(font.getlength(line)) for line in shown))
    whole = height * len(shown)
    middle, top = frame.width // 2, place.caption_y - whole // 2
    over = Image.new("RGBA", frame.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(over)
    side, edge = round(font.size * 0.62), round(font.size * 0.36)
    band = (middle - width // 2 - side, top - edge, middle + width // 2 + side, top + whole + edge)
    draw.rounded_rectangle(band, radius=22, fill=_BAND)
    for number, line in enumerate(shown):
        at = (middle, top + height * number + height // 2)
        draw.text(at, line, font=font, fill=(*_INK, 255), anchor="mm")
    return Image.alpha_composite(frame.convert("RGBA"), over).convert("RGB")


def drawable(text: str) -> str:
    """``text``, composed, without signs that the font doesn't have (emoji, other scripts)."""
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(sign for sign in composed if _is_known(sign)).split())


@lru_cache(maxsize=4096)
def _is_known(sign: str) -> bool:
    if sign.isspace():
        return True
    font = _font(48)
    return bytes(font.getmask(sign)) != bytes(font.getmask("\U0010ffff"))


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    # The other engine is not in every build of Pillow, and would draw otherwise.
    return ImageFont.truetype(str(_FONT), size, layout_engine=ImageFont.Layout.BASIC)


def _fitting(lines: list[str], place: Place) -> ImageFont.FreeTypeFont:
    widest = max(_font(place.letters).getlength(line) for line in lines)
    share = max(_SMALLEST, min(1.0, place.caption_width / widest))
    return _font(int(place.letters * share))


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    seen = picture.convert("RGBA")
    white = Image.new("RGBA", seen.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, seen).convert("RGB")


@lru_cache(maxsize=8)
def _ground(colour: str, size: tuple[int, int]) -> Image.Image:
    """The colour, darker towards the foot."""
    red, green, blue = ImageColor.getrgb(colour)[:3]
    light = max(1.0, (0.299 * red + 0.587 * green + 0.114 * blue) / _LIGHTEST)
    slope = Image.linear_gradient("L").resize(size, Image.Resampling.BICUBIC)
    head = tuple(round(part / light) for part in (red, green, blue))
    foot = tuple(round(part * _DARKER) for part in head)
    return Image.composite(Image.new("RGB", size, foot), Image.new("RGB", size, head), slope)


def _rounded(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", (size[0] * 2, size[1] * 2), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size[0] * 2 - 1, size[1] * 2 - 1), 48, fill=255)
    return mask.resize(size, Image.Resampling.BOX)
