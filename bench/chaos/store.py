"""What the office's store says, read from outside: deliveries, alerts, starts.

Read-only, by SQL of its own: whoever closes a store as the last one tidies it up, and that is the
daemon's to do, also after a kill.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from publisher.clock import Clock


@dataclass(frozen=True, slots=True)
class Row:
    """A delivery as the store has it; ``asked`` is whether an alert about it waits for a person,
    ``was_asked`` whether one ever did."""

    key: str
    post: str
    channel: str
    state: str
    note: str
    asked: bool
    was_asked: bool


def rows_by(ask: Callable[[str], Iterable[Sequence[Any]]]) -> list[Row]:
    """Every delivery that the store knows whose rows ``ask`` gives, on either database."""
    return [
        Row(key, post, channel, state, note, asked=bool(asked), was_asked=bool(was_asked))
        for key, post, channel, state, note, was_asked, asked in ask(_ROWS)
    ]


class Store:
    """The store at ``path``, which need not be there yet; ``clock`` is the office's."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def rows(self) -> list[Row]:
        """Every delivery that the store knows."""
        return rows_by(self._ask)

    def starts(self) -> int:
        """How many daemons have come so far as to settle what was left."""
        return int(self._ask(_STARTS)[0][0]) if self._ask(_STARTS) else 0

    def knows(self, post: str) -> bool:
        """Whether ``post`` is planned."""
        return bool(self._ask(_IS_KNOWN, (post,)))

    def is_busy(self, channel: str) -> bool:
        """Whether something on ``channel`` is being sent, or may go now."""
        now = self._now()
        return bool(self._ask(_IS_BUSY, (channel, now, channel, now)))

    def is_restless(self) -> bool:
        """Whether anything is being sent, may go, or may be looked up, now."""
        now = self._now()
        return bool(self._ask(_IS_RESTLESS, (now, now, now)))

    def _now(self) -> str:
        """The moment as the store writes it."""
        return self._clock().astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")

    def _ask(self, sql: str, values: Sequence[str] = ()) -> list[Any]:
        if not self._path.exists():
            return []
        uri = f"file:{self._path}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as store:
            try:
                return store.execute(sql, values).fetchall()
            except sqlite3.OperationalError:
                return []  # not made yet, or just being put in order


_ROWS = """
SELECT key, post, channel, state, note,
       alert.matter IS NOT NULL, alert.matter IS NOT NULL AND alert.cleared_at IS NULL
FROM (
    SELECT *, campaign || '/' || edition || '/' || post || '/' || channel AS key FROM delivery
) AS known
LEFT JOIN alert ON alert.matter = 'delivery ' || key
ORDER BY id
"""
_STARTS = "SELECT count(*) FROM event WHERE action = 'start' AND subject = 'daemon'"
_IS_KNOWN = "SELECT 1 FROM delivery WHERE post = ?"
_IS_BUSY = """
SELECT 1 FROM delivery WHERE channel = ? AND (
    state = 'sending'
    OR state IN ('planned', 'retrying') AND next_at <= ? AND NOT EXISTS (
        SELECT 1 FROM channelstate WHERE channel = ? AND (stopped != '' OR paused_until > ?)
    )
)
"""
_IS_RESTLESS = """
SELECT 1 FROM delivery WHERE state = 'sending'
    OR state = 'unconfirmed' AND next_at <= ?
    OR state IN ('planned', 'retrying') AND next_at <= ? AND NOT EXISTS (
        SELECT 1 FROM channelstate WHERE channelstate.channel = delivery.channel
        AND (stopped != '' OR paused_until > ?)
    )
"""
