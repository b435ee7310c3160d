"""The courier: claims a delivery, sends its message, records what came of it.

What it guarantees: before a byte leaves, the attempt is committed; whatever the adapter raises
becomes exactly one legal move; an error nobody foresaw counts as "may have been taken". It is
called by an engine, one call for one delivery, from any thread.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from channels.base import (
    Channel,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    TransientError,
)
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import policy
from publisher.delivery.breaker import Breaker
from publisher.delivery.credentials import Credentials, reason
from publisher.delivery.lease import Leases
from publisher.delivery.outcomes import STEPS, Outcome, Outcomes, Probe, Step
from publisher.i18n import N_
from publisher.media.places import place_of
from publisher.settings import Settings
from publisher.store import claims, contents
from publisher.store.claims import Claimed
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from publisher.switchboard import Switchboard

__all__ = ["STEPS", "Courier", "Outcome", "Probe", "Step"]

OVERTAKEN = N_("it could no longer go when its turn had come")
KEY_IS_OLD = N_("its key no longer keeps a repeat from being taken")


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
        lease: timedelta = policy.LEASE,
    ) -> None:
        self.database = database
        self.switchboard = switchboard
        self.settings = settings
        self.clock = clock
        self.alerts = alerts
        self.owner = owner
        self._probe = probe
        self.lease = lease
        self.leases = Leases(database, clock, owner, lease)
        self.breaker = Breaker(database, settings, clock, alerts)
        self.credentials = Credentials(database, switchboard, settings, clock, alerts, self.breaker)
        self.outcomes = Outcomes(database, clock, alerts, self.breaker, self.credentials, probe)

    def deliver_next(self, channel: str) -> Outcome | None:
        """Send the earliest delivery of ``channel`` that may go; ``None`` where nothing may."""
        if not self.switchboard.has(channel):
            return None
        with self.switchboard.line(channel) as adapter:
            self.outcomes.write_down(channel)
            if not self.credentials.are_proved(channel, adapter):
                return None
            self._probe("before claim")
            claimed = self._claim(channel)
            if claimed is None:
                return None
            self._probe("claim committed")
            return self._carry(claimed, adapter)

    def wants(self, channel: str) -> bool:
        """Whether ``channel`` is to be left to its sends now: one goes or may go, or it rests."""
        now = self.clock()
        with self.database.reading() as session:
            barred = policy.barred(self.settings, channel, now)
            return claims.is_wanted(session, channel, now, barred)

    def write_down(self) -> None:
        """Write down what came of deliveries while the store took nothing; what it still doesn't
        take is kept. Where the process ends before that, the next start settles it."""
        for channel in self.outcomes.unwritten():
            with self.switchboard.line(channel), suppress(SQLAlchemyError):
                self.outcomes.write_down(channel)

    def _claim(self, channel: str) -> Claimed | None:
        now = self.clock()
        barred = policy.barred(self.settings, channel, now)
        try:
            with self.database.sending() as session:
                claimed = claims.claim(session, channel, now, self.owner, self.lease, barred)
                if claimed is not None:
                    self._probe("claim uncommitted")
        except SQLAlchemyError:
            # A connection that breaks in the commit leaves open whether that was made.
            self.outcomes.not_claimed(channel, self.owner)
            raise
        return claimed

    # -- one delivery -----------------------------------------------------------------------------

    def _carry(self, claimed: Claimed, adapter: Channel[Any]) -> Outcome:
        number, key = claimed.number, claimed.identity.key
        journal = StoredJournal(self.database, number, self.clock, self.switchboard.seal)
        with self.leases.kept(number):
            message = self._ready(claimed, adapter)
            if isinstance(message, Outcome):
                return message
            try:
                receipt = adapter.send(message, journal)
                self._probe("after taken")
            except RateLimitedError as limit:
                # "Retry after 0 seconds" must not become a loop at full speed.
                soonest = policy.next_try(self.clock(), 1, self.settings.retry, number)
                again = max(limit.until, soonest)
                return self.outcomes.released(claimed, key, str(limit), again, limit)
            except TransientError as error:
                again = self._later(claimed)
                return self.outcomes.released(claimed, key, str(error), again, error)
            except CredentialsExpiredError as error:
                return self.outcomes.stopped(claimed, key, str(error))
            except (ForbiddenError, InvalidContentError) as error:
                return self.outcomes.refused(claimed, key, str(error), answered=True)
            except Exception as error:  # noqa: BLE001 -- unforeseen: it may have been taken
                return self.outcomes.doubted(claimed, key, reason(error), error)
        return self.outcomes.received(claimed, key, receipt, adapter)

    def _ready(self, claimed: Claimed, adapter: Channel[Any]) -> Message | Outcome:
        """What is to be sent, or what came of the delivery before a byte left."""
        key = claimed.identity.key
        message, why = None, KEY_IS_OLD
        try:
            if self._may_repeat(claimed, adapter):
                message, why = self._message(claimed), ""
            self._probe("before request")
            if message is not None and not self._stands(claimed):
                why = OVERTAKEN
        except SQLAlchemyError as error:
            # The store is locked or its disk fails: nothing is wrong with the post.
            again = self._later(claimed)
            return self.outcomes.released(claimed, key, type(error).__name__, again)
        except Exception as error:  # noqa: BLE001 -- nothing was sent yet, whatever went wrong
            return self.outcomes.refused(claimed, key, reason(error))
        if message is None:
            return self.outcomes.doubted(claimed, key, why)
        return self.outcomes.released(claimed, key, why, self.clock()) if why else message

    def _later(self, claimed: Claimed) -> datetime:
        """When to try again what surely wasn't taken."""
        return policy.next_try(
            self.clock(),
            claimed.attempts,
            self.settings.retry,
            claimed.number,
            claimed.expires_at,
        )

    def _may_repeat(self, claimed: Claimed, adapter: Channel[Any]) -> bool:
        # It may have waited (a hold, a platform that was down) until its key was forgotten.
        doubted_at = claimed.doubted_at
        return doubted_at is None or policy.repeat_is_harmless(adapter, doubted_at, self.clock())

    def _stands(self, claimed: Claimed) -> bool:
        with self.database.reading() as session:
            return claims.stands(session, claimed, self.clock())

    def _message(self, claimed: Claimed) -> Message:
        var = self.settings.var_folder
        return contents.message_of(
            claimed.content, claimed.identity.key, claimed.due_at, lambda m: place_of(m, var)
        )
