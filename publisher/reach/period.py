"""What a periodic report says of a span.

What went out, whom it reached, what went wrong. Figures are those of the posts published in the
span, as of the report's moment; the spans that it is compared with are read as of the same age
(``ledger``), so that a fresh post isn't measured against one that had a year to be seen. Everything
here is data: ``publisher.reports`` puts it into words, tables and pictures.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.reach.accounts import told_before
from publisher.reach.coverage import Coverage
from publisher.reach.criteria import Result
from publisher.reach.figures import Sum
from publisher.reach.ledger import OfPost, Published, by_post, published, sum_of, sums_by
from publisher.reach.spans import Span, a_year_earlier, before, parts
from publisher.store import holds
from publisher.store.database import Database
from publisher.store.models import Delivery, Hold

STILL_AHEAD = timedelta(days=31)
"""Until so long after its end a report speaks of the plan: later, what it calls ahead is not what
followed it."""

BEST = 10
"""So many posts are named as those that reached most."""


@dataclass(frozen=True, slots=True)
class PostSum:
    """A post that went out: when first (local), on which channels, their figures together."""

    campaign: str
    edition: int
    post: str
    occurrence: str
    first_line: str
    at: datetime
    kind: str
    audiences: tuple[str, ...]
    covers: tuple[str, ...]
    deliveries: tuple[Published, ...]
    sum: Sum


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its name, how many posts, the sum of their deliveries; the same of the
    span before and of the year before."""

    name: str
    posts: int
    now: Sum
    before: Sum
    year_before: Sum


@dataclass(frozen=True, slots=True)
class Followers:
    """How many people follow a channel's account at a span's two ends; ``None`` is unknown."""

    channel: str
    first: int | None
    last: int | None

    @property
    def gained(self) -> int | None:
        """How many came, or went; ``None`` where one end isn't known."""
        if self.first is None or self.last is None:
            return None
        return self.last - self.first


@dataclass(frozen=True, slots=True)
class Ahead:
    """What of a campaign's edition stands in the plan after the span: how many posts and
    deliveries, from which local moment to which."""

    campaign: str
    edition: int
    posts: int
    deliveries: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class PeriodSummary:
    """Everything a periodic report says. Times are local.

    ``trend`` holds the span's parts (``spans.parts``): the months that have reports of their own,
    or weeks where the span is shorter than ten weeks. ``undone`` counts what fell due in the span
    and didn't go out, by state. ``holds`` are the stops that were in force in it. ``ahead`` is
    what is planned, as far as the plan is made; nothing for a span that is long over.
    """

    span: Span
    span_before: Span
    span_year_before: Span
    as_of: datetime
    total: Row
    channels: tuple[Row, ...]
    campaigns: tuple[Row, ...]
    editions: tuple[Row, ...]
    audiences: tuple[Row, ...]
    kinds: tuple[Row, ...]
    trend: tuple[tuple[Span, Sum], ...]
    posts: tuple[PostSum, ...]
    best: tuple[PostSum, ...]
    undone: Mapping[State, int]
    holds: tuple[Hold, ...]
    followers: tuple[Followers, ...]
    ahead: tuple[Ahead, ...] = ()
    results: tuple[Result, ...] = ()
    coverage: Coverage | None = None


def period_summary(
    database: Database,
    span: Span,
    zone: ZoneInfo,
    now: datetime,
    closes_on: int,
    results: Sequence[Result] = (),
    coverage: Coverage | None = None,
) -> PeriodSummary:
    """The summary of ``span`` as of ``now``; ``results`` and ``coverage`` are handed through."""
    earlier, year_before = before(span, closes_on), a_year_earlier(span, closes_on)
    start, end = span.bounds(zone)
    with database.reading() as session:
        this = published(session, start, end, now)
        sets = [this]
        for other in (earlier, year_before):
            other_start, other_end = other.bounds(zone)
            # While the span isn't over, the others' like part alone is what they are: what was
            # published later has had no counterpart yet.
            as_of = now - (end - other_end)
            sets.append(published(session, other_start, min(other_end, as_of), as_of))
        posts = _posts(this, zone)

        def rows(names_of: Callable[[Published], Iterable[str]]) -> tuple[Row, ...]:
            return _rows(sets, names_of)

        return PeriodSummary(
            span=span,
            span_before=earlier,
            span_year_before=year_before,
            as_of=now.astimezone(zone),
            total=Row("", len(posts), *(sum_of(one) for one in sets)),
            channels=rows(lambda post: (post.channel,)),
            campaigns=rows(lambda post: (post.campaign,)),
            editions=rows(lambda post: (f"{post.campaign}/{post.edition}",)),
            audiences=rows(lambda post: post.audiences),
            kinds=rows(lambda post: (post.kind,) if post.kind else ()),
            trend=_trend(this, span, zone, closes_on),
            posts=posts,
            best=_best(posts),
            undone=_undone(session, start, min(end, now)),
            holds=tuple(holds.between(session, start, min(end, now))),
            followers=_followers(session, start, min(end, now), zone),
            ahead=_ahead(session, now, zone) if now < end + STILL_AHEAD else (),
            results=tuple(results),
            coverage=coverage,
        )


def _rows(
    sets: Sequence[Sequence[Published]], names_of: Callable[[Published], Iterable[str]]
) -> tuple[Row, ...]:
    now, earlier, year_before = (sums_by(posts, names_of) for posts in sets)
    seen: dict[str, set[OfPost]] = defaultdict(set)
    for post in sets[0]:
        for name in names_of(post):
            seen[name].add(post.of_post)
    nothing = sum_of(())
    rows = [
        Row(
            name,
            len(seen[name]),
            now.get(name, nothing),
            earlier.get(name, nothing),
            year_before.get(name, nothing),
        )
        for name in {*now, *earlier}
    ]
    return tuple(sorted(rows, key=lambda row: (-(row.now.figures.shown or 0), row.name)))


def _posts(this: Sequence[Published], zone: ZoneInfo) -> tuple[PostSum, ...]:
    return tuple(
        PostSum(
            *of_post,
            first_line=group[0].first_line,
            at=group[0].sent_at.astimezone(zone),
            kind=group[0].kind,
            audiences=group[0].audiences,
            covers=tuple(sorted({code for one in group for code in one.covers})),
            deliveries=tuple(group),
            sum=sum_of(group),
        )
        for of_post, group in by_post(this).items()
    )


def _best(posts: Sequence[PostSum]) -> tuple[PostSum, ...]:
    def weight(post: PostSum) -> tuple[int, int]:
        return post.sum.figures.shown or 0, post.sum.figures.engagement or 0

    measured = [post for post in posts if any(weight(post))]
    return tuple(sorted(measured, key=weight, reverse=True)[:BEST])


def _trend(
    this: Sequence[Published], span: Span, zone: ZoneInfo, closes_on: int
) -> tuple[tuple[Span, Sum], ...]:
    groups: dict[Span, list[Published]] = {part: [] for part in parts(span, closes_on)}
    ends = [part.bounds(zone)[1] for part in groups]
    in_order = list(groups.values())
    for post in this:
        in_order[bisect_right(ends, post.sent_at)].append(post)
    return tuple((part, sum_of(posts)) for part, posts in groups.items())


def _undone(session: Session, start: datetime, end: datetime) -> dict[State, int]:
    wrong = (State.FAILED, State.MISSED, State.UNCONFIRMED, State.CANCELLED)
    states = session.exec(
        select(Delivery.state).where(
            col(Delivery.due_at) >= start,
            col(Delivery.due_at) < end,
            col(Delivery.state).in_([state.value for state in wrong]),
            col(Delivery.holdable).is_(True),
        )
    ).all()
    counted = Counter(states)
    return {state: counted[state.value] for state in wrong if counted[state.value]}


def _ahead(session: Session, now: datetime, zone: ZoneInfo) -> tuple[Ahead, ...]:
    """By edition, what waits for its time, in the order in which they begin."""
    post = col(Delivery.post) + "/" + col(Delivery.occurrence)
    wanted: list[Any] = [
        Delivery.campaign,
        Delivery.edition,
        func.count(func.distinct(post)),
        func.count(),
        func.min(Delivery.due_at),
        func.max(Delivery.due_at),
    ]
    rows = session.execute(
        select(*wanted)
        .where(
            col(Delivery.state).in_([state.value for state in CLAIMABLE]),
            col(Delivery.due_at) >= now,
            col(Delivery.holdable).is_(True),
        )
        .group_by(col(Delivery.campaign), col(Delivery.edition))
    ).all()
    found = [
        Ahead(campaign, edition, posts, count, first.astimezone(zone), last.astimezone(zone))
        for campaign, edition, posts, count, first, last in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.first, one.campaign)))


def _followers(
    session: Session, start: datetime, end: datetime, zone: ZoneInfo
) -> tuple[Followers, ...]:
    """By channel, what was told last before the span and last in it."""
    first, last = (told_before(session, "followers", moment, zone) for moment in (start, end))
    return tuple(
        Followers(name, *(ends[name].value if name in ends else None for ends in (first, last)))
        for name in sorted({*first, *last})
    )
