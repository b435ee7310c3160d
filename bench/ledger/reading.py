"""A round of readings by the program's own collector, against the same rows by ``sqlite3``."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any

from bench.ledger.year import CHANNELS
from bench.measure import seconds
from channels.base import Context, Reading, Receipt
from channels.outbox.adapter import Adapter, OutboxConfig
from publisher.site import Site

Rows = list[tuple[Any, ...]]


class Told(Adapter):
    """An outbox that tells of every post at once, and looks nowhere for it."""

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Four figures; as many for each post as its number says."""
        now = self.context.clock()
        return {
            receipt.remote_id: Reading(
                now,
                {"views": 900_000 + int(receipt.remote_id), "reactions": 90_000, "shares": 9_000},
            )
            for receipt in receipts
        }


def collected_and_inserted(site: Site, rounds: int) -> tuple[int, list[tuple[float, float]]]:
    """How many readings a round brings, and how long it takes: (the collector, ``sqlite3``)."""
    for name, _platform in CHANNELS:
        context = Context(name, site.clock, site.secret, site.settings.var_folder / name)
        site.extra[name] = Told(OutboxConfig(), context)
    count, times = 0, []
    with closing(sqlite3.connect(site.database.path or "", isolation_level=None)) as store:
        store.execute("PRAGMA synchronous = FULL")
        [(last,)] = store.execute("SELECT max(id) FROM reading")
        for _ in range(rounds):
            ours = seconds(site.collector.round)
            added = _taken_out(store, last)
            count = len(added)
            times.append((ours, seconds(_insert, store, added)))
            _taken_out(store, last)
    if not count:
        raise RuntimeError("no reading was due")
    return count, times


def _taken_out(store: sqlite3.Connection, last: int) -> Rows:
    added = store.execute("SELECT * FROM reading WHERE id > ?", (last,)).fetchall()
    store.execute("DELETE FROM reading WHERE id > ?", (last,))
    return added


def _insert(store: sqlite3.Connection, added: Rows) -> None:
    """As durably as ours, a hundred at once."""
    marks = ", ".join("?" * len(added[0]))
    for _, batch in groupby(enumerate(added), key=lambda one: one[0] // 100):
        store.execute("BEGIN")
        store.executemany(f"INSERT INTO reading VALUES ({marks})", [row for _, row in batch])
        store.execute("COMMIT")
