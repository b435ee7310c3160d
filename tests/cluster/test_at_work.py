"""A process of a cluster that hangs isn't at work, whoever else is, and another does its part."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from publisher.clock import system_clock
from publisher.doctor.cluster import cluster_findings
from publisher.settings.reader import read_settings_but_channels
from publisher.site import Site
from publisher.store import pulse
from publisher.store.database import Database
from tests import postgres
from tests.cluster.conftest import PATIENCE_S, QUICK, Found, Office
from tests.daemon.systemd import Systemd, systemd

__all__ = ["systemd"]

SOON: Mapping[str, Any] = {
    **QUICK,
    "publisher.daemon.signs_of_life.STUCK_S": 3.0,
    "publisher.daemon.member.LOOK_AT_THE_CLOCK_S": 0.2,
    "publisher.store.pulse.PATIENCE": timedelta(seconds=3),
}
"""A hang is one after seconds."""


def hang(*_args: object) -> None:
    """What never comes back."""
    threading.Event().wait()


class Hanging:
    """Housework in the queue, which keeps its whole loop from turning."""

    def __init__(self, *_args: object) -> None:
        pass

    async def do(self, _worker: object) -> None:
        hang()


SENDING_HANGS = {**SOON, "publisher.store.claims.ready": hang}
SCHEDULER_HANGS = {**SOON, "publisher.store.sending.next_moment": hang}
QUEUE_HANGS = {**SOON, "publisher.engines.cluster.worker.Housework": Hanging}


def ends_with(office: Office, *, machine: str = "") -> int:
    """What ``publisher alive`` ends with, on a machine of that name; on this one if left out."""
    named = {"os.uname": Named(machine)} if machine else {}
    return office.start("alive", constants={**SOON, **named}).wait(PATIENCE_S)


class Named:
    """A machine that is called so."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self) -> os.uname_result:
        return os.uname_result(("Linux", self._name, "", "", ""))


def test_every_process_of_this_machine_is_asked_after_and_none_of_another(found: Found) -> None:
    office, _platforms = found("webhook")
    assert ends_with(office) == 1
    node = office.start("run", constants=SOON)
    office.until(lambda: ends_with(office) == 0, "the node is at work")
    worker = office.start("worker", constants=SOON)
    standing_by = office.start("run", constants=SOON)
    office.until(lambda: "running" in office.said(standing_by), "a second node stands by")
    office.until(lambda: "running" in office.said(worker), "a worker runs")
    office.until(lambda: ends_with(office) == 0, "all three are at work")
    assert not office.has_duty(standing_by)
    assert ends_with(office, machine="may9") == 1
    for process in (node, worker, standing_by):
        assert office.stop(process) == 0
    assert ends_with(office) == 1


def test_a_node_whose_sending_hangs_is_not_at_work_and_leaves_the_duty_to_another(
    found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "PATIENCE", SOON["publisher.store.pulse.PATIENCE"])
    office, _platforms = found("webhook")
    hanging = office.start("run", constants=SENDING_HANGS)
    office.until(lambda: office.has_duty(hanging), "the first node has the duty")
    office.start("run", constants=SOON)
    office.campaign("mot")
    office.until(office.are_all("sent", 1), "the second node sends")
    assert not office.has_duty(hanging)
    office.until(lambda: ends_with(office) == 1, "the first node is not at work")
    store = Database(office.url)
    settings, _faults = read_settings_but_channels(office.root / "schedule.toml")
    assert settings is not None
    site = Site(settings, store, system_clock, str)
    told = [one.detail for one in cluster_findings(site) if not one.well]
    store.close()
    office.kill(hanging)
    assert any(detail.endswith(f":{hanging.pid}") for detail in told), told
    office.until(lambda: ends_with(office) == 0, "what is left is at work")


@pytest.mark.parametrize(
    ("role", "hangs"), [("run", SCHEDULER_HANGS), ("worker", QUEUE_HANGS)], ids=["jobs", "queue"]
)
def test_while_its_jobs_or_its_queue_hang_the_watchdog_is_not_fed(
    found: Found, systemd: Systemd, role: str, hangs: Mapping[str, Any]
) -> None:
    office, _platforms = found("webhook")
    office.lay()
    office.environment["NOTIFY_SOCKET"] = systemd.address
    office.start(role, constants=hangs)
    systemd.until("READY=1")
    end = time.monotonic() + PATIENCE_S
    while "WATCHDOG=1" in systemd.next():
        assert time.monotonic() < end, "nobody noticed"
    assert systemd.heard[-1][0].startswith("STATUS=")


def test_one_that_is_well_goes_on_feeding_it(found: Found, systemd: Systemd) -> None:
    office, _platforms = found("webhook")
    office.environment["NOTIFY_SOCKET"] = systemd.address
    # Longer than a busy machine keeps a thread waiting.
    stuck_s = 8.0
    office.start("run", constants={**SOON, "publisher.daemon.signs_of_life.STUCK_S": stuck_s})
    systemd.until("READY=1")
    end = time.monotonic() + stuck_s + 2
    while time.monotonic() < end:
        assert "WATCHDOG=1" in systemd.next()


def test_a_process_that_is_gone_for_a_day_is_forgotten(server: postgres.Server) -> None:
    store, now = Database(server.create()), system_clock()
    store.prepare(now)
    with store.writing() as session:
        pulse.beat(session, now)
        pulse.process_beat(session, now, "may1:1")
        pulse.process_beat(session, now + timedelta(hours=20), "may2:2")
        pulse.process_beat(session, now + timedelta(hours=30), "may2:2")
        assert pulse.process_last_at(session, "may1:1") is None
        assert pulse.process_last_at(session, "may2:2") is not None
        assert pulse.last_at(session) == now
    store.close()
