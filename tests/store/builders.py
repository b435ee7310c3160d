"""Deliveries for tests, with what a test doesn't care about filled in."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from channels.base import Message, Text
from publisher.planning.model import Identity, PlannedDelivery, Slot
from publisher.store import comparing
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.models import Delivery

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LEASE = timedelta(minutes=5)


def planned(
    due_at: datetime,
    *,
    post: str = "mot",
    channel: str = "hop",
    campaign: str = "thu",
    text: str = "Xin chào",
    grace: timedelta = timedelta(hours=2),
    approvals: int = 0,
    occurrence: str = "",
) -> PlannedDelivery:
    """A planned delivery of a made-up campaign."""
    identity = Identity(campaign, 2027, post, channel, occurrence)
    slot = Slot(identity, due_at, due_at.astimezone(ZONE), None, grace, approvals)
    return PlannedDelivery(slot, Message(identity.key, Text(text, text), due_at))


def store(database: Database, *deliveries: PlannedDelivery, now: datetime) -> list[Delivery]:
    """Store ``deliveries`` as planned."""
    with database.writing() as session:
        return [stored_plan.add(session, delivery, now) for delivery in deliveries]


def states(database: Database) -> dict[str, str]:
    """Each post's state."""
    with database.reading() as session:
        return {row.identity.post: row.state for row in comparing.stored(session)}
