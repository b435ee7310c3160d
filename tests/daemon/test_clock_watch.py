"""Whether a clock was set, told from a process that was left standing between two readings."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from publisher.clock import ClockWatch, MovedClock
from tests.conftest import NOON


class Machine:
    """A clock and a steady time that go on together, but for what is done to them.

    ``stalls`` are the seconds for which the process is left standing after each next reading.
    """

    def __init__(self) -> None:
        self._clock = MovedClock(NOON)
        self._uptime = 0.0
        self.stalls: list[float] = []

    def pass_time(self, seconds: float) -> None:
        self._uptime += seconds
        self._clock.advance(timedelta(seconds=seconds))

    def set_clock(self, span: timedelta) -> None:
        self._clock.advance(span)

    def now(self) -> datetime:
        read = self._clock()
        self._stall()
        return read

    def steady(self) -> float:
        read = self._uptime
        self._stall()
        return read

    def _stall(self) -> None:
        if self.stalls:
            self.pass_time(self.stalls.pop(0))


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize("stalls", [[2.5], [0.0, 2.5], [0.0, 0.0, 2.5], [1.2, 1.2], [60.0, 60.0]])
def test_a_machine_that_stalls_between_two_readings_has_no_clock_that_was_set(
    machine: Machine, stalls: list[float]
) -> None:
    watch = ClockWatch(machine.now, machine.steady)
    for _ in range(3):
        machine.stalls = list(stalls)
        assert watch.step() == timedelta()
        assert watch.step() == timedelta()


@pytest.mark.parametrize("stalls", [[30.0], [0.0, 30.0]])
def test_a_stall_while_it_begins_is_no_clock_that_was_set_either(
    machine: Machine, stalls: list[float]
) -> None:
    machine.stalls = stalls
    watch = ClockWatch(machine.now, machine.steady)
    assert watch.step() == timedelta()
    machine.set_clock(timedelta(minutes=-5))
    assert watch.step() == timedelta(minutes=-5)


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_clock_that_was_set_while_the_machine_stalled_is_told_at_the_next_look(
    machine: Machine, minutes: int
) -> None:
    watch = ClockWatch(machine.now, machine.steady)
    machine.set_clock(timedelta(minutes=minutes))
    machine.stalls = [0.0, 3.0]
    assert watch.step() == timedelta()
    assert watch.step() == timedelta(minutes=minutes)
    assert watch.step() == timedelta()


def test_short_waits_between_readings_never_add_up_to_a_step(machine: Machine) -> None:
    watch = ClockWatch(machine.now, machine.steady)
    for _ in range(50):
        machine.stalls = [0.2, 0.2]
        assert watch.step() == timedelta()
        machine.pass_time(60)
