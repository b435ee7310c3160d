"""A store that takes nothing for a while: no post is refused for it, no receipt is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import SQLAlchemyError

from publisher.delivery.courier import Courier, Outcome, Step
from publisher.delivery.lifecycle import State
from tests.delivery.conftest import Office

MINUTE = timedelta(minutes=1)


def rename(office: Office, table: str, name: str) -> None:
    """A store without its ``table`` takes nothing that needs it."""
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def test_a_receipt_that_the_store_does_not_take_is_kept_and_written_down_later(
    office: Office,
) -> None:
    office.platform.script = [lambda: rename(office, "attempt", "away")]
    row = office.plan()
    with pytest.raises(SQLAlchemyError):
        office.deliver()
    # It is tried at every look, and keeps no other channel waiting.
    office.courier.write_down()
    assert office.state(row) == State.SENDING
    rename(office, "away", "attempt")
    office.courier.write_down()
    assert office.state(row) == State.SENT
    assert office.attempts() == [("sent", "")]
    assert len(office.platform.posts) == 1


def test_what_was_kept_of_a_channel_is_written_down_before_its_next_post_goes(
    office: Office,
) -> None:
    office.platform.script = [lambda: rename(office, "attempt", "away")]
    row, after = office.plan(), office.plan(post="hai")
    with pytest.raises(SQLAlchemyError):
        office.deliver()
    with pytest.raises(SQLAlchemyError):
        office.deliver()
    rename(office, "away", "attempt")
    office.deliver()
    assert (office.state(row), office.state(after)) == (State.SENT, State.SENT)
    assert [message.key for message in office.platform.posts] == [
        "thu/2027/mot/hop",
        "thu/2027/hai/hop",
    ]


def test_a_store_that_fails_before_a_byte_left_costs_a_try_and_says_what_it_was(
    office: Office,
) -> None:
    row = office.plan()

    def fail(step: Step) -> None:
        if step == "before request":
            rename(office, "hold", "away")

    board = office.courier.switchboard
    failing = Courier(
        office.database, board, office.settings, office.clock, office.alerts, "test", fail
    )
    assert failing.deliver_next("hop") == Outcome("thu/2027/mot/hop", "retry")
    missing_table = "ProgrammingError" if office.database.path is None else "OperationalError"
    assert office.attempts() == [("retry", missing_table)]
    assert office.now_of(row).next_at > office.clock()
    rename(office, "away", "hold")
    office.pass_time(MINUTE)
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1
