"""The plan put into force: all or nothing, and never over what was claimed or may be out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.planning.diff import Alteration, Changes
from publisher.planning.model import PlannedDelivery
from publisher.store import approvals, attempts, audit, claims, comparing, deliveries
from publisher.store import planned as stored_plan
from publisher.store.claims import Claimed
from publisher.store.database import Database
from publisher.store.models import Delivery
from tests.store.builders import LEASE, planned, states, store

HOUR = timedelta(hours=1)


def apply(database: Database, changes: Changes, clock: MovedClock) -> None:
    with database.writing() as session:
        stored_plan.apply(session, changes, clock())


def altered(database: Database, asked: PlannedDelivery) -> Changes:
    """The stored delivery of that identity is to become what is asked."""
    with database.reading() as session:
        [known] = [d for d in comparing.stored(session) if d.identity == asked.identity]
    return Changes(altered=(Alteration(known, asked),))


def removed(database: Database) -> Changes:
    with database.reading() as session:
        return Changes(removed=tuple(comparing.stored(session)))


def claim(database: Database, clock: MovedClock) -> Claimed | None:
    with database.writing() as session:
        return claims.claim(session, "hop", clock(), "test", LEASE)


def move(database: Database, clock: MovedClock, row: Delivery, *steps: lifecycle.Move) -> None:
    with database.writing() as session:
        for step in steps:
            assert deliveries.move(session, deliveries.number_of(row), step, clock())


def present(database: Database, row: Delivery) -> Delivery:
    with database.reading() as session:
        return deliveries.by_number(session, deliveries.number_of(row))


def test_a_delivery_is_stored_once_for_ever(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    with pytest.raises(IntegrityError):
        store(database, planned(clock() + HOUR, text="Khác"), now=clock())


def test_changes_are_put_into_force_all_or_none(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    twice = Changes(added=(planned(clock(), post="hai"), planned(clock())))
    with pytest.raises(IntegrityError):
        apply(database, twice, clock)
    assert states(database) == {"mot": State.PLANNED}


def test_a_change_gives_text_time_and_grace(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    asked = planned(clock() + HOUR, text="Khác", grace=HOUR, approvals=1)
    apply(database, altered(database, asked), clock)
    now = present(database, row)
    assert (now.due_at, now.next_at, now.expires_at) == (
        clock() + HOUR,
        clock() + HOUR,
        clock() + 2 * HOUR,
    )
    assert (now.fingerprint, now.approvals, now.first_line) == (
        asked.message.fingerprint,
        1,
        "Khác",
    )


def test_a_change_does_not_shorten_the_wait_before_the_next_try(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    claim(database, clock)
    with database.writing() as session:
        later = clock() + HOUR / 4
        number = deliveries.number_of(row)
        deliveries.move(session, number, lifecycle.RETRY, clock(), next_at=later)
    apply(database, altered(database, planned(clock(), text="Khác")), clock)
    assert present(database, row).next_at == later


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (lifecycle.RECEIVE,),
        (lifecycle.DOUBT,),
    ],
    ids=["sending", "sent", "unconfirmed"],
)
def test_what_is_going_out_or_has_gone_is_neither_changed_nor_removed(
    database: Database, clock: MovedClock, steps: tuple[lifecycle.Move, ...]
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    change, removal = altered(database, planned(clock(), text="Khác")), removed(database)
    claim(database, clock)
    move(database, clock, row, *steps)
    before = present(database, row)
    apply(database, change, clock)
    apply(database, removal, clock)
    after = present(database, row)
    assert (after.state, after.fingerprint) == (before.state, row.fingerprint)


def test_what_is_repeated_under_its_key_is_neither_changed_nor_removed(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    claimed = claim(database, clock)
    assert claimed is not None
    move(database, clock, row, lifecycle.DOUBT, lifecycle.CLEAR)
    with database.writing() as session:
        attempts.end_attempt(session, claimed.attempt_id, clock(), "doubt")
    apply(database, altered(database, planned(clock(), text="Khác")), clock)
    apply(database, removed(database), clock)
    after = present(database, row)
    assert (after.state, after.fingerprint) == (State.RETRYING, row.fingerprint)


def test_what_was_refused_takes_a_mended_text_and_waits(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    claim(database, clock)
    move(database, clock, row, lifecycle.REFUSE)
    asked = planned(clock(), text="Đã sửa")
    apply(database, altered(database, asked), clock)
    after = present(database, row)
    assert (after.state, after.fingerprint) == (State.FAILED, asked.message.fingerprint)


def test_what_was_removed_comes_back_with_its_approvals(
    database: Database, clock: MovedClock
) -> None:
    asked = planned(clock() + HOUR, approvals=1)
    [row] = store(database, asked, now=clock())
    with database.writing() as session:
        approvals.approve(session, row, "Lan", clock())
    apply(database, removed(database), clock)
    assert present(database, row).cancelled_by == "plan"
    apply(database, Changes(restored=(asked,)), clock)
    after = present(database, row)
    assert (after.state, after.cancelled_by) == (State.PLANNED, None)
    clock.advance(HOUR)
    assert claim(database, clock) is not None


def test_a_change_and_a_claim_at_once_never_send_a_text_nobody_approved(
    database: Database, clock: MovedClock
) -> None:
    posts = [f"bai-{number}" for number in range(20)]
    rows = store(database, *(planned(clock(), post=p, approvals=1) for p in posts), now=clock())
    with database.writing() as session:
        for row in rows:
            approvals.approve(session, row, "Lan", clock())
    changes = [altered(database, planned(clock(), post=p, approvals=1, text="Khác")) for p in posts]
    start = Barrier(2)

    def change() -> None:
        start.wait()
        for each in changes:
            apply(database, each, clock)

    def send() -> list[str]:
        start.wait()
        sent = []
        while (claimed := claim(database, clock)) is not None:
            sent.append(claimed.fingerprint)
            with database.writing() as session:
                assert deliveries.move(session, claimed.number, lifecycle.RECEIVE, clock())
        return sent

    with ThreadPoolExecutor(2) as pool:
        changing, sending = pool.submit(change), pool.submit(send)
        changing.result()
        sent = sending.result()
    assert set(sent) <= {rows[0].fingerprint}
    assert list(states(database).values()).count(State.SENT) == len(sent)


def test_the_audit_trail_tells_what_the_plan_did(database: Database, clock: MovedClock) -> None:
    asked = planned(clock() + HOUR)
    apply(database, Changes(added=(asked,)), clock)
    apply(database, altered(database, planned(clock() + 2 * HOUR)), clock)
    apply(database, removed(database), clock)
    apply(database, Changes(restored=(asked,)), clock)
    with database.reading() as session:
        actions = [event.action for event in audit.latest(session, about=asked.identity.key)]
    assert actions == ["planned", "changed", "removed", "restored"]
