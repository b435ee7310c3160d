"""Lateness: 2,000 deliveries fall due at one moment, on a daemon that runs as an administrator
runs it; when each arrives at its receiver is what counts. Once more with a channel whose receiver
never answers.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.measure import Row, seconds
from bench.office import folder, opened
from bench.receiver import Receiver, receiving
from bench.webhooks import CHANNELS, NEVER_ANSWERS, furnish_with_webhooks, post_bare

ROUNDS = 3
POSTS = 100
TOTAL = CHANNELS * POSTS
AHEAD = timedelta(seconds=3)
PATIENCE_S = 300.0


def rows(answers_after_s: float) -> Iterator[Row]:
    late, beside_a_hanging_one = [], []
    with receiving(answers_after_s) as receiver:
        for _ in range(ROUNDS):
            alone, bodies = _p99(receiver)
            late.append((alone, seconds(post_bare, receiver, bodies)))
            beside, _bodies = _p99(receiver, NEVER_ANSWERS)
            beside_a_hanging_one.append((beside, alone))
    yield Row(f"{TOTAL} due at one moment, p99 late", "requests, all of them", late, 1.25)
    yield Row("the same beside a channel that hangs", "without it", beside_a_hanging_one, 1.1)


def _p99(receiver: Receiver, besides: str = "") -> tuple[float, list[str]]:
    """The seconds by which 99 of 100 are late at most, and the bodies of all."""
    with folder() as root:
        furnish_with_webhooks(root, receiver, POSTS, besides)
        with opened(root) as site:
            site.desk.refresh(force=True)
        receiver.forget()
        with _running(root):
            _fall_due(root, datetime.now(UTC) + AHEAD)
            taken = _all_taken(receiver)
    late = sorted(at - _due_at(body) for at, body in taken)
    return late[len(late) * 99 // 100 - 1], [body for _at, body in taken]


@contextmanager
def _running(root: Path) -> Iterator[None]:
    """Inside, ``publisher run`` is at work in ``root`` and has done what a start does."""
    log = root / "log.jsonl"
    with log.open("wb") as lines:
        process = subprocess.Popen(
            [sys.executable, "-m", "publisher", "run"], cwd=root, stderr=lines
        )
    try:
        end = time.monotonic() + PATIENCE_S
        while '"event": "accounts proved"' not in log.read_text("utf-8"):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the daemon did not start: {log.read_text('utf-8')[-500:]}")
            time.sleep(0.1)
        yield
    finally:
        # What hangs is not waited for.
        process.send_signal(signal.SIGKILL)
        process.wait()


def _fall_due(root: Path, due: datetime) -> None:
    """Let all that is planned fall due at once, as eight o'clock does."""
    moments = (due, due, due + timedelta(hours=2))
    with closing(sqlite3.connect(root / "var" / "publisher.db", timeout=30)) as store, store:
        store.execute(
            "UPDATE delivery SET due_at = ?, next_at = ?, expires_at = ?",
            [f"{moment:%Y-%m-%d %H:%M:%S.%f}" for moment in moments],
        )


def _all_taken(receiver: Receiver) -> list[tuple[float, str]]:
    end = time.monotonic() + PATIENCE_S
    while len(taken := receiver.taken()) < TOTAL:
        if time.monotonic() > end:
            raise RuntimeError(f"only {len(taken)} of {TOTAL} arrived")
        time.sleep(1)
    return taken


def _due_at(body: str) -> float:
    return datetime.fromisoformat(json.loads(body)["due_at"]).timestamp()
