"""A node's clock and the database's: somewhat apart is told, far apart sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher import i18n
from publisher.alerts.alerts import Alerts
from publisher.clock import system_clock
from publisher.engines.cluster.clocks import Clocks
from publisher.settings import Settings
from publisher.store.database import Database
from tests import postgres
from tests.cluster.conftest import QUICK, Found


class Machine:
    """A node whose clock a test sets."""

    def __init__(self, store: Database, root: Path) -> None:
        self.off = timedelta()
        self.alerts = Alerts(store, Settings(root=root), self.clock, [])
        self.clocks = Clocks(store, self.clock, self.alerts, "may1:1")

    def clock(self) -> datetime:
        return system_clock() + self.off

    def set(self, off: timedelta) -> None:
        self.off = off
        self.clocks.look()


@pytest.fixture
def machine(server: postgres.Server, tmp_path: Path) -> Iterator[Machine]:
    store = Database(server.create())
    store.prepare(system_clock())
    i18n.use_language("en")
    yield Machine(store, tmp_path)
    store.close()


def test_clocks_that_agree_are_nobody_s_matter(machine: Machine) -> None:
    machine.set(timedelta(seconds=2))
    assert machine.alerts.open("clock") == []
    assert not machine.clocks.are_apart


@pytest.mark.parametrize("seconds", [8, -8])
def test_a_clock_that_is_somewhat_off_is_told_until_it_is_mended(
    machine: Machine, seconds: int
) -> None:
    machine.set(timedelta(seconds=seconds))
    assert machine.alerts.open("clock") == ["clock may1:1"]
    assert not machine.clocks.are_apart
    machine.set(timedelta())
    assert machine.alerts.open("clock") == []


@pytest.mark.parametrize("seconds", [30, -30])
def test_with_a_clock_that_is_far_off_nothing_is_sent(machine: Machine, seconds: int) -> None:
    machine.set(timedelta(seconds=seconds))
    assert machine.clocks.are_apart
    assert abs(machine.clocks.database_time() - system_clock()) < timedelta(seconds=2)
    machine.set(timedelta())
    assert not machine.clocks.are_apart


def test_a_node_with_a_wrong_clock_leaves_duty_and_sends_to_others(found: Found) -> None:
    office, platforms = found("webhook")
    office.campaign("mot")
    wrong = office.start("run", constants={**QUICK, "publisher.cli.opening.system_clock": _late})
    office.until(lambda: "clocks are apart" in office.said(wrong), "its clock is found wrong")
    right = office.start("run")
    office.until(office.are_all("sent", 1), "the other one sends")
    assert office.has_duty(right)
    assert {attempt.owner.split(":")[1] for attempt in office.attempts()} == {str(right.pid)}
    assert len(platforms["kenh0"].published()) == 1


def _late() -> datetime:
    return system_clock() - timedelta(seconds=40)
