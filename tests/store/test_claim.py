"""The claim: what may go now, and that only one worker gets it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.store import approvals, attempts, channel_states, claims, deliveries, holds
from publisher.store import planned as stored_plan
from publisher.store.claims import Claimed
from publisher.store.database import Database
from tests.store.builders import LEASE, planned, store

HOUR = timedelta(hours=1)


def claim(database: Database, clock: MovedClock, channel: str = "hop") -> Claimed | None:
    with database.writing() as session:
        return claims.claim(session, channel, clock(), "test", LEASE)


def test_a_due_delivery_is_claimed_with_its_attempt_written_down(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    claimed = claim(database, clock)
    assert claimed is not None
    with database.reading() as session:
        assert deliveries.by_number(session, claimed.number).state == State.SENDING
        assert attempts.first_attempt_at(session, claimed.number) == clock()


def test_nothing_is_claimed_before_its_time_or_after_its_grace(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock() + HOUR), now=clock())
    assert claim(database, clock) is None
    clock.advance(timedelta(hours=3, seconds=1))
    assert claim(database, clock) is None


def test_the_earliest_goes_first_and_the_next_waits_for_it(
    database: Database, clock: MovedClock
) -> None:
    store(
        database,
        planned(clock() - timedelta(minutes=1), post="sau"),
        planned(clock() - timedelta(minutes=9), post="truoc"),
        now=clock(),
    )
    first = claim(database, clock)
    assert first is not None
    assert first.identity.post == "truoc"
    assert claim(database, clock) is None


def test_channels_do_not_wait_for_one_another(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), planned(clock(), channel="khac"), now=clock())
    assert claim(database, clock) is not None
    assert claim(database, clock, "khac") is not None


@pytest.mark.parametrize(
    ("scope", "target"), [("all", ""), ("channel", "hop"), ("campaign", "thu")]
)
def test_a_hold_keeps_it_until_it_is_released(
    database: Database, clock: MovedClock, scope: str, target: str
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", scope, target, "quốc tang", None)
    assert claim(database, clock) is None
    with database.writing() as session:
        assert holds.release(session, clock(), "Lan", scope, target) == 1
    assert claim(database, clock) is not None


def test_a_hold_ends_by_itself_at_its_end(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", "all", "", "bão", clock() + HOUR)
    assert claim(database, clock) is None
    clock.advance(HOUR)
    assert claim(database, clock) is not None


def test_another_channels_hold_does_not_keep_it(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", "channel", "khac", "sự cố", None)
    assert claim(database, clock) is not None


def test_two_approvals_must_be_two_peoples(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock(), approvals=2), now=clock())
    with database.writing() as session:
        assert approvals.approve(session, row, "Lan", clock())
        assert not approvals.approve(session, row, " lan ", clock())
    assert claim(database, clock) is None
    with database.writing() as session:
        assert approvals.approve(session, row, "Minh", clock())
    assert claim(database, clock) is not None


def test_changed_text_lapses_the_approval(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock(), approvals=1), now=clock())
    with database.writing() as session:
        approvals.approve(session, row, "Lan", clock())
    with database.writing() as session:
        stored_plan.change(session, planned(clock(), approvals=1, text="Khác"), clock())
    assert claim(database, clock) is None


def test_a_stopped_channel_sends_nothing_and_loses_nothing(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        channel_states.stop(session, "hop", "token hết hạn", clock())
    assert claim(database, clock) is None
    with database.writing() as session:
        channel_states.start(session, "hop", "1", "Tỉnh", "", clock())
    assert claim(database, clock) is not None


def test_a_blackout_bars_campaigns_and_all_but_reports(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        assert claims.claim(session, "hop", clock(), "t", LEASE, {"thu"}) is None
        assert claims.claim(session, "hop", clock(), "t", LEASE, None) is None
        assert claims.claim(session, "hop", clock(), "t", LEASE, {"khac"}) is not None


def test_a_paused_channel_goes_on_when_its_pause_is_over(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        channel_states.pause(session, "hop", clock() + HOUR, clock())
    assert claim(database, clock) is None
    clock.advance(HOUR)
    assert claim(database, clock) is not None


def test_a_report_goes_out_over_holds_and_blackouts(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        row.holdable = False
        session.add(row)
        holds.place(session, clock(), "Lan", "all", "", "quốc tang", None)
        claimed = claims.claim(session, "hop", clock(), "t", LEASE, None)
    assert claimed is not None


def test_the_next_goes_when_the_one_before_it_is_in_doubt_or_done(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), planned(clock(), post="hai"), now=clock())
    first = claim(database, clock)
    assert first is not None
    with database.writing() as session:
        deliveries.move(session, first.number, lifecycle.DOUBT, clock())
    second = claim(database, clock)
    assert second is not None
    assert second.identity.post == "hai"


def test_of_two_due_at_once_the_one_planned_first_goes_first(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock(), post="z"), planned(clock(), post="a"), now=clock())
    first = claim(database, clock)
    assert first is not None
    assert first.identity.post == "z"


def test_a_claim_counts_the_attempts_and_names_its_owner(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    for number in (1, 2):
        claimed = claim(database, clock)
        assert claimed is not None
        with database.writing() as session:
            now = deliveries.by_number(session, claimed.number)
            assert (now.attempts, claimed.attempts, now.owner) == (number, number, "test")
            assert now.lease_until == clock() + LEASE
            deliveries.move(session, row.id or 0, lifecycle.RETRY, clock())
