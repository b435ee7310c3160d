"""A span at one glance: its figures against an earlier one's, its course, what did best.

Both spans' posts had as long to be seen: the earlier one is read as of as much earlier as it ended
earlier, and so is every step of the trend. Of a span that isn't over, the earlier one is counted to
the same point. What a sum covers, and whether two may be compared, stands in ``figures``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast
from sqlmodel import Session, col

from publisher.campaign.model import Anchor
from publisher.reach.accounts import Account, accounts
from publisher.reach.answers import Answer, By, Group, Question, answer_of, days_of, sorted_by, top
from publisher.reach.editions import AgainstEdition, against_last_editions
from publisher.reach.figures import Sum
from publisher.reach.ledger import Published, by_post, published, sum_of, sums_by, total
from publisher.reach.spans import Span, any_span
from publisher.store.database import Database
from publisher.store.models import Delivery

Step = Literal["week", "month"]

METRICS = ("shown", "reach", "engagement", "link_clicks")
"""What an overview can be sorted and drawn by."""

BEST = 10
"""So many posts are named."""

_LEAST_STEPS, _MOST_STEPS = 8, 26
_DAYS_A_STEP = {"week": 7, "month": 30}


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked: which days ``against`` which, by which figure, in what steps; "" lets
    everything in."""

    span: Span
    against: Span
    metric: str = "shown"
    step: Step = "week"
    campaign: str = ""
    channel: str = ""
    audience: str = ""

    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """The deliveries that its filters let in."""
        asked: list[ColumnElement[bool]] = []
        if self.campaign:
            asked.append(col(Delivery.campaign) == self.campaign)
        if self.channel:
            asked.append(col(Delivery.channel) == self.channel)
        if self.audience:
            # One of a few names without signs: as text it is found in the store itself.
            asked.append(cast(col(Delivery.audiences), String).contains(f'"{self.audience}"'))
        return tuple(asked)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that an overview tells, as of ``as_of`` (local).

    ``posts`` counts posts, ``now.posts`` their deliveries. ``trend`` is oldest first; ``is_over``
    is false while the span still runs. The answers are of the span; what stands beside them under
    ``…_before`` is, by name, of the earlier one.
    """

    scope: Scope
    as_of: datetime
    is_over: bool
    posts: int
    posts_before: int
    now: Sum
    before: Sum
    trend: tuple[tuple[Span, Sum], ...]
    channels: Answer
    channels_before: Mapping[str, Sum]
    campaigns: Answer
    campaigns_before: Mapping[str, Sum]
    audiences: Answer
    audiences_before: Mapping[str, Sum]
    best: Answer
    editions: tuple[AgainstEdition, ...]
    accounts: Mapping[str, Account]


def overview(
    database: Database,
    scope: Scope,
    zone: ZoneInfo,
    as_of: datetime,
    anchors: Mapping[str, Anchor],
) -> Overview:
    """The overview of ``scope``; ``anchors`` are the days that campaigns turn on."""
    span, earlier = scope.span, scope.against
    end = span.bounds(zone)[1]
    back = end - earlier.bounds(zone)[1]
    conditions = scope.conditions()
    with database.reading() as session:
        this = _out(session, span, zone, as_of, conditions)
        last = _out(session, earlier, zone, as_of - back, conditions)
        trend = _trend(session, scope, zone, as_of)
        editions = against_last_editions(
            session,
            (*last, *this),
            span.first,
            zone,
            as_of,
            anchors,
            length=max(1, min(span.days, (as_of.astimezone(zone).date() - span.first).days + 1)),
            only=conditions,
        )

    def answer(by: By, total: Group | None = None) -> Answer:
        question = Question(
            span,
            by,
            tuple(filter(None, (scope.campaign,))),
            tuple(filter(None, (scope.channel,))),
            tuple(filter(None, (scope.audience,))),
        )
        return sorted_by(answer_of(this, question, zone, as_of, total), scope.metric)

    by_channel = answer("channel")
    whole = by_channel.total
    return Overview(
        scope=scope,
        as_of=as_of.astimezone(zone),
        is_over=end <= as_of,
        posts=whole.posts,
        posts_before=len(by_post(last)),
        now=whole.sum,
        before=sum_of(last),
        trend=trend,
        channels=by_channel,
        channels_before=sums_by(last, lambda one: (one.channel,)),
        campaigns=answer("campaign", whole),
        campaigns_before=sums_by(last, lambda one: (one.campaign,)),
        audiences=answer("audience", whole),
        audiences_before=sums_by(last, lambda one: one.audiences or ("",)),
        best=top(answer("post", whole), BEST),
        editions=editions,
        accounts={one.channel: one for one in accounts(database, span, zone, as_of)},
    )


def _out(
    session: Session,
    span: Span,
    zone: ZoneInfo,
    as_of: datetime,
    conditions: Sequence[ColumnElement[bool]],
) -> Sequence[Published]:
    """What was out in ``span`` by ``as_of``."""
    return published(
        session, *span.bounds(zone), as_of, only=(*conditions, col(Delivery.sent_at) <= as_of)
    )


def _trend(
    session: Session, scope: Scope, zone: ZoneInfo, as_of: datetime
) -> tuple[tuple[Span, Sum], ...]:
    """The steps up to the span's last, or today's, each as old as that one; those before anything
    went out are left out."""
    last = min(scope.span.last, as_of.astimezone(zone).date())
    count = min(max(_LEAST_STEPS, scope.span.days // _DAYS_A_STEP[scope.step]), _MOST_STEPS)
    steps = _steps_to(last, scope.step, count)
    age = as_of - steps[-1].bounds(zone)[1]
    found = []
    for step in steps:
        start, end = step.bounds(zone)
        moment = end + age
        only = (*scope.conditions(), col(Delivery.sent_at) <= moment)
        found.append((step, total(session, start, end, moment, only=only)))
    while len(found) > 1 and not found[0][1].posts:
        found.pop(0)
    return tuple(found)


def _steps_to(last: date, step: Step, count: int) -> list[Span]:
    steps: list[Span] = []
    day = last
    while len(steps) < count:
        name = f"{day:%Y-%m}" if step == "month" else "{}-W{:02d}".format(*day.isocalendar()[:2])
        steps.insert(0, any_span(*days_of(name)))
        day = steps[0].first - timedelta(days=1)
    return steps
