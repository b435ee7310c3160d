"""Puts right what the store reckoned from a clock that was set back.

What was to wait until a moment of the wrong time waits no longer. Times of the plan are moments of
the calendar and stay. Pauses, tries, look-ups and leases were reckoned from the clock as it stood,
and are reckoned anew; so are the beginnings of attempts that may have been taken, from which the
age of a key and the earliest post of a look-up are counted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from publisher.delivery.lifecycle import DOUBT, State
from publisher.store import audit
from publisher.store.deliveries import in_state
from publisher.store.feed_tables import FeedState
from publisher.store.models import Attempt, ChannelState


def ahead_of(session: Session, now: datetime) -> timedelta:
    """How far the store's last event lies after ``now``: at least so far was the clock set back
    since then. Zero where it lies before."""
    last = audit.latest(session, limit=1)
    return max(timedelta(), last[0].at - now) if last else timedelta()


def set_back(session: Session, by: timedelta, now: datetime) -> None:
    """Reckon anew what waits, after the clock was set back ``by``; it shows ``now``."""
    for channel in session.exec(select(ChannelState)).all():
        if channel.paused_until is not None and channel.paused_until > now:
            channel.paused_until = channel.paused_until - by
        channel.updated_at = min(channel.updated_at, now)
        if channel.failing_since is not None:
            channel.failing_since = min(channel.failing_since, now)
        if channel.limited_since is not None and channel.limited_until is not None:
            channel.limited_since = min(channel.limited_since, now)
            channel.limited_until = max(channel.limited_until - by, now)
    for feed in session.exec(select(FeedState).where(col(FeedState.next_at) > now)).all():
        feed.next_at = feed.next_at - by
    for waiting in in_state(session, State.RETRYING, State.UNCONFIRMED, State.SENDING):
        if waiting.lease_until is not None:
            waiting.lease_until = waiting.lease_until - by
        if waiting.state == State.RETRYING:
            waiting.next_at = max(waiting.due_at, waiting.next_at - by)
        else:
            waiting.next_at = waiting.next_at - by
    unsettled = or_(col(Attempt.outcome) == DOUBT.name, col(Attempt.ended_at).is_(None))
    for attempt in session.exec(select(Attempt).where(unsettled)).all():
        attempt.started_at = attempt.started_at - by
