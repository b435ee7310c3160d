"""Doubts: interrupted sends, look-ups that come too early or fail, keys that are forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import (
    AmbiguousError,
    CannotTellError,
    Context,
    ForbiddenError,
    RateLimitedError,
    Receipt,
    TransientError,
)
from publisher import side_by_side
from publisher.clock import MovedClock
from publisher.delivery import lifecycle, policy
from publisher.delivery.lifecycle import State
from publisher.settings import Settings
from publisher.store import audit, claims, deliveries, doubts, holds
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.switchboard import Switchboard
from tests.delivery.conftest import Office
from tests.delivery.platform import NativePlatform
from tests.store.builders import planned

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class ForgetfulPlatform(NativePlatform):
    """Drops a repeat only within an hour."""

    key_lifetime = HOUR


@pytest.fixture
def forgetful(database: Database, clock: MovedClock, tmp_path: Path) -> Office:
    """An office whose platform forgets its keys."""
    platform = ForgetfulPlatform(Context("hop", clock, lambda reference: "", tmp_path / "hop"))
    platform.looking = CannotTellError("nothing can be looked up here")
    return Office(database, clock, platform, Settings(root=tmp_path))


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep that doesn't wait for a line that this very test keeps busy."""
    monkeypatch.setattr(side_by_side, "PATIENCE_S", 0.01)


def interrupted(office: Office, **facts: object) -> Delivery:
    """A delivery that some worker claimed and never came back from."""
    row = office.plan(**facts)
    with office.database.writing() as session:
        claims.claim(session, "hop", office.clock(), "gone", policy.LEASE)
    return row


def clear_and_hold(office: Office, row: Delivery, span: timedelta) -> None:
    """A lost answer is cleared to be repeated under its key, and a hold keeps it for ``span``."""
    office.platform.script = ["lose"]
    office.deliver()
    office.reconciler.sweep()
    assert office.state(row) == State.RETRYING
    with office.database.writing() as session:
        holds.place(session, office.clock(), "Lan", "all", "", "bão", office.clock() + span)
    office.clock.advance(span)


def test_a_repeat_that_is_refused_says_nothing_of_what_went_before(forgetful: Office) -> None:
    row = forgetful.plan()
    forgetful.platform.script = ["lose"]
    forgetful.deliver()
    forgetful.reconciler.sweep()
    forgetful.platform.script = [ForbiddenError("the account was closed")] * 50
    forgetful.pass_time(3 * HOUR)

    assert len(forgetful.platform.posts) == 1
    assert forgetful.state(row) == State.UNCONFIRMED
    assert [told for told in forgetful.told if "--sent" in told]


# -- interrupted ----------------------------------------------------------------------------------


def test_a_send_is_left_alone_until_its_lease_is_over(office: Office) -> None:
    row = interrupted(office)
    office.clock.advance(policy.LEASE - timedelta(seconds=1))
    office.reconciler.sweep()
    assert office.state(row) == State.SENDING


def test_a_send_without_answer_within_its_lease_is_settled(office: Office) -> None:
    row = interrupted(office)
    office.clock.advance(policy.LEASE)
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


def test_a_new_process_waits_for_no_lease(office: Office) -> None:
    row = interrupted(office)
    office.begin()
    assert office.reconciler.recover() == 1
    assert office.state(row) == State.UNCONFIRMED
    assert office.reconciler.recover() == 0


def while_it_is_sent(office: Office, what: Callable[[], None]) -> Delivery:
    """``what`` happens while the platform is slowly taking the post."""
    office.platform.script = [what]
    row = office.plan()
    office.deliver()
    return row


def test_a_late_receipt_settles_what_the_sweep_had_doubted(silent: Office, hasty: None) -> None:
    def take_long() -> None:
        silent.clock.advance(policy.LEASE)
        silent.reconciler.sweep()

    row = while_it_is_sent(silent, take_long)
    assert silent.state(row) == State.SENT
    assert len(silent.platform.posts) == 1


def test_a_late_receipt_keeps_what_a_person_sent_again_from_going_twice(
    silent: Office, hasty: None
) -> None:
    def take_long() -> None:
        silent.clock.advance(policy.LEASE)
        silent.reconciler.sweep()
        with silent.database.writing() as session:
            [row] = deliveries.in_state(session, State.UNCONFIRMED)
            deliveries.move(session, row.id or 0, lifecycle.CLEAR, silent.clock())

    row = while_it_is_sent(silent, take_long)
    silent.pass_time(5 * MINUTE)
    assert silent.state(row) == State.SENT
    assert len(silent.platform.posts) == 1


def test_a_person_who_answers_while_it_is_looked_up_is_asked_no_more(silent: Office) -> None:
    silent.platform.script = ["lose"]
    row = silent.plan()
    silent.deliver()

    def look(*_args: object) -> None:
        silent.reconciler.settling.found(row, Receipt("1", "", silent.clock()), "Lan")
        raise CannotTellError("nothing can be looked up here")

    silent.platform.find = look  # type: ignore[method-assign, assignment]
    silent.reconciler.sweep()
    assert silent.state(row) == State.SENT
    assert silent.told == []
    assert list(silent.alerts.open("delivery")) == []


def test_a_miss_that_was_told_is_no_open_matter_once_it_went_out_after_all(office: Office) -> None:
    with office.database.writing() as session:
        holds.place(session, office.clock(), "Lan", "all", "", "bão", office.clock() + HOUR)
    row = office.plan(grace=10 * MINUTE)
    office.pass_time(HOUR)
    assert office.state(row) == State.MISSED
    assert list(office.alerts.open("delivery")) != []
    with office.database.writing() as session:
        fresh = {"next_at": office.clock(), "expires_at": office.clock() + HOUR, "attempts": 0}
        deliveries.move(session, row.id or 0, lifecycle.REPLAN, office.clock(), **fresh)
    office.pass_time(MINUTE)
    assert office.state(row) == State.SENT
    assert list(office.alerts.open("delivery")) == []


# -- looking up -----------------------------------------------------------------------------------


def test_a_look_up_that_finds_nothing_too_early_does_not_count(office: Office) -> None:
    office.platform.script = [AmbiguousError("reset")]
    row = office.plan()
    office.deliver()
    office.clock.advance(policy.SETTLE_AFTER - timedelta(seconds=1))
    office.reconciler.sweep()
    assert office.state(row) == State.UNCONFIRMED
    office.clock.advance(policy.LOOK_AGAIN)
    office.reconciler.sweep()
    assert office.state(row) == State.RETRYING


def test_a_post_that_is_known_as_another_is_not_taken_for_this_one(office: Office) -> None:
    office.plan(post="mot")
    office.deliver()
    office.platform.script = [AmbiguousError("reset")]
    row = office.plan(post="hai")
    office.deliver()
    first = office.platform.posts[0]
    receipt = Receipt(first.key, f"https://example.vn/{first.key}", office.clock())
    office.platform.find = lambda *_args: receipt  # type: ignore[method-assign, assignment]
    office.pass_time(HOUR)
    assert office.state(row) == State.UNCONFIRMED
    [told] = office.told
    assert "hai" in told


def test_a_look_up_that_fails_is_made_again(office: Office) -> None:
    office.platform.script = ["lose"]
    office.platform.looking = TransientError("down")
    row = office.plan()
    office.pass_time(10 * MINUTE)
    assert office.state(row) == State.UNCONFIRMED
    assert office.told == []
    office.platform.looking = None
    office.pass_time(2 * MINUTE)
    assert office.state(row) == State.SENT


@pytest.mark.parametrize("error", [TransientError("down"), ZeroDivisionError("bug")])
def test_where_looking_up_fails_past_the_grace_a_person_is_asked_once(
    office: Office, error: Exception
) -> None:
    office.platform.script = ["lose"]
    office.platform.looking = error
    row = office.plan(grace=10 * MINUTE)
    office.pass_time(HOUR)
    assert office.state(row) == State.UNCONFIRMED
    assert len(office.told) == 1


def test_a_doubt_on_a_channel_that_is_gone_is_put_before_a_person_once(office: Office) -> None:
    office.platform.script = ["lose"]
    row = office.plan()
    office.deliver()
    office.reconciler.settling.switchboard = Switchboard(
        office.settings, office.clock, lambda ref: ""
    )
    for _minute in range(10):
        office.clock.advance(MINUTE)
        office.reconciler.sweep()
    assert office.state(row) == State.UNCONFIRMED
    assert len(office.told) == 1


def test_a_second_doubt_about_one_post_is_told_again(silent: Office) -> None:
    silent.platform.script = [AmbiguousError("reset"), AmbiguousError("reset")]
    row = silent.plan()
    silent.pass_time(2 * MINUTE)
    with silent.database.writing() as session:
        deliveries.move(session, row.id or 0, lifecycle.CLEAR, silent.clock())
        doubts.disprove_doubts(session, row.id or 0)
    silent.pass_time(2 * MINUTE)
    assert silent.state(row) == State.UNCONFIRMED
    assert len(silent.told) == 2


# -- keys -----------------------------------------------------------------------------------------


def test_within_its_keys_lifetime_a_doubt_is_simply_sent_again(forgetful: Office) -> None:
    row = forgetful.plan()
    clear_and_hold(forgetful, row, HOUR - MINUTE)
    forgetful.deliver()
    assert forgetful.state(row) == State.SENT
    assert len(forgetful.platform.posts) == 1


def test_a_repeat_that_outlived_its_key_is_not_sent_but_put_before_a_person(
    forgetful: Office,
) -> None:
    row = forgetful.plan(grace=3 * HOUR)
    clear_and_hold(forgetful, row, HOUR)
    forgetful.platform.script = [TransientError("nothing may be asked of the platform")]
    forgetful.pass_time(5 * MINUTE)
    assert forgetful.state(row) == State.UNCONFIRMED
    assert len(forgetful.platform.script) == 1
    assert len(forgetful.told) == 1


def test_a_doubt_found_after_its_keys_lifetime_is_put_before_a_person(forgetful: Office) -> None:
    forgetful.platform.script = ["lose"]
    row = forgetful.plan(grace=3 * HOUR)
    forgetful.deliver()
    forgetful.clock.advance(HOUR)
    forgetful.pass_time(5 * MINUTE)
    assert forgetful.state(row) == State.UNCONFIRMED
    assert len(forgetful.told) == 1


def test_what_is_repeated_under_its_key_keeps_its_text(native: Office) -> None:
    row = native.plan()
    clear_and_hold(native, row, MINUTE)
    with native.database.writing() as session:
        assert not stored_plan.change(session, planned(native.clock(), text="Khác"), native.clock())


# -- in order -------------------------------------------------------------------------------------


def test_a_rate_limit_of_no_time_at_all_is_no_loop(office: Office) -> None:
    office.platform.script = [RateLimitedError("slow down", office.clock())] * 5
    office.plan()
    office.deliver()
    assert office.deliver() is None
    assert len(office.platform.script) == 4


def test_the_audit_trail_tells_how_a_doubt_ended(office: Office) -> None:
    office.platform.script = [AmbiguousError("reset"), "lose"]
    office.plan()
    office.pass_time(10 * MINUTE)
    with office.database.reading() as session:
        actions = [event.action for event in audit.latest(session, about="thu/2027/mot")]
    assert actions == ["planned", "unconfirmed", "clear", "unconfirmed", "found"]
