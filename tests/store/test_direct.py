"""Statements that stand ready: the same answers on each database, no value left out unseen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import bindparam, insert, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.direct import Prepared
from publisher.store.models import ChannelState, Delivery, Event
from tests.store.builders import planned, store
from tests.store.stores import lite

__all__ = ["lite"]

OF = Prepared(
    select(Event.id, Event.at, Event.detail).where(
        col(Event.subject) == bindparam("about"), col(Event.action) == "approve"
    )
)
NOTE = Prepared(insert(Event).values(actor="Lan"), "at", "action", "subject", "detail")
PAUSE = Prepared(
    update(ChannelState).where(col(ChannelState.channel) == bindparam("of")),
    "paused_until",
    "stopped",
)


def noted(clock: MovedClock, subject: str, action: str = "approve") -> dict[str, object]:
    return {"at": clock(), "action": action, "subject": subject, "detail": {"n": subject}}


def test_what_is_put_in_gets_its_number_and_comes_out_as_it_was(
    database: Database, clock: MovedClock
) -> None:
    with database.writing() as session:
        number = NOTE.added(session, noted(clock, "mot"))
        assert NOTE.added(session, noted(clock, "hai", "cancel")) == number + 1
    with database.reading() as session:
        assert OF.rows(session, {"about": "mot"}) == [(number, clock(), {"n": "mot"})]
        assert OF.rows(session, {"about": "hai"}) == []


def test_a_change_tells_how_many_rows_it_changed(database: Database, clock: MovedClock) -> None:
    until = clock() + timedelta(hours=1)
    with database.writing() as session:
        session.add(ChannelState(channel="hop", updated_at=clock()))
        # It sees what the session has not stored yet.
        assert PAUSE.changed(session, {"of": "hop", "paused_until": until, "stopped": "401"}) == 1
        assert PAUSE.changed(session, {"of": "x", "paused_until": None, "stopped": ""}) == 0
    with database.reading() as session:
        [state] = session.exec(select(ChannelState))
        assert (state.paused_until, state.stopped) == (until, "401")


def test_a_value_that_was_forgotten_is_never_taken_for_none(
    lite: Database, clock: MovedClock
) -> None:
    with pytest.raises(KeyError), lite.writing() as session:
        PAUSE.changed(session, {"of": "hop", "paused_until": None})
    with pytest.raises(KeyError), lite.reading() as session:
        OF.rows(session, {})


def test_a_statement_that_fails_is_undone_and_tells_no_values(
    lite: Database, clock: MovedClock
) -> None:
    def write() -> None:
        with lite.writing() as session:
            NOTE.added(session, noted(clock, "mot"))
            NOTE.added(session, {**noted(clock, "bí mật"), "at": None})

    with pytest.raises(SQLAlchemyError) as told:
        write()
    assert "bí mật" not in str(told.value)
    with lite.reading() as session:
        assert session.exec(select(Event)).all() == []


def test_a_session_that_began_anew_is_spoken_to_in_its_own_transaction(
    database: Database, clock: MovedClock
) -> None:
    with database.reading() as session:
        assert OF.rows(session, {"about": "mot"}) == []
        session.rollback()
        with database.writing() as other:
            NOTE.added(other, noted(clock, "mot"))
        assert len(OF.rows(session, {"about": "mot"})) == 1


def test_a_delivery_that_is_at_hand_tells_what_a_move_changed(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        here = session.get_one(Delivery, row.id)
        assert deliveries.move(session, row.id or 0, lifecycle.CLAIM, clock(), owner="test")
        assert (here.state, here.owner) == (State.SENDING, "test")
