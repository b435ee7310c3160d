"""Migrations of the store: forward only, run at start, with a backup taken first.

The steps stand in ``migrations/versions``, one file a step, and are run by Alembic.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.store.database import Database

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database, now: datetime) -> None:
    """Bring ``database`` to the newest step; a store that has anything in it is backed up first.

    Raises ``StoreError`` where the store was made by a newer version of the program.
    """
    config = _config()
    with database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == ScriptDirectory.from_config(config).get_current_head():
        return
    if present is not None:
        require_known(present)
        if database.path is not None:
            stamp = now.strftime("%Y%m%dT%H%M%SZ")
            database.backup(database.path.with_name(f"{database.path.name}.{present}.{stamp}.bak"))
    with database.engine.connect() as connection:
        if database.path is None:
            _run(config, connection)
            return
        # A step that alters a table lets SQLite copy it and drop the old one, which rows of other
        # tables refer to: the references are checked afterwards instead.
        _set_references(connection, checked=False)
        try:
            _run(config, connection)
        finally:
            _set_references(connection, checked=True)


def require_known(revision: str) -> None:
    """Raise ``StoreError`` unless a store of ``revision`` can be brought to this version."""
    from publisher.store.database import StoreError

    scripts = ScriptDirectory.from_config(_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise StoreError(_("it was made by a newer version of Publisher: install that one"))


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _run(config: Config, connection: Connection) -> None:
    """All missing steps in one transaction: a step that fails leaves the store as it was."""
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        _require_references(connection)
    connection.commit()


def _require_references(connection: Connection) -> None:
    from publisher.store.database import StoreError

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
