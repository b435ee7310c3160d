"""The hunt: one case after another, each in at most a second of the processor's time, and what goes
wrong made as small as it can be.

A case that hangs is broken off by an alarm that counts the process's own time, so that nothing
hangs because a machine is busy. Memory is looked at after a tenth of the cases and at the end.
"""

from __future__ import annotations

import gc
import random
import re
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from bench.fuzz.cases import Case, Finding, Kind

SECOND = 1.0
BROKEN_OFF_S = 3.0
GROWTH_MOST_BYTES = 200_000_000
"""How much memory may grow from the first tenth of the cases to the last: caches fill, and end."""

_TRIES_TO_SHRINK = 400
_OURS = {"publisher", "channels", "bench", "tests"}
_SAME_KIND_MOST = 3
"""So many cases of one failure are kept; the others of its kind are counted."""


class HangError(BaseException):
    """Broken off: no ``except Exception`` of the program's own is to catch it."""


@dataclass(slots=True)
class Found:
    """What one hunt found; times in seconds of the processor, memory in bytes."""

    tried: int = 0
    spent_s: float = 0.0
    slowest_s: float = 0.0
    slowest: Case | None = None
    grown_bytes: int = 0
    failures: dict[str, list[Case]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


def hunt(
    kind: Kind, numbers: range, seed: int, tell: Callable[[str], None] = lambda _text: None
) -> Found:
    """Meet the inputs of ``numbers``, each made by ``seed`` and its number alone."""
    found = Found()
    early = 0
    with kind.ready():
        for place, number in enumerate(numbers):
            case = kind.make(random.Random(f"{seed}/{number}"))
            failure, took = met(kind, case)
            found.tried += 1
            found.spent_s += took
            if took > found.slowest_s:
                found.slowest_s, found.slowest = took, case
            if failure:
                _note(found, kind, failure, case, f"seed {seed}, input {number}", tell)
            if place == len(numbers) // 10:
                early = _memory()
        found.grown_bytes = _memory() - early
    if found.grown_bytes > GROWTH_MOST_BYTES:
        found.counts["memory grew"] = 1
        tell(f"memory grew by {found.grown_bytes:,} bytes")
    return found


def met(kind: Kind, case: Case) -> tuple[str, float]:
    """What went wrong with ``case`` ("" where nothing did), and the processor's time it took."""
    began = time.process_time()
    failure = ""
    try:
        with _alarm():
            kind.meet(case)
    except Finding as finding:
        failure = str(finding)
    except HangError:
        failure = "hang"
    except Exception as error:  # noqa: BLE001 -- whatever gets out is what is looked for
        failure = _traced(error)
    took = time.process_time() - began
    if not failure and took > SECOND:
        # Once more: a second that went to clearing memory up is no fault of this one's.
        gc.collect()
        again = time.process_time()
        kind.meet(case)
        took = min(took, time.process_time() - again)
        failure = "slow" if took > SECOND else ""
    return failure, took


@contextmanager
def _alarm() -> Iterator[None]:
    def break_off(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGPROF, break_off)
    signal.setitimer(signal.ITIMER_PROF, BROKEN_OFF_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _traced(error: Exception) -> str:
    """Its kind, and the place in this project where it came from: failures of one kind are one."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if _OURS & set(Path(frame.filename).parts)] or frames
    program = [frame for frame in ours if "bench" not in Path(frame.filename).parts] or ours
    place = f"{Path(program[-1].filename).name}:{program[-1].lineno}"
    return f"{type(error).__name__}: {str(error)[:120]!r} at {place}"


def _note(
    found: Found, kind: Kind, failure: str, case: Case, origin: str, tell: Callable[[str], None]
) -> None:
    name = sort_of(failure)
    found.counts[name] = found.counts.get(name, 0) + 1
    kept = found.failures.setdefault(name, [])
    if len(kept) < _SAME_KIND_MOST:
        kept.append(small(kind, case, name))
        tell(f"{failure} ({origin})")


def small(kind: Kind, case: Case, name: str) -> Case:
    """``case`` with pieces of its content taken out, by halves, for as long as it fails alike.
    (Zeller and Hildebrandt's ddmin, bounded.)"""
    if name in ("hang", "slow"):
        return case
    tries, pieces = 0, 2
    while pieces <= len(case.content) and tries < _TRIES_TO_SHRINK:
        size = -(-len(case.content) // pieces)
        for start in range(0, len(case.content), size):
            tries += 1
            less = Case(case.where, case.content[:start] + case.content[start + size :])
            failure, _took = met(kind, less)
            if sort_of(failure) == name:
                case, pieces = less, max(pieces - 1, 2)
                break
            if tries >= _TRIES_TO_SHRINK:
                break
        else:
            pieces = pieces * 2 if pieces < len(case.content) else len(case.content) + 1
    return case


def sort_of(failure: str) -> str:
    """What failures of one cause have in common: the exception and its place, or the words."""
    _, at, place = failure.rpartition(" at ")
    if at:
        return f"{failure.partition(':')[0]} at {place}"
    return re.sub(r"\d[\d,]*", "N", failure)


def _memory() -> int:
    """What the process holds now."""
    gc.collect()
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
