"""The circuit breaker: a channel that keeps failing is tried rarely, and nothing is lost by it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import AmbiguousError, InvalidContentError, RateLimitedError, TransientError
from publisher.delivery import policy
from publisher.delivery.breaker import TELL_AFTER
from publisher.delivery.lifecycle import State
from tests.delivery.conftest import Office

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DOWN = TransientError("down")


def plan_many(office: Office, number: int, grace: timedelta, name: str = "bai") -> None:
    for each in range(number):
        office.plan(post=f"{name}-{each}", grace=grace)


@pytest.mark.parametrize("error", [DOWN, AmbiguousError("500")])
def test_a_platform_that_is_down_for_six_hours_is_asked_rarely_and_gets_all_afterwards(
    office: Office, error: Exception
) -> None:
    office.platform.trouble = lambda message: error
    plan_many(office, 20, grace=8 * HOUR)
    office.pass_time(6 * HOUR)
    assert office.platform.asked <= 45
    office.platform.trouble = lambda message: None
    office.pass_time(HOUR)
    assert len({post.key for post in office.platform.posts}) == 20
    assert len(office.platform.posts) == 20


def test_what_outlasts_the_grace_is_missed_and_told(office: Office) -> None:
    office.platform.trouble = lambda message: DOWN
    row = office.plan(grace=2 * HOUR)
    office.pass_time(3 * HOUR)
    assert office.state(row) == State.MISSED
    assert office.platform.posts == []
    assert sum("mot/hop" in text for text in office.told) == 1


def test_posts_that_fail_by_themselves_take_no_trial_from_the_others(office: Office) -> None:
    office.platform.trouble = lambda message: DOWN if "/doc-" in message.key else None
    plan_many(office, 8, grace=8 * HOUR, name="doc")
    office.pass_time(2 * HOUR)
    assert office.platform.posts == []
    plan_many(office, 3, grace=HOUR, name="lanh")
    office.pass_time(20 * MINUTE)
    assert len(office.platform.posts) == 3


def test_a_refusal_is_an_answer_too(office: Office) -> None:
    office.platform.trouble = lambda message: DOWN
    plan_many(office, office.settings.retry.breaks_after, grace=HOUR)
    while office.deliver() is not None:
        pass
    office.platform.script = [InvalidContentError("too long")]
    office.platform.trouble = lambda message: None
    office.clock.advance(MINUTE)
    office.deliver()
    assert office.platform.script == []
    while office.deliver() is not None:
        pass
    assert len(office.platform.posts) == office.settings.retry.breaks_after - 1


def test_an_open_breaker_outlives_the_process(office: Office) -> None:
    office.platform.trouble = lambda message: DOWN
    plan_many(office, 10, grace=HOUR)
    office.pass_time(10 * MINUTE)
    asked = office.platform.asked
    office.begin()
    assert office.deliver() is None
    assert office.platform.asked == asked


def test_a_limit_is_waited_out_as_told_however_often_it_is_met(office: Office) -> None:
    office.platform.trouble = lambda message: RateLimitedError("busy", office.clock() + MINUTE)
    plan_many(office, 10, grace=8 * HOUR)
    office.pass_time(2 * HOUR)
    assert 60 <= office.platform.asked <= 121
    office.platform.trouble = lambda message: None
    office.pass_time(2 * MINUTE)
    assert len(office.platform.posts) == 10


def test_a_limit_of_no_time_at_all_is_met_ever_more_rarely(office: Office) -> None:
    office.platform.trouble = lambda message: RateLimitedError("busy", office.clock())
    plan_many(office, 10, grace=8 * HOUR)
    office.pass_time(2 * HOUR)
    assert office.platform.asked <= 20
    office.platform.trouble = lambda message: None
    office.pass_time(HOUR)
    assert len(office.platform.posts) == 10


def test_a_limit_of_a_moment_is_no_loop_at_full_speed(office: Office) -> None:
    moment = timedelta(milliseconds=100)
    office.platform.trouble = lambda message: RateLimitedError("busy", office.clock() + moment)
    plan_many(office, 10, grace=8 * HOUR)
    for _time in range(10):
        office.deliver()
        office.clock.advance(moment)
    assert office.platform.asked == 1


def test_a_limit_neither_opens_a_breaker_nor_closes_it(office: Office) -> None:
    most = office.settings.retry.breaks_after
    busy = RateLimitedError("busy", office.clock() + MINUTE)
    office.platform.script = [DOWN] * (most - 1) + [busy, DOWN, DOWN]
    plan_many(office, 3 * most, grace=8 * HOUR)
    while office.deliver() is not None:
        pass
    office.clock.advance(MINUTE)
    office.deliver()
    assert office.deliver() is None, "this was the fifth failure"
    assert len(office.platform.script) == 1


def test_the_time_that_a_platform_names_goes_before_our_own(office: Office) -> None:
    until = office.clock() + 3 * HOUR
    office.platform.script = [DOWN] * 4 + [RateLimitedError("busy", until)]
    plan_many(office, 5, grace=8 * HOUR)
    office.pass_time(3 * HOUR - MINUTE)
    assert office.platform.script == []
    assert office.platform.asked == 5
    office.pass_time(5 * MINUTE)
    assert len(office.platform.posts) == 5


def test_a_line_that_fails_for_long_is_told_once_and_again_when_it_fails_anew(
    office: Office,
) -> None:
    office.platform.trouble = lambda message: DOWN
    plan_many(office, 10, grace=12 * HOUR)
    office.pass_time(TELL_AFTER)
    assert office.told == []
    office.pass_time(3 * HOUR)
    [told] = office.told
    assert "hop" in told
    assert "10" in told
    assert "10/10/2027 12:00" in told
    office.platform.trouble = lambda message: None
    office.pass_time(HOUR)
    assert len(office.platform.posts) == 10
    assert list(office.alerts.open("line of")) == []
    office.platform.trouble = lambda message: DOWN
    plan_many(office, 10, grace=12 * HOUR, name="tin")
    office.pass_time(2 * HOUR)
    assert len(office.told) == 2


def test_a_channel_whose_account_cant_be_asked_for_is_asked_ever_more_rarely(
    office: Office,
) -> None:
    asked = 0
    identify = office.platform.identify

    def counted() -> object:
        nonlocal asked
        asked += 1
        return identify()

    office.platform.identify = counted  # type: ignore[method-assign, assignment]
    office.platform.credentials = DOWN
    row = office.plan(grace=8 * HOUR)
    office.pass_time(6 * HOUR)
    assert asked <= 45
    office.platform.credentials = None
    office.pass_time(20 * MINUTE)
    assert office.state(row) == State.SENT


def test_the_last_try_falls_just_before_the_grace_ends(office: Office) -> None:
    office.platform.script = [DOWN] * 4
    row = office.plan(grace=7 * MINUTE)
    office.pass_time(7 * MINUTE - policy.LAST_TRY)
    assert office.state(row) == State.SENT
    assert office.platform.asked == 5
