"""Tries a backup without touching the store: what would be brought back, lost, put in doubt.

A backup that was never brought back is a hope. A SQLite backup is brought back by the very
``backups.restore`` that a real loss would call, into a scratch folder that is gone afterwards; of
PostgreSQL a database that its own tools made of the backup is looked at. The present store is only
read, and is compared where it can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from publisher.delivery.lifecycle import State
from publisher.i18n import _
from publisher.store import backups, copying, marks, migration, pulse
from publisher.store.database import Database, is_there
from publisher.store.errors import StoreError
from publisher.store.models import Delivery, Event
from publisher.store.trouble import in_words

ACTOR = "drill"
"""Who brings a backup back, as the record of the scratch store has it."""


@dataclass(frozen=True, slots=True)
class Drill:
    """What came of it.

    ``step`` is the migrations' step that the backup was made at. It knows what happened up to
    ``up_to`` (``None`` where nothing did yet). ``rows`` are by table; ``rows_now`` are the present
    store's, ``None`` where it can't be read, for the reason ``unreadable``. ``sent_since`` posts
    went out since that it knows nothing of; ``doubted`` deliveries would be unconfirmed if it were
    brought back now. ``is_ours`` is false where the present store never stood as the backup does.
    """

    step: str
    up_to: datetime | None
    rows: Mapping[str, int]
    rows_now: Mapping[str, int] | None
    unreadable: str
    sent_since: int
    doubted: int
    is_ours: bool


def newest(folder: Path) -> Path:
    """The backup in ``folder`` that was written last. Raises ``StoreError`` where there is none."""
    found = [path for path in folder.glob("*.db") if path.is_file()]
    if not found:
        raise StoreError(
            _("%(folder)s: there is no backup here (*.db). Make one first: publisher backup")
            % {"folder": folder}
        )
    return max(found, key=lambda path: path.stat().st_mtime)


def of_file(present: Database, backup: Path, now: datetime) -> Drill:
    """Bring ``backup`` back in a scratch folder, and compare it with ``present``.

    Raises ``StoreError`` where a real restore would.
    """
    step = backups.require_store(backup)
    with TemporaryDirectory(prefix="publisher-drill-") as folder:
        scratch = Database(f"sqlite:///{folder}/publisher.db", durable=False)
        try:
            copyfile(backup, f"{folder}/publisher.db")
            scratch.prepare(now)
            drill = _compared(scratch, present, step)
            _kept, doubted = backups.restore(scratch, backup, now, ACTOR)
            return replace(drill, doubted=doubted)
        finally:
            scratch.close()


def of_database(present: Database, restored: Database, now: datetime) -> Drill:
    """Look at ``restored``, which a backup was brought back to beside ``present``; nothing is
    written there either.

    Raises ``StoreError`` where there is no store of this or an older version in it, or it is
    ``present`` itself.
    """
    if restored.url == present.url:
        raise StoreError(_("that is the store itself: name the database that a backup came to"))
    with restored.reading() as session:
        step = marks.step_of(session.connection())
    if step is None or marks.is_mark(step):
        raise StoreError(_("there is no store of Publisher in that database"))
    migration.require_known(step)
    with restored.reading() as session:
        doubted = len(backups.in_doubt_at(session, now))
    return replace(_compared(restored, present, step), doubted=doubted)


def _compared(restored: Database, present: Database, step: str) -> Drill:
    """All of it but what would be in doubt."""
    with restored.reading() as session:
        rows = _rows(session)
        last = session.exec(select(Event).order_by(col(Event.id).desc()).limit(1)).first()
        up_to = max((at for at in (last and last.at, pulse.last_at(session)) if at), default=None)
    unreadable = _("there is none")
    if is_there(present.url):
        try:
            with present.reading() as session:
                rows_now = _rows(session)
                sent_since = _sent_since(session, up_to)
                is_ours = last is None or _is_known(session, last)
            return Drill(step, up_to, rows, rows_now, "", sent_since, 0, is_ours)
        except SQLAlchemyError as error:
            unreadable = in_words(error)
    return Drill(step, up_to, rows, None, unreadable, 0, 0, True)


def _rows(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    return {
        table.name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in copying.tables()
    }


def _sent_since(session: Session, moment: datetime | None) -> int:
    sent = select(func.count()).where(col(Delivery.state) == State.SENT)
    if moment is not None:
        sent = sent.where(col(Delivery.sent_at) > moment)
    found: int = session.execute(sent).scalar_one()
    return found


def _is_known(session: Session, event: Event) -> bool:
    """Whether the store of ``session`` has ``event`` of another in its place."""
    same = session.get(Event, event.id)
    return same is not None and _words(same) == _words(event)


def _words(event: Event) -> tuple[datetime, str, str, str]:
    return event.at, event.actor, event.action, event.subject
