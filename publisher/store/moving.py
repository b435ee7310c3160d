"""Moves a store to another database, and back: SQLite to PostgreSQL, or any to any.

At no moment are there two stores that a daemon would start on. The old one is marked first
(``marks``): nobody writes into it from then on. Then all its rows are put into the other in one
transaction, which is committed once each row was read back as it was (``copying``). Whoever is
interrupted has a marked store and an empty one, and begins again or gives up.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlmodel import Session, SQLModel

from publisher.i18n import _
from publisher.store import audit, copying, marks, migration
from publisher.store.database import Database
from publisher.store.errors import StoreError
from publisher.store.sqlite import JOURNALS


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: how many rows of each table; ``kept`` is where what stood in the target
    before is kept, ``was_done`` that the move had been finished before."""

    rows: dict[str, int]
    kept: Path | None = None
    was_done: bool = False


def address(database: Database) -> str:
    """Where a store is, as people are told it: without its password."""
    if database.path is not None:
        return f"sqlite:///{database.path.resolve()}"
    return make_url(database.url).render_as_string(hide_password=True)


def move(
    source: Database, target: Database, now: datetime, actor: str, progress: copying.Progress
) -> Moved:
    """Move everything in ``source`` to ``target``; both daemons' locks are held meanwhile.

    Raises ``StoreBusyError`` while a daemon runs on either, ``StoreError`` where the target isn't
    empty, the source was moved elsewhere, or a row doesn't arrive as it was; ``target`` is left
    empty then.
    """
    _require_two(source, target)
    with source.daemon_lock(), target.daemon_lock():
        if not marks.is_mark(_step(source)):
            source.prepare(now)
        _require_present(source, target)
        if _has_arrived(source, target):
            return Moved({}, was_done=True)
        kept = _made_room(source, target, now)
        target.prepare(now)
        _mark(source, address(target), now, actor)
        with target.writing() as writing:
            with source.reading() as reading:
                sums = copying.copy(reading.connection(), writing.connection(), progress)
            copying.prove(writing.connection(), sums)
    return Moved({name: found.rows for name, found in sums.items()}, kept)


def give_up(source: Database, target: Database, now: datetime, actor: str) -> None:
    """Let ``source`` be used again, whose move to ``target`` was begun and not finished.

    Raises ``StoreError`` where it was finished, or never begun.
    """
    _require_two(source, target)
    with source.daemon_lock(), target.daemon_lock():
        _require_present(source, target)
        mark = _step(source)
        if not marks.is_mark(mark):
            raise StoreError(_("no move of it was begun: there is nothing to give up"))
        if _has_arrived(source, target):
            raise StoreError(
                _("it was moved to %(place)s, and is at work there: move it back instead")
                % {"place": address(target)}
            )
        with source.writing() as session:
            marks.take_away(session.connection(), marks.step_below(mark or ""))
            audit.record(session, now, actor, "keep store", address(target))


# -- what must be so ------------------------------------------------------------------------------


def _require_two(source: Database, target: Database) -> None:
    if address(source) == address(target):
        raise StoreError(_("that is where it is already: name another database"))


def _require_present(source: Database, target: Database) -> None:
    """``source`` is a store of this version, and was not moved anywhere but to ``target``."""
    step = _step(source)
    below = marks.step_below(step or "")
    if below != migration.steps()[-1]:
        raise StoreError(_("it isn't at this version of the program: run publisher status first"))
    if not marks.is_mark(step):
        return
    gone = _departure(source)
    if gone is not None and gone.to != address(target):
        raise StoreError(migration.moved_words(gone))


def _has_arrived(source: Database, target: Database) -> bool:
    """Whether the last move of ``source`` is known to ``target``, which is at work: then everything
    came there with it."""
    if not marks.is_mark(_step(source)) or _step(target) != migration.steps()[-1]:
        return False
    gone = _departure(source)
    return gone is not None and _departure(target) == gone


def _made_room(source: Database, target: Database, now: datetime) -> Path | None:
    """Where what stood in ``target`` is kept now; ``None`` where nothing did.

    A store that was moved away is out of date: its place is free for the one that it became.
    """
    step = _step(target)
    with target.reading() as session:
        connection = session.connection()
        if step is None:
            _require_no_tables(connection)
            return None
        if not marks.is_mark(step):
            _require_empty(connection, step)
            return None
        gone = marks.departure(connection)
    with source.reading() as session:
        if gone is None or not _knows(session, gone):
            raise StoreError(
                _("another office's store was there and was moved away: name another database")
            )
    return _cleared(target, now)


def _require_no_tables(connection: Connection) -> None:
    found = inspect(connection).get_table_names()
    if found:
        raise StoreError(
            _(
                "the target has tables of another program (%(name)s): make a database of its own "
                "for Publisher"
            )
            % {"name": found[0]}
        )


def _require_empty(connection: Connection, step: str) -> None:
    migration.require_known(step)
    if step == migration.steps()[-1] and copying.is_empty(connection):
        return
    raise StoreError(
        _(
            "the target is a store that has something in it: name an empty database, or move that "
            "one first"
        )
    )


def _knows(session: Session, gone: marks.Departure) -> bool:
    """Whether that departure stands in the trail of the store that came of it."""
    event = SQLModel.metadata.tables["event"]
    same = event.select().where(
        event.c.action == marks.MOVE, event.c.subject == gone.to, event.c.at == gone.at
    )
    return session.connection().execute(same).first() is not None


# -- what is done ---------------------------------------------------------------------------------


def _mark(source: Database, to: str, now: datetime, actor: str) -> None:
    step = _step(source) or ""
    if marks.is_mark(step):
        return
    with source.writing() as session:
        audit.record(session, now, actor, marks.MOVE, to)
        session.flush()
        marks.put(session.connection(), step)


def _cleared(target: Database, now: datetime) -> Path | None:
    """Leave nothing in ``target``; a SQLite file is kept beside it."""
    if target.path is None:
        with target.engine.begin() as connection:
            SQLModel.metadata.drop_all(connection)
            connection.exec_driver_sql("DROP TABLE alembic_version")
            connection.exec_driver_sql("DROP FUNCTION store_moved()")
        return None
    kept = target.path.with_name(f"{target.path.name}.moved-{now:%Y%m%dT%H%M%SZ}")
    target.backup(kept)
    target.close()
    for suffix in ("", *JOURNALS):
        target.path.with_name(target.path.name + suffix).unlink(missing_ok=True)
    return kept


def _step(database: Database) -> str | None:
    with database.reading() as session:
        return marks.step_of(session.connection())


def _departure(database: Database) -> marks.Departure | None:
    with database.reading() as session:
        return marks.departure(session.connection())
