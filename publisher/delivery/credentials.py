"""Whose credentials are these? Nothing goes out on a channel before that is known.

Each channel is proved when the program starts and once a day (which renews what can be renewed, so
that no token ends unseen), before its first post, and again after it was stopped.
Where the account isn't the one that posts are meant for, the channel stops: its queue waits, a
person is told. Called by the courier and by the reconciler's sweep.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

import structlog

from channels.base import (
    Account,
    AmbiguousError,
    Channel,
    ChannelConfig,
    ChannelError,
    TransientError,
)
from publisher import notation
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import policy
from publisher.delivery.breaker import Breaker
from publisher.i18n import _
from publisher.settings import Settings
from publisher.states import note_words
from publisher.store import channel_states, claims
from publisher.store.database import Database
from publisher.switchboard import Switchboard

log = structlog.get_logger("credentials")

WARN_AHEAD = timedelta(days=14)
"""How long before credentials end a person is told, once a day."""


class Credentials:
    """Proves channels, and stops those whose credentials aren't right."""

    def __init__(
        self,
        database: Database,
        switchboard: Switchboard,
        settings: Settings,
        clock: Clock,
        alerts: Alerts,
        breaker: Breaker,
    ) -> None:
        self._database = database
        self._switchboard = switchboard
        self._settings = settings
        self._clock = clock
        self._alerts = alerts
        self._breaker = breaker
        self._proved: set[str] = set()
        self._stopped_elsewhere: set[str] = set()

    def are_proved(self, channel: str, adapter: Channel[Any]) -> bool:
        """Whether the credentials are known to be the right account's, proved once a run."""
        if channel in self._stopped_elsewhere:
            self._stopped_elsewhere.discard(channel)
            self._proved.discard(channel)
            # The adapter at hand is closed by that: it is the next call's turn.
            self._switchboard.renew(channel)
            return False
        if channel in self._proved:
            return True
        with self._database.reading() as session:
            if not claims.waits(session, channel, self._clock()):
                return False
        return self.prove(channel, adapter)

    def prove_all(self) -> None:
        """Prove every channel of schedule.toml; the sweep looks after those that are stopped."""
        with self._database.reading() as session:
            stopped = {one.channel for one in channel_states.all_of_them(session) if one.stopped}
        for name in self._switchboard.names():
            if name not in stopped:
                with self._switchboard.line(name) as adapter:
                    self.prove(name, adapter)

    def forget_stopped(self) -> None:
        """Where another process stopped a channel: let it be proved anew once it goes on, and with
        its secrets as they stand by then."""
        with self._database.reading() as session:
            stopped = {one.channel for one in channel_states.all_of_them(session) if one.stopped}
        self._stopped_elsewhere |= stopped & self._proved

    def prove(self, channel: str, adapter: Channel[Any]) -> bool:
        """Ask the platform whose credentials these are; stop the channel where they are wrong."""
        now = self._clock()
        try:
            account = adapter.identify()
        except (TransientError, AmbiguousError) as error:
            log.warning("account not proved", channel=channel, error=str(error))
            again = policy.next_try(now, 1, self._settings.retry, 0)
            with self._database.writing() as session:
                channel_states.pause(session, channel, again, now)
                self._breaker.failed(session, channel, error)
            return False
        except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the daemon
            self.stop(channel, reason(error))
            return False
        keys = _mark(adapter.config)
        stranger = self._is_stranger(channel, adapter, account, keys)
        if stranger:
            self.stop(channel, stranger)
            return False
        with self._database.writing() as session:
            channel_states.start(session, channel, account.id, account.name, keys, now)
            self._breaker.answered(session, channel)
        self._proved.add(channel)
        self._alerts.clear(f"channel {channel}")
        self._mind_the_end(channel, account, now)
        return True

    def _mind_the_end(self, channel: str, account: Account, now: datetime) -> None:
        """Tell a person in time where the credentials end and nothing renews them."""
        if account.expires_at is None or account.expires_at - now > WARN_AHEAD:
            self._alerts.clear(f"end of {channel}")
            return
        self._alerts.raise_(
            f"end of {channel}",
            _(
                "The credentials of channel %(channel)s end on %(day)s. Log in again before that: "
                "publisher channels login %(channel)s"
            )
            % {
                "channel": channel,
                "day": notation.day(account.expires_at.astimezone(self._settings.zone), "full"),
            },
        )

    def _is_stranger(self, channel: str, adapter: Channel[Any], account: Account, keys: str) -> str:
        """Why this account isn't the one that posts are meant for; empty where it is."""
        found, expected = account.name or account.id, adapter.config.account
        if expected:
            words = _("the credentials belong to %(found)s, not to %(expected)s")
            if account.is_called(expected):
                return ""
            return words % {"found": found, "expected": expected}
        with self._database.reading() as session:
            known = channel_states.known(session, channel)
        if known is None or known.account_id in ("", account.id) or known.proved_for != keys:
            return ""
        # Only a secret was changed, and with it, unseen in any file, the account.
        words = _(
            "the credentials belong to %(found)s now, and belonged to %(before)s; if that is "
            'meant, write account = "%(id)s" for this channel in schedule.toml'
        )
        return words % {"found": found, "before": known.account_name, "id": account.id}

    def stop(self, channel: str, why: str) -> None:
        """Send nothing more on ``channel`` until it is proved again, and tell a person ``why``."""
        self._proved.discard(channel)
        # An adapter keeps the secrets that it opened with; a person is about to mend them.
        self._switchboard.renew(channel)
        with self._database.writing() as session:
            channel_states.stop(session, channel, why, self._clock())
        self._alerts.raise_(
            f"channel {channel}",
            _(
                "Channel %(channel)s is stopped: %(why)s. Its posts wait and are not lost. "
                "Mend that (new credentials: publisher channels login %(channel)s), then run: "
                "publisher doctor"
            )
            % {"channel": channel, "why": note_words(why)},
        )


def reason(error: Exception) -> str:
    """An error's text, or its class where the text could hold anything (an unforeseen one)."""
    return str(error) if isinstance(error, ChannelError) else f"unforeseen {type(error).__name__}"


def _mark(config: ChannelConfig) -> str:
    """What tells one set of a channel's keys from another; secrets are no keys, only named."""
    keys = config.model_dump(mode="json", exclude={"title", "enabled", "timeout_s"})
    return hashlib.sha256(json.dumps(keys, sort_keys=True).encode()).hexdigest()
