"""What the desk reads of the store for its diff: not the years before, and all that it turns on."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlmodel import col

from publisher.clock import MovedClock
from publisher.delivery.lifecycle import State
from publisher.planning.diff import BY_PLAN, Scope, diff
from publisher.planning.model import PlannedDelivery
from publisher.store import comparing
from publisher.store.database import Database
from publisher.store.lines import standing
from publisher.store.models import Delivery
from tests.conftest import NOON
from tests.store.builders import planned, store
from tests.store.rows import empty
from tests.store.ways import asked_of, way

WINDOW = NOON - timedelta(hours=2), NOON + timedelta(days=60)
YEAR_BEFORE = NOON - timedelta(days=400)

asked = st.builds(
    planned,
    st.sampled_from([YEAR_BEFORE, *(NOON + timedelta(days=days) for days in (-90, 0, 1, 50, 70))]),
    post=st.sampled_from(["mot", "hai"]),
    channel=st.sampled_from(["hop", "trang"]),
    campaign=st.sampled_from(["thu", "le"]),
    occurrence=st.sampled_from(["", "2027-10-10", "now-1"]),
    text=st.sampled_from(["Xin chào", "Tin khác"]),
)
plans = st.lists(asked, max_size=8, unique_by=lambda one: one.identity)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(known=st.lists(st.tuples(asked, st.sampled_from(State)), max_size=8), plan=plans)
def test_the_diff_is_the_same_as_with_all_that_was_ever_stored(
    database: Database, known: list[tuple[PlannedDelivery, State]], plan: list[PlannedDelivery]
) -> None:
    empty(database)
    for one, state in {one.identity: (one, state) for one, state in known}.values():
        [row] = store(database, one, now=YEAR_BEFORE)
        with database.writing() as session:
            facts = {"state": state.value, "cancelled_by": BY_PLAN}
            session.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**facts))
    posts = frozenset({("thu", "mot", "hop"), ("thu", "mot", "trang"), ("le", "hai", "hop")})
    scope = Scope(*WINDOW, frozenset(), posts)
    with database.reading() as session:
        everything = comparing.stored(session)
        hours = [*WINDOW, *(one.slot.due_at for one in plan)]
        stands = standing(session, min(hours), max(hours))
        beside = comparing.compared(session, stands, plan)
    changes = diff(beside.asked, beside.stored, NOON, scope)
    assert diff(plan, everything, NOON, scope) == dataclasses.replace(
        changes, unchanged=changes.unchanged + beside.settled
    )


def test_a_post_that_went_out_long_ago_is_known_by_its_name(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(YEAR_BEFORE), planned(YEAR_BEFORE, post="hai"), now=YEAR_BEFORE)
    with database.writing() as session:
        session.execute(update(Delivery).values(state=State.SENT.value))
    with database.reading() as session:
        beside = comparing.compared(session, standing(session, *WINDOW), [planned(clock())])
    [known] = beside.stored
    assert (known.identity.post, known.state) == ("mot", State.SENT)


def test_what_stands_as_it_is_asked_for_is_left_alone_beside_new_ones_of_like_names(
    database: Database, clock: MovedClock
) -> None:
    stands = planned(clock(), channel="hop", occurrence="#1")
    store(database, stands, now=clock())
    plan = [
        stands,
        planned(clock(), channel="hop", occurrence="#2"),
        planned(clock(), channel="trang", occurrence="#1"),
    ]
    with database.reading() as session:
        beside = comparing.compared(session, standing(session, *WINDOW), plan)
    assert beside.asked == plan[1:]
    assert (list(beside.stored), beside.settled) == ([], 1)


def test_no_delivery_is_looked_for_by_going_through_them_all(
    lite: Database, clock: MovedClock
) -> None:
    asked = asked_of(lite)
    with lite.reading() as session:
        plan = [planned(clock()), planned(clock(), occurrence="#2")]
        comparing.compared(session, standing(session, *WINDOW), plan)
        for sql, values in [one for one in asked if "SELECT" in one[0]]:
            steps = way(session, sql, values)
            assert all(step.startswith("SEARCH delivery USING INDEX") for step in steps)
            assert "ix_delivery_campaign" not in str(steps)
