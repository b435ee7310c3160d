"""The claim looks at its own channel, its own delivery and its own attempt, and at nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.clock import MovedClock
from publisher.store import approvals, attempts, channel_states, claims, deliveries, holds
from publisher.store.claims import Claimed
from publisher.store.database import Database
from tests.store.builders import LEASE, planned, store
from tests.store.test_claim import claim

MINUTE = timedelta(minutes=1)
GRACE = timedelta(hours=2)


def claimed(database: Database, clock: MovedClock) -> Claimed:
    found = claim(database, clock)
    assert found is not None
    return found


def stands(database: Database, one: Claimed, clock: MovedClock) -> bool:
    with database.reading() as session:
        return claims.stands(session, one, clock())


def waits(database: Database, clock: MovedClock) -> bool:
    with database.reading() as session:
        return claims.waits(session, "hop", clock())


def stop(database: Database, clock: MovedClock, channel: str) -> None:
    with database.writing() as session:
        channel_states.stop(session, channel, "hết hạn", clock())


def hold(database: Database, clock: MovedClock, scope: str, target: str) -> None:
    with database.writing() as session:
        holds.place(session, clock(), "Lan", scope, target, "quốc tang", None)


def end(database: Database, one: Claimed, clock: MovedClock) -> None:
    with database.writing() as session:
        attempts.end_attempt(session, one.attempt_id, clock(), "lease over")


# -- what may go ----------------------------------------------------------------------------------


def test_another_posts_approval_is_none_of_this_one(database: Database, clock: MovedClock) -> None:
    wanting, other = store(
        database,
        planned(clock(), approvals=1),
        planned(clock() + MINUTE, post="hai", approvals=1),
        now=clock(),
    )
    assert wanting.fingerprint == other.fingerprint
    with database.writing() as session:
        approvals.approve(session, other, "Lan", clock())
    assert claim(database, clock) is None


def test_a_channel_of_a_campaigns_name_is_not_held_with_it(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock(), channel="hop", campaign="hop"), now=clock())
    hold(database, clock, "channel", "khac")
    hold(database, clock, "campaign", "khac")
    assert claim(database, clock) is not None


@pytest.mark.parametrize(
    ("scope", "channel", "campaign"), [("channel", "hop", "x"), ("campaign", "x", "hop")]
)
def test_a_hold_covers_what_its_scope_says_and_nothing_else_of_that_name(
    database: Database, clock: MovedClock, scope: str, channel: str, campaign: str
) -> None:
    hold(database, clock, scope, "hop")
    store(database, planned(clock(), channel=channel, campaign=campaign), now=clock())
    store(database, planned(clock(), channel=campaign, campaign=channel), now=clock())
    assert claim(database, clock, channel) is None
    assert claim(database, clock, campaign) is not None


def test_another_channel_that_is_stopped_keeps_nothing_in(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    stop(database, clock, "khac")
    assert claim(database, clock) is not None


def test_nothing_goes_at_the_very_end_of_its_grace(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    clock.advance(GRACE)
    assert not waits(database, clock)
    assert claim(database, clock) is None


def test_a_blackout_of_one_campaign_lets_the_others_go(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), planned(clock(), campaign="khac"), now=clock())
    with database.writing() as session:
        one = claims.claim(session, "hop", clock(), "test", LEASE, ["thu"])
    assert one is not None
    assert one.identity.campaign == "khac"


def test_over_a_blackout_of_one_campaign_what_cant_be_held_goes(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        row.holdable = False
        session.add(row)
    with database.writing() as session:
        assert claims.claim(session, "hop", clock(), "test", LEASE, ["thu"]) is not None


def test_a_claim_begins_without_the_note_of_the_attempt_before(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        row.note = "503"
        session.add(row)
    one = claimed(database, clock)
    with database.reading() as session:
        assert deliveries.by_number(session, one.number).note == ""


@pytest.mark.parametrize(("failing", "first"), [("hop", "sau"), ("khac", "truoc")])
def test_on_a_channel_that_fails_what_was_tried_least_goes_first(
    database: Database, clock: MovedClock, failing: str, first: str
) -> None:
    tried, _fresh = store(
        database,
        planned(clock() - 9 * MINUTE, post="truoc"),
        planned(clock() - MINUTE, post="sau"),
        now=clock(),
    )
    with database.writing() as session:
        tried.attempts = 3
        session.add(tried)
        channel_states.of(session, failing, clock()).failures = 2
    assert claimed(database, clock).identity.post == first


# -- what was claimed, looked at once more --------------------------------------------------------


def test_what_was_claimed_stands_for_as_long_as_its_lease(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    one = claimed(database, clock)
    assert stands(database, one, clock)
    clock.advance(LEASE)
    assert not stands(database, one, clock)


def test_an_attempt_that_others_ended_stands_no_more_whatever_else_is_under_way(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), planned(clock(), channel="khac"), now=clock())
    one, other = claimed(database, clock), claim(database, clock, "khac")
    assert other is not None
    end(database, one, clock)
    assert not stands(database, one, clock)
    assert stands(database, other, clock)


def test_whose_own_lease_is_over_stands_no_more_beside_another_that_does(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), planned(clock() + LEASE, channel="khac"), now=clock())
    one = claimed(database, clock)
    clock.advance(LEASE)
    assert claim(database, clock, "khac") is not None
    assert not stands(database, one, clock)


def test_past_its_grace_it_stands_no_more_though_its_lease_goes_on(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock(), grace=2 * MINUTE), now=clock())
    one = claimed(database, clock)
    clock.advance(2 * MINUTE)
    assert not stands(database, one, clock)


# -- whether something waits ----------------------------------------------------------------------


def test_what_is_due_waits_and_nothing_else_does(database: Database, clock: MovedClock) -> None:
    store(
        database,
        planned(clock(), channel="khac"),
        planned(clock() + MINUTE, post="sau"),
        now=clock(),
    )
    assert not waits(database, clock)
    clock.advance(MINUTE)
    assert waits(database, clock)
    claimed(database, clock)
    assert not waits(database, clock)


def test_past_its_grace_nothing_waits_any_more(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    clock.advance(GRACE + MINUTE)
    assert not waits(database, clock)


@pytest.mark.parametrize(("stopped", "expected"), [("hop", False), ("khac", True)])
def test_on_a_stopped_channel_nothing_waits_to_be_sent(
    database: Database, clock: MovedClock, stopped: str, expected: bool
) -> None:
    store(database, planned(clock()), now=clock())
    stop(database, clock, stopped)
    assert waits(database, clock) is expected


def test_a_channel_that_is_known_and_well_has_its_posts_waiting(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        channel_states.of(session, "hop", clock()).paused_until = clock() - MINUTE
    assert waits(database, clock)
