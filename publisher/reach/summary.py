"""The week in figures, for the leaders' mail: reads only the weeks it needs.

A week runs from Monday 00:00 to Monday 00:00 in the office's zone. Its figures are those of the
posts published in it, as of the report's moment. The week before is read as of seven days earlier,
so that both weeks' posts had as long to be seen: a fair comparison, not a growing past. In the
trend every week is read so, as of its own report's moment; and so is the last edition of a
campaign, in the seven days that lay as far from its day (``publisher.reach.editions``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from publisher.campaign.model import Anchor
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.planning.dates import moment
from publisher.reach.editions import AgainstEdition, against_last_editions
from publisher.reach.figures import Figures, Sum
from publisher.reach.followers import Followed, followed
from publisher.reach.insight import Insight, insight
from publisher.reach.ledger import Published, by_post, published, sum_of, sums_by, total
from publisher.reach.measured import AGE, measured
from publisher.store import approvals, channel_states, deliveries, holds
from publisher.store.database import Database
from publisher.store.models import Delivery, Hold

WEEK = timedelta(days=7)
TREND_WEEKS = 8
BEST = 5
"""So many posts are named as what people liked best."""

CREDENTIALS = "credentials"
"""The scope of a stop that is no hold: a channel's log-in is no longer taken."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of a table: this week's sum and the week before's."""

    name: str
    now: Sum
    before: Sum


@dataclass(frozen=True, slots=True)
class BestPost:
    """A post that did well; ``at`` is local."""

    first_line: str
    channel: str
    at: datetime
    url: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post that went out: when first (local), on which channels, their figures together."""

    first_line: str
    campaign: str
    at: datetime
    channels: tuple[str, ...]
    sum: Sum


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that needs a person, and why; ``at`` is its local due time."""

    key: str
    first_line: str
    channel: str
    at: datetime
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Stop:
    """What keeps posts back: a hold, or a channel's log-in; times are local.

    ``scope`` is one of ``store.holds``, or ``CREDENTIALS``.
    """

    scope: str
    target: str
    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A post of the seven days to come: when (local), where, whether it waits for approval, and
    whether a hold of today covers its time on any of its channels."""

    first_line: str
    campaign: str
    at: datetime
    channels: tuple[str, ...]
    waits: bool
    held: bool


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """Everything the weekly mail says. ``monday`` begins the week reported; ``trend`` holds the
    last weeks, this one last, each as of its own report's moment. ``editions`` are the campaigns
    whose last edition has figures to compare with. ``insight`` is of the last
    weeks (``publisher.reach.measured``).
    """

    monday: date
    total: Compared
    campaigns: tuple[Compared, ...]
    channels: tuple[Compared, ...]
    posts: tuple[PublishedPost, ...]
    best: tuple[BestPost, ...]
    troubles: tuple[Trouble, ...]
    stops: tuple[Stop, ...]
    upcoming: tuple[Upcoming, ...]
    trend: tuple[tuple[date, Sum], ...]
    editions: tuple[AgainstEdition, ...] = ()
    followers: tuple[Followed, ...] = ()
    insight: Insight = field(default_factory=Insight)


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
            troubles=_troubles(session, _bounds(monday, zone)[0], now, zone),
            stops=_stops(session, in_force, zone),
            upcoming=_upcoming(session, in_force, now, zone),
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


def _troubles(
    session: Session, start: datetime, now: datetime, zone: ZoneInfo
) -> tuple[Trouble, ...]:
    """What fell due since ``start`` and went wrong; doubts of any age, until they are settled."""
    wrong = [State.FAILED.value, State.MISSED.value]
    rows = session.exec(
        select(Delivery)
        .where(
            or_(
                col(Delivery.state) == State.UNCONFIRMED.value,
                and_(
                    col(Delivery.state).in_(wrong),
                    col(Delivery.due_at) >= start,
                    col(Delivery.due_at) <= now,
                ),
            )
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
    return tuple(
        Trouble(
            deliveries.identity_of(row).key,
            row.first_line,
            row.channel,
            row.due_at.astimezone(zone),
            State(row.state),
            row.note,
        )
        for row in rows
    )


def _stops(session: Session, in_force: Sequence[Hold], zone: ZoneInfo) -> tuple[Stop, ...]:
    held = [
        Stop(
            hold.scope,
            hold.target,
            hold.reason,
            hold.placed_at.astimezone(zone),
            hold.until.astimezone(zone) if hold.until else None,
        )
        for hold in in_force
    ]
    stopped = [
        Stop(CREDENTIALS, state.channel, state.stopped, state.updated_at.astimezone(zone))
        for state in channel_states.all_of_them(session)
        if state.stopped
    ]
    return (*held, *stopped)


def _upcoming(
    session: Session, in_force: Sequence[Hold], now: datetime, zone: ZoneInfo
) -> tuple[Upcoming, ...]:
    rows = session.exec(
        select(Delivery)
        .where(
            col(Delivery.state).in_([state.value for state in CLAIMABLE]),
            col(Delivery.due_at) >= now,
            col(Delivery.due_at) < now + WEEK,
            col(Delivery.holdable).is_(True),
        )
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
    together: dict[tuple[str, int, str, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        together[_post_of(row)].append(row)
    return tuple(
        Upcoming(
            group[0].first_line,
            group[0].campaign,
            group[0].due_at.astimezone(zone),
            tuple(row.channel for row in group),
            waits=any(len(approvals.given(session, row)) < row.approvals for row in group),
            held=any(_covers(hold, row) for hold in in_force for row in group),
        )
        for group in together.values()
    )


def _covers(hold: Hold, row: Delivery) -> bool:
    lasts = hold.until is None or hold.until > row.due_at
    return lasts and holds.covers(hold, row.campaign, row.channel)


def _post_of(row: Delivery) -> tuple[str, int, str, str]:
    return row.campaign, row.edition, row.post, row.occurrence
