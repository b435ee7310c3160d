"""The life cycle of a delivery: eight states and the only legal moves between them.

``MOVES`` is the one table that the courier, the store's UPDATE statements, the tests and
docs/lifecycle.md read. A move that isn't in it can't be written: ``store.deliveries.move`` takes a
``Move`` of this table, never a pair of states.

*Due*, *held* and *awaiting approval* are no states: they are conditions worked out at the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class State(StrEnum):
    """Where a delivery stands; ``meaning`` says what that is."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        state = str.__new__(cls, value)
        state._value_ = value
        state.meaning = meaning
        return state

    PLANNED = "planned", "It stands in the plan, and nothing of it has been sent."
    SENDING = "sending", "An attempt is written down, and its answer isn't here yet."
    RETRYING = "retrying", "It surely isn't out, and is tried again within its grace."
    SENT = "sent", "It is out, and its receipt is kept."
    UNCONFIRMED = "unconfirmed", "It may be out or not, and isn't sent again while that is so."
    FAILED = "failed", "It surely isn't out, and won't be taken as it is."
    MISSED = "missed", "It surely isn't out, and its grace is over."
    CANCELLED = "cancelled", "It was taken out before it went."


CLAIMABLE = frozenset({State.PLANNED, State.RETRYING})
"""From these a delivery may be claimed, and in these the plan may still change it."""

OUT = frozenset({State.SENDING, State.UNCONFIRMED, State.SENT})
"""These are out, or may be."""

SETTLED = frozenset({State.SENT, State.FAILED, State.MISSED, State.CANCELLED})
"""Nothing more happens to these by itself."""


@dataclass(frozen=True, slots=True)
class Move:
    """A legal change: from any of ``before`` to ``after``; ``by`` says who makes it."""

    name: str
    before: frozenset[State]
    after: State
    by: str
    meaning: str


def _move(name: str, before: set[State], after: State, by: str, meaning: str) -> Move:
    return Move(name, frozenset(before), after, by, meaning)


CLAIM = _move(
    "claim",
    {State.PLANNED, State.RETRYING},
    State.SENDING,
    "courier",
    "It is due and may go: the attempt is written down before a byte leaves.",
)
RECEIVE = _move(
    "receive", {State.SENDING}, State.SENT, "courier", "The platform answered with a receipt."
)
RETRY = _move(
    "retry",
    {State.SENDING},
    State.RETRYING,
    "courier",
    "Surely not taken: it is tried again within its grace.",
)
DOUBT = _move(
    "doubt",
    {State.SENDING},
    State.UNCONFIRMED,
    "courier",
    "May have been taken: the answer is missing, or the process died.",
)
REFUSE = _move(
    "refuse", {State.SENDING}, State.FAILED, "courier", "The platform refused it for good."
)
FIND = _move(
    "find",
    {State.UNCONFIRMED},
    State.SENT,
    "reconcile, or a person",
    "It went out: the platform shows it, or a person saw it.",
)
CLEAR = _move(
    "clear",
    {State.UNCONFIRMED},
    State.RETRYING,
    "reconcile, or a person",
    "It surely did not go out, or sending it again is harmless under its key.",
)
AGAIN = _move(
    "again", {State.FAILED}, State.RETRYING, "a person", "A person wants it tried once more."
)
MISS = _move(
    "miss",
    {State.PLANNED, State.RETRYING},
    State.MISSED,
    "sweep",
    "Its grace is over: it is reported, never sent silently late.",
)
CANCEL = _move(
    "cancel",
    {State.PLANNED, State.RETRYING, State.FAILED},
    State.CANCELLED,
    "a person, or the plan",
    "It was taken out.",
)
REPLAN = _move(
    "replan",
    {State.CANCELLED, State.MISSED},
    State.PLANNED,
    "the plan",
    "Its file asks for it again at a time to come; it was never sent.",
)
SUSPECT = _move(
    "suspect",
    {State.PLANNED, State.RETRYING},
    State.UNCONFIRMED,
    "sweep, or the restore of a backup",
    "It can't be called missed: an attempt may have been taken that the store knows nothing of.",
)

MOVES: tuple[Move, ...] = (
    CLAIM,
    RECEIVE,
    RETRY,
    DOUBT,
    REFUSE,
    FIND,
    CLEAR,
    AGAIN,
    MISS,
    CANCEL,
    REPLAN,
    SUSPECT,
)
