"""A daemon that stops lets the jobs that are at work end, so that what they did is written down."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.clock import system_clock
from publisher.daemon import triggers
from publisher.daemon.calls import Call
from publisher.daemon.running import Daemon
from publisher.daemon.triggers import Job
from publisher.settings import Settings
from publisher.site import Site
from publisher.store.database import Database

A_WHILE_S = 0.5
"""How long the job takes, as one does that mails somebody."""


class Slow(Daemon):
    """A daemon that is told to stop while a job is at work."""

    has_ended = False

    def jobs(self) -> tuple[Job, ...]:
        return (Job("slow", self.slow, triggers.every(timedelta(days=1))),)

    def slow(self) -> None:
        self._calls.call(Call.STOP)
        time.sleep(A_WHILE_S)
        self.has_ended = True


@pytest.mark.usefixtures("signals_as_they_were")
def test_a_stop_waits_for_the_job_at_work(database: Database, tmp_path: Path) -> None:
    site = Site(Settings(root=tmp_path), database, system_clock, lambda name: "")
    daemon = Slow(site)
    end = daemon.run()
    assert daemon.has_ended
    assert end.finished, "nothing has to be cut short for the process to end"
    site.close()
