"""Watches work that runs by itself.

Where it fails as nobody foresaw, a person is told. The store may be full or locked, the machine out
of memory: a line in a log that nobody reads would be silence. One more time is always tried; what
goes again is cleared by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.exc import SQLAlchemyError

from publisher.i18n import _
from publisher.store.trouble import in_words

if TYPE_CHECKING:
    from publisher.alerts.alerts import Alerts

log = structlog.get_logger("alerts")

STORE = "store"


class Watch:
    """Watches the jobs of the daemon and the threads of the engine."""

    def __init__(self, alerts: Alerts) -> None:
        self._alerts = alerts
        self._guard = threading.Lock()
        self._failing: dict[str, str] = {}
        self._going: set[str] = set()

    @contextmanager
    def over(self, work: str) -> Iterator[None]:
        """Inside, a failure of ``work`` is told and goes no further."""
        try:
            yield
        except SQLAlchemyError as error:
            # It fails every second for as long as a disk is full: no traceback each time.
            log.error("work failed", work=work, why=in_words(error))
            self._failed(work, error)
        except Exception as error:
            log.exception("work failed", work=work)
            self._failed(work, error)
        else:
            self._went(work)

    def _failed(self, work: str, error: Exception) -> None:
        if isinstance(error, SQLAlchemyError):
            matter = STORE
            text = _(
                "The database can't be used: %(why)s Until it can, nothing goes out. "
                "See what is wrong: publisher doctor"
            ) % {"why": in_words(error)}
        else:
            matter = f"work {work}"
            why = getattr(error, "strerror", None) or type(error).__name__
            text = _(
                "A part of the program fails (%(work)s: %(why)s). It is tried again by itself. "
                "See what is wrong: publisher doctor; the program's log shows more"
            ) % {"work": work, "why": why}
        with self._guard:
            self._failing[work] = matter
            self._going.discard(work)
        self._alerts.raise_(matter, text)

    def _went(self, work: str) -> None:
        with self._guard:
            if work in self._going:
                return
            # The first time it goes, an earlier run's alert is over, too.
            self._going.add(work)
            mended = {f"work {work}", self._failing.pop(work, STORE)}
            mended -= set(self._failing.values())
        for matter in sorted(mended):
            self._alerts.clear(matter)
