"""The queue of a cluster: Procrastinate's tables, in a schema of their own beside the store's.

It holds nothing that the store doesn't know. Where its tables are missing, or were made by an older
Procrastinate, they are made anew; what waited in them is put in again by whoever has the duty. A
job carries a delivery's id, no more. One job of a channel runs at a time (``lock``), and one waits
(``queueing_lock``): so the queue stays short, however much is due.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from typing import Any

import psycopg
import structlog
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, make_url, text

from publisher.engines.cluster.seat import NAME
from publisher.i18n import _
from publisher.store.database import Database
from publisher.store.errors import StoreError
from publisher.store.postgresql import connect_args

log = structlog.get_logger("cluster")

QUEUE = "publisher"
TASK = "deliver"

CONNECT_S = 5.0
"""How long a connection is waited for."""

AT_ONCE = 500

_QUICK = """
CREATE INDEX publisher_lock_idx ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing');
DO $$
DECLARE
    fetching regprocedure;
BEGIN
    FOR fetching IN SELECT oid FROM pg_proc WHERE proname LIKE 'procrastinate_fetch_job%'
        AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER FUNCTION %s SET enable_hashjoin = off SET enable_mergejoin = off'
            ' SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off',
            fetching);
    END LOOP;
END;
$$;
"""
"""Lets a worker be given its next job in the same time however many wait. Of a table that was empty
a moment ago PostgreSQL knows nothing, and would compare each waiting job with each other: with
2,000 waiting a fetch took 340 ms, by the index on locks and row by row it takes 5."""


class QueueError(Exception):
    """The queue can't be used: its tables or its connection are gone; the text says which error."""


class Queue:
    """The queue of the store ``database``, a PostgreSQL; used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._deferrer: App | None = None

    @cached_property
    def schema(self) -> str:
        """Its schema: the store's, with an ending. Raises ``SQLAlchemyError``."""
        with self._database.reading() as session:
            return f"{session.execute(text('SELECT current_schema()')).scalar_one()}_queue"

    # -- its tables -------------------------------------------------------------------------------

    def prepare(self) -> None:
        """See to it that its tables are there, and this Procrastinate's.

        Raises ``SQLAlchemyError``; ``StoreError`` where a newer program made them.
        """
        ours = _Made.by_us()
        with self._database.sending() as session:
            connection = session.connection()
            # One process at a time: the others find them made.
            connection.exec_driver_sql(
                "SELECT pg_advisory_xact_lock(hashtext('publisher queue ' || current_schema()))"
            )
            there = _Made.there(connection, self.schema)
            if there == ours:
                return
            if there is not None and there.version > ours.version:
                raise StoreError(
                    _(
                        "the queue was made by a newer version of Publisher: "
                        "install that version on this machine too"
                    )
                )
            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')
            connection.exec_driver_sql(f'CREATE SCHEMA "{self.schema}"')
            connection.exec_driver_sql(f'SET LOCAL search_path TO "{self.schema}"')
            # As it stands, without a parameter: its own text holds percent signs.
            cursor = connection.connection.cursor()
            cursor.execute(SchemaManager.get_schema())
            cursor.execute(_QUICK)
            connection.exec_driver_sql(f"""COMMENT ON SCHEMA "{self.schema}" IS '{ours}'""")
        log.info("queue made", schema=self.schema, procrastinate=ours.version)

    def is_there(self) -> bool:
        """Whether its tables are there, and this Procrastinate's. Raises ``SQLAlchemyError``."""
        with self._database.reading() as session:
            return _Made.there(session.connection(), self.schema) == _Made.by_us()

    # -- what is in it ----------------------------------------------------------------------------

    def defer(self, due: Mapping[str, int]) -> None:
        """Put in each channel's due delivery, where none of that channel waits in it yet.

        Raises ``QueueError``, and then begins with a new connection.
        """
        with self._guard:
            try:
                self._defer(due)
            except (ConnectorException, psycopg.Error) as error:
                self._close()
                raise QueueError(type(error.__cause__ or error).__name__) from None

    def close(self) -> None:
        with self._guard:
            self._close()

    def worked(self) -> App:
        """A new Procrastinate application, to be opened by who works the queue."""
        return App(connector=PsycopgConnector(**self._pool(), max_size=4))

    def _defer(self, due: Mapping[str, int]) -> None:
        if self._deferrer is None:
            self._deferrer = App(connector=SyncPsycopgConnector(**self._pool(), max_size=2))
            self._deferrer.open()
        manager = self._deferrer.job_manager
        waiting = {
            row["queueing_lock"]
            for row in self._deferrer.connector.get_sync_connector().execute_query_all(
                "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo'"
            )
        }
        fresh = [_job(channel, number) for channel, number in due.items() if channel not in waiting]
        # Bit by bit: the first may go while the last of thousands are yet to be put in.
        for begin in range(0, len(fresh), AT_ONCE):
            some = fresh[begin : begin + AT_ONCE]
            try:
                manager.batch_defer_jobs(some)
            except AlreadyEnqueued:
                for job in some:
                    with suppress(AlreadyEnqueued):
                        manager.defer_job(job)

    def _close(self) -> None:
        deferrer, self._deferrer = self._deferrer, None
        if deferrer is not None:
            deferrer.close()

    def _pool(self) -> dict[str, Any]:
        """What Procrastinate's connections are made by: in the queue's schema, and no other."""
        url = make_url(self._database.url)
        _args, own = self._database.engine.dialect.create_connect_args(url)
        told = connect_args(self._database.url)
        told["options"] += f" -c search_path={self.schema}"
        kwargs = {**own, **told, "application_name": f"{NAME} queue"}
        return {"kwargs": kwargs, "min_size": 1, "timeout": CONNECT_S}


class _Made:
    """By which Procrastinate tables were made; written down as their schema's comment."""

    def __init__(self, version_: tuple[int, ...], mark: str) -> None:
        self.version = version_
        self._mark = mark

    @classmethod
    def by_us(cls) -> _Made:
        tables = SchemaManager.get_schema() + _QUICK
        mark = hashlib.sha256(tables.encode()).hexdigest()[:16]
        return cls(_numbers(version("procrastinate")), mark)

    @classmethod
    def there(cls, connection: Connection, schema: str) -> _Made | None:
        """``None`` where there is nothing, or something that isn't ours to know."""
        said = connection.execute(
            text(
                "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace"
                " WHERE nspname = :schema AND to_regclass(:jobs) IS NOT NULL"
            ),
            {"schema": schema, "jobs": f'"{schema}".procrastinate_jobs'},
        ).scalar()
        words = str(said or "").split()
        if len(words) != 3 or words[0] != "procrastinate":
            return None
        return cls(_numbers(words[1]), words[2])

    def __str__(self) -> str:
        return f"procrastinate {'.'.join(map(str, self.version))} {self._mark}"

    def __eq__(self, other: object) -> bool:
        # Another version with the very same tables is as good.
        return isinstance(other, _Made) and other._mark == self._mark

    def __hash__(self) -> int:
        return hash(self._mark)


def _numbers(of_version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in of_version.split(".") if part.isdigit())


def _job(channel: str, delivery_id: int) -> Job:
    return Job(
        queue=QUEUE,
        lock=channel,
        queueing_lock=channel,
        task_name=TASK,
        task_kwargs={"delivery_id": delivery_id},
    )
