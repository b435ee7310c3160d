"""The shared flush: whoever waited for it is on the disk, and many wait for one."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import select

from publisher.clock import MovedClock
from publisher.store import audit, shared_flush
from publisher.store.database import Database
from publisher.store.models import Event
from publisher.store.shared_flush import SharedFlush
from publisher.store.sqlite import Writer
from publisher.store.trouble import in_words
from tests.store.stores import lite, path_of

__all__ = ["lite"]

PATIENCE_S = 30.0


class Disk:
    """A disk whose flush takes until it is let go; ``begun`` counts flushes, ``mended`` repairs."""

    def __init__(self) -> None:
        self.begun = self.mended = 0
        self.fails = False
        self.is_at_it = threading.Event()
        self.may_go = threading.Event()

    def flush(self) -> None:
        self.begun += 1
        self.is_at_it.set()
        assert self.may_go.wait(PATIENCE_S)
        if self.fails:
            raise OSError(5, "the disk fails")

    def mend(self) -> None:
        self.mended += 1
        if self.fails:
            raise OSError(5, "the disk fails")


def waiting(flush: SharedFlush, number: int) -> None:
    """Wait until ``number`` have asked for a flush."""
    while flush._asked < number:
        threading.Event().wait(0.001)


def test_those_who_come_during_a_flush_share_the_next_and_none_is_content_with_that_one() -> None:
    disk = Disk()
    flush = SharedFlush(disk.flush, disk.mend)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(flush.wait)
        assert disk.is_at_it.wait(PATIENCE_S)
        others = [pool.submit(flush.wait) for _ in range(8)]
        waiting(flush, 9)
        assert disk.begun == 1
        assert not any(one.done() for one in others)
        disk.may_go.set()
        for one in (first, *others):
            one.result(PATIENCE_S)
    assert disk.begun == 2


def test_a_flush_that_fails_is_told_to_everybody_who_waited_for_it() -> None:
    disk = Disk()
    disk.fails = True
    flush = SharedFlush(disk.flush, disk.mend)
    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(flush.wait)]
        assert disk.is_at_it.wait(PATIENCE_S)
        asked += [pool.submit(flush.wait) for _ in range(4)]
        waiting(flush, 5)
        disk.may_go.set()
        assert all(isinstance(one.exception(PATIENCE_S), OSError) for one in asked)


def test_after_a_flush_that_failed_nothing_is_called_done_before_the_log_is_mended() -> None:
    disk = Disk()
    disk.fails = True
    disk.may_go.set()
    flush = SharedFlush(disk.flush, disk.mend)
    for _turn in range(2):
        with pytest.raises(OSError, match="the disk fails"):
            flush.wait()
    assert (disk.begun, disk.mended) == (1, 1)
    disk.fails = False
    flush.wait()
    assert (disk.begun, disk.mended) == (1, 2)
    flush.wait()
    assert (disk.begun, disk.mended) == (2, 2)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """What happens, in turn, at each flush of a log before the real one."""
    before: list[Callable[[], None]] = []
    real = shared_flush._synced

    def sync(file: int) -> None:
        if before:
            before.pop(0)()
        real(file)

    monkeypatch.setattr(shared_flush, "_synced", sync)
    return before


def note(database: Database, clock: MovedClock, subject: str) -> None:
    with database.writing() as session:
        audit.record(session, clock(), "Lan", "approve", subject)


def subjects(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as store:
        return [subject for (subject,) in store.execute("SELECT subject FROM event ORDER BY id")]


def test_a_write_comes_back_after_its_commit_was_flushed_and_lets_the_next_writer_in_before(
    lite: Database, clock: MovedClock, synced: list[Callable[[], None]]
) -> None:
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(subjects(path_of(lite)))
        # The connection that writes is free again.
        with lite.writing_engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT 1").scalar() == 1

    synced.append(look)
    note(lite, clock, "mot")
    assert seen == [["mot"]]
    assert not synced


def test_a_log_that_could_not_be_flushed_is_brought_into_the_store_by_the_next_write(
    lite: Database, clock: MovedClock, tmp_path: Path, synced: list[Callable[[], None]]
) -> None:
    def fail() -> None:
        raise OSError(5, "Input/output error")

    synced.append(fail)
    with pytest.raises(OperationalError) as told:
        note(lite, clock, "mot")
    assert "administrator" in in_words(told.value) or "quản trị" in in_words(told.value)
    note(lite, clock, "hai")
    # The file alone, as a power cut would leave it that took the log.
    shutil.copyfile(path_of(lite), tmp_path / "alone.db")
    assert subjects(tmp_path / "alone.db") == ["mot", "hai"]


def test_a_writer_who_waits_too_long_for_another_is_told_that_the_store_is_busy(
    lite: Database, clock: MovedClock
) -> None:
    writer = Writer(lite.url, path_of(lite), busy_timeout_ms=20, durable=True)

    def write() -> None:
        with writer.session() as session:
            audit.record(session, clock(), "Lan", "approve", "thu")

    with writer.session() as session:
        audit.record(session, clock(), "Lan", "approve", "thu")
        with pytest.raises(SQLAlchemyError) as told:
            write()
    assert in_words(told.value) != "TimeoutError."
    writer.engine.dispose()


def test_a_store_that_need_not_last_is_not_flushed(
    tmp_path: Path, clock: MovedClock, lite: Database, synced: list[Callable[[], None]]
) -> None:
    def never() -> None:
        raise AssertionError("flushed")

    synced.append(never)
    loose = Database(lite.url, durable=False)
    note(loose, clock, "mot")
    loose.close()
    assert synced == [never]


def test_what_many_threads_write_at_once_is_all_there(lite: Database, clock: MovedClock) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: note(lite, clock, str(number)), range(80)))
    with lite.reading() as session:
        assert sorted(map(int, session.exec(select(Event.subject)))) == list(range(80))
