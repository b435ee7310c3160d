"""The week in figures, for the leaders' mail: reads only the weeks it needs.

A week runs from Monday 00:00 to Monday 00:00 in the office's zone. Its figures are those of the
posts published in it, as of the report's moment. The week before is read as of seven days earlier,
so that both weeks' posts had as long to be seen: a fair comparison, not a growing past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.planning.dates import moment
from publisher.reach.ledger import Figures, Sum, add_up, figures_as_of, sent_between
from publisher.store import approvals, channel_states, deliveries, holds
from publisher.store.database import Database
from publisher.store.models import Delivery

WEEK = timedelta(days=7)
TREND_WEEKS = 8
BEST = 5


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
class Trouble:
    """A delivery that needs a person, and why; ``at`` is its local due time."""

    key: str
    first_line: str
    channel: str
    at: datetime
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A post of the week to come: when (local), where, and whether it waits for approval."""

    first_line: str
    campaign: str
    at: datetime
    channels: tuple[str, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """Everything the weekly mail says. ``monday`` begins the week reported; ``trend`` holds the
    last weeks, this one last, each as of its own report's moment."""

    monday: date
    total: Compared
    campaigns: tuple[Compared, ...]
    channels: tuple[Compared, ...]
    best: tuple[BestPost, ...]
    troubles: tuple[Trouble, ...]
    stops: tuple[str, ...]
    upcoming: tuple[Upcoming, ...]
    trend: tuple[tuple[date, Sum], ...]


def week_summary(database: Database, monday: date, zone: ZoneInfo, now: datetime) -> WeekSummary:
    """The summary of the week that begins on ``monday``, as of ``now``."""
    start, end = _bounds(monday, zone)
    with database.reading() as session:
        this = _published(session, start, end, now)
        last = _published(session, *_bounds(monday - WEEK, zone), now - WEEK)
        return WeekSummary(
            monday=monday,
            total=Compared("", add_up(f for _d, f in this), add_up(f for _d, f in last)),
            campaigns=_compared(this, last, lambda row: row.campaign),
            channels=_compared(this, last, lambda row: row.channel),
            best=_best(this, zone),
            troubles=_troubles(session, start, now, zone),
            stops=_stops(session, now),
            upcoming=_upcoming(session, now, zone),
            trend=tuple(
                (day, add_up(f for _d, f in _published(session, *_bounds(day, zone), now - back)))
                for day, back in _weeks_before(monday)
            ),
        )


def _bounds(monday: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return moment(monday, time(), zone), moment(monday + WEEK, time(), zone)


def _weeks_before(monday: date) -> list[tuple[date, timedelta]]:
    return [(monday - back * WEEK, back * WEEK) for back in reversed(range(TREND_WEEKS))]


Published = Sequence[tuple[Delivery, Figures]]


def _published(session: Session, start: datetime, end: datetime, as_of: datetime) -> Published:
    sent = sent_between(session, start, end)
    figures = figures_as_of(session, sent, as_of)
    return [(row, figures.get(row.id or 0, Figures())) for row in sent]


def _compared(
    this: Published, last: Published, name_of: Callable[[Delivery], str]
) -> tuple[Compared, ...]:
    groups: dict[str, tuple[list[Figures], list[Figures]]] = defaultdict(lambda: ([], []))
    for place, published in enumerate((this, last)):
        for row, figures in published:
            groups[name_of(row)][place].append(figures)
    rows = [Compared(name, add_up(now), add_up(before)) for name, (now, before) in groups.items()]
    return tuple(sorted(rows, key=lambda row: (-(row.now.figures.shown or 0), row.name)))


def _best(this: Published, zone: ZoneInfo) -> tuple[BestPost, ...]:
    def weight(item: tuple[Delivery, Figures]) -> tuple[int, int]:
        return item[1].engagement or 0, item[1].shown or 0

    measured = [item for item in this if any(weight(item))]
    return tuple(
        BestPost(
            row.first_line,
            row.channel,
            (row.sent_at or row.due_at).astimezone(zone),
            row.url or "",
            figures,
        )
        for row, figures in sorted(measured, key=weight, reverse=True)[:BEST]
    )


def _troubles(
    session: Session, start: datetime, now: datetime, zone: ZoneInfo
) -> tuple[Trouble, ...]:
    rows = deliveries.in_state(session, State.FAILED, State.MISSED, State.UNCONFIRMED)
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
        if row.state == State.UNCONFIRMED or start <= row.due_at <= now
    )


def _stops(session: Session, now: datetime) -> tuple[str, ...]:
    held = [f"{hold.target or '*'}: {hold.reason}" for hold in holds.in_force(session, now)]
    stopped = [
        f"{state.channel}: {state.stopped}"
        for state in channel_states.all_of_them(session)
        if state.stopped
    ]
    return (*held, *stopped)


def _upcoming(session: Session, now: datetime, zone: ZoneInfo) -> tuple[Upcoming, ...]:
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
    given = approvals.counts(session)
    together: dict[tuple[str, int, str, str], list[Delivery]] = defaultdict(list)
    for row in rows:
        together[row.campaign, row.edition, row.post, row.occurrence].append(row)
    return tuple(
        Upcoming(
            group[0].first_line,
            group[0].campaign,
            group[0].due_at.astimezone(zone),
            tuple(row.channel for row in group),
            any(given.get(row.id or 0, 0) < row.approvals for row in group),
        )
        for group in together.values()
    )
