"""SQLite as the store uses it: its settings, one writer at a time, commits that share a flush.

It is opened in WAL with foreign keys. Python's driver begins transactions lazily, so that two
writers could both read before either locks; here the driver is in autocommit and SQLAlchemy's own
begin says BEGIN IMMEDIATE (the recipe of SQLAlchemy's SQLite documentation), except for readers.

SQLite lets a writer who finds another at work sleep, for up to a tenth of a second and again. That
is for other programs; the threads of this one queue up for the one connection that writes
(``Writer``).
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from publisher.store.direct import execute
from publisher.store.shared_flush import Log, SharedFlush

JOURNALS = ("-wal", "-shm")
"""How the names of SQLite's own files beside a store end."""

_READERS_KEPT = 8
"""So many connections are kept open; there may be any number at once."""


def engine(url: str, busy_timeout_ms: int, *, durable: bool) -> Engine:
    """The store at ``url`` for any number of connections; ``durable``: a commit through them is on
    the disk once it is done. With the execution option ``reading`` nothing is locked."""
    synchronous = "FULL" if durable else "OFF"
    return _engine(url, busy_timeout_ms, synchronous, pool_size=_READERS_KEPT, max_overflow=-1)


class Writer:
    """The one connection over which a process writes; its memory of the file stays true, and what
    it commits is on the disk where ``durable``."""

    def __init__(self, url: str, path: Path, busy_timeout_ms: int, *, durable: bool) -> None:
        self.engine = _engine(
            url,
            busy_timeout_ms,
            # With NORMAL a commit is in the log, in order, and not yet flushed.
            "NORMAL" if durable else "OFF",
            pool_size=1,
            max_overflow=0,
            pool_timeout=busy_timeout_ms / 1000,
        )
        self._path = path
        log = Log(path.with_name(path.name + "-wal"))
        self._flush = SharedFlush(log.flush, self._checkpoint) if durable else None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session in one transaction, which is on the disk once this is left without an
        exception. Raises ``SQLAlchemyError``."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
        # The connection is back by now: the next one writes while this one waits for the disk.
        if self._flush is not None:
            try:
                self._flush.wait()
            except (OSError, sqlite3.Error) as error:
                raise _failed(error) from error

    def _checkpoint(self) -> None:
        """Bring the whole log into the store, flushed: what a flush that failed has lost of it
        can't be told."""
        with closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA synchronous = FULL")
            [busy, *_frames] = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise OSError(errno.EIO, "the log could not be brought into the store")


def _engine(url: str, busy_timeout_ms: int, synchronous: str, **pool: float) -> Engine:
    made = create_engine(
        url,
        connect_args={"timeout": busy_timeout_ms / 1000},
        # An error's text goes to people and logs: not with the values of what failed.
        hide_parameters=True,
        # The last one used knows most of the file.
        pool_use_lifo=True,
        **pool,
    )

    @event.listens_for(made, "connect")
    def _settle(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        [mode] = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        # Some file systems can't have a log, and without one NORMAL isn't enough.
        level = "FULL" if mode != "wal" and synchronous == "NORMAL" else synchronous
        for pragma in (
            f"synchronous = {level}",
            "foreign_keys = ON",
            f"busy_timeout = {busy_timeout_ms}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        driver: Any = connection.connection.driver_connection
        execute(driver, "BEGIN" if reading else "BEGIN IMMEDIATE")

    return made


def _failed(error: Exception) -> OperationalError:
    """``error`` as a commit of SQLite's own would have raised it."""
    is_full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    words = "database or disk is full" if is_full else "disk I/O error"
    return OperationalError("COMMIT", None, sqlite3.OperationalError(words), hide_parameters=True)
