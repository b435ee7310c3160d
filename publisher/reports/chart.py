"""Charts as pictures, drawn from Vega-Lite specifications without a browser."""

from __future__ import annotations

from collections.abc import Sequence

import vl_convert

SCALE = 2
"""Pixels a point: sharp on a telephone."""


def bars(
    labels: Sequence[str], values: Sequence[int | None], words: Sequence[str], title: str
) -> bytes:
    """A bar a label as a PNG, ``words`` above each; an absent value leaves a gap.

    The last bar stands out.
    """
    rows = [
        {"label": label, "value": value, "words": words[place], "last": place == len(labels) - 1}
        for place, (label, value) in enumerate(zip(labels, values, strict=True))
    ]
    axis = {"labelColor": "#5b6675", "titleColor": "#5b6675", "labelFontSize": 12}
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 430,
        "height": 150,
        "background": "white",
        "padding": 6,
        "data": {"values": rows},
        "title": {"text": title, "anchor": "start", "fontSize": 15, "color": "#17212f"},
        "encoding": {
            "x": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": list(labels)},
                "title": None,
                "axis": {**axis, "labelAngle": 0, "ticks": False, "domainColor": "#c6ced9"},
            },
            "y": {
                "field": "value",
                "type": "quantitative",
                "title": None,
                "axis": {**axis, "gridColor": "#edf0f4", "domain": False, "labels": False, "ticks": False},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3, "width": {"band": 0.62}},
                "encoding": {
                    "color": {
                        "condition": {"test": "datum.last", "value": "#b3261e"},
                        "value": "#9db7d3",
                    }
                },
            },
            {
                "mark": {"type": "text", "dy": -8, "fontSize": 13, "color": "#17212f"},
                "encoding": {"text": {"field": "words"}},
            },
        ],
        "config": {"view": {"stroke": None}, "font": "Noto Sans, DejaVu Sans, sans-serif"},
    }
    png: bytes = vl_convert.vegalite_to_png(specification, scale=SCALE)
    return png
