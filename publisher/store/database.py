"""Opens the store.

The engine, migrations, backup, the daemon's lock on it. SQLite takes one writer at a time (its
settings stand in ``sqlite``); PostgreSQL would let writers run side by side, so that two could each
read what the other is about to change; there a writer has an advisory lock, except in
``sending()``.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from sqlalchemy import Connection, Engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from publisher.i18n import _
from publisher.store import postgresql, sqlite
from publisher.store.errors import StoreBusyError, StoreError
from publisher.store.postgresql import DAEMON_LOCK, HOLDER

BUSY_TIMEOUT_MS = 30_000
"""So long a writer waits for another, whichever database it is."""

_NUMBER_WAIT_S = 0.05
_NUMBER_LOOKS = 100


class Database:
    """The store: sessions for reading and for writing.

    ``durable`` is whether a commit survives a power cut too; only a rehearsal does without.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = url
        self.path = _sqlite_path(url)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        self._at_close: list[Callable[[], object]] = []
        self.engine = _engine(url, durable)
        self._writer = (
            None
            if self.path is None
            else sqlite.Writer(url, self.path, BUSY_TIMEOUT_MS, durable=durable)
        )
        # Over which ``writing`` and ``sending`` speak.
        self.writing_engine = self.engine if self._writer is None else self._writer.engine
        self._reader = self.engine.execution_options(reading=True)
        self._sender = self.engine.execution_options(sending=True)
        if self.path is None:
            # PostgreSQL gives each statement a picture of its own unless asked.
            self._reader = self._reader.execution_options(isolation_level="REPEATABLE READ")

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: committed at the end, rolled back on an exception.

        One at a time, on PostgreSQL as on SQLite: what was read in it holds until it is over.
        """
        with self._written(self.engine) as session:
            yield session

    @contextmanager
    def sending(self) -> Iterator[Session]:
        """The same for what many workers do at once; on PostgreSQL it waits for no other writer.

        So what was read in it may be otherwise by now: each change says under which condition it
        is made, or locks the row before it reads it.
        """
        with self._written(self._sender) as session:
            yield session

    @contextmanager
    def _written(self, engine: Engine) -> Iterator[Session]:
        if self._writer is not None:
            with self._writer.session() as session:
                yield session
            return
        with Session(engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one consistent picture and never waits for a writer."""
        with Session(self._reader, expire_on_commit=False) as session:
            yield session

    def prepare(self, now: datetime) -> None:
        """Bring the tables to this version of the program; a backup is taken first."""
        from publisher.store import migration

        migration.upgrade(self, now)

    @contextmanager
    def daemon_lock(self) -> Iterator[None]:
        """Keep every other daemon off this store while inside.

        Raises ``StoreBusyError``. The lock is the kernel's: it falls with the process, however
        the process ends. A PostgreSQL store is locked by an advisory lock of its session.
        """
        if self.path is None:
            with self._advisory_lock():
                yield
            return
        place = self.path.with_name(self.path.name + ".lock")
        with place.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise StoreBusyError(_number_in(file)) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    @contextmanager
    def _advisory_lock(self) -> Iterator[None]:
        # Autocommit: a daemon must not keep a transaction open for months. A schema is a store.
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # The lock falls with the session, so the session must end here, not go to the pool.
            connection.detach()
            me = f"{os.getpid()}, {os.uname().nodename}"
            connection.execute(
                text("SELECT set_config('application_name', :me, false)"), {"me": me}
            )
            taken = f"SELECT pg_try_advisory_lock({DAEMON_LOCK})"
            if not connection.exec_driver_sql(taken).scalar():
                raise StoreBusyError(connection.exec_driver_sql(HOLDER).scalar() or "")
            try:
                yield
            finally:
                # PostgreSQL notices a line that ends only a moment later; one that was cut has
                # nothing to give up.
                with suppress(SQLAlchemyError):
                    connection.exec_driver_sql("SELECT pg_advisory_unlock_all()")

    def standing(self, name: str) -> Connection:
        """A connection to PostgreSQL outside the pool, for locks that fall with it; ``name`` is
        what it is listed under there. Each statement is its own transaction.

        Raises ``SQLAlchemyError``.
        """
        return postgresql.standing(self.url, name)

    def backup(self, target: Path) -> None:
        """Copy a SQLite store to ``target`` while it is in use; the copy is checked.

        Raises ``StoreError`` where the store is no SQLite file or the copy isn't sound.
        """
        if self.path is None:
            raise StoreError(_("a PostgreSQL store is backed up with its own tools: pg_dump"))
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + ".part")
        unfinished.unlink(missing_ok=True)
        source = sqlite3.connect(self.path)
        copy = sqlite3.connect(unfinished)
        try:
            source.backup(copy)
            # One plain file: no journal beside it that could be forgotten.
            copy.execute("PRAGMA journal_mode = DELETE")
            require_sound(copy, target)
        except sqlite3.Error as error:
            raise StoreError(f"{target}: {error}") from None
        finally:
            copy.close()
            source.close()
        unfinished.chmod(0o600)
        unfinished.replace(target)

    def at_close(self, close: Callable[[], object]) -> None:
        """Have ``close`` called when this is closed, by whoever keeps a connection of its own: the
        last one that is closed brings SQLite's log into the file."""
        self._at_close.append(close)

    def close(self) -> None:
        for close in self._at_close:
            close()
        if self._writer is not None:
            self._writer.engine.dispose()
        self.engine.dispose()


def _number_in(file: TextIO) -> str:
    """The process that has the lock on ``file``. Who took it a moment ago is still writing, and
    until then there is nothing in it, or the number of one that is gone."""
    for _again in range(_NUMBER_LOOKS):
        file.seek(0)
        number = file.read().strip()
        if number.isdecimal() and _is_alive(int(number)):
            break
        time.sleep(_NUMBER_WAIT_S)
    return number


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is another user's
    return True


def is_there(url: str) -> bool:
    """Whether there may be a store at ``url``: a file that exists, or a database server."""
    path = _sqlite_path(url)
    return path is None or path.exists()


def require_sound(connection: sqlite3.Connection, path: Path) -> None:
    """Raise ``StoreError`` unless SQLite finds the file sound."""
    try:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"{path}: {error}") from None
    if verdict != "ok":
        raise StoreError(f"{path}: {verdict}")


def _sqlite_path(url: str) -> Path | None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return None
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError(
            _(
                "it must be a file, as sqlite:///var/publisher.db is: one in "
                "memory would forget what was sent"
            )
        )
    return Path(parsed.database)


def _engine(url: str, durable: bool) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        return postgresql.engine(url, BUSY_TIMEOUT_MS, durable=durable)
    return sqlite.engine(url, BUSY_TIMEOUT_MS, durable=durable)
