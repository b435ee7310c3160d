"""``feeds``: what would come of a feed, how feeds stand, going on with one that was stopped."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from publisher import i18n
from publisher.campaign.reader import read_campaigns
from publisher.clock import MovedClock, system_clock
from publisher.daemon.feed_notices import tell_of_feeds
from publisher.feeds.manners import HURRIED
from publisher.feeds.poll import poll
from publisher.store.feed_tables import FeedEntry, FeedState
from tests.cli.office import SCHEDULE, Office
from tests.feeds.conftest import Portal, item, portal, rss

__all__ = ["portal"]

LEAD = (
    "Sáng 10/10, tại phường Cao Lãnh, UBND tỉnh Đồng Tháp khai mạc Tuần lễ Chuyển đổi số với gần "
    "500 đại biểu, doanh nghiệp và người dân tham dự."
)


def said(name: str) -> str:
    return f"<description>{name}</description>"


@pytest.fixture
def drawing(office: Office, portal: Portal) -> Office:
    """An office whose campaign "thu" draws on the portal by some rules."""
    office.schedule(f'[feeds]\ntrusted_hosts = ["{portal.host}"]\n{SCHEDULE}')
    keys = f'approvals = 0\n[feed]\nurl = "{portal.url}"\nwithout = ["tuyển dụng"]\n'
    office.campaign(keys=f'{keys}languages = ["vi"]\nhours = {{ start = "00:00", end = "23:59" }}')
    office.post("tin", "feed", "{{ entry.title }}")
    return office


def looks(office: Office, later: timedelta = timedelta()) -> list[str]:
    """Let the daemon look at the feeds ``later`` than now; gives what people are told then."""
    told: list[str] = []
    with i18n.speaking("en"), office.site() as site:
        site.tell = lambda _subject, text: told.append(text)
        site.clock = MovedClock(system_clock() + later)
        poll(site.database, site.settings, read_campaigns(site.settings)[0], site.clock, HURRIED)
        site.desk.refresh(force=True)
        tell_of_feeds(site)
        site.alerts.tell_due(at_once=True)
    return told


def rows(office: Office) -> int:
    with office.site() as site, site.database.reading() as session:
        found = [*session.exec(select(FeedEntry)), *session.exec(select(FeedState))]
    return len(found)


def test_check_shows_what_would_become_of_each_entry_and_stores_nothing(
    drawing: Office, portal: Portal
) -> None:
    portal.shows("Tin đã có")
    looks(drawing)
    before = rows(drawing)
    portal.says(
        rss(
            [
                item("Tuần lễ Chuyển đổi số", said(LEAD)),
                item("Gần 500 đại biểu dự ngày hội", said(LEAD)),
                item("Thông báo tuyển dụng"),
                item("The province opens digital classes for the people of remote communes"),
                item("Tin năm ngoái", "<pubDate>Sat, 10 Oct 2020 12:00:00 +0700</pubDate>"),
                item("Tin đã có"),
            ]
        )
    )
    told = drawing.run("feeds", "check", portal.url)
    assert told.code == 0
    assert told.lines("By the rules of campaign thu.")
    assert told.lines("Gần 500 đại biểu")[-1].strip().startswith("goes out at ")
    [repeat] = told.lines("repeats")
    assert "repeats “Gần 500 đại biểu dự ngày hội” (thu)" in repeat
    assert "Tuần lễ Chuyển đổi số" in repeat
    assert "has a word of “without”" in told.lines("Thông báo tuyển dụng")[0]
    assert "in another language" in told.lines("The province")[0]
    assert "more than seven days old" in told.lines("Tin năm ngoái")[0]
    assert "seen already: it was there at the first look" in told.lines("Tin đã có")[0]
    assert told.lines("1 would go out, 5 not.")
    # In the order of the feed, the newest first.
    places = [told.out.index(title) for title in ("Thông báo", "The province", "Tin năm ngoái")]
    assert places == sorted(places)
    assert rows(drawing) == before


def test_check_shows_what_will_go_out_of_a_feed_that_nobody_draws_on(
    drawing: Office, portal: Portal
) -> None:
    portal.shows("Một", "Hai tuyển dụng")
    told = drawing.run("feeds", "check", f"{portal.url}/khac")
    assert told.lines("No campaign draws on it")
    assert told.lines("At the first look nothing goes out")
    assert told.lines("2 would go out, 0 not.")
    by_rules = drawing.run("feeds", "check", f"{portal.url}/khac", "--campaign", "thu")
    assert by_rules.lines("1 would go out, 1 not.")
    assert rows(drawing) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["https://a.example.vn", "--campaign", "la"], "There is no campaign “la”"),
        (["sai"], "not an address"),
    ],
)
def test_check_refuses_what_there_isnt(drawing: Office, arguments: list[str], told: str) -> None:
    ran = drawing.run("feeds", "check", *arguments)
    assert ran.code != 0
    assert told in ran.out
    assert "Traceback" not in ran.out


def test_check_tells_why_a_feed_cant_be_read_and_where_it_has_moved(
    drawing: Office, portal: Portal
) -> None:
    portal.says("<html></html>")
    ran = drawing.run("feeds", "check", portal.url)
    assert (ran.code, bool(ran.lines("what came is no feed"))) == (1, True)
    portal.answer = lambda request: (
        redirect("/moi", code=301) if request.path == "/rss" else Response(rss([]))
    )
    assert drawing.run("feeds", "check", portal.url).lines("moved for good: write http")


def test_list_says_when_feeds_were_asked_what_they_brought_and_what_is_wrong(
    drawing: Office, portal: Portal
) -> None:
    assert drawing.run("feeds", "list").lines("never asked yet")
    looks(drawing)
    portal.shows("Một", "Hai")
    looks(drawing, timedelta(minutes=31))
    told = drawing.run("feeds", "list")
    assert told.lines("thu")
    assert told.lines(portal.url)
    assert "next at" in told.lines("asked at")[0]
    assert told.lines("2 waiting")
    portal.says("", 500)
    looks(drawing, timedelta(hours=2))
    assert drawing.run("feeds", "list").lines("not read (1 time): HTTP 500")


def test_a_feed_that_is_gone_is_told_once_and_goes_on_when_a_person_says_so(
    drawing: Office, portal: Portal
) -> None:
    looks(drawing)
    portal.says("", 410)
    told = [text for hours in (1, 2, 30, 90) for text in looks(drawing, timedelta(hours=hours))]
    assert len(told) == 1
    assert drawing.run("feeds", "list").lines("stopped since")
    assert drawing.run("status").lines("Feed stopped")
    [alert] = drawing.run("alerts").lines("is gone for good")
    assert "publisher feeds resume thu" in alert
    portal.shows("Mới")
    assert drawing.run("feeds", "resume", "thu", "--by", "Lan").lines("is asked again")
    assert "Lan" in drawing.run("log").lines("feed goes on")[0]
    looks(drawing, timedelta(hours=91))
    assert drawing.run("feeds", "check", portal.url).lines("taken up already")
    assert not drawing.run("alerts").lines("is gone for good")
    assert drawing.run("feeds", "resume", "thu").code == 1


def test_a_feed_that_fails_for_a_day_is_told_and_cleared_once_it_is_read(
    drawing: Office, portal: Portal
) -> None:
    portal.says("", 500)
    looks(drawing)
    looks(drawing, timedelta(hours=20))
    assert not drawing.run("alerts").lines("can't be read since")
    looks(drawing, timedelta(hours=40))
    assert drawing.run("alerts").lines("can't be read since")
    portal.shows()
    looks(drawing, timedelta(hours=60))
    assert not drawing.run("alerts").lines("can't be read since")


def test_an_office_without_feeds_is_told_how_to_have_one(office: Office) -> None:
    assert office.run("feeds", "list").lines("[feed] in a campaign.toml")
