"""Another program keeps the store locked, for longer than anybody waits for it."""

from __future__ import annotations

import time

from tests.faults.machine import Open, hall, locked

__all__ = ["hall"]

BUSY_S = 0.5
TOLD = "chương trình khác đang dùng"


def test_while_the_store_is_locked_nothing_goes_out_and_afterwards_each_post_goes_out_once(
    hall: Open,
) -> None:
    there = hall("webhook")
    process = there.at_work(busy_s=BUSY_S)
    with locked(there.store):
        there.campaign("mot", "hai", "ba")
        there.site.until(lambda: bool(there.alerts(TOLD)), "a person is told")
        time.sleep(2 * BUSY_S)
        assert len(there.platform.published()) == 1
    there.site.until(lambda: there.all_are("sent", 3), "what waited is sent")
    assert len(there.platform.published()) == 3
    assert process.poll() is None
    assert not there.sees("Traceback")


def test_a_receipt_that_a_locked_store_does_not_take_is_written_down_afterwards(
    hall: Open,
) -> None:
    there = hall("telegram")
    there.campaign("mot", "hai")
    there.slow.answers.clear()
    there.start(busy_s=BUSY_S)
    there.site.until(lambda: there.slow.waiting == 1, "the platform has the first post")
    with locked(there.store):
        there.slow.answers.set()
        there.site.until(lambda: there.sees("work failed"), "the receipt isn't stored")
        assert len(there.platform.published()) == 1
    there.site.until(lambda: there.all_are("sent", 2), "both posts are sent")
    assert len(there.platform.published()) == 2


def test_a_lock_that_is_let_go_in_time_is_waited_for(hall: Open) -> None:
    there = hall("webhook")
    there.at_work()
    with locked(there.store):
        there.campaign("mot", "hai")
        time.sleep(2)
        assert len(there.platform.published()) == 1
    there.site.until(lambda: there.all_are("sent", 2), "what waited is sent")
    assert not there.sees("work failed")
