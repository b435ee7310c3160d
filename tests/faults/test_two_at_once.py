"""Two daemons at the very same moment, and commands beside a daemon."""

from __future__ import annotations

import pytest

from tests.faults.machine import A_WHILE_S, Open, hall

__all__ = ["hall"]


@pytest.mark.parametrize("attempt", range(3))
def test_of_two_daemons_started_at_once_one_runs_and_the_other_says_why_it_does_not(
    hall: Open, attempt: int
) -> None:
    # The store isn't made yet: both would make it.
    there = hall("webhook")
    there.campaign("mot", "hai")
    both = [there.start(), there.start()]
    there.site.until(lambda: any(one.poll() is not None for one in both), "one is refused")
    [refused] = [one for one in both if one.poll() is not None]
    [runs] = [one for one in both if one is not refused]
    assert refused.poll() == 2
    assert there.sees(f"(tiến trình {runs.pid}) đang chạy")
    assert not there.sees("Traceback")
    there.site.until(lambda: there.all_are("sent", 2), "the other sends")
    assert runs.poll() is None
    assert len(there.platform.published()) == 2


def test_commands_beside_a_daemon_double_nothing(hall: Open) -> None:
    there = hall("webhook")
    there.campaign("mot", "hai", "ba")
    there.slow.answers.clear()
    there.start()
    there.site.until(lambda: there.slow.waiting == 1, "the daemon sends")
    beside = [
        there.command("apply"),
        there.command("plan"),
        *(there.command("send", "thu/hai", "--channel", "kenh", "--now") for _twice in range(2)),
    ]
    assert {one.wait(A_WHILE_S) for one in beside} <= {0, 1}
    there.slow.answers.set()
    # The text that a person sent by hand is out once for that, and once by the plan.
    there.site.until(lambda: there.all_are("sent", 4), "all are sent")
    assert len(there.platform.published()) == 4
    assert not there.sees("Traceback")
