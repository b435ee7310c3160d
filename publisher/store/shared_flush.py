"""Sees to it that what was committed is on the disk: those that commit at once share one flush.

SQLite flushes its log in every commit, one after another, and keeps every other writer out
meanwhile. Here a commit only appends to the log, the next writer goes on, and whoever committed
waits until a flush is over that began after its commit. No commit is called done any earlier than
with SQLite's own flush; twenty channels that write down a receipt wait for a disk once or twice,
not twenty times.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from channels.durable import settle

_synced = getattr(os, "fdatasync", os.fsync)


class SharedFlush:
    """``flush`` brings all that was written by now to the disk, or raises.

    After a flush that failed nobody can know what the system still has of it, and to flush once
    more would hide that: ``mend`` is called from then on until it doesn't raise, which brings it
    there in another way.
    """

    def __init__(self, flush: Callable[[], object], mend: Callable[[], object]) -> None:
        self._flush = flush
        self._mend = mend
        self._changed = threading.Condition()
        self._asked = self._over = self._failed = 0
        self._is_flushing = self._is_broken = False

    def wait(self) -> None:
        """Return once a flush that began after this was called is over; raises what it raises, or
        ``OSError`` where another thread's failed."""
        with self._changed:
            self._asked += 1
            mine = self._asked
            while self._over < mine and self._is_flushing:
                self._changed.wait()
            if self._over >= mine:
                if mine <= self._failed:
                    raise OSError("what was committed could not be brought to the disk")
                return
            self._is_flushing, upto = True, self._asked
        done = False
        try:
            (self._mend if self._is_broken else self._flush)()
            done = True
        finally:
            with self._changed:
                self._is_flushing, self._is_broken, self._over = False, not done, upto
                self._failed = self._failed if done else upto
                self._changed.notify_all()


class Log:
    """SQLite's log beside a store, as a file to be brought to the disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: int | None = None

    def flush(self) -> None:
        """Bring it to the disk. Where there is none, its last connection has brought all of it
        into the store, flushed, and taken it away."""
        with suppress(FileNotFoundError):
            file = os.open(self._path, os.O_RDWR)
            try:
                _synced(file)
                number = os.fstat(file).st_ino
            finally:
                os.close(file)
            if number != self._known:
                # A file that was just made is only there once its folder says so.
                settle(self._path.parent)
                self._known = number
