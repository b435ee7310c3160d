"""Asking a portal for its feed: politely, and for no longer or larger than agreed."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any
from wsgiref.types import WSGIEnvironment

import pytest
from werkzeug.datastructures import Headers
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from publisher.clock import MovedClock
from publisher.feeds.fetch import GONE, MAX_BYTES, FeedError, Fetched, fetch
from tests.feeds.conftest import Portal


def look(portal: Portal, clock: MovedClock, *tags: str, **keys: Any) -> Fetched:
    """The portal's feed, which stands on this machine and is trusted there."""
    return fetch(portal.url, clock, *tags, trusted_hosts=[portal.host], **keys)


class Misled(Response):
    """A redirect to ``place`` as it stands: werkzeug would check it."""

    def __init__(self, place: str) -> None:
        super().__init__("", 302, {"Location": place})

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers


def test_what_is_unchanged_is_not_fetched_again(portal: Portal, clock: MovedClock) -> None:
    portal.says("<rss/>", ETag='"a1"', Last_Modified="Sun, 10 Oct 2027 00:00:00 GMT")
    first = look(portal, clock)
    portal.says("", 304)
    again = look(portal, clock, first.etag, first.modified)
    assert again.body is None
    assert (again.etag, again.modified) == (first.etag, first.modified)
    asked = portal.asked[-1].headers
    assert asked["If-None-Match"] == '"a1"'
    assert asked["If-Modified-Since"] == "Sun, 10 Oct 2027 00:00:00 GMT"


def test_the_first_request_names_us_and_sets_no_conditions(
    portal: Portal, clock: MovedClock
) -> None:
    look(portal, clock)
    assert portal.asked[0].headers["User-Agent"].startswith("Publisher/")
    assert "If-None-Match" not in portal.asked[0].headers


@pytest.mark.parametrize("status", [429, 503])
def test_a_portal_that_says_later_is_taken_at_its_word(
    portal: Portal, clock: MovedClock, status: int
) -> None:
    portal.says("", status, Retry_After="7200")
    with pytest.raises(FeedError, match=str(status)) as error:
        look(portal, clock)
    assert error.value.until == clock() + timedelta(hours=2)


def test_later_may_be_a_date(portal: Portal, clock: MovedClock) -> None:
    until = clock() + timedelta(hours=5)
    portal.says("", 503, Retry_After=format_datetime(until, usegmt=True))
    with pytest.raises(FeedError) as error:
        look(portal, clock)
    assert error.value.until == until


def test_an_address_that_is_gone_is_told_apart(portal: Portal, clock: MovedClock) -> None:
    portal.says("", 410)
    with pytest.raises(FeedError, match=GONE) as error:
        look(portal, clock)
    assert error.value.is_gone
    portal.says("", 404)
    with pytest.raises(FeedError) as error:
        look(portal, clock)
    assert not error.value.is_gone


def test_an_answer_that_is_too_large_is_refused(portal: Portal, clock: MovedClock) -> None:
    portal.says(b"x" * (MAX_BYTES + 1))
    with pytest.raises(FeedError):
        look(portal, clock)


def test_a_small_answer_that_unpacks_to_a_huge_one_is_refused(
    portal: Portal, clock: MovedClock
) -> None:
    portal.says(gzip.compress(b"x" * (MAX_BYTES + 1)), Content_Encoding="gzip")
    with pytest.raises(FeedError):
        look(portal, clock)


def test_an_answer_that_drips_for_ever_is_cut_off(portal: Portal, clock: MovedClock) -> None:
    over = threading.Event()

    def drips() -> Iterator[bytes]:
        while not over.wait(0.02):
            yield b" "

    portal.answer = lambda _request: Response(drips())
    try:
        with pytest.raises(FeedError):
            look(portal, clock, timeout_s=0.3)
    finally:
        over.set()


def test_an_answer_that_breaks_off_is_not_taken_for_a_whole_one(
    portal: Portal, clock: MovedClock
) -> None:
    portal.answer = lambda _request: Response(iter([b"<rss>"]), headers={"Content-Length": "500"})
    with pytest.raises(FeedError):
        look(portal, clock, timeout_s=2)


def test_a_redirect_is_followed_and_the_place_it_led_to_is_told(
    portal: Portal, clock: MovedClock
) -> None:
    portal.answer = lambda request: (
        redirect("/moi?x=1") if request.path == "/rss" else Response("<rss/>")
    )
    found = look(portal, clock)
    assert found.body == b"<rss/>"
    assert found.url.endswith("/moi?x=1")


@pytest.mark.parametrize("place", ["/rss", "file:///etc/passwd", "ftp://portal.example.vn/rss"])
def test_a_redirect_in_a_circle_or_off_the_web_is_refused(
    portal: Portal, clock: MovedClock, place: str
) -> None:
    portal.says("", 302, Location=place)
    with pytest.raises(FeedError, match=r"redirect|leads on"):
        look(portal, clock)


@pytest.mark.parametrize("place", ["http://[", "//[x]/rss", "https://", "http:///rss"])
def test_a_redirect_to_what_is_no_address_is_an_error_and_no_traceback(
    portal: Portal, clock: MovedClock, place: str
) -> None:
    portal.answer = lambda _request: Misled(place)
    with pytest.raises(FeedError):
        look(portal, clock)


@pytest.mark.parametrize("status", [401, 404, 500])
def test_every_other_answer_is_told_by_its_number(
    portal: Portal, clock: MovedClock, status: int
) -> None:
    portal.says("<rss/>", status)
    with pytest.raises(FeedError, match=str(status)) as error:
        look(portal, clock)
    assert error.value.until is None


def test_a_portal_that_is_away_is_an_error_and_no_traceback(
    portal: Portal, clock: MovedClock
) -> None:
    portal.close()
    with pytest.raises(FeedError):
        look(portal, clock)
