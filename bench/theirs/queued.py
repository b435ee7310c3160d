"""A program that sends with Celery and Redis: one task a post, and a worker of as many threads as
there are channels.

As Redis comes it brings its append-only file to the disk each second (``everysec``): a power cut
loses that second, and its posts go out twice. With ``always`` it waits for the disk, as Publisher
does, and the program with APScheduler. A task is acknowledged when it is done, so it would be done
again where its worker died: it marks in Redis what it begins. What it doesn't do: keep the order
within a channel, or two threads off one channel; settle what was cut off, try again, stop a channel
that is broken, holds, approvals, rates, lateness, a word to anybody.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
import requests
from celery import Celery

from bench.theirs.post import Post
from tests.ports import free_port

_AT = "BENCH_REDIS"

app = Celery("queued", broker=os.environ.get(_AT), backend=os.environ.get(_AT))
app.conf.task_acks_late = True
app.conf.worker_prefetch_multiplier = 1

_own = threading.local()


@app.task
def publish(key: str, channel: str, url: str, body: str) -> str:
    if not hasattr(_own, "session"):
        _own.session, _own.redis = requests.Session(), redis.Redis.from_url(os.environ[_AT])
    if not _own.redis.set(f"begun-{key}", channel, nx=True):
        raise RuntimeError(f"{key} was begun before")
    headers = {"Content-Type": "application/json"}
    answer = _own.session.post(url, data=body.encode(), headers=headers, timeout=10)
    answer.raise_for_status()
    return str(answer.text)


def missing() -> str:
    """What isn't here, and how to get it; empty where all is."""
    return "" if shutil.which("redis-server") else "redis-server: apt-get install redis-server"


@contextmanager
def program(root: Path, threads: int, to_disk: str) -> Iterator[Program]:
    """The program with Redis (``appendfsync``: ``to_disk``) and a worker of ``threads`` threads."""
    with (
        _redis(root, to_disk) as at,
        _worker(at, threads),
        Celery(broker=at, backend=at) as queue,
    ):
        yield Program(queue, redis.Redis.from_url(at))


@dataclass(frozen=True, slots=True)
class Program:
    queue: Celery
    store: redis.Redis

    def send(self, posts: Sequence[Post]) -> None:
        """Put ``posts`` into the queue, and wait until what came of each is written down."""
        for post in posts:
            self.queue.send_task(publish.name, post)
        while len(self._results()) < len(posts):
            time.sleep(0.02)

    def forget(self) -> None:
        """Begin anew, as if nothing had been sent."""
        for name in (*self._results(), *self.store.keys("begun-*")):
            self.store.delete(name)

    def sent(self) -> int:
        return sum(b'"SUCCESS"' in self.store.get(name) for name in self._results())

    def _results(self) -> list[bytes]:
        return self.store.keys("celery-task-meta-*")


@contextmanager
def _redis(root: Path, to_disk: str) -> Iterator[str]:
    port = str(free_port())
    durable = ("--appendonly", "yes", "--appendfsync", to_disk, "--save", "")
    command = ("redis-server", "--bind", "127.0.0.1", "--port", port, "--dir", str(root), *durable)
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            at = f"redis://127.0.0.1:{port}/0"
            _wait_until(redis.Redis.from_url(at).ping)
            yield at
        finally:
            server.terminate()


@contextmanager
def _worker(at: str, threads: int) -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "--app", "bench.theirs.queued", "worker"]
    command += ["--pool", "threads", "--concurrency", str(threads), "--loglevel", "ERROR"]
    # Of no use to a worker that is alone.
    command += ["--without-gossip", "--without-mingle"]
    environment = os.environ | {_AT: at}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with Celery(broker=at) as queue, subprocess.Popen(command, env=environment, **quiet) as worker:
        try:
            _wait_until(lambda: queue.control.ping(timeout=0.5))
            yield
        finally:
            worker.terminate()


def _wait_until(is_up: Callable[[], object]) -> None:
    for _ in range(300):
        try:
            if is_up():
                return
        except redis.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError("Redis or Celery doesn't start")
