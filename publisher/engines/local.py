"""The local engine: one thread a channel while it has something to send.

Order holds within a channel because one thread works through it; channels don't wait for one
another. ``drain`` stops taking new work and waits, within a bound, for what is in flight.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from publisher.delivery.courier import Courier

MOST_CHANNELS = 512
"""So many may be at work at once. A thread that waits for its platform costs next to nothing; one
that isn't there would make a channel wait for another's platform."""


class LocalEngine:
    """Runs the courier for each channel that has something due."""

    def __init__(self, courier: Courier, workers: int = MOST_CHANNELS) -> None:
        self._courier = courier
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="channel")
        self._running: dict[str, Future[None]] = {}
        self._guard = threading.Lock()
        self._stopping = threading.Event()

    def start(self, channels: Iterable[str]) -> None:
        """See to it that each of ``channels`` is being worked through; returns at once."""
        with self._guard:
            if self._stopping.is_set():
                return
            for channel in channels:
                running = self._running.get(channel)
                if running is None or running.done():
                    self._running[channel] = self._pool.submit(self._work, channel)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until nothing is in flight; false where that took longer than ``timeout_s``."""
        with self._guard:
            running = list(self._running.values())
        return not wait(running, timeout_s).not_done

    def drain(self, timeout_s: float) -> bool:
        """Claim nothing more and wait for what is in flight; false where some had to be left.

        What is left stays "sending" in the store; the next start settles it.
        """
        self._stopping.set()
        finished = self.wait(timeout_s)
        self._pool.shutdown(wait=False, cancel_futures=True)
        return finished

    def _work(self, channel: str) -> None:
        while not self._stopping.is_set():
            delivered = None
            # The store may be full or locked: the next look at it begins again from what it says.
            with self._courier.alerts.watch.over(f"channel {channel}"):
                delivered = self._courier.deliver_next(channel)
            if delivered is None:
                return
