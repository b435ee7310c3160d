"""Counts how often short links are followed.

In memory first, into the store every few seconds, so that no reader waits for a disk. A power cut,
or a process that is killed, loses what was counted since the last writing: at most
``WRITE_EVERY_S`` of it, longer only while the store takes nothing.
"""

from __future__ import annotations

import threading
from collections import Counter

import structlog
from sqlalchemy.exc import SQLAlchemyError

from publisher.clock import Clock
from publisher.store import short_links
from publisher.store.database import Database
from publisher.store.short_links import Click

log = structlog.get_logger("links")

WRITE_EVERY_S = 5.0

_MOST_WAITING = 100_000
"""So many codes and hours may wait for a store that takes nothing; more would fill the memory."""


class Clicks:
    """Counts how often each code was followed in each hour, from any thread."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._guard = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: Counter[Click] = Counter()

    def count(self, code: str) -> None:
        """``code`` was followed now."""
        click = code, self._clock().replace(minute=0, second=0, microsecond=0)
        with self._guard:
            if click in self._waiting or len(self._waiting) < _MOST_WAITING:
                self._waiting[click] += 1

    def write_down(self) -> bool:
        """Put what was counted into the store; what it doesn't take waits for the next time.

        Gives whether nothing waits any more.
        """
        with self._writing:
            with self._guard:
                counted, self._waiting = self._waiting, Counter()
            if not counted:
                return True
            try:
                with self._database.writing() as session:
                    short_links.add_clicks(session, counted)
            except SQLAlchemyError as error:
                log.warning("clicks not written down", why=type(error).__name__)
                with self._guard:
                    self._waiting += counted
                return False
            return True
