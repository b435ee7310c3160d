"""A feed that lies: about its age, its length, what changed, where it is, what it is at all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest
from werkzeug.wrappers import Response

from publisher.clock import MovedClock
from publisher.feeds.entries import parse
from publisher.feeds.fetch import MAX_BYTES, FeedError
from publisher.feeds.verdicts import Why
from publisher.store.database import Database
from tests.feeds.conftest import Portal, item, rss
from tests.feeds.desk import Desk


@pytest.fixture
def desk(database: Database, clock: MovedClock, portal: Portal) -> Desk:
    made = Desk(database, clock, portal)
    made.look()
    return made


def dated(name: str, desk: Desk, ahead: timedelta) -> str:
    return item(name, f"<pubDate>{format_datetime(desk.clock() + ahead)}</pubDate>")


def test_what_is_dated_into_the_future_goes_out_once_and_counts_from_when_it_was_seen(
    desk: Desk, portal: Portal
) -> None:
    portal.says(rss([dated("mai", desk, timedelta(days=400))]))
    assert [desk.look_later(), desk.look_later()] == [1, 0]
    entry = desk.entries()["mai"]
    assert entry.due_at == entry.seen_at
    assert entry.promised_at == entry.seen_at + timedelta(hours=24)


def test_a_date_that_is_put_forward_at_every_look_makes_nothing_new(
    desk: Desk, portal: Portal
) -> None:
    for _look in range(4):
        portal.says(rss([dated("tin", desk, timedelta())]))
        desk.look_later(timedelta(days=1))
    assert desk.titles() == ["tin"]


def test_an_old_date_that_becomes_a_new_one_makes_no_news(desk: Desk, portal: Portal) -> None:
    portal.says(rss([dated("cũ", desk, -timedelta(days=300))]))
    assert desk.look_later() == 0
    portal.says(rss([dated("cũ", desk, timedelta())]))
    assert desk.look_later() == 0
    assert desk.left_out() == {"cũ": Why.OLD}


def test_a_304_with_another_body_is_unchanged(desk: Desk, portal: Portal) -> None:
    portal.says(rss([item("một")]), ETag='"1"')
    desk.look_later()
    portal.answer = lambda _request: Response(rss([item("hai")]), 304)
    assert desk.look_later() == 0
    assert (desk.titles(), desk.state().problem) == (["một"], "")


def test_a_200_with_the_same_tag_and_another_body_is_read(desk: Desk, portal: Portal) -> None:
    portal.says(rss([item("một")]), ETag='"1"')
    desk.look_later()
    portal.says(rss([item("hai"), item("một")]), ETag='"1"')
    assert desk.look_later() == 1


@pytest.mark.parametrize("claimed", ["9", "9999999"])
def test_a_length_that_is_none_is_no_feed_cut_short_and_taken_for_whole(
    desk: Desk, portal: Portal, claimed: str
) -> None:
    body = rss([item("một"), item("hai")])
    portal.answer = lambda _request: Response(
        iter([body.encode()]), headers={"Content-Length": claimed}
    )
    desk.look_later()
    assert desk.titles() == []
    assert desk.state().problem


def test_a_body_without_end_is_given_up(desk: Desk, portal: Portal) -> None:
    over = threading.Event()
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        while not over.is_set():
            sent += 65_536
            yield b"<item>" + b" " * 65_530

    portal.answer = lambda _request: Response(endless())
    try:
        desk.look_later()
    finally:
        over.set()
    assert desk.state().problem
    assert sent < 4 * MAX_BYTES


def test_redirects_in_a_circle_end(desk: Desk, portal: Portal) -> None:
    portal.answer = lambda request: Response("", 301, {"Location": f"/rss?{len(portal.asked)}"})
    desk.look_later()
    assert "too many times" in desk.state().problem
    assert desk.state().moved_to == ""
    assert len(portal.asked) < 10


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>Đăng nhập</title></head><body>…</body></html>",
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
        '<?xml version="1.0"?><sitemapindex><sitemap><loc>https://a.vn</loc></sitemap></sitemapindex>',
        "Forbidden",
    ],
)
def test_a_page_that_is_called_xml_is_no_feed_and_makes_nothing_old_new(
    desk: Desk, portal: Portal, page: str
) -> None:
    portal.shows("cũ")
    desk.look_later()
    portal.says(page)
    desk.look_later()
    assert "no feed" in desk.state().problem
    portal.shows("cũ")
    desk.look_later()
    assert desk.titles() == ["cũ"]


def test_an_empty_feed_between_two_full_ones_makes_nothing_new(desk: Desk, portal: Portal) -> None:
    portal.shows("một", "hai")
    desk.look_later()
    portal.shows()
    desk.look_later()
    portal.shows("một", "hai")
    assert desk.look_later() == 0


def test_ids_that_change_while_addresses_stay_bring_nothing_twice(
    desk: Desk, portal: Portal
) -> None:
    for look in range(3):
        portal.says(rss([item("tin").replace("<guid>tin", f"<guid>{look}")]))
        desk.look_later()
    assert desk.titles() == ["tin"]
    assert desk.number_known() == 1


def test_what_costs_the_parser_more_than_a_feed_may_is_refused() -> None:
    for bomb in (
        '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss><channel/></rss>',
        "<rss>" + "<a>" * 50_000,
        "<rss><channel>" + "<item><title>x</title>" * 30_000,
    ):
        with pytest.raises(FeedError):
            parse(bomb.encode(), "https://a.vn")
