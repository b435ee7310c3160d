"""Where a test's store stands: a SQLite file of its own, or a PostgreSQL database of its own.

``pytest --store postgresql`` plays every test that asks for a store by these fixtures on PostgreSQL
(``tests/on_postgresql.py`` starts one), and no other test. Tests about SQLite's files take
``lite``.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from publisher.store.database import Database, is_there

SERVER = "PUBLISHER_TEST_STORE"
"""In the environment: the PostgreSQL on which stores are made, as SQLAlchemy writes it."""


@pytest.fixture(scope="session")
def stores() -> None:
    """What every fixture asks for that makes a store on either database: so it is known which tests
    a run on PostgreSQL has."""


@contextmanager
def fresh_url(folder: Path, *, laid: bool = True) -> Iterator[str]:
    """The address of a store that nobody has used, with its tables ``laid``; it is gone afterwards.

    On SQLite it is ``folder``/publisher.db.
    """
    server = os.environ.get(SERVER)
    if server:
        with _database(server, like=_template(server) if laid else "template0") as url:
            yield url
        return
    if laid:
        lay_empty(folder / "publisher.db")
    yield f"sqlite:///{folder}/publisher.db"


@contextmanager
def copy_of(filled: str, folder: Path) -> Iterator[str]:
    """The address of a copy of the store at ``filled``, which nobody has open; it is gone
    afterwards. On SQLite it is ``folder``/publisher.db."""
    address = make_url(filled)
    if address.get_backend_name() == "sqlite":
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(address.database or "", folder / "publisher.db")
        yield f"sqlite:///{folder}/publisher.db"
        return
    with _database(os.environ[SERVER], like=address.database or "") as url:
        yield url


@pytest.fixture
def store_url(stores: None, tmp_path: Path) -> Iterator[str]:
    """The address of ``database``."""
    with fresh_url(tmp_path) as url:
        yield url


@pytest.fixture
def bare_url(stores: None, tmp_path: Path) -> Iterator[str]:
    """The address of a store that has no tables yet."""
    with fresh_url(tmp_path / "bare", laid=False) as url:
        yield url


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    """An empty store; no test cuts the power, so none waits for the disk."""
    opened = Database(store_url, durable=False)
    yield opened
    opened.close()


@pytest.fixture
def office_store(stores: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The store of the office in ``tmp_path``, as its schedule.toml means it by default; commands
    and daemons that are started find it, on either database."""
    with fresh_url(tmp_path / "var") as url:
        monkeypatch.delenv("PUBLISHER_STORE", raising=False)
        if os.environ.get(SERVER):
            monkeypatch.setenv("PUBLISHER_STORE", url)
        yield url


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite store, for what is about its file."""
    lay_empty(tmp_path / "publisher.db")
    opened = Database(f"sqlite:///{tmp_path}/publisher.db")
    yield opened
    opened.close()


def lay_empty(path: Path) -> None:
    """Put an empty store at ``path``, as the program makes it where there is none yet.

    Its tables are made once a process: making them anew for each of two thousand tests is what
    most of those would wait for.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_empty())


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """What ``statement`` finds in the store at ``url``, which its own program may be about to make;
    nothing while it isn't made."""
    if not is_there(url):
        return []
    looking = create_engine(url, poolclass=NullPool)
    try:
        with looking.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]
    except (OperationalError, ProgrammingError):
        return []


def path_of(database: Database) -> Path:
    """The file of a SQLite store."""
    assert database.path is not None
    return database.path


@cache
def _empty() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        made = Database(f"sqlite:///{folder}/empty.db", durable=False)
        made.prepare(datetime(2027, 1, 1, tzinfo=UTC))
        made.close()
        return path_of(made).read_bytes()


@cache
def _template(server: str) -> str:
    """A database with empty tables, made once a process; those of the tests are copies of it.

    Measured for a test's store, on two cores: a copied database 15 ms (10 to make, 5 to drop), a
    schema whose tables are made by one script 60, all tables emptied 30, migrated anew 330.
    """
    name = f"empty_{uuid.uuid4().hex}"
    _say(server, f"CREATE DATABASE {name} TEMPLATE template0")
    made = Database(_url(server, name))
    made.prepare(datetime(2027, 1, 1, tzinfo=UTC))
    made.close()
    atexit.register(_drop, server, name)
    return name


@contextmanager
def _database(server: str, like: str) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex}"
    # To log the pages of a copy takes three times as long as to copy its files.
    _say(server, f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY file_copy")
    try:
        yield _url(server, name)
    finally:
        _drop(server, name)


def _drop(server: str, name: str) -> None:
    # At the very end the server may be gone already, and everything with it.
    with suppress(OperationalError):
        _say(server, f"DROP DATABASE {name} WITH (FORCE)")


def _url(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _say(server: str, statement: str) -> None:
    with _keeper(server).connect() as connection:
        connection.exec_driver_sql(statement)


@cache
def _keeper(server: str) -> Engine:
    return create_engine(server, isolation_level="AUTOCOMMIT")
