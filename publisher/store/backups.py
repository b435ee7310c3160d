"""Bringing back a backup without sending anything twice.

What fell due between the backup and now may have gone out: the restored store can't know. Those
deliveries become unconfirmed, to be looked up or put before a person; what the files ask for at a
time before the restore, and the backup doesn't know at all, follows in ``planned.apply``.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import structlog
from sqlmodel import Session, col, func, select

from publisher.delivery.lifecycle import CLAIMABLE
from publisher.i18n import N_, _
from publisher.store import audit, deliveries, doubts, migration
from publisher.store.database import Database, require_sound
from publisher.store.errors import StoreError
from publisher.store.feed_tables import FeedEntry
from publisher.store.models import Delivery
from publisher.store.sqlite import JOURNALS

log = structlog.get_logger("backups")

RESTORE = "restore"
"""What the audit trail calls it."""

WHY = N_("restored from a backup")


def restore(database: Database, source: Path, now: datetime, actor: str) -> tuple[Path, int]:
    """Put ``source`` in place of the store; the daemon's lock is held meanwhile.

    Gives where the former store is kept and how many deliveries are in doubt now. Raises
    ``StoreBusyError`` while a daemon runs, ``StoreError`` where ``source`` isn't a sound store of
    this version of the program or an older one; the store is left as it was then.
    """
    if database.path is None:
        raise StoreError(
            _(
                "a PostgreSQL store is restored with its own tools (pg_restore); after that, and "
                "before the daemon runs again: publisher restore, without FILE"
            )
        )
    with database.daemon_lock():
        require_store(source)
        kept = database.path.with_name(f"{database.path.name}.before-{now:%Y%m%dT%H%M%SZ}")
        arriving = database.path.with_name(database.path.name + ".arriving")
        shutil.copyfile(source, arriving)
        _keep(database, database.path, kept)
        database.close()
        for suffix in JOURNALS:
            database.path.with_name(database.path.name + suffix).unlink(missing_ok=True)
        arriving.replace(database.path)
        database.prepare(now)
        return kept, _suspect(database, now, actor, source.name)


def was_restored(database: Database, now: datetime, actor: str) -> int:
    """PostgreSQL's own tools brought back a backup: doubt what may have gone out since it was made.

    Gives how many deliveries are in doubt now. Raises ``StoreBusyError`` while a daemon runs,
    ``StoreError`` where the store is a SQLite file, which ``restore`` brings back itself.
    """
    if database.path is not None:
        raise StoreError(_("name the backup that is to be brought back: publisher restore FILE"))
    with database.daemon_lock():
        return _suspect(database, now, actor, "pg_restore")


def in_doubt_at(session: Session, now: datetime) -> Sequence[Delivery]:
    """What may have gone out by the store that is gone, if this one is brought back at ``now``."""
    return session.exec(
        select(Delivery).where(
            col(Delivery.state).in_(deliveries.names(CLAIMABLE)), col(Delivery.due_at) <= now
        )
    ).all()


def require_store(path: Path) -> str:
    """The migrations' step of the backup at ``path``. Raises ``StoreError`` unless it is a sound
    store of this version of the program or an older one."""
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        raise StoreError(f"{path}: {error}") from None
    try:
        require_sound(connection, path)
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        if not {"delivery", "alembic_version"} <= names:
            raise StoreError(
                _(
                    "%(path)s is not a backup of Publisher's store: name a file "
                    "that “publisher backup” wrote"
                )
                % {"path": path}
            )
        [revision] = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    finally:
        connection.close()
    migration.require_known(revision)
    return str(revision)


def may_be_out_since(session: Session, row: Delivery, restored_at: datetime) -> datetime | None:
    """Since when ``row``, which the backup didn't know, may be out by the store that is gone;
    ``None`` where it can't be.

    What fell due before the restore may be. So may what a feed brings anew, for the store that is
    gone may have had it from there before: what was there at the first look after the restore,
    unless it was published later.
    """
    if row.due_at <= restored_at:
        return row.due_at
    entry = session.get(FeedEntry, (row.campaign, row.occurrence))
    if entry is None or entry.seen_at <= restored_at:
        return None
    first_look = session.exec(
        select(func.min(FeedEntry.seen_at)).where(
            FeedEntry.campaign == row.campaign,
            FeedEntry.feed == entry.feed,
            col(FeedEntry.seen_at) > restored_at,
        )
    ).one()
    published_at = entry.published_at
    if entry.seen_at != first_look or (published_at is not None and published_at > restored_at):
        return None
    return published_at or audit.last_before(session, RESTORE) or restored_at


def _keep(database: Database, present: Path, kept: Path) -> None:
    try:
        database.backup(kept)
    except StoreError as error:
        # A damaged store is the very reason to bring back a backup: it is kept as it lies there.
        log.warning("the former store is damaged; it is kept as it is", error=str(error))
        for suffix in ("", *JOURNALS):
            damaged = present.with_name(present.name + suffix)
            if damaged.exists():
                shutil.copyfile(damaged, kept.with_name(kept.name + suffix))


def _suspect(database: Database, now: datetime, actor: str, source: str) -> int:
    with database.writing() as session:
        due = in_doubt_at(session, now)
        for delivery in due:
            doubts.suspect(session, delivery, now, WHY)
        audit.record(session, now, actor, RESTORE, source, suspects=len(due))
    return len(due)
