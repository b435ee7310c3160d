"""The line to Meta's Graph hosts, which Facebook, Instagram and Threads share: tokens and limits.

Spoken to Facebook's stand-in. What each platform's errors mean is in its adapter's own tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channels.base import CredentialsExpiredError, RateLimitedError, TransientError
from channels.meta.graph import Line
from channels.simulated.facebook.people import PAGE_ID, PAGE_TOKEN
from channels.simulated.facebook.platform import Platform
from channels.simulated.meta.graph import no, usage
from channels.testing import StillClock


class Odd(Platform):
    """Facebook, but its next posts are answered by ``answers``, and the headers of all by
    ``headers``."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__(clock)
        self.app_secret = ""
        self.answers: list[Response] = []
        self.headers: dict[str, str] = {}

    def answer(self, request: Request) -> Response:
        if self.publishes(request) and self.answers:
            return self.answers.pop(0)
        response = super().answer(request)
        response.headers.update(self.headers)
        return response


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def odd(clock: StillClock) -> Iterator[Odd]:
    with Odd(clock) as stand_in:
        yield stand_in


def line_of(odd: Odd, clock: StillClock, token: str = PAGE_TOKEN, **more: Any) -> Line:
    return Line(clock, 5, odd.url, "v25.0", lambda: token, "Facebook", [token], **more)


# -- tokens ---------------------------------------------------------------------------------------


def test_a_token_that_is_refused_is_renewed_once_and_the_request_repeated(
    odd: Odd, clock: StillClock
) -> None:
    refused: list[str] = []

    def renewed(token: str) -> str:
        refused.append(token)
        return PAGE_TOKEN

    line = line_of(odd, clock, "stale", renewed=renewed)
    assert line.get("me", fields="id")["id"] == PAGE_ID
    assert refused == ["stale"]


def test_a_renewed_token_that_is_refused_too_is_the_end(odd: Odd, clock: StillClock) -> None:
    line = line_of(odd, clock, "stale", renewed=lambda _token: "stale too")
    with pytest.raises(CredentialsExpiredError):
        line.get("me", fields="id")
    assert len(odd.requests) == 2


def test_a_channel_may_know_more_errors(odd: Odd, clock: StillClock) -> None:
    line = line_of(odd, clock, PAGE_TOKEN, errors={(100, None): TransientError})
    with pytest.raises(TransientError):
        line.get("me", fields="nonsense")


def test_a_read_that_failed_is_never_in_doubt(odd: Odd, clock: StillClock) -> None:
    line = line_of(odd, clock, PAGE_TOKEN)
    odd.faults.next("500", on="any")
    with pytest.raises(TransientError):
        line.get("me", fields="id")


def test_an_answer_that_is_no_list_is_transient(odd: Odd, clock: StillClock) -> None:
    with pytest.raises(TransientError, match="no list"):
        list(line_of(odd, clock, PAGE_TOKEN).listed("me", fields="id"))


# -- limits ---------------------------------------------------------------------------------------


def test_a_refusal_by_a_limit_lasts_as_long_as_facebook_says(odd: Odd, clock: StillClock) -> None:
    odd.answers = [no(32, "limit", headers=usage(100, 45, PAGE_ID))]
    with pytest.raises(RateLimitedError) as caught:
        line_of(odd, clock).post(f"{PAGE_ID}/feed", message="Xin chào")
    assert caught.value.until == clock() + timedelta(minutes=45)


def test_an_allowance_that_is_used_up_stops_the_next_request(odd: Odd, clock: StillClock) -> None:
    line = line_of(odd, clock)
    odd.regain_minutes = 20
    line.post(f"{PAGE_ID}/feed", message="Xin chào")
    odd.requests.clear()
    odd.regain_minutes = 0
    with pytest.raises(RateLimitedError) as caught:
        line.post(f"{PAGE_ID}/feed", message="Xin chào lần nữa")
    assert caught.value.until == clock() + timedelta(minutes=20)
    assert odd.requests == []
    clock.advance(timedelta(minutes=20))
    assert line.get("me", fields="id")["id"] == PAGE_ID


def test_a_full_allowance_without_a_time_is_rested_for_a_while(odd: Odd, clock: StillClock) -> None:
    line = line_of(odd, clock)
    odd.app_usage = 100
    line.get("me", fields="id")
    with pytest.raises(RateLimitedError):
        line.get("me", fields="id")
    odd.app_usage = 1
    clock.advance(timedelta(minutes=15))
    assert line.get("me", fields="id")["id"] == PAGE_ID


@pytest.mark.parametrize(
    "told", ["", "[]", "{", '{"1": 2}', '{"1": [3]}', '{"1": [{"call_count": "x"}]}']
)
def test_a_header_of_a_strange_form_is_passed_over(odd: Odd, clock: StillClock, told: str) -> None:
    odd.headers = {"X-App-Usage": told, "X-Business-Use-Case-Usage": told}
    line = line_of(odd, clock)
    line.get("me", fields="id")
    assert line.get("me", fields="id")["id"] == PAGE_ID
