"""Whether a process's parts go on turning: systemd and ``publisher alive`` are told by it.

A part that must turn says so each time it did; a piece of work that must end is known while it is
done. What is away for longer than a store that is locked or out of reach makes it wait, hangs.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from publisher.clock import time_awake

STUCK_S = 60.0
"""So long may a part be away: a store that is locked or out of reach makes it wait, and is no
hang."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """What hangs, and for how many seconds nothing has been seen of it."""

    part: str
    for_s: float


class SignsOfLife:
    """The signs of one process, given and looked at from any thread.

    ``steady`` are the seconds of a time that nobody can set, the machine's sleep left out.
    """

    def __init__(self, steady: Callable[[], float] = time_awake) -> None:
        self._steady = steady
        self._guard = threading.Lock()
        self._seen: dict[str, float] = {}

    def turned(self, part: str) -> None:
        """``part`` came round; from now on it must, again and again."""
        with self._guard:
            self._seen[part] = self._steady()

    @contextmanager
    def during(self, work: str) -> Iterator[None]:
        """Inside, ``work`` is done, which must end."""
        self.turned(work)
        try:
            yield
        finally:
            with self._guard:
                self._seen.pop(work, None)

    def stuck(self) -> Stuck | None:
        """The part that hangs, the one that was away longest; ``None`` where none does."""
        with self._guard:
            if not self._seen:
                return None
            part, seen = min(self._seen.items(), key=lambda one: one[1])
            away = self._steady() - seen
        return Stuck(part, away) if away > STUCK_S else None
