"""What the cards' font can draw, of what people and feeds write.

Smileys and invisible signs are left out; a letter that the font lacks is told, for a card with
boxes in place of letters must not go out.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

from PIL import ImageFont

from publisher.cards.errors import CardError

FONTS = Path(__file__).parents[1] / "fonts"
FONT = FONTS / "BeVietnamPro-Medium.ttf"
"""With all of Vietnamese, by Vietnamese designers; free (SIL OFL 1.1). Its weights have the same
letters."""

_SMALL = 16
_NO_SIGN = "\U0010ffff"
_LEFT_OUT = ("So", "Sk", "Mn", "Me")
"""Kinds of signs (smileys, their colours, marks) that are left out where the font has none."""


def drawable(words: Any, key: str = "") -> Any:
    """``words``, composed, each text on one line; raises ``CardError`` (``letters``)."""
    if isinstance(words, dict):
        return {name: drawable(one, f"{key}.{name}".strip(".")) for name, one in words.items()}
    if isinstance(words, list):
        return [drawable(one, f"{key}.{number}") for number, one in enumerate(words)]
    composed = unicodedata.normalize("NFC", str(words))
    kept = "".join(" " if sign.isspace() else sign for sign in composed if _is_kept(sign))
    lacking = next((sign for sign in kept if not _has_letter(sign)), None)
    if lacking is not None:
        raise CardError("letters", key, lacking)
    return " ".join(kept.split())


def _is_kept(sign: str) -> bool:
    if sign.isspace():
        return True
    kind = unicodedata.category(sign)
    return not kind.startswith("C") and (kind not in _LEFT_OUT or _has_letter(sign))


@lru_cache(maxsize=8192)
def _has_letter(sign: str) -> bool:
    return sign == " " or _drawn(sign) != _drawn(_NO_SIGN)


@lru_cache(maxsize=1024)
def _drawn(sign: str) -> tuple[float, tuple[int, int], bytes]:
    """How the font draws ``sign``: of what it lacks, all look alike."""
    picture = _font().getmask(sign)
    return _font().getlength(sign), picture.size, bytes(picture)


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONT, _SMALL, layout_engine=ImageFont.Layout.BASIC)
