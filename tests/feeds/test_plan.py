"""From a feed to what goes out: approved, pictured, linked; corrected while it can be."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlmodel import select
from werkzeug.wrappers import Request, Response

from channels.base import Message
from publisher.campaign.reader import read_campaigns
from publisher.clock import MovedClock, system_clock
from publisher.delivery.lifecycle import State
from publisher.feeds.manners import HURRIED
from publisher.feeds.poll import poll
from publisher.store import approvals, contents, deliveries
from publisher.store.feed_tables import FeedEntry
from publisher.store.models import Delivery
from tests.cli.conftest import office
from tests.cli.office import SCHEDULE, Office
from tests.feeds.conftest import Portal, item, rss

__all__ = ["office"]

MEDIA = 'media = [{ entry = true }]\nlink = "{{ entry.link }}"'


class Newsroom:
    """An office whose campaign "thu" draws on the portal, and its clock."""

    def __init__(self, office: Office, portal: Portal, asks: int) -> None:
        self.office, self.portal = office, portal
        self.clock = MovedClock(system_clock())
        office.schedule(
            f'[feeds]\ntrusted_hosts = ["{portal.host}"]\n'
            f'[links]\nutm_hosts = ["portal.example.vn"]\n{SCHEDULE}'
        )
        keys = f'approvals = {asks}\n[feed]\nurl = "{portal.url}"\n'
        office.campaign(keys=f'{keys}hours = {{ start = "00:00", end = "23:59" }}\ngap = "3h"')
        office.post("tin", "feed", "{{ entry.title }}\n\n{{ entry.summary }}", MEDIA)
        self.look()

    def look(self) -> None:
        """The daemon looks at the feed, plans, and sends what may go."""
        self.clock.advance(timedelta(minutes=31))
        with self.office.site() as site:
            site.clock = self.clock
            campaigns = read_campaigns(site.settings)[0]
            if poll(site.database, site.settings, campaigns, self.clock, HURRIED):
                site.desk.refresh(force=True)
            site.engine.start(["fanpage"])
            site.engine.wait()

    def deliveries(self) -> list[Delivery]:
        with self.office.site() as site, site.database.reading() as session:
            rows = session.exec(select(Delivery).order_by(Delivery.due_at)).all()  # type: ignore[arg-type]
        return list(rows)

    def approve(self, row: Delivery, person: str = "Lan") -> None:
        with self.office.site() as site, site.database.writing() as session:
            own = deliveries.by_number(session, deliveries.number_of(row))
            approvals.approve(session, own, person, self.clock())

    def message(self, row: Delivery) -> Message:
        with self.office.site() as site, site.database.reading() as session:
            return contents.load(session, row.fingerprint, "", row.due_at)

    def shows(self, *items: str, picture: bytes = b"") -> None:
        """From now on the portal's feed has these items; at /anh stands ``picture``."""

        def answer(request: Request) -> Response:
            return Response(picture if request.path == "/anh" else rss(items))

        self.portal.answer = answer


@pytest.fixture
def newsroom(office: Office, portal: Portal) -> Newsroom:
    """One in which one person approves each post."""
    return Newsroom(office, portal, asks=1)


def test_an_entry_waits_for_the_approvals_that_its_campaign_asks_for(newsroom: Newsroom) -> None:
    newsroom.shows(item("Tin"))
    newsroom.look()
    [row] = newsroom.deliveries()
    assert (row.state, row.approvals) == (State.PLANNED, 1)
    newsroom.approve(row)
    newsroom.look()
    assert [row.state for row in newsroom.deliveries()] == [State.SENT]


def test_a_correction_before_it_goes_out_changes_the_plan_and_asks_for_approval_again(
    newsroom: Newsroom,
) -> None:
    newsroom.shows(item("Tin"))
    newsroom.look()
    [before] = newsroom.deliveries()
    newsroom.approve(before)
    newsroom.shows(item("Tin").replace("<title>Tin", "<title>Tin đã sửa"))
    with newsroom.office.site() as site:
        newsroom.clock.advance(timedelta(minutes=31))
        site.clock = newsroom.clock
        campaigns = read_campaigns(site.settings)[0]
        assert poll(site.database, site.settings, campaigns, newsroom.clock, HURRIED) == 1
        site.desk.refresh(force=True)
    [row] = newsroom.deliveries()
    assert (row.id, row.due_at, row.first_line) == (before.id, before.due_at, "Tin đã sửa")
    newsroom.look()
    assert [row.state for row in newsroom.deliveries()] == [State.PLANNED]
    newsroom.approve(row)
    newsroom.look()
    assert [row.state for row in newsroom.deliveries()] == [State.SENT]


def test_what_is_out_stays_as_it_went_and_nothing_goes_out_again(
    office: Office, portal: Portal
) -> None:
    newsroom = Newsroom(office, portal, asks=0)
    newsroom.shows(item("Tin"))
    newsroom.look()
    [out] = newsroom.deliveries()
    assert out.state == State.SENT
    newsroom.shows(item("Tin").replace("<title>Tin", "<title>Tin đã sửa"))
    newsroom.look()
    newsroom.look()
    [row] = newsroom.deliveries()
    assert (row.first_line, row.fingerprint) == ("Tin", out.fingerprint)
    with office.site() as site, site.database.reading() as session:
        assert [entry.title for entry in session.exec(select(FeedEntry))] == ["Tin"]


def test_an_entry_taken_back_leaves_the_plan(newsroom: Newsroom) -> None:
    newsroom.shows(item("Tin"))
    newsroom.look()
    keys = newsroom.office.root / "campaigns/thu/campaign.toml"
    text = keys.read_text(encoding="utf-8")
    keys.write_text(f'{text}\nwithout = ["rút bài"]\n', encoding="utf-8")
    newsroom.shows(item("Tin").replace("<title>Tin", "<title>Rút bài: Tin"))
    newsroom.look()
    assert [row.state for row in newsroom.deliveries()] == [State.CANCELLED]


def test_its_picture_goes_with_it_and_a_link_to_the_portal_says_where_readers_came_from(
    newsroom: Newsroom,
) -> None:
    into = io.BytesIO()
    Image.new("RGB", (640, 480), "navy").save(into, "PNG")
    address = f'<enclosure url="http://{newsroom.portal.host}/anh" type="image/png" length="1"/>'
    newsroom.shows(item("Có ảnh", address), item("Không ảnh"), picture=into.getvalue())
    newsroom.look()
    messages = {row.first_line: newsroom.message(row) for row in newsroom.deliveries()}
    with_picture, without = messages["Có ảnh"], messages["Không ảnh"]
    [medium] = with_picture.media
    assert (medium.path.read_bytes(), medium.alt) == (into.getvalue(), "Có ảnh")
    assert without.media == ()
    assert "utm_source=fanpage" in without.link
