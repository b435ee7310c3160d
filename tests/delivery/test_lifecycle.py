"""The life cycle: where each state leads, what may never be, and that the store keeps to it."""

from __future__ import annotations

import pytest

from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CLAIM, CLAIMABLE, MOVES, SETTLED, Move, State
from publisher.store import deliveries
from publisher.store.database import Database
from tests.store.builders import planned, states, store

WAITING = {
    "claim": State.SENDING,
    "miss": State.MISSED,
    "cancel": State.CANCELLED,
    "suspect": State.UNCONFIRMED,
}
WAYS = {
    State.PLANNED: WAITING,
    State.RETRYING: WAITING,
    State.SENDING: {
        "receive": State.SENT,
        "retry": State.RETRYING,
        "doubt": State.UNCONFIRMED,
        "refuse": State.FAILED,
    },
    State.UNCONFIRMED: {"find": State.SENT, "clear": State.RETRYING},
    State.FAILED: {"again": State.RETRYING, "cancel": State.CANCELLED},
    State.MISSED: {"replan": State.PLANNED},
    State.CANCELLED: {"replan": State.PLANNED},
    State.SENT: {},
}
"""What people were promised, said a second time: whoever changes the table must mean it."""

BY_PEOPLE = {"a person", "the plan", "a person, or the plan"}


@pytest.mark.parametrize("state", list(State), ids=lambda state: state.value)
def test_from_each_state_only_the_promised_moves_lead_on(state: State) -> None:
    assert {step.name: step.after for step in MOVES if state in step.before} == WAYS[state]


@pytest.mark.parametrize("step", MOVES, ids=lambda step: step.name)
def test_the_store_makes_a_move_from_no_state_that_it_does_not_start_from(
    database: Database, clock: MovedClock, step: Move
) -> None:
    rows = store(database, *(planned(clock(), post=state) for state in State), now=clock())
    with database.writing() as session:
        for row, state in zip(rows, State, strict=True):
            row.state = state.value
            session.add(row)
    with database.writing() as session:
        moved = [deliveries.move(session, row.id or 0, step, clock()) for row in rows]
    assert moved == [step.name in WAYS[state] for state in State]
    assert states(database) == {state: WAYS[state].get(step.name, state) for state in State}


def test_a_move_is_made_once_by_whoever_comes_first(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        first, second = (deliveries.move(session, row.id or 0, CLAIM, clock()) for _ in "ab")
    assert (first, second) == (True, False)


def test_what_may_be_out_is_never_called_missed_or_cancelled() -> None:
    ends = {step.after for step in MOVES if step.before & {State.SENDING, State.UNCONFIRMED}}
    assert ends.isdisjoint({State.MISSED, State.CANCELLED, State.PLANNED})


def test_what_is_settled_moves_on_by_a_person_or_the_plan_alone_and_nothing_else_does() -> None:
    by_itself = {state for step in MOVES if step.by not in BY_PEOPLE for state in step.before}
    assert by_itself == set(State) - SETTLED


def test_what_the_plan_may_still_change_is_what_may_be_claimed() -> None:
    assert CLAIM.before == CLAIMABLE
