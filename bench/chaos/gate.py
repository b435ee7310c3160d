"""The gate: every request that a platform gets passes here, and may be the last of who sent it.

``watched`` gives a platform's own stand-in, as strict as it is, with the gate at its ``answer``. A
run is ended before the platform takes the request (which it then never does) or after it took it
and before it answers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from werkzeug.wrappers import Request, Response

from bench.chaos.nursery import Run
from bench.chaos.steps import AT_THE_GATE, NOT_TAKEN, OTHER_NOT_TAKEN, OTHER_TAKEN, TAKEN, Death
from channels import simulated
from channels.simulated import StandIn
from channels.simulated import email as mail_server
from channels.simulated.server import HttpStandIn


class Gate:
    """Armed for one run at a time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._run: Run | None = None
        self._death: Death | None = None
        self._left = 0
        self._hit = ""
        self.most: dict[tuple[str, str], int] = {}
        """How often one run came to a step at most, by channel and step."""
        self._met: dict[tuple[str, str], int] = {}

    def arm(self, run: Run, death: Death) -> None:
        """End ``run`` as ``death`` says, if it says something of requests."""
        with self._guard:
            self._met.clear()
            self._hit = ""
            self._left = death.nth
            self._run, self._death = (run, death) if death.step in AT_THE_GATE else (None, None)

    def disarm(self) -> str:
        """The run is over; gives the step at which it was ended here, "" where it wasn't."""
        with self._guard:
            self._run = self._death = None
            return self._hit

    def arrives(self, channel: str, *, publishes: bool) -> None:
        """A request is here; raises ``ConnectionResetError`` where nobody is left to answer."""
        if self._ends(channel, NOT_TAKEN if publishes else OTHER_NOT_TAKEN):
            raise ConnectionResetError

    def taken(self, channel: str, *, publishes: bool) -> None:
        """The platform did what it was asked."""
        self._ends(channel, TAKEN if publishes else OTHER_TAKEN)

    def _ends(self, channel: str, step: str) -> bool:
        place = (channel, step)
        with self._guard:
            self._met[place] = self._met.get(place, 0) + 1
            self.most[place] = max(self.most.get(place, 0), self._met[place])
            run, death = self._run, self._death
            if run is None or death is None or place != (death.channel, death.step):
                return False
            self._left -= 1
            if self._left:
                return False
            run.kill()
            self._run, self._hit = None, step
            return True


def watched(adapter: str, channel: str, clock: Callable[[], datetime], gate: Gate) -> StandIn:
    """The stand-in of ``adapter`` for the account ``channel``, with ``gate`` before it.

    Raises ``LookupError`` where there is none.
    """
    kind = simulated.load(adapter)
    if kind is None:
        raise LookupError(f"{adapter} has no stand-in")
    if issubclass(kind, mail_server.Platform):
        return _watched_mail(kind, channel, gate)(clock)
    if issubclass(kind, HttpStandIn):
        return _watched_http(kind, channel, gate)(clock)
    return kind(clock)


def _watched_http(kind: type[Any], channel: str, gate: Gate) -> type[StandIn]:
    class Watched(kind):  # type: ignore[misc]
        def answer(self, request: Request) -> Response:
            publishes = self.publishes(request)
            gate.arrives(channel, publishes=publishes)
            answer: Response = super().answer(request)
            gate.taken(channel, publishes=publishes)
            return answer

    return Watched


def _watched_mail(kind: type[Any], channel: str, gate: Gate) -> type[StandIn]:
    class Watched(kind):  # type: ignore[misc]
        def _take(self, mail: EmailMessage) -> None:
            gate.arrives(channel, publishes=True)
            super()._take(mail)
            gate.taken(channel, publishes=True)

    return Watched
