"""A channel that hangs, wherever it is asked anything: the others keep their times.

Real time, real threads: the daemon's own jobs on the machine's clock. The sweep's part is shown on
a moved clock as well, where a hanging platform would show by what is left undone.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import select

from channels.testing import SEAL
from publisher import side_by_side
from publisher.clock import system_clock
from publisher.daemon.running import Daemon
from publisher.delivery import policy
from publisher.delivery.lifecycle import State
from publisher.reach.collect import Collector
from publisher.site import Site
from publisher.store.database import Database
from publisher.store.reach_tables import ReadingRow
from tests.faults.line import spoilt
from tests.faults.office import HOUR, MINUTE, Kind, Office, Open, open_office, opened

__all__ = ["open_office"]

KINDS: dict[str, Kind] = {
    "mastodon": spoilt("mastodon"),
    "telegram": spoilt("telegram", private=True),
    "webhook": spoilt("webhook"),
    "wordpress": spoilt("wordpress"),
}
HANGING = "wordpress"
OTHERS = ("mastodon", "telegram", "webhook")

POSTS, EVERY = 2, timedelta(seconds=3.5)
"""Telegram asks for three seconds between two posts."""

LATE_AT_MOST = timedelta(seconds=20)
"""A fraction of a second on a machine at rest; on a busy one still half as long as the hang."""

TIMEOUT_S = 60.0
"""Of the channels: longer than any of these tests takes, so that who waits for it is seen."""

PATIENCE_S = 40.0


class Hang:
    """Takes a request and answers nothing until it is let go; ``asked``: somebody waits."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._over = threading.Event()

    def __call__(self, line: socket.socket) -> None:
        self.asked.set()
        self._over.wait(PATIENCE_S)

    def let_go(self) -> None:
        self._over.set()


@pytest.fixture
def hang() -> Iterator[Hang]:
    hang = Hang()
    yield hang
    hang.let_go()


def until(reached: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not reached():
        assert time.monotonic() < end, "it never comes about"
        time.sleep(0.02)


# -- the running program --------------------------------------------------------------------------


@pytest.fixture
def running(
    database: Database, tmp_path: Path, hang: Hang
) -> Iterator[Callable[[Callable[[Office], None]], Office]]:
    """Starts the daemon's jobs that speak to platforms, once an office is as the test wants it."""
    with ExitStack() as stack:

        def start(prepare: Callable[[Office], None]) -> Office:
            keys = {kind: {"timeout_s": TIMEOUT_S} for kind in KINDS}
            office = stack.enter_context(opened(database, system_clock, tmp_path, KINDS, keys))
            prepare(office)
            secrets = office.secrets.__getitem__
            site = Site(
                office.settings, database, system_clock, secrets, tell=lambda *_: None, seal=SEAL
            )
            daemon = Daemon(site, idle=timedelta(seconds=0.2))
            scheduler = BackgroundScheduler(timezone=UTC)
            for job in daemon.jobs():
                if job.name in ("send", "sweep", "readings", "accounts"):
                    scheduler.add_job(job.work, job.trigger, next_run_time=datetime.now(UTC))
            scheduler.start()
            stack.callback(site.switchboard.close)
            stack.callback(site.engine.drain, PATIENCE_S)
            stack.callback(scheduler.shutdown, wait=True)
            stack.callback(hang.let_go)
            return office

        yield start


def others_are_on_time(office: Office, hang: Hang) -> None:
    until(lambda: all(office.states(kind) == [State.SENT] * POSTS for kind in OTHERS))
    assert hang.asked.is_set()
    assert State.SENT not in office.states(HANGING), "it hangs to this moment"
    for kind in OTHERS:
        assert office.out(kind) == [1] * POSTS
        for row in office.rows(kind):
            assert row.sent_at is not None
            assert row.sent_at - row.due_at < LATE_AT_MOST


def plan(office: Office) -> None:
    for kind in KINDS:
        office.plan(kind, POSTS, every=EVERY, begin=timedelta(seconds=1))


def test_while_one_channel_hangs_in_sending_the_others_keep_their_times(
    running: Callable[..., Office], hang: Hang
) -> None:
    def prepare(office: Office) -> None:
        office.platforms[HANGING].spoil(hang)
        plan(office)

    others_are_on_time(running(prepare), hang)


def test_while_one_channel_hangs_in_its_proof_the_others_keep_their_times(
    running: Callable[..., Office], hang: Hang
) -> None:
    def prepare(office: Office) -> None:
        office.platforms[HANGING].spoil(hang, on="any")
        plan(office)

    others_are_on_time(running(prepare), hang)


# -- the sweep ------------------------------------------------------------------------------------


@pytest.fixture
def office(open_office: Open, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An office whose sweep waits for a hanging platform for a moment only."""
    monkeypatch.setattr(side_by_side, "PATIENCE_S", 1.0)
    return open_office(KINDS, timeout_s=TIMEOUT_S)


def in_doubt(office: Office, kind: str) -> None:
    """A post of ``kind`` that the platform took, without an answer."""
    office.plan(kind)
    office.platforms[kind].faults.next("drop")
    office.courier.deliver_next(kind)
    assert office.states(kind) == [State.UNCONFIRMED]


def goes_out(office: Office, kind: str) -> None:
    until(lambda: office.courier.deliver_next(kind) is not None)
    assert office.all_out_once(kind, 1)


def test_a_hanging_look_up_keeps_no_other_doubt_no_stopped_channel_and_no_miss_waiting(
    office: Office, hang: Hang
) -> None:
    in_doubt(office, HANGING)
    office.platforms[HANGING].spoil(hang, on="any")
    in_doubt(office, "mastodon")
    office.plan("telegram")
    office.courier.credentials.stop("telegram", "its token was revoked")
    office.plan("webhook", grace=MINUTE)

    office.clock.advance(policy.REOPEN_EVERY)  # type: ignore[attr-defined]
    begun = time.monotonic()
    office.reconciler.sweep()
    assert time.monotonic() - begun < PATIENCE_S / 2
    assert office.states("webhook") == [State.MISSED]
    until(hang.asked.is_set)
    until(lambda: office.states("mastodon") == [State.RETRYING])
    assert "thu/2027/bai-0/webhook was not sent in time" in office.told

    # Sweeps that follow don't wait for it again, nor ask it a second thing.
    asked = office.platforms[HANGING].requests()
    office.clock.advance(MINUTE)  # type: ignore[attr-defined]
    office.reconciler.sweep()
    assert office.platforms[HANGING].requests() == asked
    for kind in ("mastodon", "telegram"):
        goes_out(office, kind)

    assert office.states(HANGING) == [State.UNCONFIRMED]
    office.platforms[HANGING].spoil(None)
    hang.let_go()
    until(lambda: not any(t.name.startswith("beside ") for t in threading.enumerate()))
    office.pass_time(10 * MINUTE)
    assert office.all_out_once(HANGING, 1)


def test_a_channel_that_hangs_in_its_proof_keeps_no_other_stopped(
    office: Office, hang: Hang
) -> None:
    for kind in (HANGING, "telegram"):
        office.plan(kind)
        office.courier.credentials.stop(kind, "its token was revoked")
    office.platforms[HANGING].spoil(hang, on="any")
    office.clock.advance(policy.REOPEN_EVERY)  # type: ignore[attr-defined]
    office.reconciler.sweep()
    until(hang.asked.is_set)
    goes_out(office, "telegram")


# -- readings -------------------------------------------------------------------------------------


def test_channels_that_hang_in_being_read_keep_no_other_s_readings_back(
    office: Office, hang: Hang
) -> None:
    for kind in KINDS:
        office.plan(kind)
    office.deliver()
    office.clock.advance(2 * HOUR)  # type: ignore[attr-defined]
    hanging = (HANGING, "mastodon")
    for kind in hanging:
        office.platforms[kind].spoil(hang, on="any")
    collector = Collector(
        office.database,
        office.switchboard,
        office.settings,
        office.clock,
        office.alerts,
        office.courier.wants,
    )
    begun = time.monotonic()
    collector.round()
    assert time.monotonic() - begun < PATIENCE_S / 2
    assert read(office) == {row.id for kind in ("telegram", "webhook") for row in office.rows(kind)}

    # The next round asks them nothing more; what they were asked is asked anew when they answer.
    asked = {kind: office.platforms[kind].requests() for kind in hanging}
    collector.round()
    assert {kind: office.platforms[kind].requests() for kind in hanging} == asked
    for kind in hanging:
        office.platforms[kind].spoil(None)
    hang.let_go()
    until(lambda: not any(t.name.startswith("beside ") for t in threading.enumerate()))
    collector.round()
    assert read(office) == {row.id for row in office.rows()}


def read(office: Office) -> set[int | None]:
    with office.database.reading() as session:
        return {row.delivery_id for row in session.exec(select(ReadingRow))}
