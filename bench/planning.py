"""Planning: messages at hand to stored deliveries, against the same rows put in by sqlite3; files
to stored deliveries, against Jinja2 and sqlite3 alone; no change, against reading those rows.

An office of 20,000 posts on five channels is planned once. Its rows are then put into empty stores,
by the planner from slots and finished messages on (slots, identities, fingerprints, what is there
already, the diff, media, one durable transaction), and by sqlite3, which has them as they are to
be.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from bench.measure import Row, seconds
from bench.office import FIVE_CHANNELS, START, folder, furnish, opened
from bench.rendering import bare
from channels.base import Message
from publisher.assemble.holidays import closed_days
from publisher.campaign.model import Campaign
from publisher.planning.diff import Scope, diff
from publisher.planning.model import Identity, PlannedDelivery
from publisher.planning.plan import slots
from publisher.site import Site
from publisher.store import comparing
from publisher.store.lines import standing

ROUNDS = 3
POSTS = 20_000
DELIVERIES = 5 * POSTS
TABLES = ("version", "delivery", "event")
_END = START + timedelta(days=60)

Rows = dict[str, list[tuple[Any, ...]]]


def rows() -> Iterator[Row]:
    with folder() as root:
        furnish(root, FIVE_CHANNELS, POSTS, START + timedelta(days=1), apart=timedelta(minutes=1))
        path = root / "var" / "publisher.db"
        with opened(root) as site:
            whole, messages = _planned(site)
            [campaign] = site.desk.campaigns()
        found = _read(path)
        filled = seconds(bare, campaign, 5)
        yield Row(
            f"files to {DELIVERIES} stored deliveries",
            "jinja2, then sqlite3",
            [(whole, filled + _write(root / "bare", found))],
            3.0,
        )
        stored = []
        for number in range(ROUNDS):
            took = _put(root / f"ours-{number}", campaign, messages)
            stored.append((took, _write(root / f"bare-{number}", found)))
        yield Row(
            f"plan and store {DELIVERIES}, messages at hand", "sqlite3 executemany", stored, 3.0
        )
        del messages, campaign, found
        unchanged = []
        with opened(root) as site:
            for _ in range(ROUNDS):
                again = seconds(_plan_again, site)
                unchanged.append((again, seconds(_read_deliveries, path)))
        yield Row(f"plan {DELIVERIES} again, no change", "sqlite3 SELECT *", unchanged, 3.0)
        fresh = [
            (seconds(_run, _FRESH.format(root=root)), seconds(_run, _BARE.format(path=path)))
            for _ in range(ROUNDS)
        ]
        yield Row("the same, by a program just started", "python, sqlite3 SELECT *", fresh, 3.0)


def _planned(site: Site) -> tuple[float, Mapping[Identity, Message]]:
    """How long ``publisher apply`` takes, without what it shows; and the messages that it made."""
    began = time.perf_counter()
    draft = site.desk.draft()
    site.desk.apply(draft.changes)
    took = time.perf_counter() - began
    if len(draft.changes.added) != DELIVERIES:
        raise RuntimeError("not all was planned")
    return took, {one.identity: one.message for one in draft.planned}


def _plan_again(site: Site) -> None:
    draft = site.desk.draft()
    if not draft.changes.empty or draft.changes.unchanged != DELIVERIES:
        raise RuntimeError(f"the plan should say the same: {draft.changes.counts()}")


def again(root: Path) -> None:
    """What ``publisher plan`` works out, in a process of its own."""
    with opened(root) as site:
        _plan_again(site)


_FRESH = "from pathlib import Path; from bench.planning import again; again(Path('{root}'))"
_BARE = "import sqlite3; sqlite3.connect('{path}').execute('SELECT * FROM delivery').fetchall()"


def _run(program: str) -> None:
    subprocess.run([sys.executable, "-c", program], check=True)


def _put(root: Path, campaign: Campaign, messages: Mapping[Identity, Message]) -> float:
    """How long it takes to plan ``campaign`` into an empty store, its messages at hand."""
    root.mkdir()
    furnish(root, FIVE_CHANNELS, 0, START)
    with opened(root) as site:
        return seconds(_plan, site, campaign, messages)


def _plan(site: Site, campaign: Campaign, messages: Mapping[Identity, Message]) -> None:
    posts = {post.id: post for post in campaign.posts}
    asked = [
        PlannedDelivery(
            slot,
            messages[slot.identity],
            campaign.audiences_of(posts[slot.identity.post]),
            posts[slot.identity.post].front.covers,
        )
        for slot in slots(campaign, site.settings.zone, START, _END, closed_days(START, _END))
    ]
    with site.database.reading() as session:
        beside = comparing.compared(session, standing(session, START, _END), asked)
    scope = Scope(START, _END, frozenset(), frozenset())
    changes = diff(beside.asked, beside.stored, START, scope)
    if len(changes.added) != DELIVERIES or site.desk.apply(changes):
        raise RuntimeError("not all was put into force")


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
