"""Collecting: reads back, at set ages of a post, how many people it reached.

Readings are appended as the platform gives them: a metric it lacks stays absent, a falling figure
stays as it is. An age that passed while the server was down is not made up for: only the newest
one due is taken. A channel that fails is logged and tried again at the next round; the others go
on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import func
from sqlmodel import Session, col, select

from channels.base import Channel, ChannelError, Reading, Receipt
from publisher.clock import Clock
from publisher.delivery.lifecycle import State
from publisher.store.database import Database
from publisher.store.models import AccountReading, Delivery, ReadingRow
from publisher.switchboard import Switchboard

log = structlog.get_logger("reach")

AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 28 * 24))
"""The ages of a post at which it is read."""

ACCOUNT_EVERY = timedelta(days=1)

BATCH = 100


def collect(database: Database, switchboard: Switchboard, clock: Clock) -> int:
    """Take every reading that is due now; gives how many were stored."""
    with database.reading() as session:
        due = _due(session, clock())
        accounts = _accounts_due(session, switchboard.names(), clock())
    stored = 0
    for name in sorted({*due, *accounts}):
        if not switchboard.has(name):
            continue
        with switchboard.line(name) as channel:
            stored += _read_channel(database, channel, due.get(name, ()), clock)
            if name in accounts:
                _read_account(database, name, channel, clock)
    return stored


def newest_age(age: timedelta) -> timedelta | None:
    """The newest of ``AGES`` that a post of this age has reached."""
    return max((step for step in AGES if step <= age), default=None)


def _due(session: Session, now: datetime) -> dict[str, list[tuple[Delivery, timedelta]]]:
    """By channel, the deliveries whose present age has no reading yet, with that age."""
    oldest = now - AGES[-1] - timedelta(days=7)
    taken = dict(
        session.exec(
            select(ReadingRow.delivery_id, func.max(ReadingRow.due_age_s)).group_by(
                col(ReadingRow.delivery_id)
            )
        ).all()
    )
    sent = session.exec(
        select(Delivery).where(
            Delivery.state == State.SENT.value,
            col(Delivery.sent_at) > oldest,
            col(Delivery.remote_id).is_not(None),
        )
    ).all()
    due: dict[str, list[tuple[Delivery, timedelta]]] = defaultdict(list)
    for delivery in sent:
        age = newest_age(now - (delivery.sent_at or now))
        if age is not None and taken.get(delivery.id or 0, 0) < age.total_seconds():
            due[delivery.channel].append((delivery, age))
    return due


def _read_channel(
    database: Database,
    channel: Channel[Any],
    due: Sequence[tuple[Delivery, timedelta]],
    clock: Clock,
) -> int:
    stored = 0
    for place in range(0, len(due), BATCH):
        batch = due[place : place + BATCH]
        receipts = [
            Receipt(row.remote_id or "", row.url or "", row.sent_at or clock())
            for row, _age in batch
        ]
        try:
            readings = channel.read(receipts)
        except ChannelError as error:
            log.warning("not read", channel=channel.context.name, why=str(error))
            return stored
        except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the round
            log.error("not read", channel=channel.context.name, why=type(error).__name__)
            return stored
        stored += _store(database, batch, readings)
    return stored


def _store(database: Database, batch: Sequence[tuple[Delivery, timedelta]], readings: Any) -> int:
    rows = [
        _row(delivery, age, readings[delivery.remote_id])
        for delivery, age in batch
        if delivery.remote_id in readings
    ]
    with database.writing() as session:
        session.add_all(rows)
    return len(rows)


def _row(delivery: Delivery, age: timedelta, reading: Reading) -> ReadingRow:
    return ReadingRow(
        delivery_id=delivery.id or 0,
        at=reading.at,
        due_age_s=int(age.total_seconds()),
        found=reading.exists,
        **{str(metric): count for metric, count in reading.metrics.items()},
    )


def _accounts_due(session: Session, names: Sequence[str], now: datetime) -> set[str]:
    latest = dict(
        session.exec(
            select(AccountReading.channel, func.max(AccountReading.at)).group_by(
                AccountReading.channel
            )
        ).all()
    )
    return {name for name in names if name not in latest or now - latest[name] >= ACCOUNT_EVERY}


def _read_account(database: Database, name: str, channel: Channel[Any], clock: Clock) -> None:
    followers = None
    try:
        followers = channel.identify().followers
    except ChannelError as error:
        log.warning("account not read", channel=name, why=str(error))
    # Also where nothing is told: a platform that doesn't say isn't asked again before tomorrow.
    with database.writing() as session:
        session.add(AccountReading(channel=name, at=clock(), followers=followers))
