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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from publisher.i18n import _
from publisher.store import sqlite
from publisher.store.errors import StoreBusyError, StoreError

BUSY_TIMEOUT_MS = 30_000
"""So long a writer waits for another, whichever database it is."""

STANDS_STILL_MS = 60_000
"""So long PostgreSQL lets a process do nothing in a transaction that it has begun."""

DAEMON_LOCK = "hashtext('publisher daemon ' || current_schema())"
"""The key of PostgreSQL's lock that one daemon has, or all of a cluster share: a schema is a
store."""

_HOLDER = f"""
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (classid::bigint << 32) | objid::bigint = {DAEMON_LOCK}::bigint
LIMIT 1
"""  # noqa: S608 -- a constant of ours
"""Who has the daemon's lock: under which name its connection is listed."""

WRITER_LOCK = "hashtext('publisher writer ' || current_schema())"
"""The key of the lock that a transaction of ``Database.writing`` has."""

_WAITS_FOR_THE_DISK = (
    "SELECT set_config('synchronous_commit', 'on', false) "
    "WHERE current_setting('synchronous_commit') = 'off'"
)

_CUT_OFF = {
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "11000",
}
"""How soon a connection to PostgreSQL is given up whose other side is silent: a machine that was
cut off would else be waited for some hours (PostgreSQL: Connection Control Functions)."""

_CUT_OFF_THERE = {
    "tcp_keepalives_idle": "8",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "17000",
}
"""How soon PostgreSQL gives us up, and what we have locked; later than we give it up ourselves."""

_SEATED = {"keepalives_idle": "2", "keepalives_interval": "1", "tcp_user_timeout": "5000"}
_SEATED_THERE = {
    "tcp_keepalives_idle": "4",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "8000",
}
"""The same of a connection whose lock others wait for: 5 s here, 8 s there."""


class Database:
    """The store: sessions for reading and for writing.

    ``durable`` is whether a commit survives a power cut too; only a rehearsal does without.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = url
        self.path = _sqlite_path(url)
        if self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
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
                # Who took it a moment ago is still writing its number down.
                time.sleep(0.2)
                file.seek(0)
                raise StoreBusyError(file.read().strip()) from None
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
                raise StoreBusyError(connection.exec_driver_sql(_HOLDER).scalar() or "")
            yield

    def standing(self, name: str) -> Connection:
        """A connection to PostgreSQL outside the pool, for locks that fall with it; ``name`` is
        what it is listed under there. Each statement is its own transaction.

        Raises ``SQLAlchemyError``.
        """
        options = connect_args(self.url, _SEATED, _SEATED_THERE) | {"application_name": name}
        engine = create_engine(
            self.url, poolclass=NullPool, connect_args=options, hide_parameters=True
        )
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")

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

    def close(self) -> None:
        if self._writer is not None:
            self._writer.engine.dispose()
        self.engine.dispose()


def connect_args(
    url: str,
    here: Mapping[str, str] = MappingProxyType({}),
    there: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """What psycopg is told besides ``url`` (PostgreSQL's), so that a cut line is noticed; ``here``
    and ``there`` go before the house's own, and what stands in the address before all."""
    said = make_url(url).query
    settings = " ".join(f"-c {key}={value}" for key, value in {**_CUT_OFF_THERE, **there}.items())
    own = str(said.get("options", ""))
    ours = {key: value for key, value in {**_CUT_OFF, **here}.items() if key not in said}
    named = {} if "application_name" in said else {"application_name": "publisher store"}
    return {**named, **ours, "options": f"{settings} {own}".strip()}


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


def _postgresql(url: str, durable: bool) -> Engine:
    settings = {
        "lock_timeout": str(BUSY_TIMEOUT_MS),
        # Whoever stands still in a transaction must not keep everybody waiting for ever.
        "idle_in_transaction_session_timeout": str(STANDS_STILL_MS),
    }
    settings["TimeZone"] = "UTC"
    if not durable:
        settings["synchronous_commit"] = "off"
    engine = create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=connect_args(url, there=settings),
    )

    @event.listens_for(engine, "connect")
    def _settle(connection: Any, _record: object) -> None:
        _take_any_letter(connection)
        if durable:
            # Else it would forget, at a power cut, what was written down before a send.
            connection.execute(_WAITS_FOR_THE_DISK)
            connection.commit()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        in_its_own_way = options.get("reading") or options.get("sending")
        if not in_its_own_way and options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    return engine


def _take_any_letter(connection: Any) -> None:
    """Put U+FFFD in place of the letter NUL, which PostgreSQL has in no text: what a platform
    answers to a post must not keep its outcome from being written down."""
    from psycopg.adapt import PyFormat

    for form in (PyFormat.BINARY, PyFormat.TEXT):
        kind = connection.adapters.get_dumper(str, form)
        connection.adapters.register_dumper(str, _without_nul(kind.__name__))


@cache
def _without_nul(name: str) -> type:
    from psycopg.types import string

    plain: Any = getattr(string, name)  # Its twin in C can't be built upon.

    class Letters(plain):  # type: ignore[misc]
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    return Letters


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
        return _postgresql(url, durable)
    return sqlite.engine(url, BUSY_TIMEOUT_MS, durable=durable)
