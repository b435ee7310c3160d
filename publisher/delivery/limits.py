"""Tells of channels that are at their platform's limit for long.

A limit is no failure: it is waited out as the platform says. But posts wait by it, some perhaps
for longer than their grace, and what a person can do about that they can do only before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from publisher import notation
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.i18n import ngettext
from publisher.settings import Settings
from publisher.store import channel_states, sending
from publisher.store.database import Database
from publisher.store.models import ChannelState

TELL_FROM = timedelta(minutes=30)
"""A limit that has held for so long, or will hold for so long yet, is a person's matter."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A channel at its platform's limit: since when, until when, how many posts wait by it, and how
    many of the channel's will be missed by it."""

    channel: str
    since: datetime
    until: datetime
    waiting: int
    missed: int


def tell(database: Database, settings: Settings, clock: Clock, alerts: Alerts) -> None:
    """Put before a person which limits hold for long, once; clear those that are over."""
    with database.reading() as session:
        limits = _lasting(session, clock())
    for limit in limits:
        alerts.raise_(_matter(limit.channel), _told(limit, settings))
    held = {_matter(limit.channel) for limit in limits}
    for matter in alerts.open(_matter("")):
        if matter not in held:
            alerts.clear(matter)


def _lasting(session: Session, now: datetime) -> list[Limit]:
    """The limits that hold for long and keep posts waiting."""
    found = []
    for state in channel_states.all_of_them(session):
        limit = _of(session, state, now)
        if limit is not None and (now - limit.since >= TELL_FROM or limit.until - now >= TELL_FROM):
            found.append(limit)
    return found


def _of(session: Session, state: ChannelState, now: datetime) -> Limit | None:
    since, until = state.limited_since, state.limited_until
    if since is None or until is None:
        return None
    waiting = sending.waiting(session, state.channel, now)
    if not waiting:
        return None
    missed = sending.out_of_time(session, state.channel, until)
    return Limit(state.channel, since, until, waiting, missed)


def _told(limit: Limit, settings: Settings) -> str:
    text = ngettext(
        "Channel %(channel)s has been at its platform's limit since %(since)s; %(n)s post waits "
        "for it. The platform takes posts again from %(until)s, and sending goes on by itself.",
        "Channel %(channel)s has been at its platform's limit since %(since)s; %(n)s posts wait "
        "for it. The platform takes posts again from %(until)s, and sending goes on by itself.",
        limit.waiting,
    ) % {
        "channel": limit.channel,
        "since": notation.moment(limit.since, settings.zone),
        "until": notation.moment(limit.until, settings.zone),
        "n": notation.number(limit.waiting),
    }
    return f"{text} {_will_be_missed(limit.missed)}" if limit.missed else text


def _will_be_missed(missed: int) -> str:
    """What is said of ``missed`` posts, one or more, whose grace ends before the limit does."""
    return ngettext(
        "%(n)s post will be missed by that, for its grace ends before. If it must go out, give it "
        "a longer one: grace in its file.",
        "%(n)s posts will be missed by that, for their grace ends before. Those that must go out "
        "need a longer one: grace in their files.",
        missed,
    ) % {"n": notation.number(missed)}


def _matter(channel: str) -> str:
    return f"limit of {channel}"
