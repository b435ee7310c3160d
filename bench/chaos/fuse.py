"""The fuse: ends this very process at a step, by SIGKILL, so that nothing more of it runs.

The courier tells its steps (``Site.probe``), but not on which channel: that is known from the call
of ``deliver_next`` that the thread is in. Inside an adapter nothing tells anything; there Python's
audit events do, of which opening a file and opening a connection are two.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from multiprocessing.connection import Connection

from bench.chaos.steps import INSIDE, Death
from publisher.delivery.courier import Outcome, Step
from publisher.site import Site

_TOUCHING = ("open", "os.", "socket.", "sqlite3.")
"""How the audit events begin that tell of the world outside the process."""


class Fuse:
    """Set for one ``death``; ``report`` is told the step just before."""

    def __init__(self, death: Death, report: Connection) -> None:
        self._death = death
        self._report = report
        self._left = death.nth
        self._guard = threading.Lock()
        self._thread = threading.local()

    def fit(self, site: Site) -> None:
        """Watch every delivery of ``site``, which must not have begun."""
        site.probe = self._reached
        courier = site.courier
        deliver_next = courier.deliver_next

        def watched(channel: str) -> Outcome | None:
            self._thread.channel, self._thread.inside = channel, False
            return deliver_next(channel)

        courier.deliver_next = watched  # type: ignore[method-assign]
        if self._death.step == INSIDE:
            sys.addaudithook(self._touched)

    def _reached(self, step: Step) -> None:
        self._thread.inside = step == "before request"
        if step == self._death.step:
            self._burn()

    def _touched(self, event: str, _arguments: object) -> None:
        if event.startswith(_TOUCHING) and getattr(self._thread, "inside", False):
            self._burn()

    def _burn(self) -> None:
        if self._thread.channel != self._death.channel:
            return
        with self._guard:
            self._left -= 1
            if self._left == 0:
                # The end is an audit event itself.
                self._thread.inside = False
                self._report.send_bytes(self._death.step.encode())
                os.kill(os.getpid(), signal.SIGKILL)
