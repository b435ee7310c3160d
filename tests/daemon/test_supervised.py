"""What systemd is told of a daemon, at a real socket: up, at work, beginning anew, stopping."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.clock import system_clock
from publisher.daemon.running import Daemon
from publisher.daemon.signs_of_life import STUCK_S
from publisher.daemon.supervisor import Supervisor
from publisher.settings import Settings
from publisher.site import Site
from publisher.store.database import Database
from tests.daemon.conftest import PATIENCE_S, Install
from tests.daemon.systemd import Systemd, systemd

__all__ = ["systemd"]

OFTEN = {"publisher.daemon.running.LOOK_AT_THE_CLOCK_S": 0.05}


# -- a real process -------------------------------------------------------------------------------


def test_a_daemon_says_when_it_is_up_goes_on_saying_that_it_works_and_says_that_it_stops(
    install: Install, systemd: Systemd
) -> None:
    site, _platform = install("webhook")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    daemon = site.start(OFTEN)
    systemd.until("READY=1")
    for _time in range(3):
        systemd.until("WATCHDOG=1")
    daemon.send_signal(signal.SIGTERM)
    systemd.until("STOPPING=1")
    assert daemon.wait(PATIENCE_S) == 0
    assert systemd.waiting() == []
    assert ["RELOADING=1"] not in [message[:1] for message in systemd.heard]


def test_ready_is_not_said_before_the_store_is_made(install: Install, systemd: Systemd) -> None:
    site, _platform = install("webhook")
    site.campaign("mot", channel="kenh")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    site.start(OFTEN)
    systemd.until("READY=1")
    assert "mot" in site.states()


def test_a_daemon_that_begins_anew_says_so_and_is_ready_again_as_the_same_process(
    install: Install, systemd: Systemd
) -> None:
    """What systemd watches must be what it started: it takes another process's word for nothing."""
    site, _platform = install("webhook")
    site.environment["NOTIFY_SOCKET"] = systemd.address
    daemon = site.execute()
    systemd.until("READY=1")
    daemon.send_signal(signal.SIGHUP)
    systemd.until("RELOADING=1")
    assert systemd.heard[-1][1].startswith("MONOTONIC_USEC=")
    assert systemd.next() == ["WATCHDOG=1"], "what is watched is alive, and begins"
    systemd.until("READY=1")
    assert daemon.poll() is None
    daemon.send_signal(signal.SIGTERM)
    systemd.until("STOPPING=1")
    assert daemon.wait(PATIENCE_S) == 0


# -- its sender is stuck --------------------------------------------------------------------------


class Stuck(Daemon):
    """A daemon whose sender may be made to hang; its uptime is moved by the test."""

    def __init__(self, site: Site) -> None:
        self.uptime = 0.0
        self.sent = threading.Event()
        self.free = threading.Event()
        self.free.set()
        super().__init__(site, idle=timedelta(milliseconds=20), steady=lambda: self.uptime)

    def send_due(self) -> None:
        self.sent.set()
        self.free.wait(PATIENCE_S)
        super().send_due()

    def look(self) -> None:
        """One round of the main loop."""
        self._supervisor.at_work()

    def work_once(self) -> None:
        """Wait until the sender has been at work from its beginning to its end."""
        for _time in range(2):
            self.sent.clear()
            assert self.sent.wait(PATIENCE_S)


@pytest.fixture
def daemon(
    database: Database, tmp_path: Path, systemd: Systemd, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stuck]:
    monkeypatch.setenv("NOTIFY_SOCKET", systemd.address)
    settings = Settings(root=tmp_path, channels={"kenh": {"adapter": "outbox"}})
    made = Stuck(Site(settings, database, system_clock, lambda name: ""))
    yield made
    made.free.set()
    made.site.close()


@pytest.fixture
def scheduler(daemon: Stuck) -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(timezone=UTC)
    [send] = [job for job in daemon.jobs() if job.name == "send"]
    scheduler.add_job(daemon._watched(send), send.trigger, id="send", next_run_time=system_clock())
    scheduler.start()
    yield scheduler
    daemon.free.set()
    if scheduler.running:
        scheduler.shutdown()


def test_while_the_sender_works_the_watchdog_is_fed(
    daemon: Stuck, scheduler: BackgroundScheduler, systemd: Systemd
) -> None:
    for _time in range(3):
        daemon.uptime += STUCK_S + 1
        daemon.work_once()
        daemon.look()
        assert "WATCHDOG=1" in systemd.next()


def test_while_the_sender_hangs_the_watchdog_is_not_fed_and_the_reason_is_told(
    daemon: Stuck, scheduler: BackgroundScheduler, systemd: Systemd
) -> None:
    daemon.work_once()
    daemon.free.clear()
    daemon.sent.clear()
    assert daemon.sent.wait(PATIENCE_S)
    daemon.uptime += STUCK_S + 1
    daemon.look()
    [[told]] = systemd.waiting()
    assert told.startswith("STATUS=")
    assert "61" in told

    daemon.free.set()
    daemon.work_once()
    daemon.look()
    assert "WATCHDOG=1" in systemd.next()


def test_once_the_scheduler_is_gone_the_watchdog_is_not_fed(
    daemon: Stuck, scheduler: BackgroundScheduler, systemd: Systemd
) -> None:
    daemon.work_once()
    scheduler.shutdown(wait=True)
    daemon.uptime += STUCK_S + 1
    daemon.look()
    assert not any("WATCHDOG=1" in message for message in systemd.waiting())


# -- the socket -----------------------------------------------------------------------------------


def test_a_socket_in_linuxs_own_name_space_is_found() -> None:
    systemd = Systemd(f"@publisher-{time.monotonic_ns()}")
    Supervisor(systemd.address).ready(channels=2)
    assert "READY=1" in systemd.next()
    systemd.close()


def test_a_daemon_that_nobody_listens_to_goes_on(tmp_path: Path) -> None:
    told = Supervisor(str(tmp_path / "gone"))
    told.ready(channels=2)
    told.at_work()
    told.stopping()


def test_without_systemd_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    Supervisor().ready(channels=2)
