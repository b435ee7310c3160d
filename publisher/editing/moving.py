"""What to write for ``when`` so that a post falls on another moment. Pure.

A post keeps its manner: what counts from the campaign's day goes on doing so, what counts in
working days as well where the new day is one; a date becomes a date. What falls several times has
no single moment that could be moved.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from publisher.campaign.when import MAX_OFFSET_DAYS, FromFeed, Offset, OnDate, Recurring, When
from publisher.editing.refusals import refused
from publisher.i18n import _
from publisher.planning.dates import is_working_day, offset_day


@dataclass(frozen=True, slots=True)
class Turn:
    """What a post's moment is reckoned by: the campaign's day in the edition that is looked at
    (``None``: it has none), its usual time, the public holidays."""

    anchor: date | None
    usual: time
    closed: Collection[date] = ()


def moved(when: When, to: datetime, turn: Turn, path: Path) -> When:
    """``when`` so changed that it falls on the local moment ``to``, to the minute.

    Raises ``RefusedError``; ``path`` is the file that it names.
    """
    day, at = to.date(), time(to.hour, to.minute)
    match when:
        case Recurring():
            raise refused(
                path,
                "move_recurring",
                _("This post comes back by a rule; one of its days can't be moved by itself."),
                _(
                    "Change the rule in its file (the line “when”), or take this one day out "
                    "(publisher cancel) and write a post of its own for it."
                ),
            )
        case FromFeed():
            raise refused(
                path,
                "move_feed",
                _("This post goes out with each entry of a feed; an entry can't be moved."),
                _(
                    "Its hours stand in campaign.toml under [feed]. Take this one out (publisher "
                    "cancel), or send it by hand (publisher send)."
                ),
            )
        case OnDate():
            return OnDate(day, _at(when.at, at, turn))
        case Offset() if turn.anchor is None:
            raise refused(
                path,
                "move_no_anchor",
                _("This post counts from the campaign's day, but the campaign has none."),
                _('Write a date in its file: when = "2027-10-01 08:00"'),
            )
        case _:
            return _offset(when, day, _at(when.at, at, turn), turn.anchor, turn, path)


def as_written(when: When) -> str:
    """``when`` as an officer writes it."""
    match when:
        case FromFeed():
            return "feed"
        case Recurring():
            return f"RRULE:{when.rule}"
        case OnDate():
            words = when.day.isoformat()
        case _:
            words = "D" if not when.days else f"D{when.days:+d}"
            if when.working_days:
                words += " weekdays"
    return words if when.at is None else f"{words} {when.at:%H:%M}"


def _at(written: time | None, at: time, turn: Turn) -> time | None:
    """The time to write: none where none stood there and the usual one is meant."""
    return None if written is None and at == turn.usual else at


def _offset(
    when: Offset, day: date, at: time | None, anchor: date, turn: Turn, path: Path
) -> Offset:
    if offset_day(anchor, when, turn.closed) == day:
        return Offset(when.days, at, when.working_days)
    found = Offset((day - anchor).days, at)
    if when.working_days:
        counted = Offset(_working_days(anchor, day, turn.closed), at, working_days=True)
        if offset_day(anchor, counted, turn.closed) == day:
            found = counted
    if abs(found.days) > MAX_OFFSET_DAYS:
        raise refused(
            path,
            "move_far",
            _("This day lies more than a year from the campaign's day."),
            _('Choose a nearer one, or write a date in the file: when = "2027-10-01 08:00"'),
        )
    return found


def _working_days(anchor: date, day: date, closed: Collection[date]) -> int:
    """How many working days ``day`` lies after ``anchor``; before it, fewer than none."""
    step = timedelta(days=1 if day >= anchor else -1)
    count, here = 0, anchor
    # What lies further than any post may isn't counted to its end.
    while here != day and abs(count) <= MAX_OFFSET_DAYS:
        here += step
        if is_working_day(here, closed):
            count += step.days
    return count
