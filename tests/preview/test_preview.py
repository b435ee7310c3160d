"""The preview shows every planned post as its channel will, with all that an approver must see."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from channels.base import Media, Message, Text
from publisher.campaign.model import Anchor, Campaign, CampaignFile, FrontMatter, Post
from publisher.files.faults import Fault, Severity
from publisher.i18n import speaking
from publisher.planning.model import Identity, PlannedDelivery, Slot
from publisher.preview import as_text, build
from publisher.preview import page as preview_page
from publisher.settings import Settings
from publisher.settings.office import Office

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def settings() -> Settings:
    return Settings(
        office=Office(name="Sở Khoa học và Công nghệ"),
        channels={
            "fanpage": {"adapter": "outbox", "like": "facebook", "title": "Sở KH&CN"},
            "portal": {"adapter": "outbox", "like": "wordpress", "title": "Cổng thông tin"},
            "bluesky": {"adapter": "outbox", "like": "bluesky"},
            "ban-tin": {
                "adapter": "email",
                "title": "Bản tin",
                "host": "localhost",
                "security": "none",
                "sender": "tin@example.vn",
                "subscribers": "list.txt",
            },
        },
    )


def campaign(folder: Path) -> Campaign:
    post = Post(
        "con-7-ngay",
        folder / "posts" / "con-7-ngay.md",
        FrontMatter.model_validate({"when": "D-7 08:00"}),
        "",
        1,
    )
    file = CampaignFile(
        title="Ngày Chuyển đổi số quốc gia",
        owner="Phòng Chuyển đổi số",
        anchor=Anchor(every="10-10"),
        channels=("fanpage",),
    )
    return Campaign("chuyen-doi-so", folder, file, (post,))


def planned(
    channel: str = "fanpage", day: int = 3, hour: int = 8, approvals: int = 1, **other: Any
) -> PlannedDelivery:
    local = datetime(2027, 10, day, hour, 0, tzinfo=HANOI)
    words = other.pop("words", "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia. #ChuyenDoiSo")
    message = Message(
        key=f"chuyen-doi-so/2027/con-7-ngay/{channel}",
        body=Text(words, words),
        due_at=local.astimezone(UTC),
    )
    slot = Slot(
        Identity("chuyen-doi-so", 2027, "con-7-ngay", channel),
        local.astimezone(UTC),
        local,
        date(2027, 10, 10),
        timedelta(hours=2),
        approvals,
    )
    return PlannedDelivery(slot, replace(message, **other))


def picture(folder: Path, side: int = 1200) -> Media:
    path = folder / "thiep.png"
    Image.effect_noise((side, side), 80).convert("RGB").save(path)
    content = path.read_bytes()
    return Media(
        path,
        hashlib.sha256(content).hexdigest(),
        "image/png",
        len(content),
        "Tấm thiệp đếm ngược",
        width=side,
        height=side,
    )


def shown(
    tmp_path: Path, deliveries: Sequence[PlannedDelivery], faults: Sequence[Fault] = ()
) -> tuple[str, str]:
    """The page and the text, in English (the catalogue is another's)."""
    with speaking("en"):
        given = (faults, [campaign(tmp_path)])
        build(deliveries, settings(), tmp_path / "preview.html", *given)
        html = (tmp_path / "preview.html").read_text("utf-8")
        return html, as_text(deliveries, settings(), *given)


def test_every_post_is_shown_with_its_channel_its_local_time_and_its_words(tmp_path: Path) -> None:
    for form in shown(tmp_path, [planned(), planned("bluesky", hour=9)]):
        assert "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia." in form
        assert "08:00" in form
        assert "09:00" in form
        assert "fanpage" in form
        assert "bluesky" in form
        assert "Sunday, 3 October 2027" in form
        assert "2 posts in the plan" in form


def test_posts_stand_by_campaign_and_then_by_day(tmp_path: Path) -> None:
    deliveries = [planned(day=10), planned(day=3), planned("portal", day=3, title="Tin")]
    for form in shown(tmp_path, deliveries):
        assert form.count("Ngày Chuyển đổi số quốc gia</h2>") <= 1
        assert form.count("3 October 2027") == 1
        assert form.index("Phòng Chuyển đổi số") < form.index("3 October")
        assert form.index("3 October") < form.index("10 October")


def test_lengths_are_told_against_the_limits_of_the_platform(tmp_path: Path) -> None:
    long = planned("bluesky", words="a" * 301)
    for form in shown(tmp_path, [long, planned(words="x" * 212)]):
        assert "301 / 300" in form
        assert "212 / 63,206" in form
    html, text = shown(tmp_path, [long])
    assert "class=over>text 301 / 300" in html
    assert "301 / 300 characters !" in text


def test_approvals_warnings_and_alt_texts_are_there_to_be_seen(tmp_path: Path) -> None:
    of_post = Fault(
        tmp_path / "posts" / "con-7-ngay.md",
        2,
        "hours",
        "It goes out at night.",
        "Take 08:00.",
        Severity.WARNING,
    )
    elsewhere = Fault(tmp_path / "schedule.toml", 4, "key", "An unknown key.")
    deliveries = [planned(approvals=2, media=(picture(tmp_path),))]
    for form in shown(tmp_path, deliveries, [of_post, elsewhere]):
        assert "needs 2 approvals" in form
        assert form.count("It goes out at night. Take 08:00.") == 1
        assert "Tấm thiệp đếm ngược" in form
        assert "An unknown key." in form


def test_pictures_are_inside_the_page_small_and_once_however_many_show_them(
    tmp_path: Path,
) -> None:
    mockup = picture(tmp_path)
    html, _ = shown(tmp_path, [planned(media=(mockup,)), planned("bluesky", media=(mockup,))])
    ((name, inside),) = re.findall(r'<image id="([^"]+)" href="(data:image/jpeg[^"]+)"', html)
    assert len(inside) < 200_000
    assert html.count(f'<use href="#{name}"/>') == 2
    assert html.count('aria-label="Tấm thiệp đếm ngược"') == 2
    assert "src=" not in html


def test_beyond_a_bound_pictures_are_shown_by_their_description(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview_page, "_MOST_PICTURES_BYTES", 1000)
    html, _ = shown(tmp_path, [planned(media=(picture(tmp_path),))])
    assert "data:image" not in html
    assert "<span>Tấm thiệp đếm ngược</span>" in html


@pytest.mark.parametrize("channel", ["fanpage", "portal", "bluesky", "ban-tin"])
def test_nothing_of_a_post_is_run_by_the_browser(tmp_path: Path, channel: str) -> None:
    delivery = planned(
        channel, words=ATTACK, title=ATTACK, summary=ATTACK, link="javascript:alert(3)"
    )
    html, _ = shown(tmp_path, [delivery])
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="javascript' not in html


def test_html_is_shown_as_it_will_look(tmp_path: Path) -> None:
    body = Text("<p>Còn <strong>7 ngày</strong></p>", "Còn 7 ngày")
    html, text = shown(tmp_path, [planned("portal", body=body, title="Tin")])
    assert "<strong>7 ngày</strong>" in html
    assert "| Còn 7 ngày" in text


def test_the_page_is_read_without_scripts_and_filtered_with_them(tmp_path: Path) -> None:
    one, _ = shown(tmp_path, [planned()])
    two, _ = shown(tmp_path, [planned(), planned("portal", title="Tin")])
    assert "<script>" not in one
    assert '<nav class="bar" hidden>' in two
    assert two.count('class="post" data-channel=') == 2


def test_nothing_planned_is_said(tmp_path: Path) -> None:
    html, text = shown(tmp_path, [])
    assert "Nothing is planned in this time." in html
    assert "0 posts in the plan" in text


def test_a_loudspeaker_s_post_is_shown_as_it_is_read(tmp_path: Path) -> None:
    desk = {"adapter": "bulletin", "title": "Loa xã", "folder": str(tmp_path)}
    office = settings().model_copy(update={"channels": {"loa": desk}})
    pictured = picture(tmp_path)
    delivery = planned("loa", words="UBND mời bà con ngày 10/10/2027.")
    message = replace(delivery.message, summary="Tóm tắt", media=(pictured,), hashtags=("CDS",))
    with speaking("vi"):
        text = as_text([replace(delivery, message=message)], office, (), [campaign(tmp_path)])
    assert "Ủy ban nhân dân mời bà con ngày mười tháng mười năm hai nghìn" in text
    assert "tiếng" in text
    for unread in ("10/10", "Tóm tắt", "CDS", pictured.alt):
        assert unread not in text
