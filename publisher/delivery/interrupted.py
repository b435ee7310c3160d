"""Sends that were interrupted, which are in doubt by that.

Their process is gone, or it didn't come back within its lease.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlmodel import Session

from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import lifecycle
from publisher.delivery.late import matter
from publisher.delivery.lifecycle import State
from publisher.i18n import N_
from publisher.store import attempts, deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery

log = structlog.get_logger("reconcile")

INTERRUPTED = N_("the program stopped while sending")
UNANSWERED = N_("no answer came in time")
"""In the store it is also the mark of an attempt whose process may be alive: reword it, and doubts
that stand during the upgrade are settled as if theirs were gone (``settling.py``)."""


class Interrupted:
    """Finds what is still being sent by nobody, and doubts it."""

    def __init__(self, database: Database, clock: Clock, alerts: Alerts) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts

    def left_behind(self) -> int:
        """Doubt every send that a process left behind; the caller holds the daemon's lock. Gives
        how many there were."""
        return self._doubt_all(lambda delivery: True, INTERRUPTED)

    def unanswered(self) -> None:
        """Doubt every send whose lease is over."""
        now = self._clock()

        def is_over(delivery: Delivery) -> bool:
            return delivery.lease_until is not None and delivery.lease_until <= now

        self._doubt_all(is_over, UNANSWERED)

    def _doubt_all(self, left: Callable[[Delivery], bool], why: str) -> int:
        with self._database.writing() as session:
            doubted = [one for one in deliveries.in_state(session, State.SENDING) if left(one)]
            for delivery in doubted:
                self._doubt(session, delivery, why)
        for delivery in doubted:
            # What was told of an earlier doubt doesn't stand for this one.
            self._alerts.clear(matter(deliveries.identity_of(delivery).key))
        return len(doubted)

    def _doubt(self, session: Session, delivery: Delivery, why: str) -> None:
        now, number = self._clock(), deliveries.number_of(delivery)
        deliveries.move(
            session,
            number,
            lifecycle.DOUBT,
            now,
            owner=None,
            lease_until=None,
            next_at=now,
            note=why,
        )
        attempts.end_open_attempts(session, number, now, lifecycle.DOUBT.name, why)
        log.warning("interrupted", delivery=deliveries.identity_of(delivery).key, why=why)
