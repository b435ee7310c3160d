"""Claims at once: threads and processes race, each delivery goes to one of them, in order."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from sqlmodel import select

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.store import claims, deliveries
from publisher.store.database import Database
from publisher.store.models import Attempt, Delivery
from tests.store.builders import LEASE, planned, store

WORKERS = 8
CHANNELS = [f"kenh-{number}" for number in range(30)]
EACH = 10


def work(database: Database, clock: MovedClock, owner: str) -> list[int]:
    """Claim and finish whatever there is, as one worker; gives what it had, in order."""
    had = []
    for channel in CHANNELS:
        while True:
            with database.writing() as session:
                claimed = claims.claim(session, channel, clock(), owner, LEASE)
            if claimed is None:
                break
            had.append(claimed.number)
            with database.writing() as session:
                assert deliveries.move(session, had[-1], lifecycle.RECEIVE, clock())
    return had


def test_eight_threads_over_300_deliveries_take_each_exactly_once(
    database: Database, clock: MovedClock
) -> None:
    asked = [
        planned(clock() - timedelta(seconds=number), post=f"bai-{number}", channel=name)
        for name in CHANNELS
        for number in range(EACH)
    ]
    rows = store(database, *asked, now=clock())
    start = Barrier(WORKERS)

    def worker(number: int) -> list[int]:
        start.wait()
        return work(database, clock, f"w{number}")

    with ThreadPoolExecutor(WORKERS) as pool:
        had = [number for each in pool.map(worker, range(WORKERS)) for number in each]
    # A worker that finds a channel busy goes on to the next: what is left is the last one's.
    had += work(database, clock, "last")
    assert Counter(had) == Counter(row.id for row in rows)
    with database.reading() as session:
        attempts = session.exec(select(Attempt.delivery_id)).all()
    assert sorted(attempts) == sorted(had)


def test_at_most_one_delivery_of_a_channel_is_being_sent(
    database: Database, clock: MovedClock
) -> None:
    store(database, *(planned(clock(), post=f"bai-{n}") for n in range(40)), now=clock())
    start = Barrier(WORKERS)

    def worker(number: int) -> bool:
        start.wait()
        with database.writing() as session:
            return claims.claim(session, "hop", clock(), f"w{number}", LEASE) is not None

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(worker, range(WORKERS))) == 1
    with database.reading() as session:
        assert len(deliveries.in_state(session, State.SENDING)) == 1


def test_a_channels_deliveries_go_in_the_order_of_their_due_times(
    database: Database, clock: MovedClock
) -> None:
    minutes = [7, 3, 9, 1, 5]
    asked = (
        planned(clock() - timedelta(minutes=m), post=f"bai-{m}", channel="kenh-0") for m in minutes
    )
    rows = {row.id: row.post for row in store(database, *asked, now=clock())}
    assert [rows[n] for n in work(database, clock, "w")] == [
        "bai-9",
        "bai-7",
        "bai-5",
        "bai-3",
        "bai-1",
    ]


RACE = """
import sys
from datetime import datetime, timedelta
from publisher.store import claims
from publisher.store.database import Database
url, owner, now = sys.argv[1], sys.argv[2], datetime.fromisoformat(sys.argv[3])
database = Database(url)
print("ready", flush=True)
sys.stdin.readline()
for number in range(30):
    with database.writing() as session:
        claims.claim(session, f"kenh-{number}", now, owner, timedelta(minutes=5))
"""


def test_two_processes_never_claim_the_same_delivery(
    database: Database, store_url: str, clock: MovedClock
) -> None:
    store(database, *(planned(clock(), channel=name) for name in CHANNELS), now=clock())
    pipe = subprocess.PIPE
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE, store_url, owner, clock().isoformat()],
            stdin=pipe,
            stdout=pipe,
        )
        for owner in ("one", "two")
    ]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == b"ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write(b"go\n")
        racer.stdin.flush()
    for racer in racers:
        racer.communicate(timeout=60)
        assert racer.returncode == 0
    with database.reading() as session:
        attempts = session.exec(select(Attempt)).all()
        rows = {row.id: row for row in session.exec(select(Delivery)).all()}
    assert sorted(a.delivery_id for a in attempts) == sorted(n for n in rows if n)
    assert all(rows[a.delivery_id].owner == a.owner for a in attempts)
