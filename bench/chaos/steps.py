"""Where a run may be ended: the courier's own steps, and those that it can't see."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.delivery.courier import STEPS

INSIDE = "inside the adapter"
"""Between "before request" and "after taken", where the adapter opens a file or a connection."""

NOT_TAKEN = "request arrived, not taken"
TAKEN = "request taken, not answered"
OTHER_NOT_TAKEN = "other request, not taken"
OTHER_TAKEN = "other request, not answered"
"""The first two are of requests that publish; the others prove an account, bring a picture, open a
container, look a post up."""

ANY_MOMENT = "any moment"
"""By chance: starting, settling what was left, planning, sending, sweeping."""

FROM_INSIDE = (*STEPS, INSIDE)
AT_THE_GATE = (NOT_TAKEN, TAKEN, OTHER_NOT_TAKEN, OTHER_TAKEN)
_BEFORE_INSIDE = STEPS.index("after taken")
INSTRUMENTED = (*STEPS[:_BEFORE_INSIDE], INSIDE, *AT_THE_GATE, *STEPS[_BEFORE_INSIDE:])
"""In the order in which a delivery meets them."""


@dataclass(frozen=True, slots=True)
class Death:
    """How a run is to end: at the ``nth`` time that ``channel`` comes to ``step``, or, where
    ``step`` is ``ANY_MOMENT``, ``after_s`` from its start."""

    step: str
    channel: str = ""
    nth: int = 1
    after_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a run did end."""

    step: str
    channel: str = ""
