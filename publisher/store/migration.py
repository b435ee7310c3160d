"""Migrations of the store, run at start.

Forward only, with a backup taken first. The steps stand in ``migrations/versions``, one file a
step, and are run by Alembic. A file's name begins with its step's, so that whether there is
anything to do is known without loading Alembic: every command asks.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from publisher import notation
from publisher.i18n import _
from publisher.store import marks
from publisher.store.errors import StoreError

if TYPE_CHECKING:
    from publisher.store.database import Database

log = logging.getLogger("store")

SCRIPTS = Path(__file__).parent / "migrations"

_STEP = re.compile(r"^\d{4}")


def upgrade(database: Database, now: datetime) -> None:
    """Bring ``database`` to the newest step; a store that has anything in it is backed up first.

    Raises ``StoreError`` where the store was made by a newer version of the program, or was moved
    to another database.
    """
    with database.engine.connect().execution_options(reading=True) as connection:
        if _step_of(connection) == steps()[-1]:
            return
    with database.engine.connect() as connection:
        if database.path is None:
            _take_turns(connection)
            _forward(database, connection, now)
            return
        # A step that alters a table lets SQLite copy it and drop the old one, which rows of other
        # tables refer to: the references are checked afterwards instead.
        _set_references(connection, checked=False)
        try:
            # Begun here: left to itself, Alembic commits each step of a SQLite store, and one that
            # fails would leave behind those before it.
            connection.begin()
            _forward(database, connection, now)
        finally:
            _set_references(connection, checked=True)


def require_known(revision: str) -> None:
    """Raise ``StoreError`` unless a store of ``revision`` can be brought to this version."""
    if revision not in steps():
        raise StoreError(_("it was made by a newer version of Publisher: install that version"))


def moved_words(gone: marks.Departure) -> str:
    """Why a store that was moved isn't opened."""
    return _(
        "it was moved to %(place)s on %(day)s, and nothing is published from here any more. Name "
        "the other in schedule.toml, under store (or in PUBLISHER_STORE); or move it back: "
        "publisher migrate-store"
    ) % {"place": gone.to, "day": notation.day(gone.at, "full")}


def steps() -> tuple[str, ...]:
    """The names of all steps, in their order."""
    found = (_STEP.match(path.name) for path in (SCRIPTS / "versions").glob("*.py"))
    return tuple(sorted(step.group() for step in found if step))


def _step_of(connection: Connection) -> str | None:
    """The store's step, ``None`` where it has no tables. Raises ``StoreError`` where it was
    moved."""
    present = marks.step_of(connection)
    if marks.is_mark(present) and (gone := marks.departure(connection)) is not None:
        raise StoreError(moved_words(gone))
    return present


def _take_turns(connection: Connection) -> None:
    """Wait for others who migrate this PostgreSQL store, and keep them off until a commit."""
    key = "hashtext('publisher migration ' || current_schema())"
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({key})")


def _forward(database: Database, connection: Connection, now: datetime) -> None:
    """Back up and bring forward what the transaction of ``connection`` keeps others off."""
    # Several processes may be started at once: who comes second finds it done.
    present = _step_of(connection)
    if present == steps()[-1]:
        return
    if present is not None:
        require_known(present)
        if database.path is not None:
            stamp = now.strftime("%Y%m%dT%H%M%SZ")
            database.backup(database.path.with_name(f"{database.path.name}.{present}.{stamp}.bak"))
    _run(connection)
    # By the standard library: a command may get here before it has set up its log.
    log.info("store brought from step %s to %s", present or "none", steps()[-1])


def _run(connection: Connection) -> None:
    """All steps to come in one transaction: one that fails leaves the store as it was."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        _require_references(connection)
    connection.commit()


def _require_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchone()
    if broken is not None:
        raise StoreError(f"the migration would break references of the table {broken[0]}")


def _set_references(connection: Connection, *, checked: bool) -> None:
    # SQLite ignores this within a transaction, so it is said to the driver, before SQLAlchemy's
    # begin and after its end.
    connection.rollback()
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.execute(f"PRAGMA foreign_keys = {'ON' if checked else 'OFF'}")
