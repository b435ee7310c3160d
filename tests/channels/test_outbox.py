"""The outbox publishes for real, into a folder: once under a key, escaped, and seen by readers."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from PIL import Image
from pydantic import ValidationError

from channels.base import (
    CannotTellError,
    Context,
    Dialect,
    Facet,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    Metric,
    Receipt,
    Settlement,
    Text,
    TransientError,
)
from channels.outbox.adapter import Adapter, OutboxConfig
from channels.outbox.folder import posts_in, set_views
from channels.outbox.post import TimelinePost
from channels.outbox.server import serve
from channels.outbox.timeline import timeline

NOW = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class Notes(dict[str, str]):
    """A journal that needs no disk: the outbox writes nothing into it."""

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        self[name] = value


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    path = tmp_path / "thiep.png"
    Image.new("RGB", (64, 48), "#0b63c7").save(path)
    content = path.read_bytes()
    return Media(
        path,
        hashlib.sha256(content).hexdigest(),
        "image/png",
        len(content),
        "Tấm thiệp đếm ngược",
        "Sở KH&CN",
        64,
        48,
    )


def message(key: str = "cds/2027/d-7/fanpage", **other: Any) -> Message:
    words = "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia."
    return replace(Message(key=key, body=Text(words, words), due_at=NOW), **other)


def outbox(root: Path, at: datetime = NOW, **keys: Any) -> Adapter:
    config = OutboxConfig(title="Sở KH&CN Đồng Tháp", **keys)
    return Adapter(config, Context("fanpage", lambda: at, lambda ref: "", root / "fanpage"))


def page_of(channel: Adapter) -> str:
    return (channel.folder / "index.html").read_text("utf-8")


def test_a_post_stands_on_the_page_with_its_picture_words_and_local_time(
    tmp_path: Path, picture: Media
) -> None:
    channel = outbox(tmp_path)
    receipt = channel.send(message(media=(picture,), hashtags=("ChuyenDoiSo",)), Notes())
    shown = page_of(channel)
    assert "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia." in shown
    assert 'alt="Tấm thiệp đếm ngược"' in shown
    assert f"media/{picture.sha256}.png" in shown
    assert "Chủ Nhật, 3/10/2027" in shown
    assert "08:00" in shown
    assert "#ChuyenDoiSo" in shown
    assert (
        channel.folder / f"media/{picture.sha256}.png"
    ).read_bytes() == picture.path.read_bytes()
    assert receipt.url.startswith("file://")
    assert receipt.url.endswith(f"index.html#post-{receipt.remote_id}")
    assert receipt.at == NOW


def test_a_repeat_under_the_same_key_gives_the_first_receipt_and_changes_nothing(
    tmp_path: Path,
) -> None:
    first = outbox(tmp_path).send(message(), Notes())
    again = outbox(tmp_path, NOW + timedelta(hours=1)).send(message(title="Khác"), Notes())
    assert again == first
    assert len(posts_in(tmp_path / "fanpage")) == 1
    assert "Khác" not in page_of(outbox(tmp_path))


def test_what_many_senders_publish_at_once_is_all_on_the_page_each_once(tmp_path: Path) -> None:
    def work() -> None:
        for number in range(5):
            outbox(tmp_path).send(message(f"post/{number}"), Notes())

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert page_of(outbox(tmp_path)).count('<div class="post"') == 5


def test_find_is_exact(tmp_path: Path) -> None:
    channel = outbox(tmp_path)
    receipt = channel.send(message("a"), Notes())
    assert channel.find(message("a"), NOW, Notes()) == receipt
    assert channel.find(message("b"), NOW, Notes()) is None
    assert Adapter.settlement is Settlement.NATIVE_KEY


def test_a_post_taken_back_is_off_the_page_and_gone_for_readers(tmp_path: Path) -> None:
    channel = outbox(tmp_path)
    receipt = channel.send(message(), Notes())
    assert channel.delete(receipt)
    assert "Chưa có bài đăng nào." in page_of(channel)
    assert not channel.read([receipt])[receipt.remote_id].exists
    assert not channel.delete(receipt)


@pytest.mark.parametrize("remote_id", ["../../etc/passwd", "..", "", "A" * 24, "0" * 24 + "/x"])
def test_an_id_that_is_no_id_of_ours_leads_nowhere(tmp_path: Path, remote_id: str) -> None:
    channel = outbox(tmp_path)
    channel.send(message(), Notes())
    forged = Receipt(remote_id, "", NOW)
    assert not channel.read([forged])[remote_id].exists
    assert not channel.delete(forged)


@pytest.mark.parametrize("like", ["facebook", "wordpress", "bluesky", ""])
def test_nothing_of_a_post_is_run_by_the_browser(tmp_path: Path, picture: Media, like: str) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>"
    channel = outbox(tmp_path, like=like)
    channel.send(
        message(
            body=Text(attack, attack, (Facet(0, 5, "link", "javascript:alert(4)"),)),
            title=attack,
            summary=attack,
            link="javascript:alert(5)" if like == "" else "https://a.vn/" + attack,
            hashtags=(attack,),
            media=(replace(picture, alt=attack, credit=attack, mime="image/svg+xml"),),
            replies=(Text(attack, attack),),
        ),
        Notes(),
    )
    shown = page_of(channel)
    for live in ("<script", "<svg onload", "<img src=x", 'href="javascript'):
        assert live not in shown
    assert not list((channel.folder / "media").glob("*.svg"))


def test_html_keeps_its_emphasis_lists_and_safe_links(tmp_path: Path) -> None:
    html = '<p>Còn <strong>7 ngày</strong></p><ul><li><a href="https://a.vn">Xem</a></li></ul>'
    channel = outbox(tmp_path, like="wordpress")
    channel.send(message(body=Text(html, "Còn 7 ngày Xem")), Notes())
    assert "<strong>7 ngày</strong>" in page_of(channel)
    assert '<a href="https://a.vn" rel="noopener noreferrer nofollow">Xem</a>' in page_of(channel)


def test_a_facets_link_leads_where_the_facet_says(tmp_path: Path) -> None:
    channel = outbox(tmp_path, like="bluesky")
    body = Text("Xem tại đây", "Xem tại đây", (Facet(4, 11, "link", "https://a.vn/x"),))
    channel.send(message(body=body), Notes())
    assert 'href="https://a.vn/x"' in page_of(channel)


def test_like_decides_limits_dialect_and_hashtags() -> None:
    def config(like: str) -> OutboxConfig:
        return OutboxConfig(like=like)

    assert Adapter.limits(config("facebook")).text_max == 63_206
    assert Adapter.dialect_for(config("bluesky")) is Dialect.FACETS
    assert Adapter.dialect_for(config("wordpress")) is Dialect.HTML
    assert Adapter.dialect_for(config("")) is Adapter.dialect
    assert Adapter.writes_hashtags_for(config("facebook"))
    assert not Adapter.writes_hashtags_for(config("wordpress"))


@pytest.mark.parametrize("wrong", ["myspace", "outbox", "apprise"])
def test_a_platform_that_cant_be_imitated_is_told_those_that_can(wrong: str) -> None:
    with pytest.raises(ValidationError) as caught:
        OutboxConfig(like=wrong)
    there_are = re.findall(r"'(\w+)'", caught.value.errors()[0]["msg"])
    assert "facebook" in there_are
    assert [OutboxConfig(like=name).like for name in there_are] == there_are


def test_a_rehearsal_says_so_and_leaves_the_real_folder_alone(tmp_path: Path) -> None:
    real = tmp_path / "that"
    channel = outbox(tmp_path, rehearsal=True, folder=real)
    channel.send(message(), Notes())
    assert "DIỄN TẬP — không đăng thật" in page_of(channel)
    assert not real.exists()
    assert "DIỄN TẬP" not in page_of_real(tmp_path)


def page_of_real(tmp_path: Path) -> str:
    channel = outbox(tmp_path, folder=tmp_path / "that")
    channel.send(message(), Notes())
    return page_of(channel)


def test_identify_is_the_channel_and_fails_where_the_folder_cannot_be(tmp_path: Path) -> None:
    assert outbox(tmp_path).identify().id == "fanpage"
    (tmp_path / "file").write_text("")
    with pytest.raises(ForbiddenError):
        outbox(tmp_path, folder=tmp_path / "file").identify()
    with pytest.raises(TransientError):
        outbox(tmp_path, folder=tmp_path / "file").send(message(), Notes())


def test_a_picture_that_is_gone_is_no_content_to_publish(tmp_path: Path, picture: Media) -> None:
    picture.path.unlink()
    channel = outbox(tmp_path)
    with pytest.raises(InvalidContentError):
        channel.send(message(media=(picture,)), Notes())
    assert not posts_in(channel.folder)


def test_a_broken_file_among_the_posts_is_passed_over(tmp_path: Path) -> None:
    channel = outbox(tmp_path)
    channel.send(message("a"), Notes())
    posts = channel.folder / "posts"
    (posts / ("0" * 24 + ".json")).write_text("{")
    (posts / ("1" * 24 + ".json")).write_text(json.dumps({"id": "1"}))
    channel.send(message("b"), Notes())
    assert len(posts_in(channel.folder)) == 2


def test_a_broken_record_is_an_error_of_the_contract(tmp_path: Path) -> None:
    channel = outbox(tmp_path)
    receipt = channel.send(message("a"), Notes())
    (channel.folder / "posts" / f"{receipt.remote_id}.json").write_text("{")
    with pytest.raises(TransientError):
        channel.send(message("a"), Notes())
    with pytest.raises(CannotTellError):
        channel.find(message("a"), NOW, Notes())
    with pytest.raises(TransientError):
        channel.delete(receipt)
    assert channel.read([receipt]) == {}


@contextmanager
def served(folder: Path) -> Iterator[str]:
    stop, told, address = threading.Event(), threading.Event(), []

    def ready(url: str) -> None:
        address.append(url)
        told.set()

    thread = threading.Thread(target=serve, args=(folder, "127.0.0.1", 0, stop, ready))
    thread.start()
    try:
        assert told.wait(5)
        yield address[0].rstrip("/")
    finally:
        stop.set()
        thread.join(5)


def test_views_are_counted_when_served_and_unknown_before(tmp_path: Path) -> None:
    channel = outbox(tmp_path)
    seen, unseen = (channel.send(message(key), Notes()) for key in ("a", "b"))
    assert views(channel, seen) == {}
    with served(channel.folder) as site:
        assert views(channel, seen) == {"views": 0}
        assert requests.get(f"{site}/post/{seen.remote_id}", timeout=5).ok
        assert requests.head(f"{site}/post/{seen.remote_id}", timeout=5).ok
        assert views(channel, seen) == {"views": 1}
        assert views(channel, unseen) == {"views": 0}
        assert requests.get(f"{site}/", timeout=5).ok
    assert views(channel, seen) == {"views": 2}
    assert views(channel, unseen) == {"views": 1}


def views(channel: Adapter, receipt: Receipt) -> Mapping[Metric, int]:
    return channel.read([receipt])[receipt.remote_id].metrics


def test_many_readers_at_once_are_all_counted(tmp_path: Path) -> None:
    channel = outbox(tmp_path)
    receipt = channel.send(message(), Notes())
    with served(channel.folder) as site:

        def look() -> None:
            for _ in range(5):
                requests.get(f"{site}/post/{receipt.remote_id}", timeout=10)

        readers = [threading.Thread(target=look) for _ in range(6)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert views(channel, receipt) == {"views": 30}


@pytest.mark.parametrize(
    "path",
    [
        "/posts",
        "/views.db",
        "/media/../views.db",
        "/media/..%2fviews.db",
        "/%2e%2e/file",
        "/post/x",
    ],
)
def test_no_address_leads_out_of_the_pages(tmp_path: Path, path: str) -> None:
    channel = outbox(tmp_path)
    channel.send(message(), Notes())
    with served(channel.folder) as site:
        request = requests.Request("GET", site).prepare()
        request.url = site + path
        with requests.Session() as session:
            assert session.send(request, timeout=5).status_code == 404


def test_a_page_carries_its_own_protection_and_media_their_type(
    tmp_path: Path, picture: Media
) -> None:
    channel = outbox(tmp_path)
    channel.send(message(media=(picture,)), Notes())
    with served(channel.folder) as site:
        front = requests.get(site + "/", timeout=5)
        medium = requests.get(f"{site}/media/{picture.sha256}.png", timeout=5)
        posted = requests.post(site + "/", timeout=5)
    assert "default-src 'none'" in front.headers["Content-Security-Policy"]
    assert medium.headers["Content-Type"] == "image/png"
    assert medium.headers["X-Content-Type-Options"] == "nosniff"
    assert posted.status_code == 405


def test_a_base_url_makes_the_receipt_lead_to_the_served_post(tmp_path: Path) -> None:
    channel = outbox(tmp_path, base_url="http://127.0.0.1:8057/")
    receipt = channel.send(message(), Notes())
    assert receipt.url == f"http://127.0.0.1:8057/post/{receipt.remote_id}"
    with served(channel.folder) as site:
        assert requests.get(f"{site}/post/{receipt.remote_id}", timeout=5).ok


def test_a_rehearsals_timeline_is_one_file_in_order_with_figures_and_pictures_inside(
    tmp_path: Path, picture: Media
) -> None:
    channel = outbox(tmp_path, like="facebook", rehearsal=True)
    receipt = channel.send(message(media=(picture,)), Notes())
    set_views(channel.folder, receipt.remote_id, 1234)
    later = TimelinePost(
        channel="@sokhcn",
        platform="x",
        at=NOW + timedelta(days=1),
        text="Ngày mai <b>10/10</b>",
        url="https://x.com/a",
        note="sau 2 lần gửi",
    )
    out = tmp_path / "timeline.html"
    timeline([later, *posts_in(channel.folder)], out, title="Diễn tập", zone=HANOI, rehearsal=True)
    shown = out.read_text("utf-8")
    assert shown.index("Chủ Nhật, 3/10/2027") < shown.index("Thứ Hai, 4/10/2027")
    assert "1.234 lượt xem" in shown
    assert "sau 2 lần gửi" in shown
    assert "data:image/jpeg;base64," in shown
    assert "Ngày mai &lt;b&gt;10/10" in shown
    assert "DIỄN TẬP — không đăng thật" in shown
    assert 'src="media/' not in shown
