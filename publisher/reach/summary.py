"""The week in figures, for the leaders' mail.

Only the weeks that it needs are read. A week runs from Monday 00:00 to Monday 00:00 in the office's
zone. Its figures are those of the posts published in it, as of the report's moment. The week before
is read as of seven days earlier, so that both weeks' posts had as long to be seen: a fair
comparison, not a growing past. In the trend every week is read so, as of its own report's moment;
and so is the last edition of a campaign, in the seven days that lay as far from its day
(``publisher.reach.editions``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from publisher.campaign.model import Anchor
from publisher.planning.dates import moment
from publisher.reach.editions import against_last_editions
from publisher.reach.followers import followed
from publisher.reach.insight import insight
from publisher.reach.ledger import Published, by_post, published, sum_of, sums_by, total
from publisher.reach.matters import WEEK, stops, troubles, upcoming
from publisher.reach.measured import AGE, measured
from publisher.reach.week import BestPost, Compared, PublishedPost, WeekSummary
from publisher.store import holds
from publisher.store.database import Database

TREND_WEEKS = 8
BEST = 5
"""So many posts are named as what people liked best."""


def week_summary(
    database: Database,
    monday: date,
    zone: ZoneInfo,
    now: datetime,
    anchors: Mapping[str, Anchor] | None = None,
    ages: Sequence[timedelta] = (AGE,),
) -> WeekSummary:
    """The summary of the week that begins on ``monday``, as of ``now``.

    ``anchors`` are the days that campaigns turn on: without its own a campaign isn't compared with
    its last edition. ``ages`` are those at which posts are read. Raises ``ValueError`` where
    ``monday`` is another day.
    """
    if monday.weekday():
        raise ValueError(f"{monday} is no Monday")
    with database.reading() as session:
        in_force = holds.in_force(session, now)
        *older, before, reported = _weeks_to(monday)
        last, this = (
            published(session, *_bounds(day, zone), now - back) for day, back in (before, reported)
        )
        trend = (
            *((day, total(session, *_bounds(day, zone), now - back)) for day, back in older),
            (before[0], sum_of(last)),
            (reported[0], sum_of(this)),
        )
        return WeekSummary(
            monday=monday,
            total=Compared("", trend[-1][1], trend[-2][1]),
            campaigns=_compared(this, last, lambda post: post.campaign),
            channels=_compared(this, last, lambda post: post.channel),
            posts=_posts(this, zone),
            best=_best(this, zone),
            troubles=troubles(session, _bounds(monday, zone)[0], now, zone),
            stops=stops(session, in_force, zone),
            upcoming=upcoming(session, in_force, now, zone),
            trend=trend,
            editions=against_last_editions(
                session, (*last, *this), monday, zone, now, anchors or {}
            ),
            followers=followed(session, *_bounds(monday, zone)),
            insight=insight(measured(session, _bounds(monday, zone)[1], zone, now, ages)),
        )


def _bounds(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return moment(monday, time(), zone), moment(monday + WEEK, time(), zone)


def _weeks_to(monday: date) -> list[tuple[date, timedelta]]:
    return [(monday - back * WEEK, back * WEEK) for back in reversed(range(TREND_WEEKS))]


def _compared(
    this: Sequence[Published], last: Sequence[Published], name_of: Callable[[Published], str]
) -> tuple[Compared, ...]:
    now, before = (sums_by(posts, lambda post: (name_of(post),)) for posts in (this, last))
    nothing = sum_of(())
    rows = [
        Compared(name, now.get(name, nothing), before.get(name, nothing))
        for name in {*now, *before}
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.now.figures.shown or 0), row.name)))


def _posts(this: Sequence[Published], zone: ZoneInfo) -> tuple[PublishedPost, ...]:
    return tuple(
        PublishedPost(
            group[0].first_line,
            group[0].campaign,
            group[0].sent_at.astimezone(zone),
            tuple(post.channel for post in group),
            sum_of(group),
        )
        for group in by_post(this).values()
    )


def _best(this: Sequence[Published], zone: ZoneInfo) -> tuple[BestPost, ...]:
    def weight(post: Published) -> tuple[int, int]:
        return post.figures.engagement or 0, post.figures.shown or 0

    measured = [post for post in this if any(weight(post))]
    return tuple(
        BestPost(
            post.first_line,
            post.channel,
            post.sent_at.astimezone(zone),
            post.url,
            post.figures,
        )
        for post in sorted(measured, key=weight, reverse=True)[:BEST]
    )
