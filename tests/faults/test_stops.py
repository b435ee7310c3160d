"""SIGTERM with two hundred sends in flight."""

from __future__ import annotations

import signal
import time

from tests.faults.machine import A_WHILE_S, Open, hall

__all__ = ["hall"]

CHANNELS = tuple(f"kenh-{number:03}" for number in range(200))


def test_of_two_hundred_sends_in_flight_all_that_are_answered_in_time_are_recorded(
    hall: Open,
) -> None:
    there = hall("webhook", *CHANNELS)
    process = there.in_flight(len(CHANNELS))
    process.send_signal(signal.SIGTERM)
    there.site.until(lambda: there.sees('"stopping"'), "the daemon stops")
    there.slow.answers.set()
    assert process.wait(A_WHILE_S) == 0
    assert there.all_are("sent", len(CHANNELS))
    assert len(there.platform.published()) == len(CHANNELS)


def test_sends_that_nobody_answers_are_left_and_settled_at_the_next_start(hall: Open) -> None:
    there = hall("webhook", *CHANNELS[:60])
    process = there.in_flight(60, drain_s=1)
    there.slow.let_go(20)
    there.site.until(lambda: there.count("sent") == 20, "some are answered")
    asked = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(A_WHILE_S) == 0
    assert time.monotonic() - asked < 60
    assert there.count("sending") == 40
    there.slow.answers.set()
    there.start()
    there.site.until(lambda: there.all_are("sent", 60), "the others are settled")
    assert len(there.platform.published()) == 60
