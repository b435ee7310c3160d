"""The courier: claims a delivery, sends its message, records what came of it.

What it guarantees: before a byte leaves, the attempt is committed; whatever the adapter raises
becomes exactly one legal move; an error nobody foresaw counts as "may have been taken". It is
called by an engine, one call for one delivery, from any thread.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.base import (
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
from publisher.delivery.credentials import Credentials, reason
from publisher.delivery.late import matter
from publisher.i18n import N_, _
from publisher.media.places import place_of
from publisher.settings import Settings
from publisher.states import note_words
from publisher.store import audit, channel_states, claims, contents, deliveries
from publisher.store.claims import Claimed
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from publisher.switchboard import Switchboard

log = structlog.get_logger("courier")

KEY_IS_OLD = N_("its key no longer keeps a repeat from being taken")

Step = Literal[
    "before claim",
    "claim uncommitted",
    "claim committed",
    "before request",
    "after taken",
    "receipt uncommitted",
    "receipt committed",
]
STEPS: tuple[Step, ...] = get_args(Step)
"""Where a process may die on a delivery's way, in order. Between "before request" and "after taken"
it is inside the adapter; a step that is uncommitted is undone by the store."""

Probe = Callable[[Step], None]
"""Told each step as it is reached; the crash harness ends the process there."""


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
        self.credentials = Credentials(database, switchboard, settings, clock, alerts)

    def deliver_next(self, channel: str) -> Outcome | None:
        """Send the earliest delivery of ``channel`` that may go; ``None`` where nothing may."""
        if not self.switchboard.has(channel):
            return None
        with self.switchboard.line(channel) as adapter:
            if not self.credentials.are_proved(channel, adapter):
                return None
            self._probe("before claim")
            claimed = self._claim(channel)
            if claimed is None:
                return None
            self._probe("claim committed")
            return self._carry(claimed, adapter)

    def _claim(self, channel: str) -> Claimed | None:
        now = self.clock()
        barred = policy.barred(self.settings, channel, now)
        with self.database.writing() as session:
            claimed = claims.claim(session, channel, now, self.owner, policy.LEASE, barred)
            if claimed is not None:
                self._probe("claim uncommitted")
        return claimed

    # -- one delivery -----------------------------------------------------------------------------

    def _carry(self, claimed: Claimed, adapter: Channel[Any]) -> Outcome:
        delivery = claimed.delivery
        delivery_id = deliveries.number_of(delivery)
        key = deliveries.identity_of(delivery).key
        journal = StoredJournal(self.database, delivery_id, self.clock)
        if not self._may_repeat(delivery_id, adapter):
            return self._doubted(claimed, key, KEY_IS_OLD)
        try:
            message = self._message(delivery.fingerprint, key, delivery.due_at)
        except SQLAlchemyError as error:
            # The store is locked or its disk fails: nothing is wrong with the post.
            return self._released(claimed, key, type(error).__name__, self._later(claimed))
        except Exception as error:  # noqa: BLE001 -- nothing was sent yet, whatever went wrong
            return self._refused(claimed, key, reason(error))
        try:
            self._probe("before request")
            receipt = adapter.send(message, journal)
            self._probe("after taken")
        except RateLimitedError as limit:
            # "Retry after 0 seconds" must not become a loop at full speed.
            soonest = policy.next_try(self.clock(), 1, self.settings.retry, delivery_id)
            return self._released(claimed, key, str(limit), max(limit.until, soonest), pause=True)
        except TransientError as error:
            return self._released(claimed, key, str(error), self._later(claimed))
        except CredentialsExpiredError as error:
            self.credentials.stop(delivery.channel, str(error))
            return self._released(claimed, key, str(error), self.clock())
        except (ForbiddenError, InvalidContentError) as error:
            return self._refused(claimed, key, str(error))
        except Exception as error:  # noqa: BLE001 -- unforeseen: it may have been taken
            return self._doubted(claimed, key, reason(error))
        return self._received(claimed, key, receipt, adapter)

    def _later(self, claimed: Claimed) -> datetime:
        """When to try again what surely wasn't taken."""
        delivery = claimed.delivery
        number = deliveries.number_of(delivery)
        return policy.next_try(self.clock(), delivery.attempts, self.settings.retry, number)

    def _may_repeat(self, delivery_id: int, adapter: Channel[Any]) -> bool:
        # It may have waited (a hold, a platform that was down) until its key was forgotten.
        with self.database.reading() as session:
            doubted_at = deliveries.first_doubt_at(session, delivery_id)
        return doubted_at is None or policy.repeat_is_harmless(adapter, doubted_at, self.clock())

    def _message(self, fingerprint: str, key: str, due_at: datetime) -> Message:
        with self.database.reading() as session:
            return contents.load(
                session, fingerprint, key, due_at, lambda m: place_of(m, self.settings.var_folder)
            )

    def _received(
        self, claimed: Claimed, key: str, receipt: Receipt, adapter: Channel[Any]
    ) -> Outcome:
        now, number = self.clock(), deliveries.number_of(claimed.delivery)
        gap = timedelta(seconds=adapter.limits(adapter.config).min_gap_s)
        found = {"remote_id": receipt.remote_id, "url": receipt.url, "sent_at": receipt.at}
        with self.database.writing() as session:
            moved = deliveries.move(
                session, number, lifecycle.RECEIVE, now, owner=None, lease_until=None, **found
            )
            # The sweep may have called a slow send interrupted, and a person said "again" since.
            if not moved:
                deliveries.move(session, number, lifecycle.SUSPECT, now)
                deliveries.move(session, number, lifecycle.FIND, now, note="", **found)
            deliveries.end_attempt(session, claimed.attempt_id, now, "sent")
            channel_states.sent(session, claimed.delivery.channel, now, gap)
            audit.record(session, now, "publisher", "sent", key, url=receipt.url)
            self._probe("receipt uncommitted")
        self._probe("receipt committed")
        if not moved or claimed.delivery.attempts > 1:
            self.alerts.clear(matter(key))
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
        self.tell_refused(key, why)
        return Outcome(key, lifecycle.REFUSE.name)

    def tell_refused(self, key: str, why: str) -> None:
        """Put a refusal before a person; each is news, also soon after another of that post."""
        self.alerts.clear(matter(key))
        self.alerts.raise_(
            matter(key),
            _(
                "%(key)s was refused: %(why)s. Mend the post (or the account's rights), then run: "
                "publisher again %(key)s"
            )
            % {"key": key, "why": note_words(why)},
        )

    def _doubted(self, claimed: Claimed, key: str, why: str) -> Outcome:
        now = self.clock()
        with self.database.writing() as session:
            self._move(session, claimed, lifecycle.DOUBT, now, why, next_at=now)
            audit.record(session, now, "publisher", "unconfirmed", key, why=why)
        # What was told of an earlier doubt doesn't stand for this one.
        self.alerts.clear(matter(key))
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
