"""The stage of the fault proof: servers, platform, office and nodes, and posts all the time.

While ``posting`` a post is written each second, due at once on some channels of both kinds.
``window`` opens the time of a fault: what is written until the next one begins is counted as its.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from bench.chaos.office import Post
from bench.cluster import queue
from bench.cluster.network import Network
from bench.cluster.nodes import RUN, WORKER, Node, Worker, nodes
from bench.cluster.office import Database, Office
from bench.cluster.platform import platform
from bench.cluster.postgres import Server, url_of

HOOKS, MESSAGES = 8, 4
_HOOKS_A_POST, _MESSAGES_A_POST = 3, 1
_EVERY_S = 1.0
_STARTED_S = 90.0
_LOOK_S = 0.05
_AGAIN_S = 0.5
_IN_THE_ACT_S = 10.0
_OWNERS = "SELECT owner FROM delivery WHERE state = 'sending' ORDER BY channel"
"""Those first on whose channels nothing settles a doubt but a person."""
_REFUSED = 2
"""How a process ends that finds no store to begin with."""
_Found = TypeVar("_Found")


@dataclass(slots=True)
class Window:
    """The time of one fault, from ``began`` (of ``time.monotonic``): its posts, and how long it
    took until another node deferred, where the one with the duty was lost."""

    name: str
    began: float
    first_post: int
    took_over_s: float | None = None


@dataclass(slots=True)
class Stage:
    """What a fault is done to."""

    network: Network
    primary: Server
    standby: Server
    office: Office
    nodes: list[Node]
    chance: random.Random
    windows: list[Window] = field(default_factory=list)
    fell: list[str] = field(default_factory=list)
    """Processes that ended by themselves, and whatever else was not as it must be."""
    ended: float = 0.0
    """When the last post was written, of ``time.monotonic``."""
    keep: bool = False
    """Whether its folder is to be looked at afterwards."""

    def window(self, name: str) -> Window:
        """Open the time of the fault ``name``."""
        opened = Window(name, time.monotonic(), len(self.office.posts))
        self.windows.append(opened)
        return opened

    def posts_of(self, window: Window) -> list[Post]:
        later = [each.first_post for each in self.windows if each.first_post > window.first_post]
        return self.office.posts[window.first_post : min(later, default=None)]

    def view(self, window: Window) -> Office:
        """The office as if only this fault's posts had been written."""
        return replace(self.office, posts=self.posts_of(window))

    # -- what faults turn on ----------------------------------------------------------------------

    def on_duty(self) -> Node:
        """The node that has the duty."""
        return wait_for(lambda: queue.has_duty(self.primary, self.nodes), "a node with the duty")

    def sending(self, *among: Node) -> Worker | None:
        """A process that is sending something at this moment, caught in the act: one of ``among``,
        or any; ``None`` where for a while there is none."""
        ends = time.monotonic() + _IN_THE_ACT_S
        at_work = {worker.pid: worker for node in among or self.nodes for worker in node.at_work}
        with self.primary.connection() as connection:
            while time.monotonic() < ends:
                for (owner,) in connection.execute(_OWNERS):
                    worker = at_work.get(int(owner.split(":")[1]))
                    if worker is not None and worker.is_alive:
                        return worker
                time.sleep(_LOOK_S / 10)
        return None

    def swap(self) -> None:
        """The standby is the primary from now on."""
        self.primary, self.standby = self.standby, self.primary
        self.office.store.primary = self.primary

    def flows(self, within_s: float = 90.0) -> None:
        """Wait until something that was written after this moment is taken by the platform."""
        first = len(self.office.posts)
        ends = time.monotonic() + within_s
        while time.monotonic() < ends:
            marks = {mark for post in self.office.posts[first:] for mark in post.marks}
            latest = [take.text for take in self.office.platform.takes()[-20:]]
            if any(mark in text for text in latest for mark in marks):
                return
            time.sleep(_LOOK_S)
        self.fell.append(f"{self.windows[-1].name}: nothing went out for {within_s:.0f} s")

    def all_work(self, within_s: float = 60.0) -> None:
        """Wait until every process has its seat; one that fell meanwhile is told of."""
        ends = time.monotonic() + within_s
        while missing := self._without_a_seat():
            for node, worker in missing:
                if not worker.is_alive:
                    self._fallen(node, worker)
                    worker.again()
            if time.monotonic() > ends:
                self.fell.append(f"{self.windows[-1].name}: {len(missing)} processes didn't return")
                return
            time.sleep(_AGAIN_S)

    def _without_a_seat(self) -> list[tuple[Node, Worker]]:
        seated = queue.seated(self.primary)
        every = [(node, worker) for node in self.nodes for worker in node.at_work]
        return [(n, w) for n, w in every if not w.is_alive or w.pid not in seated]

    def _fallen(self, node: Node, worker: Worker) -> None:
        # Who comes before the database is up again refuses to start, and is started anew.
        if (code := worker.code()) != _REFUSED:
            what = f"publisher {worker.command[0]} on {node.place.name}"
            self.fell.append(f"{self.windows[-1].name}: {what} ended by itself with {code}")


@contextmanager
def stage(network: Network, node_count: int, seed: int) -> Iterator[Stage]:
    """A stage with ``node_count`` nodes at work, each a scheduler and a worker; its folder is kept
    where it ends in an error or something fell."""
    root = Path(tempfile.mkdtemp(prefix="publisher-proof-"))
    root.chmod(0o755)
    set_up: Stage | None = None

    def tidy(kind: type[BaseException] | None, *_what: object) -> None:
        failed = kind is not None and issubclass(kind, Exception)
        if not failed and not (set_up is not None and set_up.keep):
            shutil.rmtree(root)

    with ExitStack() as stack:
        stack.push(tidy)
        primary = stack.enter_context(Server(root / "first", network.place("first")))
        standby = stack.enter_context(Server(root / "second", network.place("second")))
        primary.make()
        standby.follow(primary)
        receiver = stack.enter_context(platform(root, network.place("platform")))
        url = url_of([primary, standby])
        office = Office(root / "office", Database(primary), receiver, url, HOOKS, MESSAGES)
        office.furnish()
        places = [network.place(f"node{number}") for number in range(1, node_count + 1)]
        found = stack.enter_context(nodes(office, places, root / "logs"))
        for node in found:
            node.start(*RUN)
            node.start(*WORKER)
        chance = random.Random(seed)
        set_up = Stage(network, primary, standby, office, found, chance)
        wait_for(lambda: queue.workers(primary) >= node_count, "workers", _STARTED_S)
        yield set_up


@contextmanager
def posting(stage: Stage) -> Iterator[None]:
    """Inside, posts are written all the time."""
    over = threading.Event()

    def write() -> None:
        hooks = [name for name in stage.office.settlements if name.startswith("hook")]
        messages = [name for name in stage.office.settlements if name.startswith("app")]
        while not over.wait(_EVERY_S):
            channels = stage.chance.sample(hooks, _HOOKS_A_POST)
            channels += stage.chance.sample(messages, _MESSAGES_A_POST)
            stage.office.write(channels)

    writer = threading.Thread(target=write, name="officers")
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()
        stage.ended = time.monotonic()


def wait_for(look: Callable[[], _Found | None], what: str, within_s: float = 60.0) -> _Found:
    """What ``look`` finds, once it finds anything."""
    ends = time.monotonic() + within_s
    while not (found := look()):
        if time.monotonic() > ends:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(_LOOK_S)
    return found
