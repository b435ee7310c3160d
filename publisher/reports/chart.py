"""Charts as pictures for the weekly mail, drawn from Vega-Lite specifications without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import vl_convert

SCALE = 3
"""Pixels a point: sharp on a telephone."""

_INK, _MUTED, _PALE, _STRONG = "#17212f", "#5b6675", "#b9cce0", "#12508a"
_FONT = "Noto Sans, Segoe UI, Liberation Sans, DejaVu Sans, sans-serif"


def bars(labels: Sequence[str], values: Sequence[int | None], words: Sequence[str]) -> bytes:
    """A bar a label as a PNG, ``words`` above each; an absent value leaves a gap.

    The last bar stands out. The letters are large: on a telephone it is seen at half its size.
    """
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
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "cornerRadiusEnd": 4, "width": {"band": 0.66}},
            "encoding": {
                "y": _height("value"),
                "color": {**emphasis, "value": _PALE},
            },
        },
        {
            "mark": {"type": "text", "dy": -11, "fontSize": 14, "fontWeight": 600},
            "encoding": {
                "y": _height("height"),
                "text": {"field": "words"},
                "color": {**emphasis, "value": _MUTED},
            },
        },
    ]
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 440,
        "height": 180,
        "background": "white",
        "padding": {"left": 2, "right": 2, "top": 6, "bottom": 2},
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": list(labels)},
                "title": None,
                "axis": {
                    "labelColor": _MUTED,
                    "labelFontSize": 14,
                    "labelAngle": 0,
                    "labelPadding": 8,
                    "ticks": False,
                    "domainColor": "#c6ced9",
                },
            },
        },
        "layer": layers,
        "config": {"view": {"stroke": None}, "font": _FONT},
    }
    png: bytes = vl_convert.vegalite_to_png(specification, scale=SCALE)
    return png


def _height(field: str) -> dict[str, Any]:
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "axis": None,
        # Bars begin at zero, or their lengths would lie.
        "scale": {"zero": True, "domainMin": 0},
    }
