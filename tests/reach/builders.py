"""What went out and what was read of it, put into the store directly."""

from __future__ import annotations

from datetime import datetime

from publisher.delivery import lifecycle
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import ReadingRow
from tests.store.builders import planned, store


def sent(database: Database, at: datetime, post: str, **facts: object) -> Delivery:
    """A delivery that went out at ``at``, known to its platform as ``post@channel``."""
    [row] = store(database, planned(at, post=post, **facts), now=at)  # type: ignore[arg-type]
    with database.writing() as session:
        for step in (lifecycle.CLAIM, lifecycle.RECEIVE):
            changes = {"sent_at": at, "remote_id": f"{post}@{row.channel}"}
            deliveries.move(session, row.id or 0, step, at, **changes)
        session.expire_all()
        return deliveries.by_number(session, row.id or 0)


def read(
    database: Database, row: Delivery, at: datetime, *, found: bool = True, **metrics: int | None
) -> None:
    """A reading of ``row`` at ``at``."""
    with database.writing() as session:
        session.add(
            ReadingRow(delivery_id=row.id or 0, at=at, due_age_s=3600, found=found, **metrics)
        )
