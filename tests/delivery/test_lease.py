"""Leases: a long send stays its worker's own; who stood still past the lease changes nothing."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest

from channels.base import TransientError
from publisher.delivery import policy
from publisher.delivery.courier import Courier, Step
from publisher.delivery.lease import LONGEST, Leases
from publisher.delivery.lifecycle import State
from publisher.store import claims, deliveries, holds
from publisher.store.models import Delivery
from publisher.switchboard import Switchboard
from tests.delivery.conftest import Office

PAST_THE_LEASE = policy.LEASE + timedelta(minutes=1)


@pytest.fixture
def other(office: Office) -> Office:
    """Another process on the same store and platform."""
    return Office(office.database, office.clock, office.platform, office.settings)


def lease_of(office: Office, row: Delivery) -> timedelta:
    """How much longer the delivery is its worker's."""
    with office.database.reading() as session:
        until = deliveries.by_number(session, deliveries.number_of(row)).lease_until
    assert until is not None
    return until - office.clock()


def test_a_send_of_hours_is_left_to_its_worker(office: Office, other: Office) -> None:
    row = office.plan(grace=timedelta(hours=9))

    def upload() -> None:
        for _turn in range(40):
            office.clock.advance(policy.LEASE / 4)
            office.courier.leases.renew()
            other.reconciler.sweep()
            assert other.deliver() is None
            assert other.state(row) == State.SENDING

    office.platform.script = [upload]
    office.deliver()
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


def test_leases_are_renewed_while_a_send_goes_on(office: Office) -> None:
    row = office.plan()
    leases = Leases(office.database, office.clock, "test", every=timedelta(milliseconds=10))
    with office.database.writing() as session:
        claims.claim(session, "hop", office.clock(), "test", policy.LEASE)
    office.clock.advance(policy.LEASE / 2)
    with leases.kept(deliveries.number_of(row)):
        end = time.monotonic() + 30
        while lease_of(office, row) < policy.LEASE and time.monotonic() < end:
            time.sleep(0.005)
    assert lease_of(office, row) == policy.LEASE


def test_nothing_is_renewed_for_another_worker(office: Office) -> None:
    row = office.plan()
    with office.database.writing() as session:
        claims.claim(session, "hop", office.clock(), "somebody else", policy.LEASE)
    office.clock.advance(policy.LEASE / 2)
    with office.courier.leases.kept(deliveries.number_of(row)):
        office.courier.leases.renew()
    assert lease_of(office, row) == policy.LEASE / 2


def test_a_send_that_hangs_for_ever_is_given_up(office: Office, other: Office) -> None:
    row = office.plan(grace=2 * LONGEST)

    def hang() -> None:
        for _turn in range(int(LONGEST / (policy.LEASE / 4)) + 8):
            office.clock.advance(policy.LEASE / 4)
            office.courier.leases.renew()
        other.reconciler.sweep()
        assert other.state(row) in (State.UNCONFIRMED, State.RETRYING)

    office.platform.script = [hang]
    office.deliver()
    assert office.state(row) == State.SENT


def test_who_stood_still_past_the_lease_sends_nothing(office: Office, other: Office) -> None:
    row = office.plan(grace=timedelta(hours=9))

    def stand_still(step: Step) -> None:
        if step == "before request" and not office.platform.posts:
            office.clock.advance(PAST_THE_LEASE)
            other.pass_time(timedelta(minutes=5))

    board = Switchboard(office.settings, office.clock, lambda ref: "", {"hop": office.platform})
    slow = Courier(
        office.database, board, office.settings, office.clock, office.alerts, "slow", stand_still
    )
    slow.deliver_next("hop")
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


def test_a_hold_placed_after_the_claim_keeps_it_in(office: Office, other: Office) -> None:
    row = office.plan(grace=timedelta(hours=9))

    def stop(step: Step) -> None:
        if step == "claim committed":
            with office.database.writing() as session:
                holds.place(session, office.clock(), "Lan", holds.EVERYTHING, "", "quốc tang", None)

    board = Switchboard(office.settings, office.clock, lambda ref: "", {"hop": office.platform})
    slow = Courier(
        office.database, board, office.settings, office.clock, office.alerts, "slow", stop
    )
    slow.deliver_next("hop")
    assert office.platform.asked == 0
    assert office.state(row) == State.RETRYING
    with office.database.writing() as session:
        holds.release(session, office.clock(), "Lan", holds.EVERYTHING, "")
    other.deliver()
    assert len(office.platform.posts) == 1


def test_a_late_verdict_doesnt_touch_the_attempt_of_another(office: Office, other: Office) -> None:
    row = office.plan(grace=timedelta(hours=9))
    begun, end = threading.Event(), threading.Event()

    def second_attempt() -> None:
        begun.set()
        end.wait(30)

    def first_attempt() -> None:
        office.clock.advance(PAST_THE_LEASE)
        other.reconciler.sweep()
        office.clock.advance(timedelta(minutes=2))
        other.reconciler.sweep()
        office.clock.advance(timedelta(minutes=2))
        sending.start()
        begun.wait(30)
        raise TransientError("it took nothing, after all")

    sending = threading.Thread(target=other.deliver)
    office.platform.script = [first_attempt, second_attempt]
    office.deliver()
    assert begun.is_set()
    assert office.state(row) == State.SENDING, "it is the second attempt's"
    end.set()
    sending.join()
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1
