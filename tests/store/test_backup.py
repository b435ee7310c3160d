"""Backups: whole and sound, also of a store that is being written to."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.store import audit
from publisher.store.database import Database
from publisher.store.errors import StoreError
from tests.store.builders import planned, store
from tests.store.stores import path_of


def posts_in(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as connection:
        return [row[0] for row in connection.execute("SELECT post FROM delivery ORDER BY id")]


def test_a_backup_has_what_was_committed_and_is_one_plain_file(
    lite: Database, clock: MovedClock, tmp_path: Path
) -> None:
    store(lite, planned(clock()), now=clock())
    copy = tmp_path / "backups" / "store.db"
    lite.backup(copy)
    assert posts_in(copy) == ["mot"]
    assert [file.name for file in copy.parent.iterdir()] == ["store.db"]


def test_a_backup_is_for_its_owner_alone(lite: Database, tmp_path: Path) -> None:
    lite.backup(tmp_path / "copy.db")
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_backup_taken_while_a_writer_writes_holds_whole_transactions(
    lite: Database, clock: MovedClock, tmp_path: Path
) -> None:
    enough, written = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        number = 0
        while not enough.is_set():
            pair = (planned(clock(), post=f"{number}-{half}") for half in "ab")
            store(lite, *pair, now=clock())
            number += 1
            written.release()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            assert written.acquire(timeout=30)
            lite.backup(tmp_path / f"{number}.db")
    finally:
        enough.set()
        writer.join()
    sizes = [len(posts_in(tmp_path / f"{number}.db")) for number in range(5)]
    assert sizes == sorted(sizes)
    assert sizes[0] >= 2
    assert all(size % 2 == 0 for size in sizes)


def test_a_backup_leaves_an_open_transaction_out(
    lite: Database, clock: MovedClock, tmp_path: Path
) -> None:
    with lite.writing() as session:
        audit.record(session, clock(), "Lan", "approve", "thu/mot")
        session.flush()
        lite.backup(tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "copy.db")) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (0,)


def test_an_earlier_backup_of_that_name_is_replaced(
    lite: Database, clock: MovedClock, tmp_path: Path
) -> None:
    lite.backup(tmp_path / "copy.db")
    store(lite, planned(clock()), now=clock())
    lite.backup(tmp_path / "copy.db")
    assert posts_in(tmp_path / "copy.db") == ["mot"]


def test_a_damaged_store_makes_no_backup_and_spoils_no_earlier_one(
    lite: Database, clock: MovedClock, tmp_path: Path
) -> None:
    many = (planned(clock() + timedelta(minutes=n), post=f"bai-{n}") for n in range(200))
    store(lite, *many, now=clock())
    lite.backup(tmp_path / "copy.db")
    lite.close()
    damage(path_of(lite))
    with pytest.raises(StoreError):
        lite.backup(tmp_path / "copy.db")
    assert len(posts_in(tmp_path / "copy.db")) == 200


def damage(file: Path) -> None:
    """Overwrite pages in the middle of the file."""
    content = bytearray(file.read_bytes())
    third = len(content) // 3
    content[third : 2 * third] = b"\xa5" * third
    file.write_bytes(content)
