"""Loads the stand-ins of the platforms: real servers on loopback, strict and stateful.

They are for tests, rehearsals and people who write channels. A stand-in refuses what its platform's
documentation says it refuses, keeps what was published, and can be told to misbehave. The real
adapter talks to it unchanged: only the addresses and secrets of its configuration differ. One file
a platform, named like its adapter, with its class under the name ``Platform``; one that takes
several has a folder of its own, with the class in ``platform.py``.

    with channels.simulated.load("telegram")(clock) as stand_in:
        keys = {"adapter": "telegram", **stand_in.config()}
        ...
        stand_in.published()
"""

from __future__ import annotations

import importlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Literal, Self

from channels import modules_with

FaultName = Literal["refuse", "drop", "stall", "500", "429", "expired", "forbidden", "invalid"]
On = Literal["publish", "any"]


@dataclass(frozen=True, slots=True)
class Published:
    """Something a reader of the stand-in sees. ``remote_id`` is what the platform calls it (each
    post of a thread is one); ``at`` is by the stand-in's clock."""

    remote_id: str
    text: str
    at: datetime
    url: str = ""
    title: str = ""
    media: int = 0
    alts: tuple[str, ...] = ()
    reply_to: str = ""
    pinned: bool = False


@dataclass(slots=True)
class _Planned:
    name: FaultName
    on: On
    after: int
    times: int | None


@dataclass(slots=True)
class Faults:
    """How a stand-in misbehaves next.

    ``refuse``: the connection is reset before the request is read: nothing is taken, though the
    sender, who had begun, can't know (``StandIn.unreachable`` is the line that never opens).
    ``drop``: the request is taken, then the connection drops without an answer. ``stall``: it is
    taken and never answered, until the stand-in closes or the faults are cleared. ``500``,
    ``429``, ``expired``, ``forbidden`` and ``invalid``: nothing is taken, and the platform's own
    answer for it is given.
    """

    _planned: list[_Planned] = field(default_factory=list)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    cleared: threading.Event = field(default_factory=threading.Event)

    def next(self, name: FaultName, times: int = 1, *, after: int = 0, on: On = "publish") -> None:
        """Let the next ``times`` requests meet ``name``, once ``after`` have gone well.

        ``on="publish"`` counts and hits only the requests that publish something.
        """
        with self._guard:
            self._planned.append(_Planned(name, on, after, times))

    def always(self, name: FaultName, *, on: On = "publish") -> None:
        """Let every request meet ``name`` until ``clear``."""
        with self._guard:
            self._planned.append(_Planned(name, on, 0, None))

    def clear(self) -> None:
        """Behave well again, and let go of whoever is being stalled."""
        with self._guard:
            self._planned.clear()
            self.cleared.set()
            self.cleared = threading.Event()

    @property
    def pending(self) -> bool:
        """Whether a fault that was asked for is yet to be met."""
        with self._guard:
            return bool(self._planned)

    def meet(self, *, publishes: bool) -> FaultName | None:
        """The fault that this request meets; for stand-ins, once a request."""
        with self._guard:
            for planned in self._planned:
                if planned.on == "publish" and not publishes:
                    continue
                if planned.after:
                    planned.after -= 1
                    continue
                if planned.times is not None:
                    planned.times -= 1
                    if planned.times == 0:
                        self._planned.remove(planned)
                return planned.name
        return None


class StandIn(ABC):
    """A platform on loopback, running inside ``with``. Methods may be called from any thread."""

    has_line: ClassVar[bool] = True
    """Whether there is a line that can break, and so faults that can be met."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.faults = Faults()

    url: str
    """Where it listens."""

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def config(self) -> dict[str, Any]:
        """Keys to lay over ``[channels.NAME]`` so that the real adapter talks to this; among them
        ``account``, since the office's own isn't to be found here."""

    def furnish(self, keys: Mapping[str, Any]) -> None:  # noqa: B027 -- most need nothing
        """Have what the office's own ``keys`` lean on (its categories), before a rehearsal."""

    @abstractmethod
    def secrets(self) -> dict[str, str]:
        """What stands behind each ``SecretRef`` of ``config``."""

    @abstractmethod
    def published(self) -> tuple[Published, ...]:
        """All that readers see now, the oldest first."""

    @abstractmethod
    def readers(self, remote_id: str, **counts: int) -> None:
        """Say what people did with ``remote_id`` so far, by the contract's metric names; those
        that the platform doesn't tell are ignored."""

    @abstractmethod
    def unreachable(self) -> AbstractContextManager[None]:
        """Inside, nothing listens: connections are refused."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.faults.clear()
        self.stop()


def known() -> tuple[str, ...]:
    """The names of all platforms that have a stand-in, sorted."""
    return tuple(sorted(_modules()))


def load(kind: str) -> type[StandIn] | None:
    """The stand-in of the platform adapter ``kind`` speaks to; ``None`` where there is none."""
    module = _modules().get(kind)
    if module is None:
        return None
    platform: type[StandIn] = importlib.import_module(module).Platform
    return platform


@cache
def _modules() -> dict[str, str]:
    return modules_with("Platform", __name__, Path(__file__).parent)
