"""The daemon's lock: one daemon a store, and it falls with its process."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from publisher.store.database import Database
from publisher.store.errors import StoreBusyError
from tests.store.stores import path_of

PATIENCE_S = 60.0
GONE = str(2**22)
"""One more than the greatest number that Linux gives to a process."""

HOLD = """
import sys
from publisher.store.database import Database
with Database(sys.argv[1]).daemon_lock():
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def daemon(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of the store at ``url``."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD, url], stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_second_daemon_is_refused(database: Database) -> None:
    with daemon(database.url), pytest.raises(StoreBusyError), database.daemon_lock():
        pytest.fail("two daemons on one store")


def test_the_refusal_names_the_process_that_holds_the_store(lite: Database) -> None:
    with (
        daemon(lite.url) as holder,
        pytest.raises(StoreBusyError) as refused,
        lite.daemon_lock(),
    ):
        pytest.fail("two daemons on one store")
    assert refused.value.holder == str(holder.pid)


@pytest.mark.parametrize("former", ["", GONE])
def test_a_holder_that_still_writes_its_number_down_is_waited_for(
    lite: Database, monkeypatch: pytest.MonkeyPatch, former: str
) -> None:
    place = path_of(lite).with_name(path_of(lite).name + ".lock")
    place.write_text(former)
    with place.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        looks: list[float] = []

        def slow_holder(seconds: float) -> None:
            looks.append(seconds)
            if len(looks) == 20:
                place.write_text(str(os.getpid()))

        monkeypatch.setattr("publisher.store.database.time.sleep", slow_holder)
        with pytest.raises(StoreBusyError) as refused, lite.daemon_lock():
            pytest.fail("two daemons on one store")
    assert refused.value.holder == str(os.getpid())


def test_a_holder_that_cant_be_seen_from_here_is_told_all_the_same(
    lite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = path_of(lite).with_name(path_of(lite).name + ".lock")
    place.write_text(GONE)
    monkeypatch.setattr("publisher.store.database.time.sleep", lambda seconds: None)
    with place.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(StoreBusyError) as refused, lite.daemon_lock():
            pytest.fail("two daemons on one store")
    assert refused.value.holder == GONE


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_the_lock_falls_with_its_process_however_that_ends(
    database: Database, how: signal.Signals
) -> None:
    with daemon(database.url) as holder:
        holder.send_signal(how)
        holder.wait()
        soon_taken(database)


def soon_taken(database: Database) -> None:
    """Take the lock; PostgreSQL notices a moment later that a process is gone."""
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            with database.daemon_lock():
                return
        except StoreBusyError:
            assert time.monotonic() < end
            time.sleep(0.01)


def test_the_lock_is_free_again_at_once_after_an_orderly_end(
    store_url: str, database: Database
) -> None:
    other = Database(store_url)
    for _time in range(20):
        with database.daemon_lock():
            pass
        with other.daemon_lock():
            pass
    other.close()


def test_a_held_store_can_still_be_read_and_written_by_others(
    store_url: str, database: Database
) -> None:
    other = Database(store_url)
    with database.daemon_lock(), other.writing() as session:
        assert session.is_active
    other.close()


def test_each_store_has_its_own_lock(lite: Database) -> None:
    other = Database(f"sqlite:///{path_of(lite).with_name('other.db')}")
    with lite.daemon_lock(), other.daemon_lock():
        pass
    other.close()
