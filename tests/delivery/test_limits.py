"""A platform's limit that lasts is put before a person while something can be done about it."""

from __future__ import annotations

from datetime import timedelta

from channels.base import InvalidContentError, RateLimitedError, TransientError
from publisher.delivery.lifecycle import State
from publisher.delivery.limits import TELL_FROM
from tests.delivery.conftest import Office

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def limited(office: Office, span: timedelta) -> None:
    """From now on the platform answers each post so."""
    office.platform.trouble = lambda message: RateLimitedError("busy", office.clock() + span)


def test_a_long_limit_is_told_at_once_with_its_end_and_what_waits(office: Office) -> None:
    limited(office, 3 * HOUR)
    for each in range(4):
        office.plan(post=f"bai-{each}", grace=8 * HOUR)
    office.pass_time(MINUTE)
    [told] = office.told
    assert "hop" in told
    assert "10/10/2027 12:00" in told
    assert "10/10/2027 15:00" in told
    assert "4 bài đang chờ" in told
    assert "lỡ giờ" not in told


def test_posts_that_cant_wait_so_long_are_counted_before_they_are_missed(office: Office) -> None:
    limited(office, 3 * HOUR)
    row = office.plan(grace=2 * HOUR)
    office.plan(post="chieu", grace=8 * HOUR)
    office.plan_at(office.clock() + HOUR, post="trua", grace=HOUR)
    office.plan_at(office.clock() + 5 * HOUR, post="toi", grace=HOUR)
    office.pass_time(MINUTE)
    [told] = office.told
    assert "2 bài sẽ lỡ giờ" in told
    office.pass_time(3 * HOUR)
    assert office.state(row) == State.MISSED


def test_a_short_limit_is_no_persons_matter(office: Office) -> None:
    limited(office, 20 * MINUTE)
    office.plan(grace=8 * HOUR)
    office.pass_time(10 * MINUTE)
    office.platform.trouble = lambda message: None
    office.pass_time(HOUR)
    assert office.told == []
    assert len(office.platform.posts) == 1


def test_a_short_limit_met_again_and_again_is_told_once_and_over_when_a_post_is_out(
    office: Office,
) -> None:
    limited(office, MINUTE)
    office.plan(grace=8 * HOUR)
    office.pass_time(TELL_FROM - MINUTE)
    assert office.told == []
    office.pass_time(2 * HOUR)
    assert len(office.told) == 1
    assert "10/10/2027 12:00" in office.told[0]
    office.platform.trouble = lambda message: None
    office.pass_time(2 * MINUTE)
    assert list(office.alerts.open("limit of")) == []
    limited(office, HOUR)
    office.plan(post="sau", grace=8 * HOUR)
    office.pass_time(5 * MINUTE)
    assert len(office.told) == 2


def test_a_queue_that_moves_however_slowly_is_not_told(office: Office) -> None:
    for each in range(10):
        office.plan(post=f"bai-{each}", grace=24 * HOUR)
    for _each in range(9):
        office.platform.trouble = lambda message: None
        office.deliver()
        limited(office, 10 * MINUTE)
        office.deliver()
        office.pass_time(10 * MINUTE - timedelta(seconds=1))
        office.clock.advance(timedelta(seconds=1))
    assert office.told == []


def test_a_limit_by_which_nothing_waits_is_no_persons_matter(office: Office) -> None:
    limited(office, 6 * HOUR)
    office.plan(grace=HOUR)
    office.pass_time(MINUTE)
    assert list(office.alerts.open("limit of")) != []
    office.pass_time(2 * HOUR)
    assert list(office.alerts.open("limit of")) == []


def test_a_refusal_ends_a_limit(office: Office) -> None:
    limited(office, HOUR)
    office.plan(grace=8 * HOUR)
    office.pass_time(MINUTE)
    assert list(office.alerts.open("limit of")) != []
    office.platform.trouble = lambda message: InvalidContentError("too long")
    office.plan(post="sau", grace=8 * HOUR)
    office.pass_time(HOUR + 5 * MINUTE)
    assert list(office.alerts.open("limit of")) == []


def test_a_limit_outlives_the_process(office: Office) -> None:
    office.platform.trouble = lambda message: RateLimitedError("busy", office.clock() + 2 * HOUR)
    office.plan(grace=8 * HOUR)
    office.deliver()
    office.begin()
    office.pass_time(MINUTE)
    assert len(office.told) == 1


def test_a_failure_between_limits_ends_none(office: Office) -> None:
    office.platform.script = [TransientError("down")]
    limited(office, MINUTE)
    office.plan(grace=8 * HOUR)
    office.pass_time(2 * HOUR)
    assert sum("giới hạn" in text for text in office.told) == 1
