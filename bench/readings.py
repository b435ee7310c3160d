"""Readings: a day's worth of them, appended and collected, against the same rows by ``sqlite3``.

The store is that of the ledger's ten weeks, in which nothing was read for a day. Appending is what
the collector does with a batch of answers: held against what was read before, doubted where need
be, put in, committed. Collecting is a whole round: what is due, each channel asked (they answer at
once), the answers appended. ``sqlite3`` has the rows ready and puts in the same batches, by the
table's rules, each in a commit as durable.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from bench.ledger import TEN_WEEKS, office
from bench.ledger.year import CHANNELS
from bench.measure import Row, seconds
from bench.office import folder
from channels.base import Context, Reading, Receipt
from channels.outbox.adapter import Adapter, OutboxConfig
from publisher.reach import append, due
from publisher.reach.collect import MOST_A_ROUND
from publisher.reach.due import Due
from publisher.site import Site

ROUNDS = 7

Rows = Sequence[Sequence[Any]]


def rows() -> Iterator[Row]:
    now = datetime.now(UTC)
    with folder() as root, office(root / "weeks", now, TEN_WEEKS) as site:
        batches = _batches(site, now)
        count, appended = _in_turns(site, batches, lambda: _append(site, batches, now))
        yield Row(f"append {count:,} readings", "sqlite3 executemany", appended, 2.0)
        count, collected = _in_turns(site, batches, site.collector.round)
        yield Row(f"collect {count:,} readings", "sqlite3 executemany", collected, 10.0)


class Told(Adapter):
    """An outbox that tells of every post at once, and looks nowhere for it."""

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Three figures; as many for each post as its number says."""
        now = self.context.clock()
        return {
            receipt.remote_id: Reading(
                now,
                {"views": 900_000 + int(receipt.remote_id), "reactions": 90_000, "shares": 9_000},
            )
            for receipt in receipts
        }


Batch = tuple[Sequence[Due], Mapping[str, Reading]]


def _batches(site: Site, now: datetime) -> list[Batch]:
    """What is due, in the batches in which the collector asks for it, with the answers."""
    for name, _platform in CHANNELS:
        context = Context(name, site.clock, site.secret, site.settings.var_folder / name)
        site.extra[name] = Told(OutboxConfig(), context)
    with site.database.reading() as session:
        waiting = due.posts(session, site.settings.readings, now)
    batches = []
    for name, posts in waiting.items():
        line = site.extra[name]
        # As the collector: what is there, then what is gone.
        for is_gone in (False, True):
            some = [one for one in posts[:MOST_A_ROUND] if one.is_gone is is_gone]
            for place in range(0, len(some), line.reads_at_once):
                batch = some[place : place + line.reads_at_once]
                batches.append((batch, line.read([one.receipt for one in batch])))
    return batches


def _append(site: Site, batches: Sequence[Batch], now: datetime) -> None:
    for batch, told in batches:
        with site.database.writing() as session:
            append.posts(session, batch, told, now)


def _in_turns(
    site: Site, batches: Sequence[Batch], work: Callable[[], object]
) -> tuple[int, list[tuple[float, float]]]:
    """How many readings ``work`` stores, and how long it takes: (ours, ``sqlite3``).

    A connection of its own takes them out again, so that neither finds in its memory what the
    other has to look for.
    """
    count, times = 0, []
    path = site.database.path or ""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as bare,
        closing(sqlite3.connect(path, isolation_level=None)) as undo,
    ):
        bare.execute("PRAGMA synchronous = FULL")
        # What the table's own rules ask of whoever puts rows in.
        bare.execute("PRAGMA foreign_keys = ON")
        [(last,)] = undo.execute("SELECT max(id) FROM reading")
        for _ in range(ROUNDS):
            ours = seconds(work)
            added = _taken_out(undo, last)
            count = len(added)
            times.append((ours, seconds(_insert, bare, added, batches)))
            _taken_out(undo, last)
    if not count:
        raise RuntimeError("no reading was due")
    return count, times


def _taken_out(store: sqlite3.Connection, last: int) -> Rows:
    added = store.execute("SELECT * FROM reading WHERE id > ?", (last,)).fetchall()
    store.execute("DELETE FROM reading WHERE id > ?", (last,))
    return added


def _insert(store: sqlite3.Connection, added: Rows, batches: Sequence[Batch]) -> None:
    marks, place = ", ".join("?" * len(added[0])), 0
    for batch, _told in batches:
        store.execute("BEGIN")
        store.executemany(
            f"INSERT INTO reading VALUES ({marks})", added[place : place + len(batch)]
        )
        store.execute("COMMIT")
        place += len(batch)
