"""Where a test's store stands: a SQLite file of its own, or a schema of its own on PostgreSQL.

PUBLISHER_TEST_STORE names the PostgreSQL database, as SQLAlchemy writes it; without it every store
is a file in the test's folder. Tests about SQLite's files take ``lite``.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url

from publisher.clock import MovedClock
from publisher.store.database import Database


@contextmanager
def fresh_url(folder: Path) -> Iterator[str]:
    """The address of a store that nobody has used; it is gone afterwards."""
    server = os.environ.get("PUBLISHER_TEST_STORE")
    if not server:
        yield f"sqlite:///{folder}/publisher.db"
        return
    schema = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        yield (
            make_url(server)
            .update_query_dict({"options": f"-csearch_path={schema}"})
            .render_as_string(hide_password=False)
        )
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    engine.dispose()


@pytest.fixture
def store_url(tmp_path: Path) -> Iterator[str]:
    with fresh_url(tmp_path) as url:
        yield url


@pytest.fixture
def database(store_url: str, clock: MovedClock) -> Iterator[Database]:
    """An empty store; no test cuts the power, so none waits for the disk."""
    opened = prepared(store_url, clock())
    yield opened
    opened.close()


def prepared(url: str, now: datetime) -> Database:
    """The store at ``url``, made now and empty, and as little durable as that of a rehearsal."""
    opened = Database(url, durable=False)
    if opened.path is None:
        opened.prepare(now)
    else:
        lay_empty(opened.path)
    return opened


@pytest.fixture
def lite(tmp_path: Path, clock: MovedClock) -> Iterator[Database]:
    """An empty SQLite store, for what is about its file."""
    opened = Database(f"sqlite:///{tmp_path}/publisher.db")
    lay_empty(path_of(opened))
    yield opened
    opened.close()


def lay_empty(path: Path) -> None:
    """Put an empty store at ``path``, as the program makes it where there is none yet.

    Its tables are made once a process: making them anew for each of two thousand tests is what
    most of those would wait for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty())


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = Database(f"sqlite:///{folder}/empty.db", durable=False)
        made.prepare(datetime(2027, 1, 1, tzinfo=UTC))
        made.close()
        return path_of(made).read_bytes()


def path_of(database: Database) -> Path:
    """The file of a SQLite store."""
    assert database.path is not None
    return database.path
