"""How a portal is treated: rarely, one request at a time, and left alone when it says so."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from publisher.clock import MovedClock
from publisher.feeds.manners import Manners
from publisher.feeds.poll import LONGEST_BACK_OFF, LONGEST_PATIENCE, poll
from publisher.store import feeds
from publisher.store.database import Database
from tests.feeds.conftest import Portal, item, rss
from tests.feeds.desk import HALF_HOUR, Desk, standing


@pytest.fixture
def desk(database: Database, clock: MovedClock, portal: Portal) -> Desk:
    made = Desk(database, clock, portal)
    made.look()
    return made


def rest(desk: Desk) -> timedelta:
    """How long the feed is left alone from now on."""
    return desk.state().next_at - desk.clock()


class Time:
    """Seconds that go by where somebody waits, and nowhere else."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


def test_between_two_requests_to_one_host_there_is_a_pause_and_none_between_two_hosts() -> None:
    steady = Time()
    manners = Manners(2.0, steady.wait, lambda: steady.now)
    with manners.turn("https://a.example.vn/rss"):
        steady.now += 5
    with manners.turn("https://b.example.vn/rss"):
        pass
    steady.now += 0.5
    with manners.turn("https://A.example.vn:8443/khac"):
        pass
    steady.now += 3
    with manners.turn("https://a.example.vn/rss"):
        pass
    assert steady.waited == [1.5]


def test_two_threads_never_ask_one_host_at_once() -> None:
    manners, inside, most = Manners(0.0), [], []

    def ask() -> None:
        with manners.turn("https://a.example.vn/rss"):
            inside.append(1)
            most.append(len(inside))
            time.sleep(0.01)
            inside.pop()

    threads = [threading.Thread(target=ask) for _number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 5


def test_several_feeds_of_one_portal_are_asked_one_after_another_with_pauses(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    steady = Time()
    desk = Desk(database, clock, portal, urls=[f"{portal.url}/{number}" for number in range(3)])
    manners = Manners(1.0, steady.wait, lambda: steady.now)
    poll(database, desk.settings, desk.campaigns, clock, manners)
    assert len(portal.asked) == 3
    assert steady.waited == [1.0, 1.0]
    poll(database, desk.settings, desk.campaigns, clock, manners)
    assert len(steady.waited) == 2


def test_a_feed_that_fails_is_asked_ever_more_rarely_up_to_a_bound(
    desk: Desk, portal: Portal
) -> None:
    portal.says("", 500)
    rests = []
    for _look in range(8):
        desk.clock.advance(rest(desk))
        desk.look()
        rests.append(rest(desk))
    assert rests[:5] == [HALF_HOUR * 2**number for number in range(5)]
    assert rests[-1] == LONGEST_BACK_OFF
    assert desk.state().failures == 8
    portal.shows("mới")
    desk.clock.advance(rest(desk))
    assert desk.look() == 1
    assert (rest(desk), desk.state().failures, desk.state().failing_since) == (HALF_HOUR, 0, None)


def test_another_campaign_has_the_patience_that_the_feed_asked_one_for(
    desk: Desk, portal: Portal
) -> None:
    portal.says("", 429, Retry_After="7200")
    desk.look_later()
    asked = len(portal.asked)
    desk.campaigns.append(standing("hai", portal.url))
    desk.look_later()
    assert len(portal.asked) == asked
    portal.shows()
    desk.look_later(timedelta(hours=2))
    assert len(portal.asked) == asked + 1


def test_who_comes_to_a_feed_later_has_a_first_look_of_its_own(desk: Desk, portal: Portal) -> None:
    def answers(*names: str) -> None:
        etag = f'"{len(names)}"'
        portal.answer = lambda request: (
            Response(status=304)
            if request.headers.get("If-None-Match") == etag
            else Response(rss([item(name) for name in names]), headers={"ETag": etag})
        )

    answers("cũ")
    desk.look_later()
    desk.campaigns.append(standing("hai", portal.url, channels=["loa"]))
    # What one knows of it unchanged, the other has never seen.
    desk.look_later()
    assert "If-None-Match" not in portal.asked[-1].headers
    answers("mới", "cũ")
    desk.look_later()
    assert (desk.titles("tin"), desk.titles("hai")) == (["cũ", "mới"], ["mới"])


@pytest.mark.parametrize(
    ("ttl", "cache", "rests"),
    [
        ("60", "", timedelta(hours=1)),
        ("", "public, max-age=5400", timedelta(minutes=90)),
        ("5", "max-age=60", HALF_HOUR),
        ("1000000", "", LONGEST_PATIENCE),
        ("mai", "max-age=mai", HALF_HOUR),
    ],
)
def test_a_feed_that_says_how_long_it_is_good_for_is_believed_within_bounds(
    desk: Desk, portal: Portal, ttl: str, cache: str, rests: timedelta
) -> None:
    body = rss([item("mới")]).replace("<title>Cổng", f"<ttl>{ttl}</ttl><title>Cổng")
    portal.says(body, Cache_Control=cache)
    desk.look_later()
    assert rest(desk) == rests


def test_a_feed_that_is_gone_is_asked_no_more_until_a_person_says_so(
    desk: Desk, portal: Portal
) -> None:
    portal.says("", 410)
    desk.look_later()
    assert desk.state().stopped_at == desk.clock()
    asked = len(portal.asked)
    portal.shows("mới")
    desk.look_later(timedelta(days=40))
    assert len(portal.asked) == asked
    with desk.database.writing() as session:
        feeds.resume(session, *feeds.states(session, "tin"), desk.clock(), "Lan")
    assert desk.look() == 1
    assert desk.state().stopped_at is None


def test_another_address_in_the_file_goes_on_where_one_is_gone(desk: Desk, portal: Portal) -> None:
    portal.says("", 410)
    desk.look_later()
    desk.campaigns = [standing("tin", f"{portal.url}/moi")]
    portal.shows("một")
    desk.look_later()
    assert desk.state().problem == ""
    with desk.database.reading() as session:
        assert [state.url for state in feeds.states(session)] == [f"{portal.url}/moi"]


def moved(portal: Portal, status: int) -> None:
    """From now on the feed stands at /moi, as a redirect of this status says."""

    def answer(request: Request) -> Response:
        if request.path == "/rss":
            return redirect("/moi", code=status)
        return Response(rss([item("mới")]), mimetype="application/xml")

    portal.answer = answer


@pytest.mark.parametrize(("status", "is_for_good"), [(301, True), (308, True), (302, False)])
def test_a_move_for_good_is_remembered_and_a_passing_one_is_not(
    desk: Desk, portal: Portal, status: int, is_for_good: bool
) -> None:
    moved(portal, status)
    assert desk.look_later() == 1
    desk.look_later()
    paths = [request.path for request in portal.asked]
    assert paths[-2:] == (["/moi", "/moi"] if is_for_good else ["/rss", "/moi"])
    assert bool(desk.state().moved_to) is is_for_good


def test_what_is_behind_a_passing_redirect_is_not_remembered(desk: Desk, portal: Portal) -> None:
    def answer(request: Request) -> Response:
        if request.path == "/rss":
            return redirect("/tam", code=302)
        if request.path == "/tam":
            return redirect("/moi", code=301)
        return Response(rss([]), mimetype="application/xml")

    portal.answer = answer
    desk.look_later()
    assert desk.state().moved_to == ""


def test_where_it_moved_to_is_forgotten_once_it_is_not_there(desk: Desk, portal: Portal) -> None:
    moved(portal, 301)
    desk.look_later()
    portal.answer = lambda request: (
        Response(rss([item("hai")]), mimetype="application/xml")
        if request.path == "/rss"
        else Response("", 404)
    )
    desk.look_later()
    assert desk.state().problem == "HTTP 404"
    assert desk.look_later() == 1
    assert portal.asked[-1].path == "/rss"
