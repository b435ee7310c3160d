"""Processor time: what one process, a process with all its children, and the machine spent."""

from __future__ import annotations

import os
from pathlib import Path

COUNT = os.cpu_count() or 1

_TICK = os.sysconf("SC_CLK_TCK")


def of_process(pid: int) -> float:
    """The processor time of one process so far, in seconds; 0 where it is gone."""
    return _times(pid)[0]


def of_tree(pid: int) -> float:
    """The same of one process and all that it ever started."""
    own, of_the_gone = _times(pid)
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        children = []
    return own + of_the_gone + sum(of_tree(int(child)) for child in children)


def of_machine() -> float:
    """The processor time that anything on this machine spent, on all its processors together."""
    user, nice, system, _idle, _wait, irq, soft, stolen, *_guests = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + irq + soft + stolen) / _TICK


def _times(pid: int) -> tuple[float, float]:
    """Its own time, and that of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    own, gone = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
    return own / _TICK, gone / _TICK
