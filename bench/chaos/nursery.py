"""The nursery: one process that has imported everything, and forks a child for each run.

It is the standard library's fork server. A child opens the site and runs the daemon, or a command,
in the words of ``publisher.cli``; what differs is the clock, which the order brings, and the fuse.
``Fresh`` is the other kind of run: ``publisher run``, executed anew.
"""

from __future__ import annotations

import io
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

import publisher.cli.opening
from bench.chaos.clock import LeapingClock
from bench.chaos.fuse import Fuse
from bench.chaos.steps import Death
from publisher import cli, logs
from publisher.daemon.running import Daemon
from publisher.site import open_site

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["bench.chaos.warm"])


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to be: the daemon of the office in ``root``, with the secrets it has in its
    environment and the lead of its clock; it dies at ``death``, unless it is killed before."""

    root: Path
    secrets: dict[str, str]
    lead: timedelta
    death: Death | None = None

    @property
    def log(self) -> Path:
        return self.root / "log.jsonl"


class Run(Protocol):
    """A daemon at work in a process of its own."""

    def kill(self) -> None:
        """SIGKILL; returns once the process is gone. From any thread."""

    def stop(self) -> None:
        """SIGTERM."""

    def ended(self, timeout_s: float) -> bool:
        """Whether it ends within ``timeout_s``."""

    def burnt(self) -> str:
        """The step at which its fuse ended it; "" where it didn't."""

    def code(self) -> int:
        """How it ended, as ``subprocess`` tells it; to be called once it has, by one thread."""


_GONE_S = 10.0


class Fork:
    """A daemon forked in the nursery."""

    def __init__(self, order: Order) -> None:
        self._report, told = _CONTEXT.Pipe(duplex=False)
        self._process = _CONTEXT.Process(target=_daemon, args=(order, told), daemon=True)
        self._process.start()
        told.close()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        self.ended(_GONE_S)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self._process.pid is not None and not self.ended(0):
            os.kill(self._process.pid, number)

    def ended(self, timeout_s: float) -> bool:
        return bool(wait([self._process.sentinel], timeout_s))

    def burnt(self) -> str:
        try:
            return self._report.recv_bytes().decode() if self._report.poll() else ""
        except EOFError:
            return ""

    def code(self) -> int:
        self._process.join()
        code = self._process.exitcode
        self._report.close()
        return -1 if code is None else code


class Fresh:
    """``publisher run``, as an administrator's machine runs it."""

    def __init__(self, order: Order) -> None:
        with order.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "publisher", "run"],
                cwd=order.root,
                env=os.environ | order.secrets,
                stderr=log,
            )

    def kill(self) -> None:
        self._process.kill()
        self.ended(_GONE_S)

    def stop(self) -> None:
        self._process.terminate()

    def ended(self, timeout_s: float) -> bool:
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def burnt(self) -> str:
        return ""

    def code(self) -> int:
        return self._process.wait()


def command(order: Order, *words: str) -> int:
    """Run ``publisher WORDS`` as a person at the office's keyboard; gives its exit code."""
    process = _CONTEXT.Process(target=_command, args=(order, words))
    process.start()
    process.join()
    code = process.exitcode
    process.close()
    return -1 if code is None else code


def _daemon(order: Order, told: Connection) -> None:
    _settle_in(order)
    clock = LeapingClock(order.lead)
    config = order.root / "schedule.toml"
    site, faults = open_site(config, clock)
    if site is None:
        raise RuntimeError(f"the harness's own schedule.toml is wrong: {faults}")
    logs.set_up(site.settings.zone, logging.INFO)
    if order.death is not None:
        Fuse(order.death, told).fit(site)
    end = Daemon(site, config=config).run()
    if not end.finished:
        os._exit(0)


def _command(order: Order, words: tuple[str, ...]) -> None:
    _settle_in(order)
    # The only word of the program that is changed, and for a person's commands alone.
    vars(publisher.cli.opening)["system_clock"] = LeapingClock(order.lead)
    sys.argv = ["publisher", *words]
    sys.stdout = sys.stderr
    cli.main()


def _settle_in(order: Order) -> None:
    os.chdir(order.root)
    os.environ.update(order.secrets)
    log = order.log.open("ab", buffering=0)
    os.dup2(log.fileno(), 2)
    sys.stderr = io.TextIOWrapper(log, encoding="utf-8", write_through=True)
