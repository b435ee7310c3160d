"""What is due and when more will be, asked of the store only where its answer may be another one.

The daemon looks each second. At rest, which is most of the year, nobody has written into the store
since, nothing was due, and the next moment hasn't come: then there is nothing to ask.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime

from publisher.clock import Clock
from publisher.store import sending
from publisher.store.changes import Changes
from publisher.store.database import Database


class Lookout:
    """Looks at ``database`` by ``clock``; from any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._changes = Changes(database)
        self._guard = threading.Lock()
        self._is_stale = True
        self._looked_at = clock()
        self._due: Sequence[str] = ()
        self._next: datetime | None = None

    def due(self) -> Sequence[str]:
        """Channels with something whose time has come, whether or not it may go."""
        with self._guard:
            self._look()
            return self._due

    def next_moment(self) -> datetime | None:
        """When more falls due, or a pause ends that keeps something waiting."""
        with self._guard:
            self._look()
            return self._next

    def _look(self) -> None:
        now = self._clock()
        # Before the store is read: who writes meanwhile is seen the next time.
        self._is_stale |= self._changes.may_be()
        if self._is_stale or self._due or not self._is_before_the_next(now):
            self._is_stale = True
            with self._database.reading() as session:
                self._due = sending.due_channels(session, now)
                self._next = sending.next_moment(session, now)
            self._is_stale = False
        self._looked_at = now

    def _is_before_the_next(self, now: datetime) -> bool:
        """Whether ``now`` lies within what was last answered; a clock may have been set back."""
        return self._looked_at <= now and (self._next is None or now < self._next)
