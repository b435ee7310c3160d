"""The nodes: machines on which the program's own commands run, each a process that can be killed.

A node is one ``publisher run`` and any number of ``publisher worker``; its log is what they said.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.cluster import processor
from bench.cluster.network import Place
from bench.cluster.office import Office

RUN = ("run",)
WORKER = ("worker", "--concurrency", "1")
_STOPS_S = 45.0


class Worker:
    """One command of the program at work on ``place``: ``RUN`` or ``WORKER``."""

    def __init__(self, office: Office, place: Place, command: tuple[str, ...], log: Path) -> None:
        self.command = command
        self._begin = (office, place, log)
        self._process = _started(office, place, command, log)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL; returns once it is gone."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """Let it stand still as it is (SIGSTOP): its connections stay, and nobody answers."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on (SIGCONT)."""
        self._process.send_signal(signal.SIGCONT)

    def again(self) -> None:
        """Start it anew, as whoever watches over it does."""
        office, place, log = self._begin
        self._process = _started(office, place, self.command, log)

    def ask_to_stop(self) -> None:
        """SIGTERM."""
        self._process.terminate()

    def code(self) -> int:
        """How it ended, of itself or, if it takes too long, by force."""
        try:
            return self._process.wait(_STOPS_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL

    def processor_s(self) -> float:
        return processor.of_process(self.pid)


class Node:
    """A machine with its processes."""

    def __init__(self, office: Office, place: Place, logs: Path) -> None:
        self.place = place
        self.log = logs / f"{place.name}.jsonl"
        self.at_work: list[Worker] = []
        self._office = office

    @property
    def scheduler(self) -> Worker:
        return next(each for each in self.at_work if each.command[0] == RUN[0])

    @property
    def workers(self) -> list[Worker]:
        return [each for each in self.at_work if each.command[0] == WORKER[0]]

    def start(self, *command: str) -> Worker:
        """Start another process on it."""
        worker = Worker(self._office, self.place, command, self.log)
        self.at_work.append(worker)
        return worker

    def kill(self) -> None:
        """Kill all that runs on it."""
        for worker in self.at_work:
            worker.kill()

    def again(self) -> None:
        """Start all of it anew."""
        for worker in self.at_work:
            worker.again()

    def say(self, *words: str) -> int:
        """Give a command as a person on this machine does; gives its exit code."""
        process = _started(self._office, self.place, words, self.log)
        return process.wait()


@contextmanager
def nodes(office: Office, places: Iterable[Place], logs: Path) -> Iterator[list[Node]]:
    """A node for each of ``places``; inside they may run, at the end nothing of them does."""
    logs.mkdir(exist_ok=True)
    found = [Node(office, place, logs) for place in places]
    try:
        yield found
    finally:
        for node in found:
            node.kill()


def stop(found: Iterable[Node]) -> list[int]:
    """Ask every process to stop; gives the codes with which they ended."""
    every = [worker for node in found for worker in node.at_work]
    for worker in every:
        worker.ask_to_stop()
    return [worker.code() for worker in every]


def _started(
    office: Office, place: Place, words: tuple[str, ...], log: Path
) -> subprocess.Popen[bytes]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
    with log.open("ab") as told:
        return subprocess.Popen(
            [*place.prefix, sys.executable, "-m", "publisher", *words],
            cwd=office.root,
            env=bare | office.secrets,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
        )
