"""Alerts in the store: put down to be told, told, cleared.

How each way of telling fares stands there too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import State
from publisher.store import deliveries
from publisher.store.direct import Prepared
from publisher.store.models import Alert, AlertWay

RAREST = timedelta(days=14)
"""What is open is told again at least so often, and after ``alerts.quiet`` at the earliest."""

MOST_AT_ONCE = 1000
"""So many are looked at in one go; what is told of them makes room for the others."""


def ask(session: Session, alert: Alert, quiet: timedelta) -> bool:
    """Put ``alert`` down to be told; false where that was done and there is nothing new in it.

    The same matter is told again after ``quiet``, and then ever more rarely: as long again as it
    has been waiting. What nobody has acted upon for a week won't be acted upon sooner for being
    told four times a day.
    """
    known = session.get(Alert, alert.matter, with_for_update=True)
    if known is None or known.cleared_at is not None:
        session.merge(alert)
        return True
    known.text, known.kind, known.why = alert.text, alert.kind, alert.why
    known.must_know = alert.must_know
    session.add(known)
    if (known.waits and not known.told_by) or known.told_at is None:
        return False
    silence = min(max(quiet, known.told_at - known.raised_at), max(quiet, RAREST))
    # A clock that was set back doesn't make it silent for longer.
    if abs(alert.asked_at - known.told_at) < silence:
        return False
    known.asked_at, known.told_by, known.waits = alert.asked_at, [], True
    return True


def clear(session: Session, matter: str, now: datetime) -> None:
    """The matter is mended: what nobody was told of it yet needn't be told, as a rule."""
    known = session.get(Alert, matter, with_for_update=True)
    if known is None or known.cleared_at is not None:
        return
    known.cleared_at = now
    known.waits = known.waits and known.must_know and not known.told_by
    session.add(known)


def waiting(session: Session) -> Sequence[Alert]:
    """What some way has still to tell, the oldest first."""
    oldest_first = (
        select(Alert).where(col(Alert.waits)).order_by(col(Alert.asked_at), col(Alert.matter))
    )
    return session.exec(oldest_first.limit(MOST_AT_ONCE)).all()


def told(
    session: Session, alerts: Iterable[Alert], way: str, ways: Iterable[str], now: datetime
) -> None:
    """``way`` told ``alerts``, as they were when it did; of ``ways`` some may still have to."""
    for alert in alerts:
        row = session.get(Alert, alert.matter, with_for_update=True)
        # What was asked anew meanwhile has still to be told.
        if row is None or row.asked_at != alert.asked_at:
            continue
        row.told_by = sorted({*row.told_by, way})
        row.told_at = now
        row.waits = row.cleared_at is None and not set(ways) <= set(row.told_by)
        session.add(row)


def still_open(session: Session) -> Sequence[Alert]:
    """Every matter that isn't mended, the latest last; of a delivery, while it needs a person."""
    rows = session.exec(
        select(Alert).where(col(Alert.cleared_at).is_(None)).order_by(col(Alert.raised_at))
    ).all()
    needing = {
        f"delivery {deliveries.identity_of(row).key}"
        for row in deliveries.in_state(session, State.MISSED, State.FAILED, State.UNCONFIRMED)
    }
    return [one for one in rows if one.matter in needing or not _is_delivery(one.matter)]


def is_open(session: Session, matter: str) -> bool:
    """Whether ``matter`` was raised and isn't mended."""
    return bool(_OPEN.rows(session, {"about": matter}))


_OPEN = Prepared(
    select(Alert.matter).where(
        col(Alert.matter) == bindparam("about"), col(Alert.cleared_at).is_(None)
    )
)


def matters(session: Session, beginning: str) -> Sequence[str]:
    """The matters that begin so and aren't mended."""
    return session.exec(
        select(Alert.matter).where(
            col(Alert.matter).startswith(beginning, autoescape=True),
            col(Alert.cleared_at).is_(None),
        )
    ).all()


def _is_delivery(matter: str) -> bool:
    return matter.startswith("delivery ")


def ways(session: Session) -> dict[str, AlertWay]:
    """How each way fares, by its name; one that never told anything isn't there."""
    return {way.name: way for way in session.exec(select(AlertWay)).all()}


def keep_way(session: Session, way: AlertWay) -> None:
    """Write down how ``way`` fares."""
    session.merge(way)
