"""What a running program is called to: to stop, or to begin anew with what its files say now."""

from __future__ import annotations

import signal
from enum import Enum
from queue import Empty, SimpleQueue


class Call(Enum):
    STOP = "stop"
    REREAD = "reread"


class Calls:
    """Calls in the order in which they came; from signals once ``listen`` was called."""

    def __init__(self) -> None:
        # Its put() may be called by a signal's handler at any point: a Condition's may not.
        self._calls: SimpleQueue[Call] = SimpleQueue()

    def listen(self) -> None:
        """SIGTERM and SIGINT stop; SIGHUP begins anew."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_args: self.call(Call.STOP))
        signal.signal(signal.SIGHUP, lambda *_args: self.call(Call.REREAD))

    def call(self, what: Call) -> None:
        self._calls.put(what)

    def next(self, within_s: float) -> Call | None:
        """The next call; ``None`` where none came in time."""
        try:
            return self._calls.get(timeout=within_s)
        except Empty:
            return None

    @property
    def none_waits(self) -> bool:
        return self._calls.empty()
