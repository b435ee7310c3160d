"""The week against the last edition's: the seven days as far from the campaign's day.

Or as many other days as are asked for.

10 October was a Saturday in 2026 and is a Sunday in 2027. What a campaign does hangs on its day and
not on the calendar's weeks, so the days D-6 to D of this edition are held against the days D-6 to
D of the last one, read at the same age. Of the last edition nothing else is read: one span of seven
days for a campaign that is running, one for all that share it. A standing campaign has no day, and
nothing to be compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session

from publisher.campaign.model import Anchor
from publisher.planning.dates import moment
from publisher.reach.figures import Sum
from publisher.reach.ledger import Published, published, sum_of

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class AgainstEdition:
    """A campaign's ``edition`` in this week and the last one in its week.

    ``first_day`` begins the week, ``first`` days after the campaign's day (-6: six days before
    it); ``first_day_before`` lies as far from the last edition's. ``days`` and ``days_before`` hold
    what the posts of each of the seven days, or however many were asked for, came to.
    """

    campaign: str
    edition: int
    first: int
    first_day: date
    first_day_before: date
    now: Sum
    before: Sum
    days: tuple[Sum, ...]
    days_before: tuple[Sum, ...]

    @property
    def last_day_before(self) -> date:
        return self.first_day_before + timedelta(days=len(self.days_before) - 1)


def against_last_editions(
    session: Session,
    posts: Sequence[Published],
    monday: date,
    zone: ZoneInfo,
    now: datetime,
    anchors: Mapping[str, Anchor],
    *,
    length: int = WEEK_DAYS,
    only: Sequence[ColumnElement[bool]] = (),
) -> tuple[AgainstEdition, ...]:
    """The campaigns among ``posts`` whose last edition has figures in its week; those that were
    shown most come first.

    ``posts`` are those of the week from ``monday`` and of the one before: a campaign that kept
    silent this week is still running. With ``length``, it is as many days from any day on. ``only``
    are the conditions by which ``posts`` were narrowed.
    """
    read: dict[date, Sequence[Published]] = {}

    def week_from(first_day: date) -> Sequence[Published]:
        if first_day not in read:
            start, end = _moments(first_day, zone, length)
            as_of = now - (_moments(monday, zone, length)[0] - start)
            read[first_day] = published(session, start, end, as_of, only=only)
        return read[first_day]

    found = [
        compared
        for campaign, edition in sorted({(post.campaign, post.edition) for post in posts})
        if campaign in anchors
        and (
            compared := _against(
                campaign, edition, posts, monday, zone, anchors[campaign], week_from, length
            )
        )
    ]
    return tuple(sorted(found, key=lambda one: (-(one.now.figures.shown or 0), one.campaign)))


def _against(
    campaign: str,
    edition: int,
    posts: Sequence[Published],
    monday: date,
    zone: ZoneInfo,
    anchor: Anchor,
    week_from: Callable[[date], Sequence[Published]],
    length: int,
) -> AgainstEdition | None:
    day, day_before = anchor.day_in(edition), anchor.day_in(edition - 1)
    if day is None or day_before is None:
        return None
    first_day_before = monday - (day - day_before)
    days = _by_day(_of(posts, campaign, edition), monday, zone, length)
    days_before = _by_day(
        _of(week_from(first_day_before), campaign, edition - 1), first_day_before, zone, length
    )
    before = sum_of(post for each in days_before for post in each)
    if not any(before.of.values()):
        return None
    return AgainstEdition(
        campaign,
        edition,
        (monday - day).days,
        monday,
        first_day_before,
        sum_of(post for each in days for post in each),
        before,
        tuple(sum_of(each) for each in days),
        tuple(sum_of(each) for each in days_before),
    )


def _of(posts: Iterable[Published], campaign: str, edition: int) -> list[Published]:
    return [post for post in posts if (post.campaign, post.edition) == (campaign, edition)]


def _by_day(
    posts: Iterable[Published], first: date, zone: ZoneInfo, length: int
) -> list[list[Published]]:
    """The posts of each of so many days from ``first``; others are left out."""
    days: list[list[Published]] = [[] for _day in range(length)]
    for post in posts:
        place = (post.sent_at.astimezone(zone).date() - first).days
        if 0 <= place < length:
            days[place].append(post)
    return days


def _moments(first_day: date, zone: ZoneInfo, length: int) -> tuple[datetime, datetime]:
    return (
        moment(first_day, time(), zone),
        moment(first_day + timedelta(days=length), time(), zone),
    )
