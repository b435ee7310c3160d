"""Acts upon what takes too long: one thread watches over every exchange.

A timer of its own for each of them would start a thread for each, which takes longer than many an
exchange.
"""

from __future__ import annotations

import heapq
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True, order=True)
class _Watched:
    """What is done at ``until`` (monotonic seconds), unless it is ``over`` by then."""

    until: float
    number: int
    act: Callable[[], None] = field(compare=False)
    over: bool = field(default=False, compare=False)


class _Watchdog:
    """Waits for the first of all deadlines; its thread begins with the first of them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: list[_Watched] = []
        self._numbers = itertools.count()
        self._thread: threading.Thread | None = None

    def watch(self, total_s: float, act: Callable[[], None]) -> _Watched:
        with self._changed:
            one = _Watched(time.monotonic() + total_s, next(self._numbers), act)
            heapq.heappush(self._deadlines, one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._wait, name="watchdog", daemon=True)
                self._thread.start()
            elif self._deadlines[0] is one:
                self._changed.notify()
        return one

    def let_be(self, one: _Watched) -> None:
        # Under the lock: who comes back from here is no longer acted upon.
        with self._changed:
            one.over = True

    def _wait(self) -> None:
        with self._changed:
            while True:
                self._changed.wait(self._act())

    def _act(self) -> float | None:
        """Act upon all whose time is up; gives the seconds until the next one's."""
        while self._deadlines:
            first = self._deadlines[0]
            left = first.until - time.monotonic()
            if left > 0 and not first.over:
                return left
            heapq.heappop(self._deadlines)
            if not first.over:
                first.act()
        return None


_watchdog = _Watchdog()


def _begin_anew() -> None:
    """A child has no thread but the one that forked it, and perhaps a lock that nobody opens."""
    global _watchdog
    _watchdog = _Watchdog()


os.register_at_fork(after_in_child=_begin_anew)


@contextmanager
def after(total_s: float, act: Callable[[], None]) -> Iterator[None]:
    """``act`` is called, in another thread, ``total_s`` seconds from now if this isn't over by
    then. It must be short and raise nothing: all others wait for it."""
    watchdog = _watchdog
    one = watchdog.watch(total_s, act)
    try:
        yield
    finally:
        watchdog.let_be(one)
