"""Migrations of the store, run at start.

Forward only, with a backup taken first. The steps stand in ``migrations/versions``, one file a
step, and are run by Alembic. A file's name begins with its step's, so that whether there is
anything to do is known without loading Alembic: every command asks.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from publisher.i18n import _
from publisher.store.errors import StoreError

if TYPE_CHECKING:
    from publisher.store.database import Database

SCRIPTS = Path(__file__).parent / "migrations"

_STEP = re.compile(r"^\d{4}")


def upgrade(database: Database, now: datetime) -> None:
    """Bring ``database`` to the newest step; a store that has anything in it is backed up first.

    Raises ``StoreError`` where the store was made by a newer version of the program.
    """
    with database.engine.connect() as connection:
        present = _present(connection)
    if present == steps()[-1]:
        return
    if present is not None:
        require_known(present)
        if database.path is not None:
            stamp = now.strftime("%Y%m%dT%H%M%SZ")
            database.backup(database.path.with_name(f"{database.path.name}.{present}.{stamp}.bak"))
    with database.engine.connect() as connection:
        if database.path is None:
            _run(connection)
            return
        # A step that alters a table lets SQLite copy it and drop the old one, which rows of other
        # tables refer to: the references are checked afterwards instead.
        _set_references(connection, checked=False)
        try:
            _run(connection)
        finally:
            _set_references(connection, checked=True)


def require_known(revision: str) -> None:
    """Raise ``StoreError`` unless a store of ``revision`` can be brought to this version."""
    if revision not in steps():
        raise StoreError(_("it was made by a newer version of Publisher: install that version"))


def steps() -> tuple[str, ...]:
    """The names of all steps, in their order."""
    found = (_STEP.match(path.name) for path in (SCRIPTS / "versions").glob("*.py"))
    return tuple(sorted(step.group() for step in found if step))


def _present(connection: Connection) -> str | None:
    """The step at which the store is; ``None`` where it has no tables yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    at: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return at


def _run(connection: Connection) -> None:
    """All missing steps in one transaction: a step that fails leaves the store as it was."""
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
