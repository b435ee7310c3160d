"""What a platform's JSON holds is taken for what it should be, or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channels.base import Metric, TransientError
from channels.simulated.webhook import Platform
from channels.testing import StillClock
from channels.web.http import HttpSession
from channels.web.pace import number
from channels.web.values import counts, lasting, looked_through, moment, name_of, tally, unix


@pytest.mark.parametrize("told", [True, 1.5, float("nan"), float("inf"), "7", None, [], {}])
def test_what_is_no_count_is_none(told: Any) -> None:
    assert tally(told) is None
    assert counts({"likes": told}, {"likes": "reactions"}) == {}


@pytest.mark.parametrize("told", [0, 7, -1, 10**15 + 1, 2**63])
def test_a_count_is_given_as_it_was_told_also_where_it_can_t_be_right(told: int) -> None:
    assert tally(told) == told


def test_counts_of_one_metric_are_added() -> None:
    shares: Metric = "shares"
    told = {"retweets": 3, "quotes": 4, "other": 5}
    assert counts(told, {"retweets": shares, "quotes": shares}) == {shares: 7}


@pytest.mark.parametrize("told", [10**30, -1, -(10**30), True, float("inf"), float("nan"), "1"])
def test_what_is_no_unix_time_is_none(told: Any) -> None:
    assert unix(told) is None


def test_a_unix_time_may_be_in_parts_of_a_second() -> None:
    at = datetime(2027, 10, 10, 5, tzinfo=UTC)
    seconds = int(at.timestamp())
    assert unix(seconds) == unix(seconds * 1_000, per_second=1_000) == at


@pytest.mark.parametrize(
    ("told", "span"),
    [
        (3_600, timedelta(hours=1)),
        (-5, timedelta()),
        (10**30, timedelta(days=3650)),
        ("3600", None),
        (True, None),
        (float("nan"), None),
    ],
)
def test_a_span_is_bounded(told: Any, span: timedelta | None) -> None:
    assert lasting(told) == span


@pytest.mark.parametrize(
    "told",
    ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "1969-01-01T00:00:00Z", "", None],
)
def test_a_time_that_no_zone_has_is_none(told: Any) -> None:
    assert moment(told) is None


def test_a_header_s_number_is_one_that_can_be_read() -> None:
    assert (number(" 12 "), number("9" * 5_000), number("1.5")) == (12, None, None)


class Odd(Platform):
    def answer(self, request: Request) -> Response:
        return Response(r'{"half": "a\ud83d", "whole": "\ud83d\ude00", "nul": "\u0000"}')


def test_what_no_store_keeps_is_replaced_in_every_answer() -> None:
    with Odd(StillClock()) as server, HttpSession(StillClock(), 5.0) as http:
        told = http.json(http.get(server.url))
    assert told == {"half": "a\ufffd", "whole": "\U0001f600", "nul": "\ufffd"}


@pytest.mark.parametrize("told", [None, {}, "", 7, [None], [{"id": "1"}, 7]])
def test_a_list_that_cant_be_read_holds_no_proof_that_a_post_isnt_there(told: Any) -> None:
    with pytest.raises(TransientError, match="X: "):
        looked_through(told, "X")


def test_an_empty_list_proves_that_nothing_is_there() -> None:
    assert looked_through([], "X") == []


@pytest.mark.parametrize("told", [{}, {"id": None}, {"id": ""}, {"id": True}, {"id": ["1"]}])
def test_a_post_that_is_there_without_its_id_is_neither_found_nor_absent(told: Any) -> None:
    with pytest.raises(TransientError, match="X: "):
        name_of(told, "X")


@pytest.mark.parametrize("told", ["17", 17])
def test_an_id_is_text_or_a_number(told: Any) -> None:
    assert name_of({"id": told}, "X") == "17"
