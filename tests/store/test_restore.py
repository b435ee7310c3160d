"""Restore: a backup comes back, nothing is sent twice for it, and nothing is lost over it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.planning.diff import Alteration, Changes
from publisher.store import audit, backups, claims, comparing, deliveries, doubts
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.errors import StoreBusyError, StoreError
from tests.store.builders import LEASE, planned, states, store
from tests.store.stores import path_of
from tests.store.test_backup import damage, posts_in

HOUR = timedelta(hours=1)


@pytest.fixture
def backup(lite: Database, tmp_path: Path) -> Path:
    """Where a test keeps its backup; a name that a URL would take amiss."""
    return tmp_path / "sao lưu #1?.db"


def restore(database: Database, source: Path, clock: MovedClock) -> tuple[Path, int]:
    return backups.restore(database, source, clock(), "Lan")


def test_what_fell_due_since_the_backup_is_in_doubt_and_what_is_to_come_is_not(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    store(lite, planned(clock() + HOUR), planned(clock() + 9 * HOUR, post="hai"), now=clock())
    lite.backup(backup)
    clock.advance(2 * HOUR)
    _kept, doubted = restore(lite, backup, clock)
    assert doubted == 1
    assert states(lite) == {"mot": State.UNCONFIRMED, "hai": State.PLANNED}


def test_what_the_backup_knows_as_settled_stays_settled(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    store(lite, planned(clock()), now=clock())
    with lite.writing() as session:
        claimed = claims.claim(session, "hop", clock(), "test", LEASE)
        assert claimed is not None
        number = claimed.number
        deliveries.move(session, number, lifecycle.RECEIVE, clock())
    lite.backup(backup)
    assert restore(lite, backup, clock)[1] == 0
    assert states(lite) == {"mot": State.SENT}


def test_a_doubt_of_a_restore_outlives_its_clearing_until_it_is_disproved(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    [row] = store(lite, planned(clock()), now=clock())
    number = deliveries.number_of(row)
    lite.backup(backup)
    restore(lite, backup, clock)
    with lite.writing() as session:
        assert deliveries.move(session, number, lifecycle.CLEAR, clock())
        assert not deliveries.move(session, number, lifecycle.MISS, clock())
        doubts.disprove_doubts(session, number)
        assert deliveries.move(session, number, lifecycle.MISS, clock())


def test_what_the_files_ask_for_and_the_backup_never_knew_is_in_doubt_too(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    lite.backup(backup)
    clock.advance(HOUR)
    restore(lite, backup, clock)
    late, coming = planned(clock() - HOUR / 2), planned(clock() + HOUR, post="hai")
    with lite.writing() as session:
        stored_plan.apply(session, Changes(added=(late, coming)), clock())
    assert states(lite) == {"mot": State.UNCONFIRMED, "hai": State.PLANNED}


def test_what_was_moved_to_before_the_restore_is_in_doubt_too(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    store(lite, planned(clock() + 9 * HOUR), now=clock())
    lite.backup(backup)
    clock.advance(HOUR)
    restore(lite, backup, clock)
    with lite.writing() as session:
        [known] = comparing.stored(session)
        moved = Alteration(known, planned(clock() - HOUR / 2))
        stored_plan.apply(session, Changes(altered=(moved,)), clock())
    assert states(lite) == {"mot": State.UNCONFIRMED}


def test_the_former_store_is_kept(lite: Database, clock: MovedClock, backup: Path) -> None:
    lite.backup(backup)
    store(lite, planned(clock()), now=clock())
    kept, _doubted = restore(lite, backup, clock)
    assert posts_in(kept) == ["mot"]
    assert states(lite) == {}


def test_a_damaged_store_can_be_replaced_and_is_kept_as_it_lies_there(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    store(lite, *(planned(clock() + HOUR, post=f"bai-{n}") for n in range(200)), now=clock())
    lite.backup(backup)
    lite.close()
    damage(path_of(lite))
    damaged = path_of(lite).read_bytes()
    kept, _doubted = restore(lite, backup, clock)
    assert len(states(lite)) == 200
    assert kept.read_bytes() == damaged


def test_a_restore_stands_in_the_audit_trail(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    store(lite, planned(clock()), now=clock())
    lite.backup(backup)
    restore(lite, backup, clock)
    with lite.reading() as session:
        event = audit.latest(session)[-1]
    assert (event.actor, event.action, event.detail) == ("Lan", "restore", {"suspects": 1})


def test_a_restore_is_refused_while_a_daemon_has_the_store(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    lite.backup(backup)
    other = Database(lite.url)
    with lite.daemon_lock(), pytest.raises(StoreBusyError):
        restore(other, backup, clock)
    other.close()


def nothing(file: Path) -> None:
    """There is no such file."""


def not_a_database(file: Path) -> None:
    file.write_text("Kính gửi Sở", encoding="utf-8")


def empty(file: Path) -> None:
    file.touch()


def of_another_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE delivery (id INTEGER)")


def of_a_newer_version(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE delivery (id INTEGER)")
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR)")
        connection.execute("INSERT INTO alembic_version VALUES ('9999')")
        connection.commit()


@pytest.mark.parametrize(
    "make", [nothing, not_a_database, empty, of_another_program, of_a_newer_version]
)
def test_a_file_that_is_no_backup_is_refused_and_the_store_left_as_it_was(
    lite: Database, clock: MovedClock, backup: Path, make: Callable[[Path], None]
) -> None:
    store(lite, planned(clock() + HOUR), now=clock())
    make(backup)
    with pytest.raises(StoreError):
        restore(lite, backup, clock)
    assert states(lite) == {"mot": State.PLANNED}


def test_a_damaged_backup_is_refused_and_the_store_left_as_it_was(
    lite: Database, clock: MovedClock, backup: Path
) -> None:
    store(lite, *(planned(clock() + HOUR, post=f"bai-{n}") for n in range(200)), now=clock())
    lite.backup(backup)
    damage(backup)
    with pytest.raises(StoreError):
        restore(lite, backup, clock)
    assert len(states(lite)) == 200
