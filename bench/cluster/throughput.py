"""Throughput: how many deliveries a second, by the number of workers, where platforms take 200 ms.

Workers send one post at a time, so that one alone can do five a second at most. All deliveries of a
round fall due at once, on 64 channels; the workers of a round have all sent something before it.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.cluster import processor, queue
from bench.cluster.network import Loopback
from bench.cluster.nodes import RUN, WORKER, Node, nodes
from bench.cluster.office import Database, Office
from bench.cluster.platform import ANSWERS_AFTER_S, Take, platform
from bench.cluster.postgres import Server, url_of
from bench.cluster.stage import wait_for

CHANNELS = 64
GOAL = 0.9
"""The least that a round may be of so many times the first one's rate."""

_CONNECTIONS = 300
"""A process takes some six of them: sixteen workers more than PostgreSQL gives unless told."""

_STARTED_S = 120.0
_SENT_S = 180.0
_LOOK_S = 0.1


@dataclass(frozen=True, slots=True)
class Pace:
    """A round: deliveries a second, and the seconds of the processor that each of them took."""

    workers: int
    deliveries: int
    rate: float
    worker_s: float
    scheduler_s: float
    database_s: float
    platform_s: float
    busy: float
    """The share of the machine's processors at work, by whomever."""
    in_order: bool
    """Whether each channel's posts were taken in the order in which they were written."""

    @property
    def ours(self) -> float:
        """The share of the machine's processors that these deliveries kept at work."""
        spent = self.worker_s + self.scheduler_s + self.database_s + self.platform_s
        return spent * self.rate / processor.COUNT


def measured(counts: Sequence[int]) -> Iterator[Pace]:
    """A round for each of ``counts``, which grow, on this machine's loopback."""
    root = Path(tempfile.mkdtemp(prefix="publisher-proof-"))
    root.chmod(0o755)
    here = Loopback()
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, root, ignore_errors=True)
        place = here.place("database")
        server = stack.enter_context(Server(root / "postgres", place, _CONNECTIONS))
        server.make()
        receiver = stack.enter_context(platform(root, here.place("platform")))
        office = Office(
            root / "office", Database(server), receiver, url_of([server]), CHANNELS, 0, plan="1s"
        )
        office.furnish()
        (node,) = stack.enter_context(nodes(office, [here.place("node")], root))
        node.start(*RUN, "--concurrency", "0")
        for count in counts:
            while len(node.workers) < count:
                node.start(*WORKER)
            wait_for(lambda: queue.workers(server) >= len(node.workers), "workers", _STARTED_S)
            _sent(office, 1)
            yield _round(office, server, node)


def _round(office: Office, server: Server, node: Node) -> Pace:
    def spent() -> tuple[float, ...]:
        return (
            sum(worker.processor_s() for worker in node.workers),
            node.scheduler.processor_s(),
            server.processor_s(),
            processor.of_process(office.platform.pid),
            processor.of_machine(),
        )

    count = len(node.workers)
    before: list[tuple[float, ...]] = []
    takes = _sent(office, count, at_first=lambda: before.append(spent()))
    *each, whole = (now - then for then, now in zip(before[0], spent(), strict=True))
    took = takes[-1].at - takes[0].at + ANSWERS_AFTER_S
    n = len(takes)
    a_delivery = [one / n for one in each]
    busy = whole / took / processor.COUNT
    return Pace(count, n, n / took, *a_delivery, busy, _are_in_order(takes))


def _sent(office: Office, posts: int, at_first: Callable[[], object] = lambda: None) -> list[Take]:
    """Write ``posts`` on every channel, and wait until all were taken; ``at_first`` is called when
    the first one was."""
    before, expected = len(office.platform.takes()), posts * len(office.settlements)
    office.write_at_once(posts, [*office.settlements])
    ends = time.monotonic() + _SENT_S
    while not (new := office.platform.takes()[before:]):
        time.sleep(_LOOK_S / 10)
        _see_to_it(time.monotonic() < ends, "nothing was sent")
    at_first()
    while len(new) < expected:
        time.sleep(_LOOK_S)
        new = office.platform.takes()[before:]
        _see_to_it(time.monotonic() < ends, f"only {len(new)} of {expected} were sent")
    # The last answer is under way still, and what came of it is to be written down.
    time.sleep(2 * ANSWERS_AFTER_S)
    _see_to_it(len({take.name for take in new}) == expected, "something was sent twice")
    return new


def _are_in_order(takes: Sequence[Take]) -> bool:
    by_channel: dict[str, list[str]] = {}
    for take in takes:
        by_channel.setdefault(take.channel, []).append(take.text)
    return all(texts == sorted(texts) for texts in by_channel.values())


def _see_to_it(holds: bool, else_what: str) -> None:
    if not holds:
        raise RuntimeError(else_what)
