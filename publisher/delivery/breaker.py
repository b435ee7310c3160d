"""The circuit breaker of a channel.

A platform that keeps failing is tried rarely, not harder. It counts the sends and proofs that fail
one after another on a channel, whatever the post. From ``retry.breaks_after`` of them on the
channel pauses, each time for longer; what goes then is one trial, of the post that was tried least
often (``store.claims``), so that a post which fails by itself doesn't keep the others waiting. The
first answer closes the breaker. Nothing is lost by it: the queue waits within its grace. A limit is
no failure: a platform that says "not before ten past" works as documented, and is asked again at
ten past (``limits`` tells of those that last). Called by courier and credentials; the sweep tells
of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from channels.base import RateLimitedError
from publisher import notation
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import policy
from publisher.i18n import ngettext
from publisher.settings import Settings
from publisher.store import channel_states, sending
from publisher.store.database import Database

LIMIT_LEAST = timedelta(seconds=5)
"""So long a limit lasts at least: "again in 0.1 seconds" must not become a loop at full speed."""

TELL_AFTER = timedelta(minutes=30)
"""A line that fails for so long is a person's matter: until then it mostly mends itself."""


class Breaker:
    """Opens and closes the channels' breakers, and tells of those that stay open."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, alerts: Alerts
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._alerts = alerts

    def failed(self, session: Session, channel: str, error: Exception) -> None:
        """The platform didn't do what it was asked; a limit whose end it names is waited out."""
        now, retry = self._clock(), self._settings.retry
        if isinstance(error, RateLimitedError) and error.until > now:
            channel_states.limited(session, channel, max(error.until, now + LIMIT_LEAST), now)
            return
        failures = channel_states.failed(session, channel, now)
        over = failures - retry.breaks_after + 1
        if over > 0:
            until = policy.next_try(now, over, retry, seed=channel)
            channel_states.pause(session, channel, until, now)

    def answered(self, session: Session, channel: str) -> None:
        """The platform answered, be it with a refusal: it is there."""
        channel_states.answered(session, channel, self._clock())

    def tell(self) -> None:
        """Put before a person which channels' breakers have been open for long, once."""
        now, most = self._clock(), self._settings.retry.breaks_after
        with self._database.reading() as session:
            failing = {
                state.channel: (
                    state.failing_since,
                    sending.waiting(session, state.channel, now),
                )
                for state in channel_states.all_of_them(session)
                if state.failing_since is not None
                and state.failures >= most
                and now - state.failing_since >= TELL_AFTER
            }
        for channel, (since, waiting) in failing.items():
            if waiting:
                self._alerts.raise_(_matter(channel), self._told(channel, since, waiting))
        self._alerts.clear_others(_matter(""), {_matter(channel) for channel in failing})

    def _told(self, channel: str, since: datetime, waiting: int) -> str:
        text = ngettext(
            "Channel %(channel)s has failed since %(since)s; %(n)s post waits for it. It is tried "
            "again by itself until its grace ends. Is the platform down, or the line? "
            "See: publisher channels check %(channel)s",
            "Channel %(channel)s has failed since %(since)s; %(n)s posts wait for it. They are "
            "tried again by themselves until their grace ends. Is the platform down, or the line? "
            "See: publisher channels check %(channel)s",
            waiting,
        )
        told = notation.moment(since, self._settings.zone)
        return text % {"channel": channel, "since": told, "n": notation.number(waiting)}


def _matter(channel: str) -> str:
    return f"line of {channel}"
