"""The courier: claims a delivery, sends its message, records what came of it.

What it guarantees: before a byte leaves, the attempt is committed; whatever the adapter raises
becomes exactly one legal move; an error nobody foresaw counts as "may have been taken". It is
called by an engine, one call for one delivery, from any thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from channels.base import (
    AmbiguousError,
    Channel,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Receipt,
    TransientError,
)
from publisher.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import lifecycle, policy
from publisher.i18n import _
from publisher.media.places import place_of
from publisher.planning.dates import in_blackout
from publisher.settings import Settings
from publisher.store import audit, channel_states, contents, deliveries
from publisher.store.database import Database
from publisher.store.deliveries import Claimed
from publisher.store.journal import StoredJournal
from publisher.switchboard import Switchboard

log = structlog.get_logger("courier")

Probe = Callable[[str], None]
"""Told the name of each step as it is reached; the crash harness ends the process there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one delivery: its key, the move made, and the url where it was sent."""

    key: str
    move: str
    url: str = ""


class Courier:
    """Sends what is due, one delivery a call."""

    def __init__(
        self,
        database: Database,
        switchboard: Switchboard,
        settings: Settings,
        clock: Clock,
        alerts: Alerts,
        owner: str,
        probe: Probe = lambda step: None,
    ) -> None:
        self.database = database
        self.switchboard = switchboard
        self.settings = settings
        self.clock = clock
        self.alerts = alerts
        self.owner = owner
        self._probe = probe
        self._proved: set[str] = set()

    def deliver_next(self, channel: str) -> Outcome | None:
        """Send the earliest delivery of ``channel`` that may go; ``None`` where nothing may."""
        if not self.switchboard.has(channel):
            return None
        with self.switchboard.line(channel) as adapter:
            if not self._is_proved(channel, adapter):
                return None
            self._probe("before claim")
            claimed = self._claim(channel)
            if claimed is None:
                return None
            self._probe("after claim")
            return self._carry(claimed, adapter)

    def _claim(self, channel: str) -> Claimed | None:
        now = self.clock()
        barred = self._barred(channel, now)
        with self.database.writing() as session:
            return deliveries.claim(session, channel, now, self.owner, policy.LEASE, barred)

    def _barred(self, channel: str, now: datetime) -> Collection[str] | None:
        today = now.astimezone(self.settings.zone).date()
        barred: set[str] = set()
        for blackout in self.settings.blackouts:
            if in_blackout(today, (blackout,), channel, ""):
                return None
            barred.update(
                name
                for name in blackout.campaigns
                if in_blackout(today, (blackout,), channel, name)
            )
        return barred

    # -- whose account ----------------------------------------------------------------------------

    def _is_proved(self, channel: str, adapter: Channel[Any]) -> bool:
        """Whether the credentials are known to be the right account's, proved once a run."""
        if channel in self._proved:
            return True
        with self.database.reading() as session:
            now = self.clock()
            if not deliveries.waits(session, channel, now):
                return False
        return self.prove(channel, adapter)

    def prove(self, channel: str, adapter: Channel[Any]) -> bool:
        """Ask the platform whose credentials these are; stop the channel where they are wrong."""
        now = self.clock()
        try:
            account = adapter.identify()
        except RateLimitedError as limit:
            with self.database.writing() as session:
                channel_states.pause(session, channel, limit.until, now)
            return False
        except (TransientError, AmbiguousError) as error:
            log.warning("account not proved", channel=channel, error=str(error))
            with self.database.writing() as session:
                channel_states.pause(
                    session, channel, policy.next_try(now, 1, self.settings.retry, 0), now
                )
            return False
        except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the daemon
            self._stop(channel, _reason(error))
            return False
        expected = adapter.config.account
        if expected and expected not in (account.id, account.name):
            self._stop(
                channel,
                _("the credentials belong to %(found)s, not to %(expected)s")
                % {"found": account.name or account.id, "expected": expected},
            )
            return False
        with self.database.writing() as session:
            channel_states.start(session, channel, account.id, account.name, now)
        self._proved.add(channel)
        self.alerts.clear(f"channel {channel}")
        return True

    def _stop(self, channel: str, why: str) -> None:
        self._proved.discard(channel)
        with self.database.writing() as session:
            channel_states.stop(session, channel, why, self.clock())
        self.alerts.raise_(
            f"channel {channel}",
            _(
                "Channel %(channel)s is stopped: %(why)s. Its posts wait and are not lost. "
                "Mend its credentials, then run: publisher doctor"
            )
            % {"channel": channel, "why": why},
        )

    # -- one delivery -----------------------------------------------------------------------------

    def _carry(self, claimed: Claimed, adapter: Channel[Any]) -> Outcome:
        delivery = claimed.delivery
        delivery_id = deliveries.number_of(delivery)
        key = deliveries.identity_of(delivery).key
        journal = StoredJournal(self.database, delivery_id, self.clock)
        try:
            message = self._message(delivery.fingerprint, key, delivery.due_at)
        except Exception as error:  # noqa: BLE001 -- nothing was sent yet, whatever went wrong
            return self._refused(claimed, key, _reason(error))
        try:
            self._probe("before request")
            receipt = adapter.send(message, journal)
            self._probe("after taken")
        except RateLimitedError as limit:
            return self._released(claimed, key, str(limit), limit.until, pause=True)
        except TransientError as error:
            again = policy.next_try(
                self.clock(), delivery.attempts, self.settings.retry, delivery_id
            )
            return self._released(claimed, key, str(error), again)
        except CredentialsExpiredError as error:
            self._stop(delivery.channel, str(error))
            return self._released(claimed, key, str(error), self.clock())
        except (ForbiddenError, InvalidContentError) as error:
            return self._refused(claimed, key, str(error))
        except Exception as error:  # noqa: BLE001 -- unforeseen: it may have been taken
            return self._doubted(claimed, key, _reason(error))
        self._probe("before receipt")
        return self._received(claimed, key, receipt)

    def _message(self, fingerprint: str, key: str, due_at: datetime) -> Message:
        with self.database.reading() as session:
            return contents.load(
                session, fingerprint, key, due_at, lambda m: place_of(m, self.settings.var_folder)
            )

    def _received(self, claimed: Claimed, key: str, receipt: Receipt) -> Outcome:
        now, number = self.clock(), deliveries.number_of(claimed.delivery)
        found = {"remote_id": receipt.remote_id, "url": receipt.url, "sent_at": receipt.at}
        with self.database.writing() as session:
            moved = deliveries.move(
                session, number, lifecycle.RECEIVE, now, owner=None, lease_until=None, **found
            )
            # The sweep may have taken a very slow send for interrupted; the receipt settles it.
            if not moved:
                deliveries.move(session, number, lifecycle.FIND, now, **found)
            deliveries.end_attempt(session, claimed.attempt_id, now, "sent")
            state = channel_states.of(session, claimed.delivery.channel, now)
            state.last_sent_at = now
            session.add(state)
            audit.record(session, now, "publisher", "sent", key, url=receipt.url)
        log.info("sent", delivery=key, url=receipt.url)
        return Outcome(key, lifecycle.RECEIVE.name, receipt.url)

    def _released(
        self, claimed: Claimed, key: str, why: str, again: datetime, *, pause: bool = False
    ) -> Outcome:
        now = self.clock()
        with self.database.writing() as session:
            if pause:
                channel_states.pause(session, claimed.delivery.channel, again, now)
            self._move(session, claimed, lifecycle.RELEASE, now, why, next_at=again)
        log.warning("will be tried again", delivery=key, why=why, at=again.isoformat())
        return Outcome(key, lifecycle.RELEASE.name)

    def _refused(self, claimed: Claimed, key: str, why: str) -> Outcome:
        now = self.clock()
        with self.database.writing() as session:
            self._move(session, claimed, lifecycle.REFUSE, now, why)
            audit.record(session, now, "publisher", "failed", key, why=why)
        log.error("refused for good", delivery=key, why=why)
        self.alerts.raise_(
            f"delivery {key}",
            _(
                "%(key)s was refused: %(why)s. Mend the post (or the account's rights), then run: "
                "publisher again %(key)s"
            )
            % {"key": key, "why": why},
        )
        return Outcome(key, lifecycle.REFUSE.name)

    def _doubted(self, claimed: Claimed, key: str, why: str) -> Outcome:
        now = self.clock()
        with self.database.writing() as session:
            self._move(session, claimed, lifecycle.DOUBT, now, why, next_at=now)
            audit.record(session, now, "publisher", "unconfirmed", key, why=why)
        log.warning("may have been taken", delivery=key, why=why)
        return Outcome(key, lifecycle.DOUBT.name)

    def _move(
        self,
        session: Any,
        claimed: Claimed,
        step: lifecycle.Move,
        now: datetime,
        why: str,
        **changes: Any,
    ) -> None:
        number = deliveries.number_of(claimed.delivery)
        deliveries.move(
            session, number, step, now, owner=None, lease_until=None, note=why, **changes
        )
        deliveries.end_attempt(session, claimed.attempt_id, now, step.name, why)


def _reason(error: Exception) -> str:
    """An error's text, or its class where the text could hold anything (an unforeseen one)."""
    known = (TransientError, AmbiguousError, CredentialsExpiredError, ForbiddenError)
    return str(error) if isinstance(error, known) else f"unforeseen {type(error).__name__}"
