"""A program that sends with APScheduler: one persisted job a post, and an executor of one thread a
channel, so that order holds within a channel and channels don't wait for one another.

APScheduler takes a job out of its store once it was given to a thread, whatever comes of it. So the
program writes down itself what it begins and how that ended, each durably: what is begun twice is
noticed, what was cut off can be found. What it doesn't do: settle what was cut off, try again, stop
a channel that is broken, holds, approvals, rates, lateness, a word to anybody.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import requests
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, EVENT_JOB_MISSED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from bench.theirs.post import Post

_own = threading.local()


@contextmanager
def program(root: Path, posts: Sequence[Post]) -> Iterator[Program]:
    """The program with a job stored for each of ``posts``, all of them due."""
    made = Program(root, posts)
    yield made
    made.scheduler.shutdown()


class Program:
    def __init__(self, root: Path, posts: Sequence[Post]) -> None:
        self._record = root / "record.db"
        self._left = len(posts)
        self._guard = threading.Lock()
        self._done = threading.Event()
        with closing(_opened(self._record)) as store:
            store.execute("CREATE TABLE sent (post TEXT PRIMARY KEY, state TEXT, answer TEXT)")
        channels = {post.channel for post in posts}
        self.scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(f"sqlite:///{root / 'jobs.db'}")},
            executors={channel: ThreadPoolExecutor(1) for channel in channels},
            # By default what starts a second late is dropped.
            job_defaults={"misfire_grace_time": 3600},
            timezone=UTC,
        )
        self.scheduler.start(paused=True)
        for post in posts:
            self.scheduler.add_job(
                publish,
                "date",
                run_date=datetime.now(UTC),
                args=[str(self._record), post.key, post.url, post.body],
                id=post.key,
                executor=post.channel,
            )
        ends = EVENT_JOB_EXECUTED | EVENT_JOB_ERROR | EVENT_JOB_MISSED
        self.scheduler.add_listener(self._ended, ends)

    def send(self) -> None:
        """Let it begin, and wait until all is done."""
        self.scheduler.resume()
        self._done.wait()

    def sent(self) -> int:
        with closing(_opened(self._record)) as store:
            (count,) = store.execute("SELECT count(*) FROM sent WHERE state = 'sent'").fetchone()
        return int(count)

    def _ended(self, _event: object) -> None:
        with self._guard:
            self._left -= 1
            if not self._left:
                self._done.set()


def publish(record: str, key: str, url: str, body: str) -> None:
    if not hasattr(_own, "session"):
        _own.session, _own.store = requests.Session(), _opened(Path(record))
    with _own.store:
        _own.store.execute("INSERT INTO sent VALUES (?, 'sending', '')", (key,))
    headers = {"Content-Type": "application/json"}
    answer = _own.session.post(url, data=body.encode(), headers=headers, timeout=10)
    answer.raise_for_status()
    with _own.store:
        _own.store.execute(
            "UPDATE sent SET state = 'sent', answer = ? WHERE post = ?", (answer.text, key)
        )


def _opened(record: Path) -> sqlite3.Connection:
    """As durable as Publisher's own store."""
    store = sqlite3.connect(record, timeout=30)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute("PRAGMA synchronous = FULL")
    return store
