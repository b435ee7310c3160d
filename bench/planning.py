"""Planning: files to stored deliveries, against the same rows put in by sqlite3; and a plan that
changes nothing, against reading those rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.measure import Row, seconds
from bench.office import FIVE_CHANNELS, START, folder, furnish, opened
from publisher.site import Site

ROUNDS = 3
POSTS = 1000
DELIVERIES = 5 * POSTS
TABLES = ("version", "delivery", "event")

Rows = dict[str, list[tuple[Any, ...]]]


def rows() -> Iterator[Row]:
    stored, unchanged = [], []
    for _ in range(ROUNDS):
        with folder() as root:
            first_due = START + timedelta(days=1)
            furnish(root, FIVE_CHANNELS, POSTS, first_due, apart=timedelta(minutes=1))
            with opened(root) as site:
                took = seconds(_plan, site)
                again = seconds(_plan_again, site)
            path = root / "var" / "publisher.db"
            found = _read(path)
            unchanged.append((again, seconds(_read_deliveries, path)))
            stored.append((took, _write(root / "bare", found)))
    yield Row(f"plan and store {DELIVERIES} deliveries", "sqlite3 executemany", stored, 40.0)
    yield Row(f"plan {DELIVERIES} again, no change", "sqlite3 SELECT *", unchanged, 60.0)


def _plan(site: Site) -> None:
    changes = site.desk.refresh(force=True)
    if changes is None or len(changes.added) != DELIVERIES:
        raise RuntimeError("not all was planned")


def _plan_again(site: Site) -> None:
    draft = site.desk.draft()
    if not draft.changes.empty or draft.changes.unchanged != DELIVERIES:
        raise RuntimeError(f"the plan should say the same: {draft.changes.counts()}")


def _read(path: Path) -> Rows:
    with closing(sqlite3.connect(path)) as store:
        return {table: store.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}


def _read_deliveries(path: Path) -> None:
    with closing(sqlite3.connect(path)) as store:
        store.execute("SELECT * FROM delivery").fetchall()


def _write(root: Path, found: Rows) -> float:
    """How long sqlite3 takes to put ``found`` into an empty store, as durably as ours does."""
    root.mkdir()
    furnish(root, FIVE_CHANNELS, 0, START)
    with opened(root):
        pass
    with closing(sqlite3.connect(root / "var" / "publisher.db")) as store:
        store.execute("PRAGMA synchronous = FULL")
        return seconds(_insert, store, found)


def _insert(store: sqlite3.Connection, found: Rows) -> None:
    with store:
        for table, lines in found.items():
            marks = ", ".join("?" * len(lines[0]))
            store.executemany(f"INSERT INTO {table} VALUES ({marks})", lines)
