"""The daemon as a process of its own, forked from one that has imported the program already.

Importing takes most of a daemon's start, and tests start daemons a hundred times. The fork server
is that of ``bench.chaos``; from ``publisher.cli.main`` on, all is as ``publisher run`` has it.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from bench.chaos import nursery  # noqa: F401 -- says what the fork server imports
from publisher import cli

_CONTEXT = multiprocessing.get_context("forkserver")


class Process(Protocol):
    """What tests ask of a daemon's process, forked or executed (``subprocess.Popen``)."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def wait(self, timeout: float | None = None) -> int: ...

    def send_signal(self, sig: int) -> None: ...


class Forked:
    """``publisher ARGUMENTS`` in the folder ``root``; what it says is added to ``log``.

    ``constants`` are of the program, by their full names, otherwise too long for a test to wait.
    """

    def __init__(
        self,
        root: Path,
        environment: Mapping[str, str],
        log: Path,
        constants: Mapping[str, Any],
        arguments: Sequence[str] = ("run",),
    ) -> None:
        log.touch()
        whole = {**os.environ, **environment}
        self._process = _CONTEXT.Process(
            target=_run,
            args=(root, whole, log, dict(constants), ["publisher", *arguments]),
            daemon=True,
        )
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired(self._process.name, timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)


def _run(
    root: Path,
    environment: dict[str, str],
    log: Path,
    constants: dict[str, Any],
    argv: list[str],
) -> None:
    os.chdir(root)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    with log.open("ab") as told, Path(os.devnull).open("wb") as nowhere:
        os.dup2(told.fileno(), 2)
        os.dup2(nowhere.fileno(), 1)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    for name, value in constants.items():
        module, _, constant = name.rpartition(".")
        setattr(importlib.import_module(module), constant, value)
    sys.argv = argv
    cli.main()
