"""Keeps leases while a send is under way.

An upload of an hour is not an interrupted one. A delivery that is being sent belongs to its worker
until its lease ends; after that the sweep, of this process or of another one (``publisher send``
beside the daemon), takes the send for interrupted. So whoever sends renews, as long as it is alive.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from publisher.clock import Clock
from publisher.delivery import policy
from publisher.store import deliveries
from publisher.store.database import Database

log = structlog.get_logger("lease")

LONGEST = timedelta(hours=10)
"""A send that takes longer than the largest film on the slowest line hangs: it is given up."""


class Leases:
    """The leases of one worker's sends, each of length ``lease``; a thread renews them, ``every``
    quarter of that, while there are any."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        owner: str,
        lease: timedelta = policy.LEASE,
        every: timedelta | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._owner = owner
        self._lease = lease
        self._every = every or lease / 4
        self._kept: dict[int, datetime] = {}
        self._guard = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def kept(self, delivery_id: int) -> Iterator[None]:
        """Inside, the lease of that delivery doesn't end."""
        with self._guard:
            self._kept[delivery_id] = self._clock()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="leases", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._guard:
                self._kept.pop(delivery_id, None)

    def renew(self) -> None:
        """Renew all of them now."""
        now = self._clock()
        with self._guard:
            kept = [number for number, since in self._kept.items() if now - since < LONGEST]
        if not kept:
            return
        with self._database.sending() as session:
            deliveries.extend_leases(session, kept, self._owner, now + self._lease)

    def _work(self) -> None:
        while True:
            with self._guard:
                self._guard.wait(self._every.total_seconds())
                if not self._kept:
                    self._thread = None
                    return
            try:
                self.renew()
            except SQLAlchemyError as error:
                # A full disk, a locked store: there are three more turns before a lease ends.
                log.warning("leases not renewed", error=type(error).__name__)
