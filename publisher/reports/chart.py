"""Charts for reports: each a Vega-Lite specification, and two functions that draw any of them.

A specification is plain data, which a browser could show live; ``png`` and ``svg`` draw it here,
without one. Words and numbers are given as the reader writes them: nothing is formatted here. An
absent value leaves a gap and is never drawn as zero.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import vl_convert
from PIL import Image

Specification = dict[str, Any]

SCALE = 3
"""Pixels a point: sharp on a telephone."""

_COLOURS = 64
_INK, _MUTED, _PALE, _STRONG = "#17212f", "#5b6675", "#b9cce0", "#12508a"
_AXIS, _BEFORE = "#c6ced9", "#c77700"
_FONT = "Noto Sans, Segoe UI, Liberation Sans, DejaVu Sans, sans-serif"
_WIDTH = 440
_LETTERS = 14
"""Large: on a telephone a chart is seen at two thirds of its size."""


def png(specification: Specification, scale: float = SCALE) -> bytes:
    """The chart as a picture, of so few colours that several don't make a mail heavy."""
    drawn = Image.open(io.BytesIO(vl_convert.vegalite_to_png(specification, scale=scale)))
    written = io.BytesIO()
    drawn.convert("RGB").quantize(_COLOURS).save(written, "PNG", optimize=True)
    return written.getvalue()


def svg(specification: Specification) -> str:
    """The chart as lines and letters, for paper."""
    drawn: str = vl_convert.vegalite_to_svg(specification)
    return drawn


def bars(labels: Sequence[str], values: Sequence[int | None], words: Sequence[str]) -> bytes:
    """``columns`` as a PNG."""
    return png(columns(labels, values, words))


def columns(
    labels: Sequence[str], values: Sequence[int | None], words: Sequence[str]
) -> Specification:
    """A bar a label, ``words`` above each; the last stands out."""
    rows = [
        {
            "label": label,
            "value": value,
            # A gap says so by its dash, which stands on the axis.
            "height": value or 0,
            "words": words[place],
            "last": place == len(labels) - 1,
        }
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    emphasis = {"condition": {"test": "datum.last", "value": _STRONG}}
    return _chart(
        rows,
        height=180,
        encoding={"x": _across(labels)},
        layer=[
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 4, "width": {"band": 0.66}},
                "encoding": {"y": measured("value"), "color": {**emphasis, "value": _PALE}},
            },
            {
                "mark": {"type": "text", "dy": -11, "fontSize": _LETTERS, "fontWeight": 600},
                "encoding": {
                    "y": measured("height"),
                    "text": {"field": "words"},
                    "color": {**emphasis, "value": _MUTED},
                },
            },
        ],
    )


def ranking(
    names: Sequence[str],
    values: Sequence[int | None],
    before: Sequence[int | None],
    words: Sequence[str],
) -> Specification:
    """A bar a name, from the top down, its name and ``words`` above it; a stroke across it shows
    what it was ``before``."""
    rows = [
        {"place": place, "name": name, "value": value, "before": before[place],
         "words": words[place]}
        for place, (name, value) in enumerate(zip(names, values, strict=True))
    ]  # fmt: skip
    most = max([value or 0 for value in (*values, *before)], default=0)
    across = {"scale": {"domain": [0, most or 1], "nice": False}}
    middle = {"baseline": "middle", "fontSize": _LETTERS}
    return _chart(
        rows,
        height={"step": 48},
        encoding={
            "y": {"field": "place", "type": "ordinal", "title": None, "axis": None},
        },
        layer=[
            {
                "mark": {"type": "bar", "height": 16, "yOffset": 10, "cornerRadiusEnd": 4,
                         "color": _STRONG},
                "encoding": {"x": measured("value") | across},
            },
            {
                "mark": {"type": "tick", "thickness": 3, "height": 24, "yOffset": 10,
                         "opacity": 1, "color": _BEFORE},
                "encoding": {"x": measured("before") | across},
            },
            {
                "mark": {"type": "text", "align": "left", "yOffset": -11, "x": 0,
                         "limit": _WIDTH - 90, "color": _INK, **middle},
                "encoding": {"text": {"field": "name"}},
            },
            {
                "mark": {"type": "text", "align": "right", "yOffset": -11, "x": _WIDTH,
                         "fontWeight": 600, "color": _STRONG, **middle},
                "encoding": {"text": {"field": "words"}},
            },
        ],
    )  # fmt: skip


def two_lines(
    labels: Sequence[str],
    now: Sequence[int | None],
    before: Sequence[int | None],
    now_words: str,
    before_words: str,
) -> Specification:
    """How ``now`` and ``before`` rose over the same steps; each line's words stand at its end."""
    rows = [
        {"label": label, "value": value, "line": line}
        for line, values in (("now", now), ("before", before))
        for label, value in zip(labels, values, strict=True)
    ]
    ends = [
        {"label": labels[-1], "value": values[-1], "line": line, "words": words}
        for line, values, words in (("now", now, now_words), ("before", before, before_words))
        if values[-1] is not None
    ]
    is_now = "datum.line === 'now'"
    color = {"condition": {"test": is_now, "value": _STRONG}, "value": _MUTED}
    # Two that end alike would have their words upon one another.
    higher = "now" if (now[-1] or 0) >= (before[-1] or 0) else "before"
    return _chart(
        rows,
        width=_WIDTH - 110,
        height=190,
        encoding={"x": _across(labels), "y": measured("value")},
        layer=[
            {
                "mark": {"type": "line", "strokeWidth": 3, "point": {"size": 60, "filled": True}},
                "encoding": {
                    "detail": {"field": "line"},
                    "color": color,
                    "strokeDash": {"condition": {"test": is_now, "value": [1, 0]},
                                   "value": [5, 4]},
                },
            },
            *(
                {
                    "data": {"values": [end]},
                    "mark": {"type": "text", "align": "left", "dx": 10, "fontSize": _LETTERS,
                             "fontWeight": 600, "dy": -9 if end["line"] == higher else 9},
                    "encoding": {"text": {"field": "words"}, "color": color},
                }
                for end in ends
            ),
        ],
    )  # fmt: skip


def _chart(
    rows: Sequence[dict[str, Any]],
    *,
    width: int = _WIDTH,
    height: int | dict[str, int],
    encoding: dict[str, Any],
    layer: Sequence[dict[str, Any]],
) -> Specification:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": height,
        "background": "white",
        "padding": {"left": 4, "right": 12, "top": 6, "bottom": 2},
        "data": {"values": list(rows)},
        "encoding": encoding,
        "layer": list(layer),
        "config": {"view": {"stroke": None}, "font": _FONT},
    }


def _across(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "field": "label",
        "type": "nominal",
        "scale": {"domain": list(labels)},
        "title": None,
        "axis": {
            "labelColor": _MUTED,
            "labelFontSize": _LETTERS,
            "labelAngle": 0,
            "labelPadding": 8,
            "ticks": False,
            "domainColor": _AXIS,
        },
    }


def measured(field: str) -> dict[str, Any]:
    """The height of what ``field`` holds, without an axis."""
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "axis": None,
        # Bars begin at zero, or their lengths would lie.
        "scale": {"zero": True, "domainMin": 0},
    }
