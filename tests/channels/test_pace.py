"""A platform's pace is kept before its limit is hit."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import RateLimitedError
from channels.testing import StillClock
from channels.web.http import LONGEST_WAIT
from channels.web.pace import Pace, number


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def pace(clock: StillClock) -> Pace:
    return Pace(clock, "Example")


def test_nothing_is_sent_while_nothing_is_left(pace: Pace, clock: StillClock) -> None:
    pace.left(0, clock() + timedelta(minutes=5))
    with pytest.raises(RateLimitedError) as caught:
        pace.mind()
    assert caught.value.until == clock() + timedelta(minutes=5)
    clock.advance(timedelta(minutes=5))
    pace.mind()


def test_what_is_left_may_be_used(pace: Pace, clock: StillClock) -> None:
    pace.left(1, clock() + timedelta(minutes=5))
    pace.left(None, clock() + timedelta(minutes=5))
    pace.left(0, None)
    pace.used(99.5, timedelta(hours=1))
    pace.mind()


def test_a_whole_allowance_used_up_is_a_rest(pace: Pace, clock: StillClock) -> None:
    pace.used(100, timedelta(hours=1))
    with pytest.raises(RateLimitedError):
        pace.mind()


def test_no_rest_is_longer_than_any_wait(pace: Pace, clock: StillClock) -> None:
    pace.rest(clock() + timedelta(days=400))
    with pytest.raises(RateLimitedError) as caught:
        pace.mind()
    assert caught.value.until == clock() + LONGEST_WAIT


@pytest.mark.parametrize(
    ("header", "value"), [("12", 12), (" 0 ", 0), ("", None), (None, None), ("-1", None)]
)
def test_a_header_that_is_no_number_says_nothing(header: str | None, value: int | None) -> None:
    assert number(header) == value
