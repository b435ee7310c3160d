"""Bringing back a backup without sending anything twice.

What fell due between the backup and now may have gone out: the restored store can't know. Those
deliveries become unconfirmed, to be looked up or put before a person.
"""

from __future__ import annotations

import shutil
import sqlite3
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from publisher.delivery.lifecycle import CLAIMABLE, SUSPECT
from publisher.store import audit, deliveries
from publisher.store.database import Database, StoreError, require_sound
from publisher.store.models import Delivery


def restore(database: Database, source: Path, now: datetime, actor: str) -> tuple[Path, int]:
    """Put ``source`` in place of the store; the daemon's lock is held meanwhile.

    Gives where the former store is kept and how many deliveries are in doubt now. Raises
    ``StoreBusyError`` while a daemon runs, ``StoreError`` where ``source`` isn't a sound store.
    """
    if database.path is None:
        raise StoreError("a PostgreSQL store is restored with its own tools (pg_restore)")
    with database.daemon_lock():
        _require_store(source)
        kept = database.path.with_name(f"{database.path.name}.before-{now:%Y%m%dT%H%M%SZ}")
        database.backup(kept)
        database.close()
        arriving = database.path.with_name(database.path.name + ".arriving")
        shutil.copyfile(source, arriving)
        for suffix in ("-wal", "-shm"):
            database.path.with_name(database.path.name + suffix).unlink(missing_ok=True)
        arriving.replace(database.path)
        database.prepare(now)
        return kept, _suspect(database, now, actor, source)


def _suspect(database: Database, now: datetime, actor: str, source: Path) -> int:
    with database.writing() as session:
        due = session.exec(
            select(Delivery).where(
                col(Delivery.state).in_([state.value for state in CLAIMABLE]),
                col(Delivery.due_at) <= now,
            )
        ).all()
        for delivery in due:
            number = deliveries.number_of(delivery)
            deliveries.move(
                session, number, SUSPECT, now, next_at=now, note="restored from a backup"
            )
        audit.record(session, now, actor, "restore", source.name, suspects=len(due))
    return len(due)


def _require_store(path: Path) -> None:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        require_sound(connection, path)
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()
    if "delivery" not in names:
        raise StoreError(f"{path} is not a backup of Publisher's store")
