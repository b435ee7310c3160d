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

if TYPE_CHECKING:
    from publisher.store.database import Database

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(database: Database, now: datetime) -> None:
    """Bring ``database`` to the newest step; a store that has anything in it is backed up first.

    Raises ``StoreError`` where the store was made by a newer version of the program.
    """
    from publisher.store.database import StoreError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    scripts = ScriptDirectory.from_config(config)
    with database.engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_revision()
    if present == scripts.get_current_head():
        return
    known = {script.revision for script in scripts.walk_revisions()}
    if present is not None and present not in known:
        raise StoreError("the store was made by a newer version of Publisher: install that one")
    if present is not None and database.path is not None:
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        database.backup(database.path.with_name(f"{database.path.name}.{present}.{stamp}.bak"))
    with database.engine.connect() as connection:
        _run(config, connection)


def _run(config: Config, connection: Connection) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    connection.commit()
