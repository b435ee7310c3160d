"""A clock that is set while the daemon runs, a machine that slept, a server that was off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.delivery.lifecycle import State
from publisher.settings import Settings
from publisher.site import Site
from publisher.store import deliveries
from publisher.store.database import Database

HOUR = timedelta(hours=1)


class Machine:
    """A daemon with all its jobs on a scheduler that runs none by itself; posts each hour on the
    hour from 13:00 (Viet Nam), with a grace of thirty minutes."""

    def __init__(self, site: Site, clock: MovedClock, scheduler: BackgroundScheduler) -> None:
        self.site = site
        self.clock = clock
        self.scheduler = scheduler
        self.uptime = 0.0
        self.daemon = Daemon(site, steady=lambda: self.uptime)
        self.daemon.start(scheduler)

    def pass_time(self, span: timedelta) -> None:
        """Time goes by while the machine runs."""
        self.uptime += span.total_seconds()
        self.clock.advance(span)

    def work(self) -> None:
        """What the daemon does in one round."""
        self.daemon.send_due()
        self.site.engine.wait()
        self.daemon.sweep()

    def states(self) -> dict[str, str]:
        with self.site.database.reading() as session:
            return {row.post: row.state for row in deliveries.matching(session)}

    def latest_job(self) -> datetime:
        """When the job that waits longest, but for the weekly one, is due."""
        jobs = [job for job in self.scheduler.get_jobs() if job.id != "weekly"]
        return max(job.next_run_time for job in jobs)


@pytest.fixture
def machine(database: Database, clock: MovedClock, tmp_path: Path) -> Iterator[Machine]:
    folder = tmp_path / "campaigns" / "thu"
    (folder / "posts").mkdir(parents=True)
    (folder / "campaign.toml").write_text(
        'title = "Thử"\nowner = "Sở"\nchannels = ["trang"]\napprovals = 0\ngrace = "30m"\n',
        encoding="utf-8",
    )
    for hour in (13, 14):
        post = f'+++\nwhen = "2027-10-10 {hour}:00"\n+++\nChào {hour} giờ.\n'
        (folder / "posts" / f"luc-{hour}.md").write_text(post, encoding="utf-8")
    settings = Settings.model_validate(
        {"root": tmp_path, "channels": {"trang": {"adapter": "outbox"}}}
    )
    site = Site(settings, database, clock, lambda reference: "")
    scheduler = BackgroundScheduler(timezone=UTC)
    scheduler.start(paused=True)
    yield Machine(site, clock, scheduler)
    scheduler.shutdown(wait=False)
    site.engine.drain(5)


def test_a_clock_set_back_keeps_no_job_waiting_for_the_hour_it_had_before(
    machine: Machine,
) -> None:
    machine.pass_time(HOUR / 2)
    machine.clock.move_to(machine.clock() - HOUR)
    assert machine.latest_job() > machine.clock() + HOUR / 3
    machine.daemon.mind_the_clock(machine.scheduler)
    assert machine.latest_job() <= machine.clock()


def test_a_clock_that_runs_as_it_should_moves_no_job(machine: Machine) -> None:
    before = machine.latest_job()
    machine.pass_time(HOUR)
    machine.daemon.mind_the_clock(machine.scheduler)
    assert machine.latest_job() == before


def test_a_clock_set_forward_past_a_grace_misses_what_lies_between_and_sends_what_is_due(
    machine: Machine,
) -> None:
    machine.clock.advance(2 * HOUR)
    machine.daemon.mind_the_clock(machine.scheduler)
    machine.work()
    assert machine.states() == {"luc-13": State.MISSED, "luc-14": State.SENT}


def test_a_clock_set_back_over_what_was_sent_sends_nothing_again(machine: Machine) -> None:
    machine.pass_time(HOUR)
    machine.work()
    assert machine.states()["luc-13"] == State.SENT
    machine.clock.move_to(machine.clock() - HOUR)
    machine.daemon.mind_the_clock(machine.scheduler)
    machine.daemon.plan()
    machine.pass_time(HOUR)
    machine.work()
    outbox = machine.site.switchboard.workdir("trang") / "posts"
    assert len(list(outbox.glob("*.json"))) == 1


def test_a_machine_that_slept_within_the_grace_sends_late(machine: Machine) -> None:
    machine.clock.advance(HOUR + timedelta(minutes=29))
    machine.work()
    assert machine.states()["luc-13"] == State.SENT


def test_a_machine_that_slept_longer_reports_what_it_missed(machine: Machine) -> None:
    machine.clock.advance(HOUR + timedelta(minutes=31))
    machine.work()
    assert machine.states()["luc-13"] == State.MISSED
    assert machine.site.alerts.open("delivery thu/2027/luc-13/")
