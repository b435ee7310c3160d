"""The trend as a picture for print: black on white, in the document's own font, no browser."""

from __future__ import annotations

from typing import Any

import vl_convert

from publisher.reach.period import PeriodSummary
from publisher.reports import wording
from publisher.reports.chart import measured
from publisher.reports.documents import phrases
from publisher.reports.documents.facts import Chart
from publisher.reports.documents.lettering import FONT, FONTS

WIDTH_MM = 150
_SCALE = 4
"""Pixels a point: sharp on paper."""

_WIDTH_PX, _HEIGHT_PX = 560, 170
_MOST_LEVEL = 13
"""So many bars have room for their words side by side."""

_BAR = "#3f5f86"


def trend(summary: PeriodSummary) -> Chart | None:
    """Times shown by part of the span; ``None`` where that tells no course."""
    values = [part.figures.shown for _span, part in summary.trend]
    if sum(value is not None for value in values) < 2:
        return None
    labels = [phrases.part_name(span) for span, _part in summary.trend]
    told = "; ".join(
        f"{label}: {wording.number(value)}" for label, value in zip(labels, values, strict=True)
    )
    by = _by(summary)
    caption = f"Biểu đồ. Lượt hiển thị của các bài đăng theo {by}"
    rows = [
        {"label": label, "value": value, "height": value or 0, "words": words}
        for label, value, words in zip(
            labels, values, map(wording.short_number, values), strict=True
        )
    ]
    return Chart(_drawn(rows), caption, f"{caption}: {told}.", WIDTH_MM)


def _by(summary: PeriodSummary) -> str:
    if max(part.days for part, _sum in summary.trend) <= 7:
        return "tuần"
    # Such a month ends on the day on which reports close.
    return "tháng" if summary.span.kind == "span" else "tháng báo cáo"


def _drawn(rows: list[dict[str, Any]]) -> bytes:
    vl_convert.register_font_directory(str(FONTS))
    size = 15 if len(rows) <= _MOST_LEVEL else 9
    specification = {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": _WIDTH_PX,
        "height": _HEIGHT_PX,
        "background": "white",
        "padding": {"left": 2, "right": 2, "top": 4, "bottom": 2},
        "data": {"values": rows},
        "encoding": {
            "x": {
                "field": "label",
                "type": "nominal",
                "scale": {"domain": [row["label"] for row in rows]},
                "title": None,
                "axis": {
                    "labelColor": "black",
                    "labelFontSize": 15,
                    "labelAngle": 0 if len(rows) <= _MOST_LEVEL else -90,
                    "labelPadding": 6,
                    "ticks": False,
                    "domainColor": "black",
                },
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "color": _BAR, "width": {"band": 0.6}},
                "encoding": {"y": measured("value")},
            },
            {
                # A part without figures says so by its dash, which stands on the axis.
                "mark": {"type": "text", "dy": -10, "fontSize": size, "color": "black"},
                "encoding": {"y": measured("height"), "text": {"field": "words"}},
            },
        ],
        "config": {"view": {"stroke": None}, "font": FONT},
    }
    png: bytes = vl_convert.vegalite_to_png(specification, scale=_SCALE)
    return png
