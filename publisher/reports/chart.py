"""Draws charts for reports.

Each is plain data, and one function draws any of them. Typst draws them, by
``templates/chart.typ``: without a browser and with no other library than the one that sets the PDF.
Words and numbers are given as the reader writes them: nothing is formatted here. An absent value
leaves a gap and is never drawn as zero.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import typst
from PIL import Image

Specification = dict[str, Any]

SCALE = 3
"""Pixels a point: sharp on a telephone."""

TEMPLATE = Path(__file__).parent / "templates" / "chart.typ"
FONTS = Path(__file__).parents[1] / "fonts"
_POINTS_AN_INCH = 72
_COLOURS = 64


@dataclass(frozen=True, slots=True)
class Look:
    """How a chart looks; lengths are points, ``band`` is how much of its room a bar takes.

    ``colours`` are, in this order, those of names, of lesser words, of bars, of what stands out, of
    the axis, and of what was before; they stand on ``background``. ``upright`` turns the labels,
    where there are many.
    """

    # The first that the machine has; the last is bundled, for a machine that has none.
    fonts: tuple[str, ...] = (
        *("Noto Sans", "Segoe UI", "Liberation Sans", "DejaVu Sans"),
        "Liberation Serif",
    )
    width: int = 440
    height: int = 180
    # Large: on a telephone a chart is seen at two thirds of its size.
    letters: int = 14
    words: int = 14
    weight: int = 600
    band: float = 0.6
    round: int = 4
    upright: bool = False
    last_stands_out: bool = True
    background: str = "#ffffff"
    colours: tuple[str, ...] = ("#17212f", "#5b6675", "#b9cce0", "#12508a", "#c6ced9", "#c77700")


IN_A_MAIL = Look()


def png(chart: Specification, scale: float = SCALE) -> bytes:
    """The chart as a picture, of so few colours that several don't make a mail heavy."""
    drawn = Image.open(io.BytesIO(picture(chart, scale)))
    written = io.BytesIO()
    drawn.convert("RGB").quantize(_COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


def picture(chart: Specification, scale: float, *, bundled_fonts_only: bool = False) -> bytes:
    """The chart as a PNG in all its colours."""
    return _compiled(chart, "png", scale, bundled_fonts_only=bundled_fonts_only)


def svg(chart: Specification) -> bytes:
    """The chart as an SVG: letters are drawn as shapes, from the bundled fonts, and it refers to
    nothing outside itself."""
    return _compiled(chart, "svg", 1, bundled_fonts_only=True)


def captioned(chart: Specification, heading: str, foot: str) -> Specification:
    """The chart with words above and below it, for whoever sees it without its page."""
    return {**chart, "heading": heading, "foot": foot}


def _compiled(
    chart: Specification, form: Literal["png", "svg"], scale: float, *, bundled_fonts_only: bool
) -> bytes:
    drawn = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        ignore_system_fonts=bundled_fonts_only,
        format=form,
        ppi=_POINTS_AN_INCH * scale,
        sys_inputs={"chart": json.dumps(chart, ensure_ascii=False)},
    )
    # A chart is one page, so it comes as one picture and not as a list of them.
    assert isinstance(drawn, bytes)  # noqa: S101
    return drawn


def bars(labels: Sequence[str], values: Sequence[int | None], words: Sequence[str]) -> bytes:
    """``columns`` as a PNG."""
    return png(columns(labels, values, words))


def columns(
    labels: Sequence[str],
    values: Sequence[float | None],
    words: Sequence[str],
    look: Look = IN_A_MAIL,
) -> Specification:
    """A bar a label, ``words`` above each; the last stands out."""
    return _chart("columns", look, labels, values, (), words)


def ranking(
    names: Sequence[str],
    values: Sequence[int | None],
    before: Sequence[int | None],
    words: Sequence[str],
    look: Look = IN_A_MAIL,
) -> Specification:
    """A bar a name, from the top down, its name and ``words`` above it; a stroke across it shows
    what it was ``before``."""
    return _chart("ranking", look, names, values, before, words)


def two_lines(
    labels: Sequence[str],
    now: Sequence[int | None],
    before: Sequence[int | None],
    now_words: str,
    before_words: str,
    look: Look = IN_A_MAIL,
) -> Specification:
    """How ``now`` and ``before`` rose over the same steps; each line's words stand at its end."""
    look = replace(look, width=look.width - 110)
    return _chart("lines", look, labels, now, before, (now_words, before_words))


def _chart(
    kind: str,
    look: Look,
    labels: Sequence[str],
    values: Sequence[float | None],
    before: Sequence[float | None],
    words: Sequence[str],
) -> Specification:
    return {
        "kind": kind,
        "look": {**asdict(look), "fonts": list(look.fonts), "colours": list(look.colours)},
        "labels": list(labels),
        "values": list(values),
        "before": list(before),
        "words": list(words),
        "most": [value for value in (*values, *before) if value is not None],
    }
