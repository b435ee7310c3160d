"""The life cycle: the table is all there is, the store makes no other move, the docs list it."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CLAIMABLE, MOVES, SETTLED, Move, State
from publisher.store import deliveries
from publisher.store.database import Database
from tests.store.builders import planned, store

GUARANTEE = Path(__file__).parents[2] / "docs" / "guarantee.md"


@pytest.mark.parametrize("step", MOVES, ids=lambda step: step.name)
@pytest.mark.parametrize("state", list(State), ids=lambda state: state.value)
def test_a_move_starts_only_from_the_states_of_the_table(
    database: Database, clock: MovedClock, step: Move, state: State
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        row.state = state.value
        session.add(row)
    with database.writing() as session:
        moved = deliveries.move(session, deliveries.number_of(row), step, clock())
    with database.reading() as session:
        after = deliveries.by_number(session, deliveries.number_of(row)).state
    assert moved == (state in step.before)
    assert after == (step.after if moved else state)


def test_a_move_is_made_once_by_whoever_comes_first(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    [claim] = [step for step in MOVES if step.name == "claim"]
    with database.writing() as session:
        first, second = (deliveries.move(session, row.id or 0, claim, clock()) for _ in "ab")
    assert (first, second) == (True, False)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached = {State.PLANNED}
    for _round in State:
        reached |= {step.after for step in MOVES if step.before & reached}
    assert reached == set(State)


def test_what_was_sent_stays_sent() -> None:
    assert not [step.name for step in MOVES if State.SENT in step.before]


def test_what_may_be_out_is_never_called_missed_or_cancelled() -> None:
    ends = {step.after for step in MOVES if step.before & {State.SENDING, State.UNCONFIRMED}}
    assert ends.isdisjoint({State.MISSED, State.CANCELLED, State.PLANNED})


def test_out_of_every_state_that_isnt_settled_something_leads_by_itself() -> None:
    by_itself = {
        state for step in MOVES if step.by not in ("a person", "the plan") for state in step.before
    }
    assert set(State) - SETTLED <= by_itself
    assert by_itself >= CLAIMABLE


def test_names_of_moves_are_their_own() -> None:
    assert len({step.name for step in MOVES}) == len(MOVES)


def test_the_guarantee_lists_the_moves_of_the_table() -> None:
    section = GUARANTEE.read_text(encoding="utf-8").partition("life cycle: end")[0]
    table = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    assert [[cell.strip() for cell in row] for row in table[2:]] == [
        [step.name, _in_order(step.before), step.after, step.by, step.meaning] for step in MOVES
    ]


def _in_order(states: frozenset[State]) -> str:
    return ", ".join(state for state in State if state in states)
