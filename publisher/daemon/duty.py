"""The duty: what one node of a cluster at a time does for all of them.

Every job of ``jobs.py``, but that it puts what is due into the queue instead of sending it, and
reckons by the database's clock.
"""

from __future__ import annotations

from datetime import timedelta

import structlog

from publisher.clock import time_gone_by
from publisher.daemon.jobs import Jobs
from publisher.daemon.reckoning import Reckoning
from publisher.daemon.running import IDLE, SENDER
from publisher.daemon.schedule_file import ScheduleFile
from publisher.daemon.signs_of_life import SignsOfLife
from publisher.daemon.triggers import Job
from publisher.delivery import policy
from publisher.engines.cluster.clocks import TOO_FAR, Clocks
from publisher.site import Site
from publisher.store import clock_steps, pulse

log = structlog.get_logger("daemon")

ON_EVERY_NODE = ("links", "console", "alerts")
"""The jobs that a node does with the duty or without it."""

SWEEP_AFTER = policy.CLUSTER_LEASE / 2
"""How long the first sweep waits: where the database was away, everybody is to renew their leases
first, and to write down what came of their sends."""


class Duty(Jobs):
    """The jobs of who has the duty on ``site``."""

    def __init__(self, site: Site, clocks: Clocks, signs: SignsOfLife) -> None:
        self._clocks = clocks
        super().__init__(
            site,
            IDLE,
            # A node looks at its file with the duty or without it.
            ScheduleFile(None, site.alerts),
            Reckoning(site, time_gone_by, clocks.database_time),
            signs,
        )

    def begin(self) -> None:
        """Take over from whoever had the duty before. Raises ``SQLAlchemyError``."""
        now = self._clocks.database_time()
        with self.site.database.writing() as session:
            pulse.beat(session, self.site.clock())
            # What is less are the nodes' clocks, which never quite agree.
            if clock_steps.ahead_of(session, now) > TOO_FAR:
                self.reckoning.begin(session, now)
        self.site.reconciler.catch_up()
        # By the job that plans: a fault of the files keeps nobody from sending what is planned.
        self.site.desk.force()

    def jobs(self) -> tuple[Job, ...]:
        return tuple(job for job in super().jobs() if job.name not in ON_EVERY_NODE)

    def on_every_node(self) -> tuple[Job, ...]:
        """What every node does: serve pages and links, and stand by to tell alerts."""
        return tuple(job for job in super().jobs() if job.name in ON_EVERY_NODE)

    def waits(self, job: Job) -> timedelta:
        """How long ``job`` waits at first."""
        return SWEEP_AFTER if job.name == "sweep" else timedelta()

    def send_due(self) -> None:
        with self.signs.during(SENDER):
            self.site.cluster.defer_due()

    def sweep(self) -> None:
        self._clocks.look()
        if not self._clocks.are_apart:
            super().sweep()
