"""Shares of what was due.

The feed's items, the plan's deliveries, the register's tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, not_
from sqlmodel import col, or_, select

from publisher import notation
from publisher.campaign.criteria import OnTime, Prompt, TopicsCovered
from publisher.campaign.register import mark
from publisher.delivery.lifecycle import State
from publisher.i18n import _, ngettext
from publisher.planning.diff import OUTSIDE
from publisher.reach.coverage import posts_by_code
from publisher.reach.measures.books import (
    Books,
    Measured,
    Window,
    filters,
    joined,
    percent,
    seen_day,
)
from publisher.store.feed_tables import FeedEntry
from publisher.store.feeds import NO_ROOM
from publisher.store.models import Delivery

NEWS_KEEPS = timedelta(days=8)
"""An item is taken up at most so long after it was published (``feeds.entries.MAX_AGE``)."""


def prompt(books: Books, asked: Prompt, window: Window) -> Measured:
    """Of the items that the portal published in the window and that the rules let through, those
    whose first delivery went out within the hours; without ``hours``, by the time that its campaign
    promised when it came in. An item whose time isn't over, and that isn't out, is left aside; one
    that never went out counts against, also where the rules had no room for it."""
    first = _first_sent(books, asked, window)
    in_time = late = never = waiting = 0
    for item in _items(books, asked, window):
        # What a feed dates into the future was there when it was seen.
        origin = min(item.published_at or item.seen_at, item.seen_at)
        if not window.start <= origin < window.seen_until:
            continue
        hours = timedelta(hours=asked.hours) if asked.hours is not None else None
        until = item.promised_at if hours is None else origin + hours
        if until is None:
            # It came in before promises were kept: there is none to hold it against.
            continue
        sent_at = first.get((item.campaign, item.key))
        if sent_at is not None:
            in_time, late = in_time + (sent_at <= until), late + (sent_at > until)
        elif until <= window.as_of:
            never += 1
        else:
            waiting += 1
    every = in_time + late + never
    if not every:
        return Measured(None, _("No item of a feed was to go out."))
    words = {"n": notation.number(in_time), "all": notation.number(every)}
    if asked.hours is None:
        basis = _("%(n)s of %(all)s items of the feeds went out within the promised time") % words
    else:
        basis = _("%(n)s of %(all)s items of the feeds went out within %(hours)s hours") % {
            **words,
            "hours": notation.number(asked.hours),
        }
    more = [
        text % {"n": notation.number(number)}
        for number, text in (
            (late, _("%(n)s later")),
            (never, _("%(n)s not at all")),
            (waiting, _("%(n)s with time left, not counted")),
        )
        if number
    ]
    return Measured(percent(in_time, every), joined([basis, *more]))


def _items(books: Books, asked: Prompt, window: Window) -> Sequence[FeedEntry]:
    wanted = [
        or_(col(FeedEntry.due_at).is_not(None), FeedEntry.left_out == NO_ROOM),
        col(FeedEntry.seen_at) >= window.start,
        col(FeedEntry.seen_at) < window.end + NEWS_KEEPS,
        col(FeedEntry.seen_at) <= window.as_of,
    ]
    if asked.campaigns:
        wanted.append(col(FeedEntry.campaign).in_(asked.campaigns))
    return books.session.exec(select(FeedEntry).where(*wanted)).all()


def _first_sent(books: Books, asked: Prompt, window: Window) -> dict[tuple[str, str], datetime]:
    """By campaign and item, when its first delivery went out."""
    rows = books.session.exec(
        select(Delivery.campaign, Delivery.occurrence, func.min(Delivery.sent_at))
        .where(
            col(Delivery.sent_at) >= window.start,
            col(Delivery.sent_at) <= window.as_of,
            col(Delivery.holdable).is_(True),
            Delivery.occurrence != "",
            *filters(asked.campaigns, asked.channels),
        )
        .group_by(col(Delivery.campaign), col(Delivery.occurrence))
    ).all()
    return {(campaign, key): at for campaign, key, at in rows if at is not None}


def on_time(books: Books, asked: OnTime, window: Window) -> Measured:
    """Of the deliveries that fell due in the window, those sent within the minutes: not counting
    what somebody cancelled, what was sent by hand, and what still has time."""
    within = timedelta(minutes=asked.minutes)
    rows = books.session.exec(
        select(Delivery.due_at, Delivery.sent_at).where(
            col(Delivery.due_at) >= window.start,
            col(Delivery.due_at) < window.seen_until,
            col(Delivery.holdable).is_(True),
            Delivery.state != State.CANCELLED.value,
            not_(col(Delivery.occurrence).startswith(OUTSIDE)),
            *filters(asked.campaigns, asked.channels),
        )
    ).all()
    done = good = 0
    for due_at, sent_at in rows:
        if sent_at is not None and sent_at <= window.as_of:
            done, good = done + 1, good + (sent_at - due_at <= within)
        elif due_at + within <= window.as_of:
            done += 1
    if not done:
        return Measured(None, _("Nothing fell due."))
    basis = _("%(n)s of %(all)s deliveries went out within %(minutes)s minutes of their time")
    words = {
        "n": notation.number(good),
        "all": notation.number(done),
        "minutes": notation.number(asked.minutes),
    }
    return Measured(percent(good, done), joined([basis % words]))


def coverage(books: Books, asked: TopicsCovered, window: Window) -> Measured:
    """Of the register's topics that aren't secret, those that have had enough posts."""
    if books.topics is None:
        return Measured(None, _("There is no coverage register that can be read."), growing=True)
    kinds, units = ({mark(word) for word in words} for words in (asked.kinds, asked.units))
    topics = [
        topic
        for topic in books.topics
        if not topic.secret
        and (not kinds or mark(topic.kind) in kinds)
        and (not units or mark(topic.unit) in units)
    ]
    if not topics:
        return Measured(None, _("The coverage register has no such task."), growing=True)
    start = None if asked.ever else window.start
    had = posts_by_code(books.session, start, window.end, window.as_of)
    covered = sum(len(had.get(mark(topic.code), ())) >= asked.least for topic in topics)
    basis = ngettext(
        "%(n)s of %(all)s tasks of the register had at least %(least)s post",
        "%(n)s of %(all)s tasks of the register had at least %(least)s posts",
        asked.least,
    ) % {
        "n": notation.number(covered),
        "all": notation.number(len(topics)),
        "least": notation.number(asked.least),
    }
    when = _("ever, up to %(day)s") if asked.ever else _("in these days, up to %(day)s")
    parts = [basis, when % {"day": notation.day(seen_day(books, window), "full")}]
    return Measured(percent(covered, len(topics)), joined(parts), growing=True)
