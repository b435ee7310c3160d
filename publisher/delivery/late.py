"""Calls missed what is past its grace: nothing is ever sent silently late.

A person is told of it. Called by the reconciler's sweep. What may be out is never called missed: it
goes back in doubt.
"""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlmodel import Session

from publisher.alerts.alerts import Alerts
from publisher.alerts.wording import Cause, Kind
from publisher.clock import Clock
from publisher.delivery import lifecycle
from publisher.i18n import N_, _
from publisher.planning.dates import in_blackout
from publisher.settings import Settings
from publisher.states import note_words
from publisher.store import approvals, audit, deliveries, doubts, holds, journal, sending
from publisher.store.database import Database
from publisher.store.models import Alert, Delivery

log = structlog.get_logger("late")

HELD = N_("it was on hold")
BLACKOUT = N_("its day was one without posts")
NOT_APPROVED = N_("it was not approved in time")
NOT_RUNNING = N_("the program was not running, or the line failed")


class Late:
    """Calls late deliveries missed, and tells of them."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, alerts: Alerts
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._alerts = alerts

    def miss(self) -> None:
        """Call missed what is past its grace; where a doubt stands, it is put back in doubt."""
        now = self._clock()
        missed: list[tuple[str, str, bool]] = []
        doubted: list[str] = []
        with self._database.writing() as session:
            for delivery in sending.expired(session, now):
                number, key = deliveries.number_of(delivery), deliveries.identity_of(delivery).key
                if doubts.is_doubted(session, number):
                    deliveries.move(session, number, lifecycle.SUSPECT, now, next_at=now)
                    doubted.append(key)
                    continue
                why = self._kept_by(session, delivery, now) or delivery.note
                if deliveries.move(session, number, lifecycle.MISS, now, note=why):
                    audit.record(session, now, "publisher", "missed", key, why=why)
                    missed.append((key, why, journal.is_begun(session, number)))
        for key in doubted:
            self._alerts.clear(matter(key))
        for key, why, begun in missed:
            log.error("missed", delivery=key, why=why)
            self.tell(key, why, begun=begun)

    def tell(self, key: str, why: str, *, begun: bool) -> None:
        """Put a miss before a person; it is news, also soon after another alert on that post.

        ``begun``: its adapter noted something half-way, so that a part of it may be out, as the
        first posts of a thread are: that is told by itself, with what to do.
        """
        self._alerts.clear(matter(key))
        if begun:
            self._alerts.raise_(
                matter(key),
                _(
                    "%(key)s was begun but not finished in time (%(why)s), and will not be "
                    "finished late. A part of it may be out: look at the channel, and take it down "
                    "there or finish it by hand"
                )
                % {"key": key, "why": note_words(why or NOT_RUNNING)},
                must_know=True,
            )
            return
        self._alerts.raise_(
            matter(key),
            _(
                "%(key)s was not sent in time and will not be sent late (%(why)s). "
                "To send it after all, give it a new time in its file"
            )
            % {"key": key, "why": note_words(why or NOT_RUNNING)},
            cause=Cause(Kind.MISSED, why or NOT_RUNNING),
            must_know=True,
        )

    def _kept_by(self, session: Session, delivery: Delivery, now: datetime) -> str:
        """What kept a delivery from going out; empty where nothing of ours did."""
        if delivery.holdable:
            today = now.astimezone(self._settings.zone).date()
            blackouts = self._settings.blackouts
            if holds.covering(session, now, delivery.campaign, delivery.channel) is not None:
                return HELD
            if in_blackout(today, blackouts, delivery.channel, delivery.campaign):
                return BLACKOUT
        if len(approvals.given(session, delivery)) < delivery.approvals:
            return NOT_APPROVED
        return ""


def matter(key: str) -> str:
    """Under what an alert about the delivery of that key is known."""
    return f"delivery {key}"


def is_told(session: Session, delivery: Delivery) -> bool:
    """Whether a person was told since the delivery last changed, or that is put down to be."""
    alert = session.get(Alert, matter(deliveries.identity_of(delivery).key))
    return alert is not None and alert.asked_at >= delivery.updated_at
