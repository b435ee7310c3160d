"""Tells of channels that are at their platform's limit for long.

A limit is no failure: it is waited out as the platform says. But posts wait by it, some perhaps
for longer than their grace, and what a person can do about that they can do only before.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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


def tell(database: Database, settings: Settings, clock: Clock, alerts: Alerts) -> None:
    """Put before a person which limits hold for long, once; clear those that are over."""
    now = clock()
    with database.reading() as session:
        told = {
            _matter(state.channel): text
            for state in channel_states.all_of_them(session)
            if (text := _told(session, state, now, settings.zone))
        }
    for matter, text in told.items():
        alerts.raise_(matter, text)
    alerts.clear_others(_matter(""), told)


def _told(session: Session, state: ChannelState, now: datetime, zone: ZoneInfo) -> str:
    """What is said of a channel; empty where no limit holds for long, or nothing waits by it."""
    since, until = state.limited_since, state.limited_until
    if since is None or until is None or max(now - since, until - now) < TELL_FROM:
        return ""
    waiting = sending.waiting(session, state.channel, now)
    if not waiting:
        return ""
    text = ngettext(
        "Channel %(channel)s has been at its platform's limit since %(since)s; %(n)s post waits "
        "for it. The platform takes posts again from %(until)s, and sending goes on by itself.",
        "Channel %(channel)s has been at its platform's limit since %(since)s; %(n)s posts wait "
        "for it. The platform takes posts again from %(until)s, and sending goes on by itself.",
        waiting,
    ) % {
        "channel": state.channel,
        "since": notation.moment(since, zone),
        "until": notation.moment(until, zone),
        "n": notation.number(waiting),
    }
    missed = sending.out_of_time(session, state.channel, until)
    return f"{text} {_will_be_missed(missed)}" if missed else text


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
