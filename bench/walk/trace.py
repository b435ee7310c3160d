"""Which modules of the house call which, as seen while something runs."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, Self

HOUSE = Path(__file__).parent.parent.parent
_ROOTS = ("publisher", "channels")
_STORE = "publisher.store.database"

READS, WRITES = ("reading",), ("writing", "sending")
"""What the store is opened by."""


@dataclass(slots=True)
class Steps:
    """What one part of the way went through: ``entered`` are its modules in the order in which they
    were first entered, ``calls`` how often one called another (caller, called)."""

    entered: list[str] = field(default_factory=list)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)
    to_the_store: Counter[str] = field(default_factory=Counter)


class Trace:
    """Notes every call between two modules of the house while it is entered, in this thread and in
    those that are started meanwhile. A call through a library counts as its caller's; an import
    counts as none."""

    def __init__(self) -> None:
        self._steps = Steps()
        self._guard = threading.Lock()
        self._known: dict[str, str | None] = {}
        self._begins: dict[str, int] = {}

    def of(self, work: Callable[[], object]) -> Steps:
        """What ``work`` goes through; threads may go on from one to the next."""
        self._steps = Steps()
        work()
        return self._steps

    def __enter__(self) -> Self:
        threading.setprofile(self._watch)
        sys.setprofile(self._watch)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)
        threading.setprofile(None)

    def _watch(self, frame: FrameType, event: str, _arg: Any) -> None:
        if event != "call" or frame.f_code.co_name == "<module>":
            return
        called = self._room(frame)
        if called is None:
            return
        caller, before = None, frame.f_back
        while before is not None and caller is None:
            caller, before = self._room(before), before.f_back
        if caller == called:
            return
        with self._guard:
            if called == _STORE and self._opens_the_store(frame):
                self._steps.to_the_store[frame.f_code.co_name] += 1
            if called not in self._steps.entered:
                self._steps.entered.append(called)
            if caller is not None:
                self._steps.calls[caller, called] += 1

    def _opens_the_store(self, frame: FrameType) -> bool:
        # They are generators, whose going on is told as a call too: the first one is a beginning,
        # and where in the code it stood tells the others.
        name = frame.f_code.co_name
        return name in (*READS, *WRITES) and frame.f_lasti == self._begins.setdefault(
            name, frame.f_lasti
        )

    def _room(self, frame: FrameType) -> str | None:
        name = frame.f_code.co_filename
        if name not in self._known:
            self._known[name] = _module(name)
        return self._known[name]


def _module(filename: str) -> str | None:
    """The module of a source file of ours, but for what stands in for the world around it."""
    path = Path(filename)
    if path.suffix != ".py" or not path.is_relative_to(HOUSE):
        return None
    parts = path.relative_to(HOUSE).with_suffix("").parts
    if parts[0] not in _ROOTS or parts[1:2] in (("rehearsal",), ("simulated",)):
        return None
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
