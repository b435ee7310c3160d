"""Keeps channels from waiting for one another.

What is done for one of them keeps no other waiting, however it hangs. Used by the reconciler, whose
sweep asks many platforms, and by the collector of readings: each channel has a thread of its own
while there is something to ask. Who hasn't answered in time is left behind with it, and asked
nothing more until that thread has come to its end, which the adapters' own time-outs bring about.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping

import structlog

from publisher.alerts.watch import Watch

log = structlog.get_logger("side by side")

PATIENCE_S = 10.0
"""How long a round is waited for: all that answer are done by then."""


class SideBySide:
    """Does work for channels, for each one piece at a time. Called by one thread.

    ``errand`` says in a word what for, to whoever is told that it fails; ``patience_s`` is how long
    a round is waited for, ``PATIENCE_S`` if left out.
    """

    def __init__(
        self, watch: Watch, errand: str = "look after", patience_s: float | None = None
    ) -> None:
        self._watch = watch
        self._errand = errand
        self._patience_s = patience_s
        self._begun: dict[str, threading.Thread] = {}

    def round(self, works: Mapping[str, Callable[[], None]]) -> None:
        """Do the work of each channel that isn't still at it, and wait for them in patience."""
        self._begun = {name: one for name, one in self._begun.items() if one.is_alive()}
        fresh = [name for name in works if name not in self._begun]
        patience_s = PATIENCE_S if self._patience_s is None else self._patience_s
        end = time.monotonic() + patience_s
        for name in fresh:
            # A daemon's thread: a platform that hangs must not keep the process from ending. What
            # it was asked is a question, and is asked again.
            self._begun[name] = threading.Thread(
                target=self._watched,
                args=(name, works[name]),
                name=f"beside {name}",
                daemon=True,
            )
            self._begun[name].start()
        for name in fresh:
            self._begun[name].join(max(0.0, end - time.monotonic()))
            if self._begun[name].is_alive():
                log.warning("still waiting for an answer", channel=name)

    def _watched(self, channel: str, work: Callable[[], None]) -> None:
        # The store may be full or locked: the next round begins again from what it says.
        with self._watch.over(f"{self._errand} {channel}"):
            work()
