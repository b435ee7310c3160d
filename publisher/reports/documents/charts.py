"""A report's trend as a picture for print.

Black on white, in the document's own font, no browser.
"""

from __future__ import annotations

from publisher import notation
from publisher.reach.period import PeriodSummary
from publisher.reports.chart import Look, columns, picture
from publisher.reports.documents import phrases
from publisher.reports.documents.facts import Chart
from publisher.reports.documents.lettering import FONT

WIDTH_MM = 150
_SCALE = 4
"""Pixels a point: sharp on paper."""

_MOST_LEVEL = 13
"""So many bars have room for their words side by side."""

_INK, _BAR = "#000000", "#3f5f86"


def trend(summary: PeriodSummary) -> Chart | None:
    """Times shown by part of the span; ``None`` where that tells no course."""
    values = [part.figures.shown for _span, part in summary.trend]
    if sum(value is not None for value in values) < 2:
        return None
    labels = [phrases.part_name(span) for span, _part in summary.trend]
    told = "; ".join(
        f"{label}: {notation.number(value)}" for label, value in zip(labels, values, strict=True)
    )
    by = _by(summary)
    caption = f"Biểu đồ. Lượt hiển thị của các bài đăng theo {by}"
    words = [notation.short_number(value) for value in values]
    drawn = columns(labels, values, words, _look(len(values)))
    png = picture(drawn, _SCALE, bundled_fonts_only=True)
    return Chart(png, caption, f"{caption}: {told}.", WIDTH_MM)


def _by(summary: PeriodSummary) -> str:
    if max(part.days for part, _sum in summary.trend) <= 7:
        return "tuần"
    # Such a month ends on the day on which reports close.
    return "tháng" if summary.span.kind == "span" else "tháng báo cáo"


def _look(bars: int) -> Look:
    level = bars <= _MOST_LEVEL
    return Look(
        fonts=(FONT,),
        width=560,
        height=170,
        letters=15,
        words=15 if level else 9,
        weight=400,
        round=0,
        upright=not level,
        last_stands_out=False,
        colours=(_INK, _INK, _BAR, _BAR, _INK, _INK),
    )
