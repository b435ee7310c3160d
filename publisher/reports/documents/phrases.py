"""The phrases of a Vietnamese report.

For figures, changes, days and lists. Called inside ``speaking("vi")``: numbers and days are
written by ``publisher.notation``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from publisher import notation
from publisher.reach.figures import Sum, comparable
from publisher.reach.spans import Span

MANY_TIMES = 10
"""A figure that grew so many times over is told as a factor: "+1.130%" tells nobody anything."""


def amount(sum_: Sum, metric: str) -> str:
    """A figure of a sum for a cell, with how many deliveries it covers where not all."""
    value, covers = getattr(sum_.figures, metric), sum_.of[metric]
    if value is None:
        return notation.ABSENT
    covered = "" if covers == sum_.posts else f" ({covered_of(sum_, metric)})"
    return notation.number(value) + covered


def covered_of(sum_: Sum, metric: str) -> str:
    """How many of its deliveries a figure covers: "41/43"."""
    return f"{notation.number(sum_.of[metric])}/{notation.number(sum_.posts)}"


def change(now: int, before: int) -> str:
    """How ``now`` stands to ``before``, which isn't zero: "tăng 12%", "giảm 5%"."""
    if now == before:
        return "không thay đổi"
    if now >= MANY_TIMES * before:
        return f"gấp {decimal(now / before)} lần"
    grown = "tăng" if now > before else "giảm"
    percent = round(100 * abs(now - before) / before)
    return f"{grown} {notation.number(percent)}%" if percent else f"{grown} dưới 1%"


def signed(now: Sum, before: Sum, metric: str) -> str:
    """The change of a figure for a cell: "+12%"; a dash where there is nothing to compare."""
    if not comparable(now, before, metric):
        return notation.ABSENT
    value, earlier = getattr(now.figures, metric), getattr(before.figures, metric)
    if value >= MANY_TIMES * earlier:
        return f"{decimal(value / earlier)} lần"
    return notation.change(value, earlier)


def decimal(value: float) -> str:
    """A number with at most one decimal: "95,3"."""
    return notation.decimal(value, 1)


def days(first: date, last: date) -> str:
    """Days from one to another: "từ ngày 15/06/2027 đến ngày 14/07/2027", or the one day."""
    if first == last:
        return f"ngày {notation.day(first, 'full')}"
    return f"từ ngày {notation.day(first, 'full')} đến ngày {notation.day(last, 'full')}"


def listed(items: Sequence[str]) -> tuple[str, ...]:
    """The lines of a list as documents end them: a semicolon each, a full stop the last."""
    return tuple(
        f"- {item}{'.' if place == len(items) else ';'}" for place, item in enumerate(items, 1)
    )


def part_name(part: Span) -> str:
    """A part of a span, below its bar: "10/2027", "04/10"."""
    if part.kind == "monthly":
        return notation.day(date(part.year, part.number, 1), "month")
    return notation.day(part.first)


def moment(at: datetime) -> str:
    """A local moment: "08 giờ 00 ngày 15/06/2027"."""
    return f"{at:%H} giờ {at:%M} ngày {notation.day(at, 'full')}"


def dated(day: date) -> str:
    """A day as a document is dated: days below 10 and the first two months begin with a zero
    (Decree 30/2020/NĐ-CP, Appendix I, II.4)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def bare(day: date) -> str:
    """The same with day and month left open, for the one who signs."""
    gap = "\u00a0" * 6
    return f"ngày{gap}tháng{gap}năm {day.year}"
