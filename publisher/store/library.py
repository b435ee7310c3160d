"""The media library in the store: its records, and where each of its media was used.

A medium is used by every delivery whose message shows it, or shows what was made of it for a
channel; by its hash, so that a copy in a campaign's folder counts as well.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CANCEL, OUT
from publisher.media.record import Consent, Record
from publisher.planning.diff import BY_PLAN
from publisher.settings import Settings
from publisher.store import audit, deliveries
from publisher.store.database import Database
from publisher.store.feed_tables import FeedEntry
from publisher.store.models import Delivery, LibraryMedium, VersionMedium

_SAME_NAMES = tuple(
    field.name for field in fields(Record) if field.name not in ("path", "consent", "topics")
)


@dataclass(frozen=True, slots=True)
class Used:
    """How often a medium went out or may have, when last, and in how many deliveries to come."""

    out: int = 0
    last: datetime | None = None
    planned: int = 0


def of_office(database: Database, settings: Settings) -> dict[str, Record]:
    """The whole library of the office by its names, in their order."""
    with database.reading() as session:
        return records(session, settings.media_folder)


def records(session: Session, folder: Path) -> dict[str, Record]:
    """The same, in a transaction; originals are kept below ``folder``."""
    rows = session.exec(select(LibraryMedium).order_by(col(LibraryMedium.name))).all()
    return {row.name: _record(row, folder) for row in rows}


def by_name(session: Session, name: str, folder: Path) -> Record | None:
    row = session.exec(select(LibraryMedium).where(LibraryMedium.name == name)).one_or_none()
    return _record(row, folder) if row is not None else None


def by_hash(session: Session, sha256: str, folder: Path) -> Record | None:
    row = session.get(LibraryMedium, sha256)
    return _record(row, folder) if row is not None else None


def mark(session: Session) -> tuple[int, datetime | None]:
    """What changes whenever the library does."""
    count, last = func.count(), func.max(LibraryMedium.changed_at)
    found: tuple[int, datetime | None] = session.exec(
        select(count, last).select_from(LibraryMedium)
    ).one()
    return found


def put(session: Session, record: Record, now: datetime) -> None:
    """Store ``record`` in the place of the one of the same bytes, if there is one."""
    row = session.get(LibraryMedium, record.sha256) or LibraryMedium(
        sha256=record.sha256,
        name=record.name,
        mime=record.mime,
        size_bytes=record.size_bytes,
        added_at=now,
        changed_at=now,
    )
    for name in _SAME_NAMES:
        setattr(row, name, getattr(record, name))
    row.suffix, row.consent = record.path.suffix.lower(), record.consent.value
    row.topics, row.changed_at = list(record.topics), now
    session.add(row)
    session.flush()


def drop(session: Session, record: Record) -> None:
    """Take ``record`` out of the library."""
    row = session.get(LibraryMedium, record.sha256)
    if row is not None:
        session.delete(row)
        session.flush()


def uses(session: Session, record: Record) -> Sequence[Delivery]:
    """The deliveries that show ``record``, by due time: planned, under way, in doubt, sent."""
    states = deliveries.names({*CANCEL.before, *OUT})
    rows: Sequence[Delivery] = session.exec(
        _showing(select(Delivery), [record.sha256])
        .where(col(Delivery.state).in_(states))
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
    return rows


def planned_uses(session: Session, hashes: Collection[str]) -> Sequence[tuple[str, Delivery]]:
    """The deliveries to come that show one of ``hashes``, each with that hash."""
    rows = session.exec(
        _showing(select(VersionMedium.original, Delivery), hashes)
        .where(col(Delivery.state).in_(deliveries.names(CANCEL.before)))
        .order_by(col(Delivery.due_at), col(Delivery.id))
    ).all()
    return [(sha256, delivery) for sha256, delivery in rows]


def used(session: Session) -> dict[str, Used]:
    """How often each medium was used, by its hash."""
    found: dict[str, Used] = {}
    for states, is_out in ((OUT, True), (CANCEL.before, False)):
        rows = session.execute(
            select(VersionMedium.original, func.count(), func.max(Delivery.sent_at))
            .join(LibraryMedium, col(LibraryMedium.sha256) == col(VersionMedium.original))
            .join(Delivery, col(Delivery.fingerprint) == col(VersionMedium.fingerprint))
            .where(col(Delivery.state).in_(deliveries.names(states)))
            .group_by(col(VersionMedium.original))
        ).all()
        for sha256, count, last in rows:
            before = found.get(sha256, Used())
            found[sha256] = (
                Used(count, last, before.planned)
                if is_out
                else Used(before.out, before.last, count)
            )
    return found


def is_shown_by_any(session: Session, sha256: str) -> bool:
    """Whether what is out, or may be, showed the very bytes of ``sha256``, or a feed shows them."""
    shown = (
        select(VersionMedium.fingerprint)
        .join(Delivery, col(Delivery.fingerprint) == col(VersionMedium.fingerprint))
        .where(VersionMedium.sha256 == sha256, col(Delivery.state).in_(deliveries.names(OUT)))
        .limit(1)
    )
    brought = select(FeedEntry.key).where(col(FeedEntry.picture).contains(sha256)).limit(1)
    return any(session.exec(query).first() is not None for query in (shown, brought))


def take_out(
    session: Session, before: Record, after: Record, actor: str, now: datetime
) -> list[Delivery]:
    """Take out the deliveries to come that show what may not be shown on their day ``after`` it was
    changed, and might ``before``. Gives them; the plan brings them back once they may."""
    gone = []
    for _sha256, row in planned_uses(session, [after.sha256]):
        is_stopped = is_unfit_for(after, row) and not is_unfit_for(before, row)
        if is_stopped and deliveries.move(
            session, deliveries.number_of(row), CANCEL, now, cancelled_by=BY_PLAN
        ):
            key = deliveries.identity_of(row).key
            audit.record(session, now, actor, "removed", key, media=after.name)
            gone.append(row)
    return gone


def unfit(session: Session, stoppable: Collection[Record]) -> list[int]:
    """The row ids of deliveries to come that show one of ``stoppable`` on a day when it may not be
    shown."""
    by_hash = {record.sha256: record for record in stoppable}
    return [
        deliveries.number_of(row)
        for sha256, row in planned_uses(session, by_hash)
        if is_unfit_for(by_hash[sha256], row)
    ]


def is_unfit_for(record: Record, row: Delivery) -> bool:
    """Whether ``record`` may not be shown on the day when ``row`` is due."""
    return record.unfit_on(row.due_at.astimezone(ZoneInfo(row.zone)).date()) is not None


def _showing(query: Any, hashes: Collection[str]) -> Any:
    return query.join(
        VersionMedium, col(VersionMedium.fingerprint) == col(Delivery.fingerprint)
    ).where(col(VersionMedium.original).in_(hashes))


def _record(row: LibraryMedium, folder: Path) -> Record:
    same = {name: getattr(row, name) for name in _SAME_NAMES}
    path = folder / row.sha256[:2] / f"{row.sha256}{row.suffix}"
    return Record(
        path=path, consent=Consent(row.consent or "missing"), topics=tuple(row.topics), **same
    )
