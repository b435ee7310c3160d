"""Summaries of made-up weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from publisher.delivery.late import HELD
from publisher.delivery.lifecycle import State
from publisher.reach.figures import Figures, Sum
from publisher.reach.week import (
    CREDENTIALS,
    BestPost,
    Compared,
    PublishedPost,
    Stop,
    Trouble,
    Upcoming,
    WeekSummary,
)
from publisher.settings.office import Office
from publisher.store import holds
from tests.store.builders import ZONE

MONDAY = date(2027, 10, 4)
OFFICE = Office(name="UBND tỉnh Đồng Tháp")
NAMES = {"fanpage": "Trang Facebook của tỉnh", "cds": "Ngày Chuyển đổi số"}
LINE = "Còn 7 ngày nữa <Đồng Tháp> & bạn"


def at(day: int, hour: int = 8) -> datetime:
    return datetime(2027, 10, day, hour, tzinfo=ZONE)


def total(posts: int, reach: int | None, shown: int | None, engagement: int | None) -> Sum:
    """A sum whose figures cover every post that they can."""
    figures = Figures(reach, shown, engagement)
    names = ("reach", "shown", "engagement")
    covers = {name: 0 if getattr(figures, name) is None else posts for name in names}
    return Sum(posts, figures, covers)


NOTHING = total(0, None, None, None)


def busy_week(line: str = LINE) -> WeekSummary:
    """A week with everything that a mail can say."""
    now, before = total(12, 4100, 12345, 678), total(9, 4000, 10000, 700)
    partly = Sum(12, now.figures, {"reach": 5, "shown": 12, "engagement": 12})
    figures = Figures(None, 9870, 301)
    return WeekSummary(
        monday=MONDAY,
        total=Compared("", partly, before),
        campaigns=(Compared("cds", now, before),),
        channels=(
            Compared("fanpage", now, before),
            Compared("portal", total(3, None, None, None), NOTHING),
        ),
        posts=(PublishedPost(line, "cds", at(4), ("fanpage", "portal"), now),),
        best=(
            BestPost(line, "fanpage", at(4), "https://example.vn/1?a=1&b=2", figures),
            BestPost(line, "portal", at(5), "javascript:alert(1)", figures),
        ),
        troubles=(
            Trouble("a", line, "fanpage", at(8), State.FAILED, "403\nForbidden"),
            Trouble("b", line, "fanpage", at(8), State.UNCONFIRMED, ""),
            Trouble("c", line, "reports", at(8), State.MISSED, HELD),
        ),
        stops=(
            Stop(holds.EVERYTHING, "", "quốc tang", at(9)),
            Stop(CREDENTIALS, "fanpage", "401", at(9)),
        ),
        upcoming=(Upcoming(line, "cds", at(12, 9), ("fanpage",), waits=True, held=True),),
        trend=tuple(
            (MONDAY - timedelta(days=7 * back), now if back < 2 else NOTHING)
            for back in reversed(range(8))
        ),
    )


def empty_week() -> WeekSummary:
    """A week in which nothing happened at all."""
    trend = tuple((MONDAY - timedelta(days=7 * back), NOTHING) for back in reversed(range(8)))
    nothing = Compared("", NOTHING, NOTHING)
    return WeekSummary(MONDAY, nothing, (), (), (), (), (), (), (), trend)
