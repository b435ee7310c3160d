"""Manners towards hosts: never two requests at once to one, and a pause between two.

Whoever runs a portal sees one quiet reader, however many campaigns draw on it.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

GAP_S = 1.0
"""Between the end of one request to a host and the beginning of the next."""


class Manners:
    """Gives requests their turn, from any thread. ``wait`` sleeps so many seconds, ``steady`` are
    the seconds of a time that nobody can set."""

    def __init__(
        self,
        gap_s: float = GAP_S,
        wait: Callable[[float], None] = time.sleep,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gap_s = gap_s
        self._wait = wait
        self._steady = steady
        self._guard = threading.Lock()
        self._turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._ended: dict[str, float] = {}

    @contextmanager
    def turn(self, url: str) -> Iterator[None]:
        """Inside, nobody else asks the host of ``url``."""
        host = (urlsplit(url).hostname or "").lower()
        with self._guard:
            turn = self._turns[host]
        with turn:
            if host in self._ended:
                left = self._ended[host] + self._gap_s - self._steady()
                if left > 0:
                    self._wait(left)
            try:
                yield
            finally:
                self._ended[host] = self._steady()


HURRIED = Manners(gap_s=0.0)
"""Without a pause: for a rehearsal, whose portal is its own."""
