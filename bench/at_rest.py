"""The daemon at rest: 100,000 deliveries planned over the year to come and nothing due, against
programs with one persisted APScheduler job a post.

Two of those (``bench/theirs/at_rest.py``): one as APScheduler's user guide has it, and one made
with more care. Both know a post's time and nothing else of it, and look at one file; Publisher
reads five thousand posts for twenty channels, renders each, compares it with what was approved,
looks at every file for changes, and watches over doubts, alerts, feeds and readings. A program that
looked at no file at all would start at once, and never learn what was changed or withdrawn.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bench.measure import Row
from bench.office import folder
from bench.receiver import Receiver
from bench.webhooks import CHANNELS, NAMES, furnish_with_webhooks

POSTS = 5000
SPAN = timedelta(days=360)
SETTLES_S = 10
REST_S = 20

_NOBODY = Receiver("http://127.0.0.1:9/")
"""Never asked: nothing falls due."""


class Rest(NamedTuple):
    """How long a program took to start, the memory that is its own share (PSS), and the processor
    time that it took while it rested."""

    start_s: float
    memory: float
    processor_s: float


def rows() -> Iterator[Row]:
    with folder() as root:
        _furnish(root)
        office, jobs = root / "office", [str(root / "jobs.db"), str(root / "posts.csv")]
        publisher = [str(Path(sys.executable).with_name("publisher"))]
        _run([*publisher, "apply"], office)
        theirs = [sys.executable, "-m", "bench.theirs.at_rest", *jobs]
        _run([*theirs, "--fill"], Path())
        ours = _rest([*publisher, "run"], office)
        careful = _rest([*theirs, "--compare"], Path())
        guide = _rest(theirs, Path())
    count = f"{POSTS * CHANNELS:,} planned"
    for against, their in (
        ("APScheduler, as its guide has it", guide),
        ("APScheduler, with care", careful),
    ):
        yield Row(f"start with {count}", against, [(ours.start_s, their.start_s)], 0.2)
        yield Row(f"memory with {count}", against, [(ours.memory, their.memory)], 0.5, "bytes")
        processor = [(ours.processor_s, their.processor_s)]
        yield Row(f"processor time in {REST_S} s of rest", against, processor, 0.5)


def _furnish(root: Path) -> None:
    """The same plan as an office's files, and as a list."""
    first, apart = datetime.now(UTC) + timedelta(days=1), SPAN / POSTS
    (root / "office").mkdir()
    furnish_with_webhooks(root / "office", _NOBODY, POSTS, first_due=first, apart=apart)
    schedule = root / "office" / "schedule.toml"
    schedule.write_text('horizon = "366d"\n' + schedule.read_text(encoding="utf-8"), "utf-8")
    with (root / "posts.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            (f"thu/{number:05}/{name}", name, (first + number * apart).isoformat())
            for number in range(POSTS)
            for name in NAMES
        )


def _run(command: Sequence[str], within: Path) -> None:
    subprocess.run(command, cwd=within, check=True, stdout=subprocess.DEVNULL)


def _rest(command: Sequence[str], within: Path) -> Rest:
    """Start ``command``, wait until it says that it is running, and watch it rest."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=within, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        try:
            if not any("running" in line for line in running.stdout):
                raise RuntimeError(f"{' '.join(command)} ended by itself")
            started = time.perf_counter() - began
            time.sleep(SETTLES_S)
            before = _processor_s(running.pid)
            time.sleep(REST_S)
            return Rest(started, _memory(running.pid), _processor_s(running.pid) - before)
        finally:
            running.terminate()


def _processor_s(pid: int) -> float:
    """What ``pid`` has had of the processor, threads that ended included: its clock, whose number
    Linux makes of the process's (clock_getcpuclockid(3))."""
    return time.clock_gettime((~pid << 3) | 2)


def _memory(pid: int) -> float:
    """Its own pages, and its share of those that others use as well; bytes."""
    pages = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    found = re.search(r"^Pss:\s+(\d+) kB", pages, re.MULTILINE)
    if found is None:
        raise RuntimeError("this system tells no process's memory")
    return int(found[1]) * 1024.0
