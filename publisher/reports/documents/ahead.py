"""What a report says is planned next.

What stands in the plan, and nothing that nobody planned.
"""

from __future__ import annotations

from publisher import notation
from publisher.reach.period import Ahead as Planned
from publisher.reach.period import PeriodSummary
from publisher.reports.documents.facts import Ahead
from publisher.reports.documents.tables import Names


def ahead(summary: PeriodSummary, names: Names) -> Ahead | None:
    """Section VI; ``None`` where nothing is planned, or the span is long over."""
    if not summary.ahead:
        return None
    first = min(one.first for one in summary.ahead).date()
    last = max(one.last for one in summary.ahead).date()
    posts, deliveries = (
        notation.number(sum(getattr(one, name) for one in summary.ahead))
        for name in ("posts", "deliveries")
    )
    when = (
        f"ngày {notation.day(first, 'full')}"
        if first == last
        else f"từ ngày {notation.day(first, 'full')} đến ngày {notation.day(last, 'full')}"
    )
    intro = (
        f"Theo kế hoạch đăng bài đã lập đến thời điểm báo cáo, {when} sẽ đăng {posts} bài "
        f"({deliveries} lượt đăng), gồm:"
    )
    lines = [_line(one, names) for one in summary.ahead]
    ends = [*[";"] * (len(lines) - 1), "."]
    return Ahead(intro, tuple(f"- {line}{end}" for line, end in zip(lines, ends, strict=True)))


def _line(one: Planned, names: Names) -> str:
    first, last = one.first.date(), one.last.date()
    days = (
        f"ngày {notation.day(first, 'full')}"
        if first == last
        else f"từ ngày {notation.day(first, 'full')} đến ngày {notation.day(last, 'full')}"
    )
    return f"{names.of(one.campaign)}: {notation.number(one.posts)} bài, {days}"
