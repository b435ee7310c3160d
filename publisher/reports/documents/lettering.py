"""Text as it can be printed: what the bundled font has no letters for, and how wide a line is.

What officers and platforms wrote comes with smileys, invisible signs and letters that only look
bold. An administrative document has none of them, and PDF/A takes no sign without its letter.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont

FONTS = Path(__file__).parents[2] / "fonts"
FONT = "Liberation Serif"
"""As wide as Times New Roman, letter by letter, with all of Vietnamese; free (SIL OFL 1.1)."""

_LONGEST = 18
"""Signs in one word after which a line may break: a web address is wider than a cell."""

_BREAK = "\u200b"
_DROPPED = ("So", "Sk", "Mn", "Me")
"""Kinds of signs (smileys, their colours, marks) that are left out where the font has none."""

_MM_PER_POINT = 25.4 / 72


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
    return all(ord(sign) in _letters("Regular") for sign in text if sign != _BREAK)


def width_mm(text: str, points: float, face: str = "Bold") -> float:
    """How wide one line of ``text`` is."""
    widths = _letters(face)
    units = sum(widths.get(ord(sign), 0) for sign in text)
    return units / _units(face) * points * _MM_PER_POINT


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
    has_letter = ord(sign) in _letters("Regular")
    return not kind.startswith("C") and (has_letter or kind not in _DROPPED)


@lru_cache
def _letters(face: str) -> dict[int, int]:
    """How wide each letter of a face is, by its code, in the font's units."""
    font = _font(face)
    return {code: font["hmtx"][name][0] for code, name in font.getBestCmap().items()}


@lru_cache
def _units(face: str) -> int:
    return int(_font(face)["head"].unitsPerEm)


@lru_cache
def _font(face: str) -> TTFont:
    return TTFont(FONTS / f"LiberationSerif-{face}.ttf", lazy=True)
