"""``check`` on pictures: what a platform asks for is made of them, and what can't be is told."""

from __future__ import annotations

import pytest
from PIL import Image

from channels.testing import picture
from publisher.store import contents, deliveries
from tests.cli.office import Office, days_ahead

ZALO = """\
[channels.zalo]
adapter = "zalo"
title = "Zalo của tỉnh"
app_id = "1"
app_secret = "env:A"
refresh_token = "env:B"
"""

HOST = """
[media_host]
kind = "folder"
folder = "www"
url = "https://anh.example.vn"
"""

TIKTOK = """\
[channels.tiktok]
adapter = "tiktok"
title = "TikTok"
client_key = "env:A"
client_secret = "env:B"
refresh_token = "env:C"
"""


@pytest.fixture
def post(office: Office) -> Office:
    """The office with one post that has a PNG."""
    folder = office.campaign(keys='approvals = 0\nchannels = ["fanpage"]')
    card = picture(folder / "media", side=640).path.name
    keys = f'title = "Bài"\nmedia = [{{ file = "media/{card}", alt = "Thiệp" }}]'
    office.post("bai", days_ahead(3), keys=keys)
    return office


def on(office: Office, channel: str, schedule: str) -> None:
    office.schedule(schedule)
    office.campaign(keys=f'approvals = 0\nchannels = ["{channel}"]')


def test_a_picture_that_is_to_be_fetched_needs_a_place_to_fetch_it_from(post: Office) -> None:
    on(post, "zalo", ZALO)
    checked = post.run("check")
    assert checked.code == 1
    (line,) = checked.lines("Zalo của tỉnh fetches pictures")
    assert "bai.md:4" in line
    assert checked.lines("[media_host]")


def test_with_a_media_host_it_is_as_good_as_any(post: Office) -> None:
    on(post, "zalo", ZALO + HOST)
    checked = post.run("check")
    assert checked.code == 0, checked.out


def test_a_png_for_a_platform_that_takes_jpeg_alone_is_no_fault(post: Office) -> None:
    on(post, "tiktok", TIKTOK + HOST)
    checked = post.run("check")
    assert checked.code == 0, checked.out


def test_what_cant_be_made_is_told_of_the_officer_s_own_file(post: Office) -> None:
    on(post, "insta", '[channels.insta]\nadapter = "outbox"\nlike = "instagram"\ntitle = "Insta"')
    wide = picture(post.root / "campaigns/thu/media", side=640).path
    Image.new("RGB", (1200, 100), "navy").save(wide)
    checked = post.run("check")
    assert checked.code == 1
    assert checked.lines("“navy-640.png” is too wide or too tall")
    assert not checked.lines("doesn't take the format")


def test_what_is_planned_is_what_was_made(post: Office) -> None:
    on(post, "tiktok", TIKTOK + HOST)
    post.run("apply")
    with post.site() as site, site.database.reading() as session:
        (row,) = deliveries.matching(session)
        message = contents.load(session, row.fingerprint, "k", row.due_at)
    (medium,) = message.media
    assert medium.mime == "image/jpeg"
    assert medium.path.is_relative_to(post.root / "var/media")


def test_one_picture_for_a_platform_that_takes_none_is_said_of_one(post: Office) -> None:
    on(post, "kenh", '[channels.kenh]\nadapter = "outbox"\nlike = "youtube"\ntitle = "YouTube"')
    checked = post.run("check")
    assert checked.lines("YouTube takes no pictures; the post has 1.")
