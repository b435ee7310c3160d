"""PostgreSQL as the store uses it: its settings, one writer at a time, lines that were cut.

What goes to people and logs of an error is its first line alone: those below hold values.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

STANDS_STILL_MS = 60_000
"""So long PostgreSQL lets a process do nothing in a transaction that it has begun."""

DAEMON_LOCK = "hashtext('publisher daemon ' || current_schema())"
"""The key of PostgreSQL's lock that one daemon has, or all of a cluster share: a schema is a
store."""

LOCK_KEY = "((l.classid::bigint << 32) | l.objid::bigint)"
"""The key of a lock ``l`` of pg_locks, which lists its 64 bits in two halves of 32."""

LOCKED = """
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
  AND a.datname = current_database()
"""
"""The locks ``l`` of this database that have a key, and the connections ``a`` that hold them."""

HOLDER = f"SELECT a.application_name {LOCKED} AND {LOCK_KEY} = {DAEMON_LOCK}::bigint LIMIT 1"
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


def standing(url: str, name: str) -> Connection:
    """A connection of no pool, for locks that fall with it; ``name`` is what it is listed under
    there. Each statement is its own transaction. Raises ``SQLAlchemyError``."""
    options = connect_args(url, _SEATED, _SEATED_THERE) | {"application_name": name}
    made = create_engine(url, poolclass=NullPool, connect_args=options, hide_parameters=True)
    return made.connect().execution_options(isolation_level="AUTOCOMMIT")


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


def engine(url: str, busy_timeout_ms: int, *, durable: bool) -> Engine:
    """The store at ``url`` for any number of connections; ``durable``: a commit is on the disk once
    it is done. With the execution options ``reading`` and ``sending`` no other writer is waited
    for."""
    settings = {
        "lock_timeout": str(busy_timeout_ms),
        # Whoever stands still in a transaction must not keep everybody waiting for ever.
        "idle_in_transaction_session_timeout": str(STANDS_STILL_MS),
        "TimeZone": "UTC",
    }
    if not durable:
        settings["synchronous_commit"] = "off"
    made = create_engine(
        url,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args=connect_args(url, there=settings),
    )

    @event.listens_for(made, "connect")
    def _settle(connection: Any, _record: object) -> None:
        _take_any_letter(connection)
        if durable:
            # Else it would forget, at a power cut, what was written down before a send.
            connection.execute(_WAITS_FOR_THE_DISK)
            connection.commit()

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        in_its_own_way = options.get("reading") or options.get("sending")
        if not in_its_own_way and options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER_LOCK})")

    @event.listens_for(made, "handle_error")
    def _told(context: ExceptionContext) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            if error is not None:
                error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])

    return made


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
