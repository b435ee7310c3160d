"""The feed: what a reader's program finds in it, each post once, and never a half-written file."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest

from channels.base import (
    AmbiguousError,
    Channel,
    Context,
    ForbiddenError,
    InvalidContentError,
    Message,
    Settlement,
    Text,
)
from channels.rss.adapter import Adapter, RssConfig
from channels.simulated import StandIn
from channels.simulated.rss import URL, Platform
from channels.testing import START, ChannelConformance, DictJournal, StillClock, picture


class TestRss(ChannelConformance):
    kind = "rss"

    def test_a_repeat_under_one_key_is_one_post_and_the_first_receipt(
        self, channel: Channel[RssConfig], stand_in: StandIn, message: Message, clock: StillClock
    ) -> None:
        first = channel.send(message, DictJournal())
        clock.advance(timedelta(hours=1))
        assert channel.send(message, DictJournal()) == first
        assert len(stand_in.published()) == 1
        assert channel.settlement is Settlement.NATIVE_KEY

    def test_what_was_sent_is_found_exactly(
        self, channel: Channel[RssConfig], message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        assert channel.find(message, clock(), DictJournal()) == receipt

    def test_a_post_whose_feed_couldnt_be_made_is_in_it_after_a_repeat(
        self, channel: Channel[RssConfig], stand_in: Platform, message: Message
    ) -> None:
        feed = channel.config.file
        feed.mkdir(parents=True)
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())
        feed.rmdir()
        channel.send(message, DictJournal())
        assert len(stand_in.published()) == 1

    def test_the_feed_shows_the_newest_and_keeps_no_more(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        few = Adapter(channel.config.model_copy(update={"size": 2}), channel.context)
        for number in range(3):
            clock.advance(timedelta(minutes=1))
            words = Text(f"<p>Bài {number}</p>", f"Bài {number}")
            few.send(dataclasses.replace(message, key=str(number), body=words), DictJournal())
        assert [each.title for each in stand_in.published()] == ["Bài 1", "Bài 2"]

    def test_a_picture_lies_beside_the_feed_for_the_same_web_server(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        medium = picture(tmp_path)
        channel.send(dataclasses.replace(message, media=(medium,)), DictJournal())
        (entry,) = feedparser.parse(channel.config.file.read_bytes()).entries
        (enclosure,) = entry.enclosures
        folder = URL.rpartition("/")[0]
        assert enclosure.href.startswith(f"{folder}/chuyen-doi-so-media/")
        place = channel.config.file.parent / enclosure.href.removeprefix(f"{folder}/")
        assert place.read_bytes() == medium.path.read_bytes()

    def test_a_picture_that_is_gone_is_no_content_to_publish(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        lost = dataclasses.replace(picture(tmp_path), path=tmp_path / "gone.png")
        with pytest.raises(InvalidContentError):
            channel.send(dataclasses.replace(message, media=(lost,)), DictJournal())
        assert stand_in.published() == ()


def feed_of(tmp_path: Path, message: Message, **keys: object) -> feedparser.FeedParserDict:
    config = RssConfig.model_validate({"file": tmp_path / "www/tin.xml", "url": URL, **keys})
    channel = Adapter(config, Context("tin", StillClock(), str, tmp_path / "workdir"))
    channel.send(message, DictJournal())
    found = feedparser.parse(config.file.read_bytes())
    assert not found.bozo
    return found


MESSAGE = Message(
    key="k",
    body=Text("<p>Nộp hồ sơ <strong>tại nhà</strong></p>", "Nộp hồ sơ tại nhà"),
    due_at=START,
    title="Ngày Chuyển đổi số",
    summary="Nộp hồ sơ ở đâu cũng được",
    link="https://dongthap.example.vn/10-10?a=1&b=2",
    hashtags=("ChuyenDoiSo", "NghiQuyet57"),
)


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_reader_s_program_finds_all_of_a_post(tmp_path: Path, form: str) -> None:
    found = feed_of(tmp_path, MESSAGE, format=form, title="Tin chuyển đổi số")
    assert found.version == {"atom": "atom10", "rss": "rss20"}[form]
    assert found.feed.title == "Tin chuyển đổi số"
    (entry,) = found.entries
    assert (entry.title, entry.link) == (MESSAGE.title, MESSAGE.link)
    assert entry.id.startswith("tag:congthong.vidu.example.vn,2027:")
    assert [tag.term for tag in entry.tags] == ["ChuyenDoiSo", "NghiQuyet57"]
    text = entry.content[0].value if form == "atom" else entry.summary
    assert "<strong>tại nhà</strong>" in text


def test_a_post_without_a_title_is_called_by_how_it_begins(tmp_path: Path) -> None:
    long = "Chuyển đổi số " * 20
    message = dataclasses.replace(MESSAGE, title="", body=Text(f"<p>{long}</p>", long))
    (entry,) = feed_of(tmp_path, message).entries
    assert entry.title.startswith("Chuyển đổi số")
    assert len(entry.title) <= 81
    assert entry.title.endswith("…")


def test_an_id_that_is_no_id_of_ours_takes_nothing_away(tmp_path: Path) -> None:
    config = RssConfig.model_validate({"file": tmp_path / "www/tin.xml", "url": URL})
    channel = Adapter(config, Context("tin", StillClock(), str, tmp_path / "workdir"))
    receipt = channel.send(MESSAGE, DictJournal())
    outside = tmp_path / "outside.json"
    outside.write_text("{}", encoding="utf-8")
    assert not channel.delete(dataclasses.replace(receipt, remote_id="../../outside"))
    assert outside.exists()


def test_a_folder_that_cant_be_written_is_told_before_anything_is_due(tmp_path: Path) -> None:
    (tmp_path / "www").write_text("no folder", encoding="utf-8")
    config = RssConfig.model_validate({"file": tmp_path / "www/tin.xml", "url": URL})
    channel = Adapter(config, Context("tin", StillClock(), str, tmp_path / "workdir"))
    with pytest.raises(ForbiddenError, match="can't be written"):
        channel.identify()
