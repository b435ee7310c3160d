"""From a portal's feed to what a standing campaign will publish: nothing old, everything once."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.feeds import entries_of, states
from tests.feeds.conftest import Portal, item, rss
from tests.feeds.desk import HALF_HOUR, Desk, standing

WEEK = timedelta(days=7)


@pytest.fixture
def desk(database: Database, clock: MovedClock, portal: Portal) -> Desk:
    return Desk(database, clock, portal)


def test_the_first_look_publishes_nothing_old_and_the_next_what_is_new(
    desk: Desk, portal: Portal
) -> None:
    portal.shows("cũ")
    assert desk.look() == 0
    portal.shows("mới", "cũ")
    assert desk.look_later() == 1
    assert desk.titles() == ["mới"]


def test_an_entry_goes_out_once_however_often_it_is_seen(desk: Desk, portal: Portal) -> None:
    desk.look()
    portal.shows("mới")
    assert [desk.look_later() for _look in range(3)] == [1, 0, 0]
    assert desk.titles() == ["mới"]


def test_an_error_page_at_first_does_not_make_everything_new(desk: Desk, portal: Portal) -> None:
    portal.says("<html><body>Đang bảo trì</body></html>")
    desk.look()
    assert "no feed" in desk.state().problem
    portal.shows("cũ một", "cũ hai")
    assert desk.look_later() == 0


def test_an_old_item_that_turns_up_later_is_no_news(desk: Desk, portal: Portal) -> None:
    desk.look()
    portal.says(rss([item("cũ", "<pubDate>Thu, 01 Jul 2027 08:00:00 +0700</pubDate>")]))
    assert desk.look_later() == 0


def test_the_feed_is_asked_no_oftener_than_agreed(desk: Desk, portal: Portal) -> None:
    desk.look()
    desk.look_later(HALF_HOUR - timedelta(seconds=1))
    assert len(portal.asked) == 1
    desk.look_later(timedelta(seconds=1))
    assert len(portal.asked) == 2


def test_a_portal_that_asks_for_patience_gets_it(desk: Desk, portal: Portal) -> None:
    desk.look()
    portal.says("", 503, Retry_After="10800")
    desk.look_later()
    portal.shows("mới")
    assert desk.look_later(timedelta(hours=2)) == 0
    assert len(portal.asked) == 2
    assert desk.look_later(timedelta(hours=1)) == 1
    assert desk.state().problem == ""


def test_what_was_unchanged_is_not_lost(desk: Desk, portal: Portal) -> None:
    portal.says(rss([item("cũ")]), ETag='"1"')
    desk.look()
    portal.says("", 304)
    desk.look_later()
    assert (desk.state().etag, desk.state().problem) == ('"1"', "")


def test_an_answer_that_could_not_be_read_is_asked_for_whole_again(
    desk: Desk, portal: Portal
) -> None:
    portal.says("hỏng", ETag='"hỏng"'.encode().decode("latin-1"))
    desk.look()
    desk.look_later()
    assert "If-None-Match" not in portal.asked[-1].headers


def test_two_polls_at_once_take_an_entry_once(desk: Desk, portal: Portal) -> None:
    desk.look()
    portal.shows("mới")
    desk.clock.advance(HALF_HOUR)
    added: list[int] = []
    looks = [threading.Thread(target=lambda: added.append(desk.look())) for _ in range(4)]
    for look in looks:
        look.start()
    for look in looks:
        look.join()
    assert sorted(added) == [0, 0, 0, 1]
    assert len(portal.asked) == 2
    assert desk.titles() == ["mới"]


def test_one_portal_that_is_away_keeps_no_other_waiting(
    desk: Desk, portal: Portal, database: Database
) -> None:
    desk.campaigns.insert(0, standing("xa", "http://127.0.0.1:1/rss"))
    desk.look()
    portal.shows("mới")
    assert desk.look_later() == 1


def test_another_address_is_another_feed(desk: Desk, portal: Portal) -> None:
    portal.says(rss([item("một")]), ETag='"1"')
    desk.look()
    desk.campaigns = [standing("tin", portal.url + "/khac")]
    portal.shows("hai", "một")
    assert desk.look() == 0
    assert "If-None-Match" not in portal.asked[-1].headers


def test_a_feed_that_is_named_no_more_is_forgotten_and_named_again_it_is_new(
    desk: Desk, portal: Portal
) -> None:
    both, one = standing("tin", portal.url, f"{portal.url}/hai"), desk.campaigns[0]
    desk.campaigns = [both]
    desk.look_later()
    desk.campaigns = [one]
    desk.look_later()
    with desk.database.reading() as session:
        assert [state.url for state in states(session)] == [portal.url]
    portal.shows("cũ")
    desk.campaigns = [both]
    asked = len(portal.asked)
    desk.look_later(timedelta(0))
    assert len(portal.asked) == asked + 1
    assert desk.titles() == []


@pytest.mark.parametrize(("after", "is_forgotten"), [(WEEK, False), (WEEK + HALF_HOUR, True)])
def test_the_feed_of_a_campaign_that_was_deleted_is_forgotten_once_its_news_are_old(
    desk: Desk, portal: Portal, tmp_path: Path, after: timedelta, is_forgotten: bool
) -> None:
    desk.settings = desk.settings.model_copy(update={"root": tmp_path})
    desk.look()
    desk.campaigns = []
    desk.look_later(after)
    with desk.database.reading() as session:
        assert (not states(session)) is is_forgotten


def test_the_feed_of_a_campaign_at_fault_is_remembered_until_it_is_mended(
    desk: Desk, portal: Portal, tmp_path: Path
) -> None:
    desk.settings = desk.settings.model_copy(update={"root": tmp_path})
    (tmp_path / "campaigns" / "tin").mkdir(parents=True)
    desk.look()
    at_fault, desk.campaigns = desk.campaigns, []
    desk.look_later(2 * WEEK)
    desk.campaigns = at_fault
    portal.shows("mới")
    assert desk.look() == 1


def test_a_flood_of_news_is_spread_over_days_within_working_hours(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    desk = Desk(database, clock, portal, most_a_day=2)
    desk.look()
    portal.shows(*(f"tin {number}" for number in range(5, 0, -1)))
    assert desk.look_later() == 5
    with database.reading() as session:
        dues = [entry.due_at for entry in entries_of(session, "tin")]
    days = [due.astimezone(Settings().zone).date().day for due in dues if due]
    assert days == [10, 10, 11, 11, 12]
    assert desk.titles() == [f"tin {number}" for number in range(1, 6)]


def test_only_what_has_a_keyword_goes_out_and_the_rest_is_remembered(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    desk = Desk(database, clock, portal, keywords=["chuyển đổi số"])
    desk.look()
    portal.shows("Tin chuyển đổi số", "Tin thể thao")
    assert desk.look_later() == 1
    desk.campaigns = [standing("tin", portal.url)]
    assert desk.look_later() == 0
