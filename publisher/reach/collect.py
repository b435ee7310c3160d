"""Collecting: reads back, at set ages of a post, how many people it reached.

Readings are appended as the platform gives them: a metric it lacks stays absent, a falling figure
stays as it is, a post that is gone is kept as not found. A look at which the platform told nothing
is kept too, empty, so that nothing is asked twice at one age. An age that passed while the server
was down isn't made up for: only the newest one due is taken, and none once a post is older than
the last age by more than ``CATCH_UP``. A channel that fails is logged and asked again at the next
round; the others go on. The daemon calls ``collect`` every ``jobs.readings``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from sqlalchemy import func
from sqlmodel import Session, col, select

from channels.base import Channel, ChannelError, Reading, Receipt
from publisher.clock import Clock
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import AccountReading, Delivery, ReadingRow
from publisher.switchboard import Switchboard

log = structlog.get_logger("reach")

AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 28 * 24))
"""The ages of a post at which it is read."""

ACCOUNT_EVERY = timedelta(days=1)

CATCH_UP = timedelta(days=7)

BATCH = 100
"""So many posts are asked about at once; between batches the channel is free for sending."""


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a round brought: how many posts and accounts were told about; why a channel failed."""

    readings: int
    accounts: int
    failures: Mapping[str, str]


def collect(database: Database, switchboard: Switchboard, clock: Clock) -> CollectReport:
    """Take every reading that is due now; a channel's fault is in the report, never raised."""
    with database.reading() as session:
        due = _due(session, clock())
        accounts = _accounts_due(session, switchboard.names(), clock())
    readings = followed = 0
    failures: dict[str, str] = {}
    for name in sorted({*due, *accounts}):
        if not switchboard.has(name):
            continue
        try:
            if name in accounts:
                _read_account(database, switchboard, name, clock)
                followed += 1
            for batch in _batches(due.get(name, ())):
                readings += _read_posts(database, switchboard, name, batch, clock)
        except ChannelError as error:
            failures[name] = str(error)
            log.warning("not read", channel=name, why=str(error))
        except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the round
            # Its text could hold anything, a secret included.
            failures[name] = f"unforeseen {type(error).__name__}"
            log.error("not read", channel=name, why=failures[name])
    return CollectReport(readings, followed, MappingProxyType(failures))


def newest_age(age: timedelta) -> timedelta | None:
    """The newest of ``AGES`` that a post of this age has reached."""
    return max((step for step in AGES if step <= age), default=None)


Due = tuple[Delivery, timedelta]


def _due(session: Session, now: datetime) -> dict[str, list[Due]]:
    """By channel, the deliveries whose present age has no reading yet, with that age."""
    taken = (
        select(func.max(ReadingRow.due_age_s))
        .where(ReadingRow.delivery_id == Delivery.id)
        .correlate(Delivery)
        .scalar_subquery()
    )
    sent = session.exec(
        select(Delivery, taken)
        .where(
            # Only what was sent has a ``sent_at``, and by its index nothing older is looked at.
            col(Delivery.sent_at) > now - AGES[-1] - CATCH_UP,
            # What a person settled as sent has no id to ask about; reports aren't posts.
            col(Delivery.remote_id) != "",
            col(Delivery.holdable).is_(True),
        )
        .order_by(col(Delivery.id))
    ).all()
    due: dict[str, list[Due]] = defaultdict(list)
    for delivery, newest_taken_s in sent:
        age = newest_age(now - delivery.sent_at) if delivery.sent_at else None
        if age is not None and (newest_taken_s or 0) < age.total_seconds():
            due[delivery.channel].append((delivery, age))
    return due


def _batches(due: Sequence[Due]) -> Iterator[Sequence[Due]]:
    return (due[place : place + BATCH] for place in range(0, len(due), BATCH))


def _read_posts(
    database: Database, switchboard: Switchboard, name: str, batch: Sequence[Due], clock: Clock
) -> int:
    """Ask about one batch and store what is told; gives how many posts were told about."""
    receipts = [
        Receipt(row.remote_id or "", row.url or "", row.sent_at or row.due_at)
        for row, _age in batch
    ]
    with switchboard.line(name) as channel:
        told = channel.read(receipts)
    nothing = Reading(clock())
    with database.writing() as session:
        for delivery, age in batch:
            session.add(_row(delivery, age, told.get(delivery.remote_id or "", nothing)))
    return sum(delivery.remote_id in told for delivery, _age in batch)


def _row(delivery: Delivery, age: timedelta, reading: Reading) -> ReadingRow:
    row = ReadingRow(
        delivery_id=deliveries.number_of(delivery),
        at=reading.at,
        due_age_s=int(age.total_seconds()),
        found=reading.exists,
    )
    for metric, count in reading.metrics.items():
        setattr(row, metric, count)
    return row


def _accounts_due(session: Session, names: Sequence[str], now: datetime) -> set[str]:
    latest = dict(
        session.exec(
            select(AccountReading.channel, func.max(AccountReading.at)).group_by(
                AccountReading.channel
            )
        ).all()
    )
    return {name for name in names if name not in latest or now - latest[name] >= ACCOUNT_EVERY}


def _read_account(database: Database, switchboard: Switchboard, name: str, clock: Clock) -> None:
    line: Channel[Any]
    with switchboard.line(name) as line:
        followers = line.identify().followers
    # Also where none are told: a platform that doesn't say isn't asked again before tomorrow.
    with database.writing() as session:
        session.add(AccountReading(channel=name, at=clock(), followers=followers))
