"""A post that went out but isn't there any more.

A person is told, once. Somebody took it down, or the platform did: either way the office must know.
``mark`` is called with each reading, in its transaction; ``Gone.tell`` after them, and finds by the
store alone what nobody was told of yet, so that a process that dies in between tells it after its
next start. Where a platform is asked and tells nothing, nothing is called gone (``Channel.read``).

A gone post is asked about at its further ages like any other (apart from those that are there, for
one that isn't may spoil a whole question): it may come back, as what was hidden or withheld for a
while does. Then it is no longer gone, and the alert is over. One that comes and goes is told of
again after a week at the earliest. What was told two weeks ago is no longer put before anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, col, select

from publisher import notation
from publisher.alerts.alerts import Alerts
from publisher.alerts.wording import Cause, Kind
from publisher.clock import Clock
from publisher.i18n import N_, _
from publisher.reach.ages import CATCH_UP
from publisher.settings import Settings
from publisher.states import note_words
from publisher.store import audit, deliveries
from publisher.store.database import Database
from publisher.store.models import Alert, Delivery

log = structlog.get_logger("reach")

WHY = N_("its platform says that there is no such post")

TOLD_AGAIN_AFTER = timedelta(days=7)
OPEN_FOR = timedelta(days=14)


def mark(session: Session, delivery_id: int, *, there: bool, now: datetime) -> None:
    """Note that the platform says for sure whether a post is there; a change goes into the audit
    trail."""
    row = session.get(Delivery, delivery_id)
    if row is None or there == (row.gone_at is None):
        return
    row.gone_at = None if there else now
    session.add(row)
    key = deliveries.identity_of(row).key
    audit.record(session, now, "publisher", "back" if there else "gone", key, url=row.url or "")
    log.warning("there again" if there else "no longer there", delivery=key)


class Gone:
    """Tells of posts that are gone, and no longer of those that are there again."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, alerts: Alerts
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._alerts = alerts

    def tell(self) -> None:
        """Put before a person what is gone and not told yet; clear what is over."""
        with self._database.reading() as session:
            gone = self._lately_gone(session)
            untold = [row for row in gone if _is_news(row, session.get(Alert, matter(row)))]
        self._alerts.clear_others("gone ", {matter(row) for row in gone})
        for row in untold:
            self._alerts.raise_(matter(row), self._told(row), cause=Cause(Kind.GONE, WHY))

    def _lately_gone(self, session: Session) -> Sequence[Delivery]:
        since = self._clock() - OPEN_FOR
        lately = select(Delivery).where(
            col(Delivery.gone_at) > since,
            # By its index: what is older than that was asked about no more.
            col(Delivery.sent_at) > since - self._settings.readings.ages[-1] - CATCH_UP,
        )
        return session.exec(lately.order_by(col(Delivery.gone_at), col(Delivery.id))).all()

    def _told(self, row: Delivery) -> str:
        at = row.gone_at or self._clock()
        return _(
            "%(key)s went out and is no longer there (%(why)s; noticed %(at)s). If the office took "
            "it down, nothing is to be done. If not, see who may delete there; to publish it "
            "again, give it a new time in its file. %(url)s"
        ) % {
            "key": deliveries.identity_of(row).key,
            "why": note_words(WHY),
            "at": notation.moment(at, self._settings.zone),
            "url": row.url or "",
        }


def matter(row: Delivery) -> str:
    """Under what it is known that a delivery's post is gone."""
    return f"gone {deliveries.identity_of(row).key}"


def _is_news(row: Delivery, alert: Alert | None) -> bool:
    """Whether nobody was told, or is to be told already, that it is gone this time."""
    if alert is None or row.gone_at is None:
        return alert is None
    return row.gone_at - alert.asked_at >= TOLD_AGAIN_AFTER
