"""A program with one persisted APScheduler job a post, which keeps in step with a list of posts.

    python -m bench.theirs.at_rest STORE POSTS.csv [--compare | --fill]

It is what APScheduler's user guide says: every job is added at each start, with an id of its own
and ``replace_existing``, so that what the list says is what is stored. With ``--compare`` it is
what a careful programmer makes of that: all jobs are read, and only what the list has otherwise is
written. Every ten seconds it looks whether the list is another file, as Publisher looks at its
campaigns. It prints "running" when its scheduler does.

``--fill`` ends it there, and lets the store be filled fast.
"""

from __future__ import annotations

import csv
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import event

LOOK_S = 10


def main(store: str, posts: Path, how: str) -> None:
    jobs = SQLAlchemyJobStore(f"sqlite:///{store}")
    if how == "--fill":
        event.listen(jobs.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous = OFF"))
    scheduler = BackgroundScheduler(
        jobstores={"default": jobs, "memory": MemoryJobStore()},
        job_defaults={"misfire_grace_time": 3600, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    keep_in_step = add_all if how == "" else compare
    keep_in_step(scheduler, posts)
    seen = [posts.stat().st_mtime_ns]

    def look() -> None:
        if (now := posts.stat().st_mtime_ns) != seen[0]:
            seen[0] = now
            keep_in_step(scheduler, posts)

    scheduler.add_job(look, "interval", seconds=LOOK_S, jobstore="memory")
    scheduler.resume()
    print("running", flush=True)
    if how != "--fill":
        threading.Event().wait()


def add_all(scheduler: BackgroundScheduler, posts: Path) -> None:
    for key, channel, due in _listed(posts):
        _add(scheduler, key, channel, due)


def compare(scheduler: BackgroundScheduler, posts: Path) -> None:
    stored = {job.id: job.next_run_time for job in scheduler.get_jobs("default")}
    for key, channel, due in _listed(posts):
        if stored.pop(key, None) != due:
            _add(scheduler, key, channel, due)
    for key in stored:
        scheduler.remove_job(key, "default")


def publish(channel: str, key: str) -> None:
    raise NotImplementedError("nothing falls due while a program rests")


def _listed(posts: Path) -> Iterator[tuple[str, str, datetime]]:
    with posts.open(encoding="utf-8", newline="") as file:
        for key, channel, due in csv.reader(file):
            yield key, channel, datetime.fromisoformat(due)


def _add(scheduler: BackgroundScheduler, key: str, channel: str, due: datetime) -> None:
    scheduler.add_job(
        publish, "date", run_date=due, args=[channel, key], id=key, replace_existing=True
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), "".join(sys.argv[3:]))
