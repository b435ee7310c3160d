"""Text as it can be printed.

What the bundled font has no letters for, and how wide a line is. What officers and platforms wrote
comes with smileys, invisible signs and letters that only look bold. An administrative document has
none of them, and PDF/A takes no sign without its letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parents[2] / "fonts"
FONT = "Liberation Serif"
"""As wide as Times New Roman, letter by letter, with all of Vietnamese; free (SIL OFL 1.1)."""

_LONGEST = 18
"""Signs in one word after which a line may break: a web address is wider than a cell."""

_BREAK = "\u200b"
_DROPPED = ("So", "Sk", "Mn", "Me")
"""Kinds of signs (smileys, their colours, marks) that are left out where the font has none."""

_MM_PER_POINT = 25.4 / 72

_UNITS = 2048
"""The font's units in its height: set that large, a letter's width is theirs, and not rounded."""

_SMALL = 16
_NO_SIGN = "\U0010ffff"
"""Of what Unicode never gives a meaning to, a font draws its sign for having no letter."""


def printable(text: str) -> str:
    """``text`` on one line, composed, without what isn't writing."""
    composed = unicodedata.normalize("NFC", "".join(map(_plain, text)))
    kept = "".join(" " if sign.isspace() else sign for sign in composed if _is_kept(sign))
    return " ".join(kept.split())


def breakable(text: str) -> str:
    """``printable`` text for a narrow cell: very long words may break."""
    return re.sub(rf"\S{{{_LONGEST}}}(?=\S)", lambda found: found[0] + _BREAK, printable(text))


def has_letters_for(text: str) -> bool:
    """Whether the bundled font can print all of ``text``."""
    return all(_has_letter(sign, "Regular") for sign in text if sign != _BREAK)


def width_mm(text: str, points: float, face: str = "Bold") -> float:
    """How wide one line of ``text`` is."""
    units = sum(_font(face, _UNITS).getlength(sign) for sign in text if _has_letter(sign, face))
    return units / _UNITS * points * _MM_PER_POINT


def lines(text: str, points: float, within_mm: float) -> list[str]:
    """``text``, bold, in as few lines as fit, none much shorter than the others."""
    fewest = _broken(text, points, within_mm)
    narrowest = fewest
    while len(tighter := _broken(text, points, _widest(narrowest, points) - 0.1)) == len(fewest):
        if _widest(tighter, points) >= _widest(narrowest, points):
            break
        narrowest = tighter
    return narrowest


def _broken(text: str, points: float, within_mm: float) -> list[str]:
    broken: list[str] = []
    for word in text.split():
        if broken and width_mm(longer := f"{broken[-1]} {word}", points) <= within_mm:
            broken[-1] = longer
        else:
            broken.append(word)
    return broken


def _widest(broken: list[str], points: float) -> float:
    return max((width_mm(line, points) for line in broken), default=0)


def _plain(sign: str) -> str:
    # Mathematical alphabets, with which pages make their first line look bold.
    return unicodedata.normalize("NFKC", sign) if 0x1D400 <= ord(sign) <= 0x1D7FF else sign


def _is_kept(sign: str) -> bool:
    if sign.isspace():
        return True
    kind = unicodedata.category(sign)
    return not kind.startswith("C") and (kind not in _DROPPED or _has_letter(sign, "Regular"))


@lru_cache(maxsize=8192)
def _has_letter(sign: str, face: str) -> bool:
    return _drawn(sign, face) != _drawn(_NO_SIGN, face)


def _drawn(sign: str, face: str) -> tuple[float, tuple[int, int], bytes]:
    """How a face draws ``sign``: its width, and the picture."""
    font = _font(face, _SMALL)
    picture = font.getmask(sign)
    return font.getlength(sign), picture.size, bytes(picture)


@lru_cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    # Letter by letter: neither ligatures nor kerning, as this says nothing of a whole line's form.
    path = FONTS / f"LiberationSerif-{face}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)
