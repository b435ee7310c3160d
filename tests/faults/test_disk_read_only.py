"""A disk that breaks down, so that the kernel lets nobody write; and one that never let us."""

from __future__ import annotations

import signal

import pytest

from publisher.clock import system_clock
from publisher.store.database import Database
from tests.faults.machine import A_WHILE_S, Disk, Open, as_root, fragile_disk, hall, small_disk

__all__ = ["fragile_disk", "hall", "small_disk"]


def test_a_disk_that_breaks_down_in_mid_run_loses_and_doubles_nothing(
    hall: Open, fragile_disk: Disk
) -> None:
    there = hall("webhook")
    process = there.at_work()
    there.campaign("mot", "hai", "ba")
    there.slow.answers.clear()
    there.site.until(lambda: there.slow.waiting == 1, "the platform has the second post")
    fragile_disk.break_down()
    there.slow.answers.set()
    there.site.until(lambda: bool(there.alerts("store: ")), "a person is told")
    assert len(there.platform.published()) == 2
    process.send_signal(signal.SIGTERM)
    assert process.wait(A_WHILE_S) == 0
    assert not there.sees("Traceback")
    fragile_disk.mend()
    there.start()
    there.site.until(lambda: there.all_are("sent", 3), "all posts are settled")
    assert len(there.platform.published()) == 3


@pytest.mark.parametrize("begun", [False, True])
def test_a_daemon_does_not_start_where_nothing_may_be_written_and_says_so(
    hall: Open, small_disk: Disk, begun: bool
) -> None:
    there = hall("webhook")
    there.campaign("mot")
    if begun:
        database = Database(f"sqlite:///{there.store}")
        database.prepare(system_clock())
        database.close()
    as_root("mount", "-o", "remount,ro", str(small_disk.place))
    assert there.start().wait(A_WHILE_S) == 2
    log = (there.site.root / "log.jsonl").read_text(encoding="utf-8")
    assert "Không dùng được cơ sở dữ liệu" in log.splitlines()[-1]
    assert "Traceback" not in log
