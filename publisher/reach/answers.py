"""Answers of the ledger: whom a span of days reached, by whatever is asked.

Everything here is data: ``publisher.cli`` shows it, ``publisher.reach.export`` writes it to files.
What each figure means, and what has to be said with it (``notes``), stands in ``definitions``.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from sqlmodel import Session, col

from publisher.reach.figures import ENGAGEMENT, NAMES, Sum
from publisher.reach.ledger import Published, published, sum_of
from publisher.reach.spans import Span
from publisher.store.database import Database
from publisher.store.models import Delivery

By = Literal["post", "channel", "campaign", "edition", "audience", "week", "month", "kind"]
BYS: tuple[By, ...] = get_args(By)

SORTS = ("name", "posts", "deliveries", *NAMES)
"""What groups can be sorted by: names upwards, figures downwards, absent ones last."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which deliveries are asked about, and how they are grouped; no filter lets everything in.

    Days are local. Of a filter's names each is let in; all filters must agree.
    """

    span: Span
    by: By = "channel"
    campaigns: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    editions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """The post that a group stands for; ``at`` is local and when it first went out. ``channels``
    and ``urls`` are its deliveries', in their order."""

    campaign: str
    edition: int
    post: str
    occurrence: str
    first_line: str
    at: datetime
    kind: str
    audiences: tuple[str, ...]
    channels: tuple[str, ...]
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Deliveries of one name, added up.

    ``name`` is a channel's, a campaign's, an audience's or a kind's; "CAMPAIGN/YEAR" of an
    edition, "2027-W40" of a week, "2027-10" of a month, "CAMPAIGN/YEAR/POST[/OCCURRENCE]" of a
    post; "" where none is recorded. ``posts`` counts posts, whatever the number of their channels.
    ``doubts`` says of each figure how many of its deliveries have it in doubt. ``is_partial`` is
    a week or month of which the span holds only a part.
    """

    name: str
    posts: int
    sum: Sum
    doubts: Mapping[str, int]
    post: Post | None = None
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """The groups that were asked for, and all of their deliveries together, each counted once.

    ``as_of`` is local. ``left_out`` groups are not among ``groups`` (``top``).
    """

    question: Question
    as_of: datetime
    groups: tuple[Group, ...]
    total: Group
    left_out: int = 0

    @property
    def adds_up(self) -> bool:
        """Whether the groups' deliveries add up to the total's."""
        return self.question.by != "audience"


def answer(database: Database, question: Question, zone: ZoneInfo, now: datetime) -> Answer:
    """What the ledger says as of ``now``; groups in their usual order."""
    with database.reading() as session:
        return answer_of(asked(session, question, zone, now), question, zone, now)


def asked(
    session: Session, question: Question, zone: ZoneInfo, now: datetime
) -> Sequence[Published]:
    """The deliveries that ``question`` asks about, oldest first, as of ``now``."""
    filters = (
        (Delivery.campaign, question.campaigns),
        (Delivery.channel, question.channels),
        (Delivery.edition, question.editions),
    )
    only = [col(column).in_(names) for column, names in filters if names]
    rows = published(session, *question.span.bounds(zone), now, only=only)
    wanted = set(question.audiences)
    return [row for row in rows if not wanted or not wanted.isdisjoint(row.audiences)]


def answer_of(
    posts: Sequence[Published],
    question: Question,
    zone: ZoneInfo,
    now: datetime,
    total: Group | None = None,
) -> Answer:
    """The answer over ``posts``, which are those asked about, oldest first; ``total`` is what they
    came to together, where that is known from another answer."""
    names = _Names(question, zone)
    groups: dict[str, list[Published]] = {name: [] for name in names.expected(now)}
    for post in posts:
        for name in names.of(post):
            groups.setdefault(name, []).append(post)
    made = [
        replace(
            _group(name, members),
            post=_post(members, zone) if question.by == "post" else None,
            is_partial=names.is_partial(name, now),
        )
        for name, members in groups.items()
    ]
    usual = "name" if question.by in ("week", "month") else "shown"
    whole = total or _group("", posts)
    return Answer(question, now.astimezone(zone), _sorted(made, usual), whole)


def sorted_by(told: Answer, sort: str) -> Answer:
    """``told`` with its groups sorted by one of ``SORTS``."""
    return replace(told, groups=_sorted(told.groups, sort))


def top(told: Answer, count: int) -> Answer:
    """``told`` with no more than the first ``count`` groups; the total stays that of all."""
    kept = told.groups[:count]
    return replace(told, groups=kept, left_out=told.left_out + len(told.groups) - len(kept))


def notes(told: Answer) -> tuple[str, ...]:
    """What has to be said with this answer, as names of ``definitions.NOTES``."""
    every = (*told.groups, told.total)
    needed = {
        "not_people": any(one.sum.of["reach"] for one in every),
        "covers": any(_is_in_part(one.sum, name) for one in every for name in NAMES),
        "absent": any(one.sum.posts > one.sum.of[name] == 0 for one in every for name in NAMES),
        "doubtful": any(one.sum.doubtful for one in every),
        "gone": any(one.sum.gone for one in every),
        "overlapping": not told.adds_up,
        "shared_posts": told.adds_up
        and not told.left_out
        and sum(one.posts for one in told.groups) != told.total.posts,
        "partial": any(one.is_partial for one in told.groups),
        "left_out": bool(told.left_out) and told.adds_up,
    }
    return tuple(name for name, is_needed in needed.items() if is_needed)


def days_of(name: str) -> tuple[date, date]:
    """The first and last day of a week, "2027-W40", or a month, "2027-10"."""
    if "W" in name:
        monday = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
        return monday, monday + timedelta(days=6)
    year, month = int(name[:4]), int(name[5:])
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def doubted(post: Published) -> frozenset[str]:
    """The figures of ``post`` that are in doubt; those worked out from one in doubt are, too."""
    named = {doubt.rpartition(":")[2] for doubt in post.doubts}
    given = {name for name in NAMES if getattr(post.figures, name) is not None}
    if not named <= set(NAMES):
        return frozenset(given)
    worked_out = set()
    if "impressions" in named or ("views" in named and post.figures.impressions is None):
        worked_out.add("shown")
    if not named.isdisjoint(ENGAGEMENT):
        worked_out.add("engagement")
    return frozenset((named | worked_out) & given)


class _Names:
    """The names of the groups that deliveries belong to."""

    def __init__(self, question: Question, zone: ZoneInfo) -> None:
        self._question = question
        self._zone = zone

    def of(self, post: Published) -> Iterable[str]:
        by = self._question.by
        if by == "audience":
            only = self._question.audiences
            named = dict.fromkeys(name for name in post.audiences if not only or name in only)
            return named or ("",)
        if by == "post":
            return (post.post_key,)
        if by == "edition":
            return (f"{post.campaign}/{post.edition}",)
        if by in ("week", "month"):
            return (self._of_day(post.sent_at.astimezone(self._zone).date()),)
        name: str = getattr(post, by)
        return (name,)

    def expected(self, now: datetime) -> list[str]:
        """The groups that are shown even where nothing went out: weeks and months until ``now``."""
        if self._question.by not in ("week", "month"):
            return []
        return list(dict.fromkeys(self._of_day(day) for day in self._days(now)))

    def is_partial(self, name: str, now: datetime) -> bool:
        """Whether days of the week or month ``name`` are outside the span or still to come."""
        if self._question.by not in ("week", "month"):
            return False
        first, last = days_of(name)
        span, today = self._question.span, now.astimezone(self._zone).date()
        return first < span.first or last > span.last or last >= today

    def _of_day(self, day: date) -> str:
        if self._question.by == "month":
            return f"{day:%Y-%m}"
        year, week, _weekday = day.isocalendar()
        return f"{year}-W{week:02d}"

    def _days(self, now: datetime) -> Iterator[date]:
        span = self._question.span
        last = min(span.last, now.astimezone(self._zone).date())
        return (span.first + timedelta(days=n) for n in range((last - span.first).days + 1))


def _group(name: str, posts: Sequence[Published]) -> Group:
    doubts: dict[str, int] = defaultdict(int)
    for post in posts:
        if post.doubts:
            for figure in doubted(post):
                doubts[figure] += 1
    return Group(name, len({post.of_post for post in posts}), sum_of(posts), dict(doubts))


def _post(deliveries: Sequence[Published], zone: ZoneInfo) -> Post:
    first = deliveries[0]
    return Post(
        *first.of_post,
        first_line=first.first_line,
        at=first.sent_at.astimezone(zone),
        kind=first.kind,
        audiences=first.audiences,
        channels=tuple(one.channel for one in deliveries),
        urls=tuple(one.url for one in deliveries),
    )


def _sorted(groups: Iterable[Group], sort: str) -> tuple[Group, ...]:
    def key(group: Group) -> tuple[int, str]:
        if sort == "name":
            return 0, group.name
        value = {"posts": group.posts, "deliveries": group.sum.posts}.get(sort)
        if sort in NAMES:
            value = getattr(group.sum.figures, sort)
        return 1 if value is None else -value, group.name

    return tuple(sorted(groups, key=key))


def _is_in_part(total: Sum, name: str) -> bool:
    return 0 < total.of[name] < total.posts
