"""Whether a channel is to be left to its sends now: readings and look-ups wait for them."""

from __future__ import annotations

from datetime import timedelta

from publisher.delivery import policy
from publisher.store import channel_states, claims
from tests.delivery.conftest import Office
from tests.store.builders import planned, store

HOUR = timedelta(hours=1)


def test_a_channel_is_left_to_its_sends_while_one_may_go_or_is_going(office: Office) -> None:
    seen: list[bool] = []
    assert not office.courier.wants("hop")
    office.platform.script = [lambda: seen.append(office.courier.wants("hop"))]
    office.plan()
    assert office.courier.wants("hop")
    office.deliver()
    assert seen == [True]
    assert not office.courier.wants("hop")


def test_a_channel_that_is_stopped_or_paused_is_left_alone(office: Office) -> None:
    with office.database.writing() as session:
        channel_states.pause(session, "hop", office.clock() + HOUR, office.clock())
    assert office.courier.wants("hop")
    office.clock.advance(HOUR)
    assert not office.courier.wants("hop")
    with office.database.writing() as session:
        channel_states.stop(session, "hop", "token hết hạn", office.clock())
    assert office.courier.wants("hop")


def test_what_another_channel_is_about_leaves_this_one_free(office: Office) -> None:
    store(office.database, planned(office.clock(), channel="khac"), now=office.clock())
    with office.database.writing() as session:
        channel_states.stop(session, "cu", "token hết hạn", office.clock())
    assert not office.courier.wants("hop")
    with office.database.writing() as session:
        claims.claim(session, "khac", office.clock(), "test", policy.LEASE)
    assert not office.courier.wants("hop")


def test_what_a_blackout_or_its_hour_keeps_in_needs_no_channel(office: Office) -> None:
    store(office.database, planned(office.clock() + HOUR, post="mai"), now=office.clock())
    assert not office.courier.wants("hop")
    office.plan()
    office.blackout(channels=["khac"])
    assert office.courier.wants("hop")
    office.blackout(channels=["hop"])
    assert not office.courier.wants("hop")
    office.blackout(campaigns=["thu"])
    assert not office.courier.wants("hop")
    office.blackout()
    assert not office.courier.wants("hop")
