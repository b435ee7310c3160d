"""Migrations: forward only, at start, after a backup; and their tables are the models' tables."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel, col, select

from publisher.clock import MovedClock
from publisher.store import alerts, attempts, claims, deliveries, migration
from publisher.store.backups import restore
from publisher.store.columns import UtcDateTime
from publisher.store.database import Database
from publisher.store.errors import StoreError
from publisher.store.feed_tables import FeedEntry, FeedState
from publisher.store.holds import in_force
from publisher.store.models import Alert, ChannelState, Version, VersionMedium
from tests.at_once import at_once
from tests.store.builders import LEASE, planned, store
from tests.store.stores import path_of

STEP = '''
"""A step of the version to come."""
import sqlalchemy as sa
from alembic import op
revision, down_revision = "9999", "{head}"
def upgrade():
{body}
'''
ADD_A_COLUMN = """
    op.add_column("hold", sa.Column("colour", sa.String(), nullable=True))
"""
COPY_A_TABLE = """
    with op.batch_alter_table("delivery") as table:  # SQLite can only do this in a copy
        table.alter_column("note", new_column_name="remark")
        table.add_column(sa.Column("colour", sa.String(), nullable=True))
"""
FAIL_HALF_WAY = """
    op.add_column("hold", sa.Column("colour", sa.String(), nullable=True))
    op.execute("INSERT INTO nowhere VALUES (1)")
"""

NextVersion = Callable[[str], None]


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NextVersion:
    """Makes this program the next version, whose one new step does ``body``."""

    def install(body: str) -> None:
        steps = tmp_path / "steps of the next version, 100%"
        shutil.copytree(migration.SCRIPTS, steps)
        step = STEP.format(head=head(), body=body)
        (steps / "versions" / "9999_next.py").write_text(step, encoding="utf-8")
        monkeypatch.setattr(migration, "SCRIPTS", steps)

    return install


def head() -> str:
    return max(step.name for step in (migration.SCRIPTS / "versions").glob("*.py"))[:4]


def alembics() -> Config:
    """What tells Alembic where the steps are."""
    config = Config()
    config.set_main_option("script_location", str(migration.SCRIPTS))
    return config


def columns(database: Database, table: str) -> set[str]:
    return {column["name"] for column in inspect(database.engine).get_columns(table)}


def backups(database: Database) -> list[Path]:
    path = path_of(database)
    return sorted(path.parent.glob(f"{path.name}.*.bak"))


def test_the_migrated_tables_are_the_models_tables(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_files_name_begins_with_the_step_it_makes() -> None:
    scripts = list(ScriptDirectory.from_config(alembics()).walk_revisions("base", "heads"))

    assert migration.steps() == tuple(script.revision for script in reversed(scripts))


def test_a_fresh_store_needs_no_backup(lite: Database) -> None:
    assert backups(lite) == []


def test_preparing_twice_changes_nothing(lite: Database, clock: MovedClock) -> None:
    store(lite, planned(clock()), now=clock())
    with sqlite3.connect(path_of(lite)) as connection:
        before = list(connection.iterdump())
    lite.prepare(clock())
    with sqlite3.connect(path_of(lite)) as connection:
        assert list(connection.iterdump()) == before
    assert backups(lite) == []


def test_an_older_store_is_brought_forward_with_its_rows(
    database: Database, clock: MovedClock, next_version: NextVersion
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    next_version(ADD_A_COLUMN)
    database.prepare(clock())
    assert "colour" in columns(database, "hold")
    with database.reading() as session:
        assert deliveries.by_number(session, deliveries.number_of(row)).post == "mot"


def test_the_backup_before_it_is_the_older_store(
    lite: Database, clock: MovedClock, next_version: NextVersion
) -> None:
    before, _row = head(), store(lite, planned(clock()), now=clock())
    next_version(ADD_A_COLUMN)
    lite.prepare(clock())
    [backup] = backups(lite)
    with sqlite3.connect(backup) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (before,)
        assert connection.execute("SELECT count(*) FROM delivery").fetchone() == (1,)


def test_a_table_that_others_refer_to_can_be_copied(
    database: Database, clock: MovedClock, next_version: NextVersion
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        claimed = claims.claim(session, "hop", clock(), "test", LEASE)
    assert claimed is not None
    next_version(COPY_A_TABLE)
    database.prepare(clock())
    assert {"colour", "remark"} <= columns(database, "delivery")
    number = claimed.number
    with database.reading() as session:
        assert attempts.first_attempt_at(session, number) == clock()


def test_after_a_migration_references_are_checked_again(
    lite: Database, clock: MovedClock, next_version: NextVersion
) -> None:
    next_version(COPY_A_TABLE)
    lite.prepare(clock())
    with lite.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_a_step_that_fails_leaves_the_store_as_it_was(
    database: Database, clock: MovedClock, next_version: NextVersion
) -> None:
    next_version(FAIL_HALF_WAY)
    with pytest.raises(SQLAlchemyError):
        database.prepare(clock())
    assert "colour" not in columns(database, "hold")
    with database.writing() as session:
        assert in_force(session, clock()) == []


def test_a_step_that_fails_undoes_those_before_it(
    bare_url: str, clock: MovedClock, next_version: NextVersion
) -> None:
    next_version('    op.execute("INSERT INTO nowhere VALUES (1)")')
    empty = Database(bare_url)
    with pytest.raises(SQLAlchemyError):
        empty.prepare(clock())
    assert inspect(empty.engine).get_table_names() == []
    empty.close()


@pytest.mark.parametrize("begun", [False, True])
def test_processes_that_start_at_once_bring_it_forward_once(
    bare_url: str, clock: MovedClock, next_version: NextVersion, begun: bool
) -> None:
    stores = [Database(bare_url) for _ in range(6)]
    if begun:
        stores[0].prepare(clock())
        store(stores[0], planned(clock()), now=clock())
    next_version(ADD_A_COLUMN)
    assert at_once(*(partial(one.prepare, clock()) for one in stores)) == [None] * len(stores)
    assert "colour" in columns(stores[0], "hold")
    if stores[0].path is not None:
        assert len(backups(stores[0])) == (1 if begun else 0)
    for one in stores:
        one.close()


def test_a_store_of_a_newer_version_is_refused_and_left_alone(
    database: Database,
    clock: MovedClock,
    next_version: NextVersion,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = migration.SCRIPTS
    next_version(ADD_A_COLUMN)
    database.prepare(clock())
    monkeypatch.setattr(migration, "SCRIPTS", present)
    with pytest.raises(StoreError, match="phiên bản Publisher mới hơn"):
        database.prepare(clock())
    assert "colour" in columns(database, "hold")


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_store_in_memory_is_refused(url: str) -> None:
    with pytest.raises(StoreError, match="phải là một tệp"):
        Database(url)


def test_a_restored_backup_of_an_older_version_is_brought_forward(
    lite: Database, clock: MovedClock, tmp_path: Path, next_version: NextVersion
) -> None:
    lite.backup(tmp_path / "old.db")
    next_version(ADD_A_COLUMN)
    restore(lite, tmp_path / "old.db", clock(), "Lan")
    assert "colour" in columns(lite, "hold")


def test_the_second_step_keeps_what_was_told_and_what_is_known_of_channels(
    bare_url: str, clock: MovedClock
) -> None:
    database = Database(bare_url)
    config = alembics()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    with database.writing() as session:
        old = {"text": "Mã hết hạn.", "raised": clock(), "told": clock() + timedelta(hours=6)}
        for matter, cleared in (("channel trang", None), ("channel zalo", clock())):
            session.execute(
                text(
                    "INSERT INTO alert (matter, text, raised_at, told_at, cleared_at) "
                    "VALUES (:matter, :text, :raised, :told, :cleared)"
                ).bindparams(
                    *(bindparam(name, type_=UtcDateTime()) for name in ("raised", "told")),
                    bindparam("cleared", type_=UtcDateTime()),
                ),
                {**old, "matter": matter, "cleared": cleared},
            )
        session.execute(
            text(
                "INSERT INTO channelstate (channel, stopped, account_id, account_name, "
                "proved_for, updated_at) VALUES ('trang', 'hỏng', '1', 'Trang', '', :now)"
            ).bindparams(bindparam("now", type_=UtcDateTime())),
            {"now": clock()},
        )
    database.prepare(clock())
    with database.reading() as session:
        alert, mended = session.get(Alert, "channel trang"), session.get(Alert, "channel zalo")
        channel = session.get(ChannelState, "trang")
        waiting = alerts.waiting(session)
    database.close()
    assert alert is not None
    assert (alert.asked_at, alert.told_at) == (old["told"], old["told"])
    assert (alert.text, alert.told_by, alert.cleared_at) == ("Mã hết hạn.", [], None)
    assert mended is not None
    assert mended.cleared_at == clock()
    assert channel is not None
    assert (channel.stopped, channel.failures, channel.failing_since) == ("hỏng", 0, None)
    assert waiting == []


def test_the_fifth_step_notes_which_media_were_shown_before(
    bare_url: str, clock: MovedClock
) -> None:
    database = Database(bare_url)
    config = alembics()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.commit()
    media = [{"sha256": "b" * 64, "path": "a.png"}, {"sha256": "b" * 64}, {"sha256": "c" * 64}]
    with database.writing() as session:
        for number in range(3):
            session.add(
                Version(
                    fingerprint=str(number),
                    content={"media": media[:number], "body": {}},
                    created_at=clock(),
                )
            )
    database.prepare(clock())
    with database.reading() as session:
        found = session.exec(select(VersionMedium).order_by(col(VersionMedium.fingerprint))).all()
    database.close()
    assert [(row.fingerprint, row.sha256[0], row.original[0]) for row in found] == [
        ("1", "b", "b"),
        ("2", "b", "b"),
    ]


def test_the_fourth_step_keeps_what_is_known_of_feeds_and_their_entries(
    bare_url: str, clock: MovedClock
) -> None:
    database = Database(bare_url)
    config = alembics()
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0003")
        connection.commit()
    now = {"now": clock(), "due": clock() + timedelta(hours=1)}
    moments = [bindparam(name, type_=UtcDateTime()) for name in ("now", "due")]
    feed, link = "https://portal.example.vn/rss", "https://portal.example.vn/tin/1"
    with database.writing() as session:
        session.execute(
            text(
                "INSERT INTO feedstate (campaign, url, etag, modified, first_seen, next_at, "
                f"problem) VALUES ('tin', '{feed}', 'e1', 'm1', :seen, :now, 'HTTP 500')"
            ).bindparams(moments[0]),
            {"now": clock(), "seen": True},
        )
        for key, due in (("ra", ":due"), ("thoi", "NULL")):
            session.execute(
                text(
                    "INSERT INTO feedentry (campaign, key, title, summary, link, seen_at, due_at) "
                    f"VALUES ('tin', '{key}', 'Tin', '', '{link}', :now, {due})"
                ).bindparams(*(moments if due == ":due" else moments[:1])),
                now if due == ":due" else {"now": clock()},
            )
    database.prepare(clock())
    with database.reading() as session:
        state = session.get(FeedState, ("tin", feed))
        out, stays = session.get(FeedEntry, ("tin", "ra")), session.get(FeedEntry, ("tin", "thoi"))
    database.close()
    assert state is not None
    assert (state.etag, state.modified, state.first_seen) == ("e1", "m1", True)
    assert (state.next_at, state.problem, state.failures) == (clock(), "HTTP 500", 0)
    assert (state.stopped_at, state.moved_to) == (None, "")
    assert out is not None
    assert stays is not None
    assert (out.due_at, out.left_out, out.address, out.feed) == (now["due"], "", link, feed)
    assert (stays.due_at, stays.left_out) == (None, "before")
