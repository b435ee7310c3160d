"""What goes wrong in a rehearsal with ``--fault``.

The stand-ins misbehave, by the moment. ``flaky``: now and then a request is refused, limited or
left without an answer. ``outage``: for three days around the day itself no platform can be reached.
``expired-token``: for two days the platforms take no credentials. Always the same from one
rehearsal to the next.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta

from channels.simulated import StandIn
from publisher.rehearsal.episodes import Episode

FAULTS = ("flaky", "outage", "expired-token")

Trouble = Callable[[datetime], None]
"""Told each moment of the play; makes the stand-ins fit it."""

_SEED = 57
_FLAKY = 0.3
_BEFORE_THE_END = timedelta(days=13)
"""The day itself falls a day or two later: trouble then is the trouble worth rehearsing."""


def trouble(
    fault: str | None, stand_ins: Sequence[StandIn], episodes: Sequence[Episode]
) -> Trouble:
    """The trouble called ``fault``; with ``None``, none."""
    begin = episodes[0].end - _BEFORE_THE_END
    if fault == "flaky":
        return _flaky(stand_ins)
    if fault == "outage":
        return _Outage(stand_ins, begin, begin + timedelta(days=3))
    if fault == "expired-token":
        return _expired(stand_ins, begin, begin + timedelta(days=2))
    return _none


def _none(_moment: datetime) -> None:
    pass


def _flaky(stand_ins: Sequence[StandIn]) -> Trouble:
    dice = random.Random(_SEED)  # noqa: S311 -- no secret

    def meddle(_moment: datetime) -> None:
        for stand_in in stand_ins:
            stand_in.faults.clear()
            if dice.random() < _FLAKY:
                stand_in.faults.next(dice.choice(("500", "429", "drop")))

    return meddle


class _Outage:
    """Nothing listens from ``begin`` to ``end``."""

    def __init__(self, stand_ins: Sequence[StandIn], begin: datetime, end: datetime) -> None:
        self._stand_ins = stand_ins
        self._begin = begin
        self._end = end
        self._away = ExitStack()
        self._is_out = False

    def __call__(self, moment: datetime) -> None:
        out = self._begin <= moment < self._end
        if out and not self._is_out:
            for stand_in in self._stand_ins:
                self._away.enter_context(stand_in.unreachable())
        elif self._is_out and not out:
            self._away.close()
        self._is_out = out


def _expired(stand_ins: Sequence[StandIn], begin: datetime, end: datetime) -> Trouble:
    def meddle(moment: datetime) -> None:
        for stand_in in stand_ins:
            stand_in.faults.clear()
            if begin <= moment < end:
                stand_in.faults.always("expired", on="any")

    return meddle
