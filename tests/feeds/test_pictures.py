"""The picture of an entry: found in whatever way feeds have it, fetched, bounded, kept."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.wrappers import Request, Response

from publisher.clock import MovedClock
from publisher.feeds.entries import parse
from publisher.feeds.pictures import MAX_BYTES
from publisher.settings.feeds import Feeds
from publisher.store.database import Database
from tests.feeds.conftest import Portal, item
from tests.feeds.desk import Desk, standing
from tests.security.internet import PUBLIC, Internet

PAGE = "https://portal.example.vn/tin/1"
SPACES = (
    'xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
)
JPEG = 'url="https://a.vn/a.jpg"'


def feed(*items: str) -> str:
    inside = "".join(f"<item>{one}</item>" for one in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {SPACES}><channel>'
        f"<title>Cổng</title>{inside}</channel></rss>"
    )


def pictures(more: str) -> list[tuple[str, str]]:
    """Those of an entry with this in it: address and alt."""
    body = feed(f"<guid>1</guid><title>Tin</title><link>{PAGE}</link>{more}")
    [entry] = parse(body.encode(), "https://portal.example.vn/rss")
    return [(picture.url, picture.alt) for picture in entry.pictures]


@pytest.mark.parametrize(
    "more",
    [
        f'<media:content {JPEG} medium="image"/>',
        f'<media:content {JPEG} type="image/jpeg"/>',
        f"<media:content {JPEG}/>",
        f"<media:thumbnail {JPEG}/>",
        f'<media:group><media:content {JPEG} medium="image"/></media:group>',
        f'<enclosure {JPEG} type="image/jpeg" length="9"/>',
        "<description>&lt;img src='https://a.vn/a.jpg'&gt; Lời</description>",
        "<content:encoded><![CDATA[<p>Lời <IMG class=x SRC=https://a.vn/a.jpg></p>]]>"
        "</content:encoded>",
    ],
)
def test_a_picture_is_found_in_whatever_way_a_feed_has_it(more: str) -> None:
    assert pictures(more) == [("https://a.vn/a.jpg", "")]


def test_the_best_guess_comes_first() -> None:
    more = (
        '<media:thumbnail url="https://a.vn/nho.jpg" width="100"/>'
        '<media:content url="https://a.vn/vua.jpg" medium="image" width="640"/>'
        '<media:content url="https://a.vn/lon.jpg" medium="image" width="1280"/>'
    )
    assert [url for url, _alt in pictures(more)] == [
        "https://a.vn/lon.jpg",
        "https://a.vn/vua.jpg",
        "https://a.vn/nho.jpg",
    ]


def test_what_the_feed_says_that_a_picture_shows_comes_with_it() -> None:
    described = (
        f"<description>Lời</description><media:content {JPEG}>"
        "<media:description>Bà con học</media:description></media:content>"
    )
    assert pictures(described) == [("https://a.vn/a.jpg", "Bà con học")]
    drawn = '<description>&lt;img alt="Lớp &amp;amp; thầy" src="/a.jpg"&gt;</description>'
    assert pictures(drawn) == [("https://portal.example.vn/a.jpg", "Lớp & thầy")]


@pytest.mark.parametrize(
    "more",
    [
        '<enclosure url="https://a.vn/a.mp3" type="audio/mpeg" length="9"/>',
        '<media:content url="https://a.vn/a.mp4" medium="video"/>',
        "<description>&lt;img src='data:image/png;base64,AAAA'&gt;</description>",
        "<description>&lt;img src='javascript:alert(1)'&gt;</description>",
        "<description>&lt;img&gt;&lt;img src='http://['&gt;</description>",
        f'<media:thumbnail url="https://a.vn/{"a" * 3000}.jpg"/>',
    ],
)
def test_what_is_no_picture_on_the_web_is_none(more: str) -> None:
    assert pictures(more) == []


def drawn(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
    into = io.BytesIO()
    Image.new("RGB", (width, height), "navy").save(into, kind)
    return into.getvalue()


def serves(portal: Portal, body: str, files: Mapping[str, bytes | int]) -> None:
    """Let the portal serve ``body`` at /rss, and these files or statuses."""

    def answer(request: Request) -> Response:
        found = files.get(request.path, body)
        return Response("", found) if isinstance(found, int) else Response(found)

    portal.answer = answer


def shown(portal: Portal, *names: str, title: str = "Tin") -> str:
    media = "".join(
        f'<media:content url="http://{portal.host}{name}" medium="image"/>' for name in names
    )
    return feed(item(title, media))


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """The outside world, on this machine."""
    return Internet(monkeypatch)


@pytest.fixture
def desk(database: Database, clock: MovedClock, portal: Portal, tmp_path: Path) -> Desk:
    made = Desk(database, clock, portal, var=tmp_path / "var")
    made.look()
    return made


def kept(desk: Desk, title: str = "Tin") -> bytes | None:
    """The bytes that are kept of an entry's picture."""
    name = desk.entries()[title].picture
    return (desk.settings.media_folder / name).read_bytes() if name else None


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_picture_of_an_entry_that_goes_out_is_kept_by_its_content(
    desk: Desk, portal: Portal, kind: str
) -> None:
    picture = drawn(kind=kind)
    serves(portal, shown(portal, "/anh"), {"/anh": picture})
    desk.look_later()
    assert kept(desk) == picture
    entry = desk.entries()["Tin"]
    assert (entry.picture_url, entry.picture_alt) == (f"http://{portal.host}/anh", "Tin")


@pytest.mark.parametrize(
    "broken",
    [
        404,
        b"<html>Not found</html>",
        b"",
        drawn()[:900],
        drawn(1, 1, "GIF"),
        drawn(640, 100),
        drawn(13_000, 200),
        b"\xff\xd8" + b"x" * MAX_BYTES,
    ],
    ids=["missing", "a page", "empty", "cut off", "a counter", "a strip", "endless", "too large"],
)
def test_a_picture_that_cant_be_used_is_passed_over_for_the_next_or_none(
    desk: Desk, portal: Portal, broken: bytes | int
) -> None:
    serves(portal, shown(portal, "/hong", title="Một"), {"/hong": broken})
    assert desk.look_later() == 1
    assert kept(desk, "Một") is None
    good = drawn()
    serves(portal, shown(portal, "/hong", "/anh", title="Hai"), {"/hong": broken, "/anh": good})
    desk.look_later()
    assert kept(desk, "Hai") == good


def test_no_picture_is_fetched_of_what_does_not_go_out(
    database: Database, clock: MovedClock, portal: Portal, tmp_path: Path
) -> None:
    desk = Desk(database, clock, portal, var=tmp_path / "var", keywords=["khác"])
    serves(portal, shown(portal, "/anh"), {"/anh": drawn()})
    desk.look()
    serves(portal, shown(portal, "/anh", title="Nữa"), {"/anh": drawn()})
    desk.look_later()
    assert [request.path for request in portal.asked] == ["/rss", "/rss"]


def test_a_corrected_picture_is_fetched_anew(desk: Desk, portal: Portal) -> None:
    old, new = drawn(), drawn(800, 600)
    serves(portal, shown(portal, "/cu"), {"/cu": old})
    desk.look_later()
    body = shown(portal, "/moi").replace("<title>Tin<", "<title>Tin đã sửa<")
    serves(portal, body, {"/moi": new})
    desk.look_later()
    assert kept(desk, "Tin đã sửa") == new


@pytest.mark.parametrize("trusts_the_feed", [True, False])
def test_a_strangers_feed_leads_to_no_picture_inside_the_office(
    desk: Desk, portal: Portal, internet: Internet, trusts_the_feed: bool
) -> None:
    internet.says("cong.example.vn", [PUBLIC])
    internet.stands[PUBLIC, 80] = portal.port
    inside = Portal()
    inside.says(drawn())
    trusted = (inside.host, *(["cong.example.vn"] if trusts_the_feed else []))
    desk.settings = desk.settings.model_copy(update={"feeds": Feeds(trusted_hosts=trusted)})
    desk.campaigns = [standing("tin", "http://cong.example.vn/rss")]
    try:
        portal.shows()
        desk.look_later()
        portal.says(feed(item("Tin", f'<media:content url="{inside.url}" medium="image"/>')))
        assert desk.look_later() == 1
        # What an administrator trusts is trusted with what stands on a trusted host alone.
        assert bool(inside.asked) is trusts_the_feed
        assert (kept(desk) is not None) is trusts_the_feed
    finally:
        inside.close()
