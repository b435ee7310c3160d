"""Tells whether anybody wrote into the store, for next to nothing, so that it needn't be asked."""

from __future__ import annotations

import sqlite3

from publisher.store.database import Database


class Changes:
    """What may have changed in ``database``; for one thread at a time.

    SQLite counts the commits of everybody else for each connection (``PRAGMA data_version``), so
    this one has a connection of its own, by which nothing is written. PostgreSQL has nothing as
    cheap: there anybody may always have written.
    """

    def __init__(self, database: Database) -> None:
        self._path = database.path
        database.at_close(self._close)
        self._connection: sqlite3.Connection | None = None
        self._version: int | None = None
        self._file = 0

    def may_be(self) -> bool:
        """Whether anybody may have written since this was last asked."""
        if self._path is None:
            return True
        before = self._version
        try:
            # A backup that was brought back is another file.
            file = self._path.stat().st_ino
            if self._connection is None or file != self._file:
                self._leave()
                self._connection = sqlite3.connect(self._path, check_same_thread=False)
                self._file, before = file, None
            (self._version,) = self._connection.execute("PRAGMA data_version").fetchone()
        except (sqlite3.Error, OSError):
            # Whoever asks the store itself is told what is the matter with it.
            self._version = None
        return self._version is None or self._version != before

    def _leave(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _close(self) -> None:
        self._leave()
        # Whoever asks once more, as the daemon ends, asks the store.
        self._path = None
