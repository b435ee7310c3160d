"""What a report says is planned next.

What stands in the plan, and nothing that nobody planned.
"""

from __future__ import annotations

from publisher import notation
from publisher.reach.period import Ahead as Planned
from publisher.reach.period import PeriodSummary
from publisher.reports.documents import phrases
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
    intro = (
        "Theo kế hoạch đăng bài đã lập đến thời điểm báo cáo, "
        f"{phrases.days(first, last)} sẽ đăng {posts} bài ({deliveries} lượt đăng), gồm:"
    )
    return Ahead(intro, phrases.listed([_line(one, names) for one in summary.ahead]))


def _line(one: Planned, names: Names) -> str:
    days = phrases.days(one.first.date(), one.last.date())
    return f"{names.of(one.campaign)}: {notation.number(one.posts)} bài, {days}"
