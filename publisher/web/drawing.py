"""Charts on their way to a browser: light or dark, wide or narrow, and as a PNG to take along.

What was drawn once is kept by what it shows. A chart is bounded in bars and letters, so that no
question that somebody asks makes the machine draw for long.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from publisher.reports import chart
from publisher.reports.chart import Look, Specification

MOST_LABELS = 40
LONGEST_WORDS = 60

_FONT = ("Be Vietnam Pro",)
_LIGHT = ("#1b1d21", "#555b63", "#a9c6ec", "#0b57c2", "#c3c9d1", "#b85c00")
_DARK = ("#e7e9ed", "#a8aeb7", "#3f5f8c", "#8ab6ff", "#4a5058", "#ffb454")
_GROUNDS = ("#ffffff", "#1f2227")
_LEVEL = 14
"""So many bars have room for their words side by side."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart before it is known how it is seen; ``drawn`` makes it for a look.

    ``heading`` and ``foot`` are what a picture says that is taken along, ``alt`` all its numbers.
    """

    drawn: Callable[[Look], Specification]
    heading: str
    foot: str
    alt: str
    bars: int


def as_svg(shown: Chart, *, dark: bool = False, narrow: bool = False) -> bytes:
    """The chart for a page."""
    return _svg(_written(shown.drawn(_look(shown.bars, dark=dark, narrow=narrow))))


def as_png(shown: Chart) -> bytes:
    """The chart as a picture that stands alone; its ``alt`` is inside as its description."""
    look = _look(shown.bars, dark=False, narrow=False)
    drawn = chart.captioned(shown.drawn(look), shown.heading, shown.foot)
    return _png(_written(drawn), shown.alt)


def cut(text: str, most: int = LONGEST_WORDS) -> str:
    """``text`` as long as a chart takes it."""
    return text if len(text) <= most else text[: most - 1] + "…"


def few_words(words: Sequence[str], values: Sequence[float | None], look: Look) -> list[str]:
    """``words`` of the bars: all where there is room, else those of the last, the highest and of
    what is absent."""
    if not look.upright:
        return list(words)
    known = [value for value in values if value is not None]
    highest = values.index(max(known)) if known else -1
    told = {highest, len(values) - 1}
    return [
        word if place in told or values[place] is None else "" for place, word in enumerate(words)
    ]


def _look(bars: int, *, dark: bool, narrow: bool) -> Look:
    level = bars <= (_LEVEL // 2 if narrow else _LEVEL)
    return Look(
        fonts=_FONT,
        width=330 if narrow else 700,
        height=130 if narrow else 150,
        letters=12 if narrow or not level else 13,
        words=12 if narrow or not level else 13,
        weight=600,
        band=0.64,
        round=3,
        upright=not level,
        background=_GROUNDS[dark],
        colours=_DARK if dark else _LIGHT,
    )


def _written(drawn: Specification) -> str:
    if len(drawn["labels"]) > MOST_LABELS:
        raise ValueError(f"{len(drawn['labels'])} labels are too many for a chart")
    return json.dumps(drawn, ensure_ascii=False)


@lru_cache(maxsize=128)
def _svg(written: str) -> bytes:
    return chart.svg(json.loads(written))


@lru_cache(maxsize=32)
def _png(written: str, alt: str) -> bytes:
    drawn = Image.open(
        io.BytesIO(chart.picture(json.loads(written), chart.SCALE, bundled_fonts_only=True))
    )
    said, kept = PngInfo(), io.BytesIO()
    said.add_itxt("Description", alt)
    drawn.convert("RGB").quantize(128).save(kept, "PNG", optimize=True, pnginfo=said)
    return kept.getvalue()
