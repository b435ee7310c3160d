"""The watchdog acts upon what takes too long, on each at its time, and on nothing that is over."""

from __future__ import annotations

import os
import threading

from channels.web.watchdog import after

AN_HOUR_S = 3600.0
PATIENCE_S = 60.0


def test_what_takes_too_long_is_acted_upon_while_it_lasts() -> None:
    cut = threading.Event()
    with after(0.01, cut.set):
        assert cut.wait(PATIENCE_S)


def test_a_short_deadline_does_not_wait_for_a_long_one_before_it() -> None:
    cut, never = threading.Event(), threading.Event()
    with after(AN_HOUR_S, never.set), after(0.01, cut.set):
        assert cut.wait(PATIENCE_S)
    assert not never.is_set()


def test_what_is_over_is_let_be() -> None:
    late, later = threading.Event(), threading.Event()
    with after(0.01, late.set):
        pass
    with after(0.05, later.set):
        assert later.wait(PATIENCE_S)
    assert not late.is_set()


def test_many_share_one_thread() -> None:
    with after(AN_HOUR_S, print):
        before = threading.active_count()
        inner = [after(AN_HOUR_S, print) for _ in range(100)]
        for one in inner:
            one.__enter__()
        assert threading.active_count() == before
        for one in inner:
            one.__exit__(None, None, None)


def test_a_forked_process_has_a_watchdog_too() -> None:
    with after(AN_HOUR_S, print):
        child = os.fork()
        if not child:
            cut = threading.Event()
            with after(0.01, cut.set):
                os._exit(0 if cut.wait(PATIENCE_S) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
