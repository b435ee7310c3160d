"""The faults, each done to a stage on which posts go out all the time."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.cluster import queue
from bench.cluster.stage import Stage

_AWAY_S = 3.0
"""How long what was killed stays away before whoever watches over it starts it anew."""

LONGER_THAN_A_LEASE_S = 70.0
_TAKES_OVER_S = 60.0


@dataclass(frozen=True, slots=True)
class Fault:
    """``strike`` does it and mends what it broke. ``pulls_lines``: it needs a network whose lines
    can be pulled."""

    name: str
    strike: Callable[[Stage], None]
    pulls_lines: bool = False


def _nothing(stage: Stage) -> None:
    stage.flows()


def _kill_a_worker(stage: Stage) -> None:
    victim = stage.sending() or stage.chance.choice(stage.nodes).workers[0]
    victim.kill()
    time.sleep(_AWAY_S)
    victim.again()


def _kill_the_duty(stage: Stage) -> None:
    node = stage.on_duty()
    stage.sending(node)
    node.kill()
    stage.windows[-1].took_over_s = queue.next_deferral_s(stage.primary, _TAKES_OVER_S)
    time.sleep(_AWAY_S)
    node.again()


def _cut_the_duty_off(stage: Stage) -> None:
    """Another process stands still as long: both come back to sends that others have settled."""
    node = stage.on_duty()
    sleeper = stage.sending(*(each for each in stage.nodes if each is not node))
    if sleeper is not None:
        sleeper.freeze()
    stage.sending(node)
    stage.network.cut(node.place)
    began = time.monotonic()
    stage.windows[-1].took_over_s = queue.next_deferral_s(stage.primary, _TAKES_OVER_S)
    time.sleep(max(0.0, began + LONGER_THAN_A_LEASE_S - time.monotonic()))
    stage.network.mend(node.place)
    if sleeper is not None:
        sleeper.thaw()


def _restart(stage: Stage) -> None:
    stage.primary.end(signal.SIGINT)
    stage.primary.start()


def _crash(stage: Stage) -> None:
    stage.sending()
    stage.primary.end(signal.SIGKILL)
    stage.primary.start()


def _fail_over(stage: Stage) -> None:
    """Where lines can be pulled the old primary falls silent, and is put down before it returns."""
    stage.sending()
    old, falls_silent = stage.primary, stage.network.has_lines
    if falls_silent:
        stage.network.cut(old.place)
    else:
        old.end(signal.SIGKILL)
    _promote(stage)
    stage.flows()
    if falls_silent:
        old.end(signal.SIGKILL)
        stage.network.mend(old.place)
    old.follow(stage.primary)


def _drop_the_queue(stage: Stage) -> None:
    stage.sending()
    queue.drop(stage.primary)


def _all_at_once(stage: Stage) -> None:
    node = stage.on_duty()
    others = [each for each in stage.nodes if each is not node]
    victim = others[0].workers[0]
    if stage.network.has_lines:
        stage.network.cut(others[-1].place)
    queue.drop(stage.primary)
    victim.kill()
    node.kill()
    stage.primary.end(signal.SIGKILL)
    _promote(stage)
    time.sleep(_AWAY_S)
    victim.again()
    node.again()
    stage.standby.follow(stage.primary)
    time.sleep(_AWAY_S)
    if stage.network.has_lines:
        stage.network.mend(others[-1].place)


def _promote(stage: Stage) -> None:
    stage.standby.promote()
    stage.swap()


FAULTS = (
    Fault("nothing", _nothing),
    Fault("a worker is killed", _kill_a_worker),
    Fault("the node on duty is killed", _kill_the_duty),
    Fault("70 s: duty cut off, a worker frozen", _cut_the_duty_off, pulls_lines=True),
    Fault("PostgreSQL is restarted", _restart),
    Fault("PostgreSQL is killed", _crash),
    Fault("fail-over to the standby", _fail_over),
    Fault("the queue is dropped", _drop_the_queue),
    Fault("all of it at once", _all_at_once),
)
BRIEF = tuple(fault for fault in FAULTS if fault.strike in (_kill_the_duty, _drop_the_queue))
"""Those for a test."""

QUICK = tuple(
    fault
    for fault in FAULTS
    if fault.strike in (_kill_a_worker, _kill_the_duty, _crash, _drop_the_queue)
)
"""Those that take seconds."""
