"""How an office's cards look, and in which sizes they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Size(StrEnum):
    """A card's shape: 1:1, 4:5, 16:9 and 9:16."""

    SQUARE = "square"
    PORTRAIT = "portrait"
    WIDE = "wide"
    TALL = "tall"

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height."""
        return _PIXELS[self]


_PIXELS = {
    Size.SQUARE: (1080, 1080),
    Size.PORTRAIT: (1080, 1350),
    Size.WIDE: (1600, 900),
    Size.TALL: (1080, 1920),
}


@dataclass(frozen=True, slots=True)
class Look:
    """The office's colours (CSS, ``#rrggbb``), name, web address as people write it, and emblem.

    ``primary`` is dark, ``paper`` light: each is the other's ground. ``accent`` stands on
    ``primary``, ``signal`` on ``paper``. ``emblem`` is a PNG or SVG file; ``designs`` a folder with
    the office's own designs.
    """

    primary: str = "#0b2a5c"
    accent: str = "#f2bd3f"
    signal: str = "#b5182b"
    paper: str = "#fbf7ee"
    name: str = ""
    url: str = ""
    emblem: Path | None = None
    designs: Path | None = None
