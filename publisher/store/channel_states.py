"""What is known of each channel between sends.

Paused until when, stopped why, whose account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from publisher.store import audit
from publisher.store.direct import Prepared
from publisher.store.models import ChannelState


def of(session: Session, channel: str, now: datetime) -> ChannelState:
    """The state of ``channel``; a new one where nothing is known yet."""
    # Whoever counts failures must not count from what another is about to change.
    found = session.get(ChannelState, channel, with_for_update=True)
    if found is None:
        found = ChannelState(channel=channel, updated_at=now)
        session.add(found)
    return found


def known(session: Session, channel: str) -> ChannelState | None:
    """The state of ``channel``, where anything is known of it yet."""
    return session.get(ChannelState, channel)


def all_of_them(session: Session) -> Sequence[ChannelState]:
    return session.exec(select(ChannelState).order_by(col(ChannelState.channel))).all()


def pause(session: Session, channel: str, until: datetime, now: datetime) -> None:
    """Send nothing more to ``channel`` before ``until``; a longer pause stays."""
    state = of(session, channel, now)
    if state.paused_until is None or state.paused_until < until:
        state.paused_until, state.updated_at = until, now
        session.add(state)


def failed(session: Session, channel: str, now: datetime) -> int:
    """One more failure of ``channel`` in a row; gives how many there are."""
    state = of(session, channel, now)
    state.failures += 1
    state.failing_since = state.failing_since or now
    session.add(state)
    return state.failures


def limited(session: Session, channel: str, until: datetime, now: datetime) -> None:
    """The platform takes nothing more of ``channel`` before ``until``."""
    state = of(session, channel, now)
    state.limited_since, state.limited_until = state.limited_since or now, until
    session.add(state)
    pause(session, channel, until, now)


def answered(session: Session, channel: str, now: datetime) -> None:
    """``channel`` is well: failures are counted from none again, and no limit holds."""
    state = of(session, channel, now)
    state.failures, state.failing_since = 0, None
    state.limited_since, state.limited_until = None, None
    session.add(state)


def fails(session: Session, channel: str, now: datetime) -> bool:
    """Whether ``channel`` has failed and pauses over it."""
    state = known(session, channel)
    paused = state.paused_until if state is not None and state.failures else None
    return paused is not None and paused > now


def sent(session: Session, channel: str, now: datetime, gap: timedelta) -> None:
    """Something went out on ``channel``, which asks for ``gap`` before the next."""
    if not _SENT.changed(session, {"of": channel, "last_sent_at": now}):
        session.add(ChannelState(channel=channel, last_sent_at=now, updated_at=now))
    if gap:
        pause(session, channel, now + gap, now)


_SENT = Prepared(
    update(ChannelState)
    .where(col(ChannelState.channel) == bindparam("of"))
    .values(failures=0, failing_since=None, limited_since=None, limited_until=None),
    "last_sent_at",
)


def stop(session: Session, channel: str, why: str, now: datetime) -> None:
    """Send nothing more to ``channel`` until ``start``: its queue waits, nothing is lost."""
    state = of(session, channel, now)
    if state.stopped != why:
        audit.record(session, now, "publisher", "stop channel", channel, why=why)
    state.stopped, state.updated_at = why, now
    session.add(state)


def start(
    session: Session, channel: str, account_id: str, name: str, keys: str, now: datetime
) -> None:
    """``channel``, with these ``keys``, has proved its credentials: they are of this account."""
    state = of(session, channel, now)
    if state.stopped:
        audit.record(session, now, "publisher", "start channel", channel)
    state.stopped, state.account_id, state.account_name = "", account_id, name
    state.proved_for = keys
    state.updated_at = now
    session.add(state)
