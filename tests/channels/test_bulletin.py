"""The commune loudspeaker: the right slot, whole sheets, everything in words, each post once."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from channels.base import (
    AmbiguousError,
    Channel,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.bulletin.adapter import Adapter
from channels.bulletin.config import BulletinConfig
from channels.bulletin.desk import next_slot
from channels.limits import violations
from channels.simulated.bulletin import Platform
from channels.testing import START, ChannelConformance, DictJournal, StillClock, pictured

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


class TestBulletin(ChannelConformance):
    kind = "bulletin"

    def test_a_picture_is_published_with_its_text(
        self, channel: Channel[BulletinConfig], stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        """Nobody misses a picture at a loudspeaker: its text is read, and nothing said of it."""
        with_picture = pictured(channel, message, tmp_path, 1)
        channel.send(with_picture, DictJournal())
        (sheet,) = stand_in.sheets().values()
        assert "Còn bảy ngày" in sheet
        assert with_picture.media[0].alt not in sheet

    def test_several_pictures_are_one_post(
        self, channel: Channel[BulletinConfig], stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        channel.send(pictured(channel, message, tmp_path, 3), DictJournal())
        assert len(stand_in.published()) == 1

    def test_the_sheet_is_there_with_the_day_the_time_it_takes_and_the_words(
        self, channel: Channel[BulletinConfig], stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        (name, sheet), *others = stand_in.sheets().items()
        assert not others
        assert name == "2027-10-03/1700.txt"
        assert "Chủ nhật ngày 03/10/2027" in sheet
        assert "Thời gian đọc: khoảng" in sheet
        assert "Còn bảy ngày nữa đến Ngày Chuyển đổi số quốc gia mười tháng mười." in sheet

    def test_a_repeat_in_a_later_slot_stays_in_its_first_one(
        self,
        channel: Channel[BulletinConfig],
        stand_in: Platform,
        message: Message,
        clock: StillClock,
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("500")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(hours=12))
        channel.send(message, journal)
        assert list(stand_in.sheets()) == ["2027-10-03/1700.txt"]
        assert len(stand_in.published()) == 1

    def test_a_post_that_the_webhook_refused_until_its_slot_was_over_is_read_in_the_next(
        self,
        channel: Channel[BulletinConfig],
        stand_in: Platform,
        message: Message,
        clock: StillClock,
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(message, journal)
        clock.advance(timedelta(hours=12))
        channel.send(message, journal)
        assert list(stand_in.sheets()) == ["2027-10-04/0530.txt"]

    def test_a_disk_that_fails_after_the_webhook_took_it_doesn_t_call_it_again(
        self, channel: Channel[BulletinConfig], stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        items = channel.context.workdir / "items"
        items.rmdir()
        items.write_text("no folder", encoding="utf-8")
        with pytest.raises(TransientError):
            channel.send(message, journal)
        items.unlink()
        stand_in.faults.next("invalid")
        channel.send(message, journal)
        assert len(stand_in.published()) == len(stand_in.sheets()) == 1


class Desk:
    """A desk without a webhook."""

    def __init__(self, root: Path, **keys: object) -> None:
        self.clock = StillClock()
        self.folder = root / "loa"
        config = BulletinConfig.model_validate({"folder": self.folder, **keys})
        self.channel = Adapter(config, Context("loa", self.clock, str, root / "workdir"))

    def send(self, key: str, text: str, title: str = "") -> None:
        message = Message(key=key, body=Text(text, text), due_at=START, title=title)
        self.channel.send(message, DictJournal())

    def sheet(self, name: str = "2027-10-03/1700.txt") -> str:
        return (self.folder / name).read_text("utf-8")


def test_several_posts_of_a_slot_are_numbered_on_one_sheet_in_their_order(tmp_path: Path) -> None:
    desk = Desk(tmp_path, intro="Sau đây là bản tin của UBND tỉnh.", outro="Xin chào.")
    desk.send("a", "Tin đầu.", "Chuyển đổi số")
    desk.clock.advance(timedelta(minutes=5))
    desk.send("b", "Tin sau.")
    sheet = desk.sheet()
    said = sheet.partition("─\n\n")[2]
    assert said.split("\n\n") == [
        "Sau đây là bản tin của Ủy ban nhân dân tỉnh.",
        "Tin thứ nhất.\nChuyển đổi số\nTin đầu.",
        "Tin thứ hai.\nTin sau.",
        "Xin chào.\n",
    ]
    assert "Số tin: 2" in sheet


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2027-10-03T05:29", "2027-10-03T05:30"),
        ("2027-10-03T05:30", "2027-10-03T17:00"),
        ("2027-10-03T17:00", "2027-10-04T05:30"),
        ("2027-12-31T23:59", "2028-01-01T05:30"),
    ],
)
def test_a_post_is_read_in_the_next_slot(now: str, slot: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    assert next_slot(at, ("17:00", "05:30")) == slot


def test_a_post_that_the_disk_refused_until_its_slot_was_over_is_read_in_the_next(
    tmp_path: Path,
) -> None:
    desk, journal = Desk(tmp_path), DictJournal()
    message = Message(key="a", body=Text("Tin.", "Tin."), due_at=START)
    desk.folder.write_text("no folder", encoding="utf-8")
    with pytest.raises(TransientError):
        desk.channel.send(message, journal)
    desk.folder.unlink()
    desk.clock.advance(timedelta(hours=12))
    desk.channel.send(message, journal)
    assert "Tin." in desk.sheet("2027-10-04/0530.txt")


def test_a_desk_that_cant_be_read_is_a_matter_of_later(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    message = Message(key="a", body=Text("Tin.", "Tin."), due_at=START)
    receipt = desk.channel.send(message, DictJournal())
    record = tmp_path / "workdir" / "items" / f"{receipt.remote_id}.json"
    record.unlink()
    record.mkdir()
    with pytest.raises(TransientError):
        desk.channel.send(message, DictJournal())
    with pytest.raises(TransientError):
        desk.channel.find(message, START, DictJournal())
    with pytest.raises(TransientError):
        desk.channel.delete(receipt)


def test_a_post_taken_back_is_off_the_sheet_and_an_empty_sheet_is_gone(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.send("a", "Tin đầu.")
    message = Message(key="b", body=Text("Tin sau.", "Tin sau."), due_at=START)
    receipt = desk.channel.send(message, DictJournal())
    assert desk.channel.delete(receipt)
    assert "Tin sau" not in desk.sheet()
    assert not desk.channel.delete(receipt)
    first = desk.channel.find(dataclasses.replace(message, key="a"), START, DictJournal())
    assert first is not None
    assert desk.channel.delete(first)
    assert not (desk.folder / "2027-10-03/1700.txt").exists()


def test_what_takes_too_long_to_read_is_told_by_its_syllables(tmp_path: Path) -> None:
    config = BulletinConfig.model_validate({"folder": tmp_path, "a_minute": 60, "seconds_max": 10})
    limits = Adapter.limits(config)
    ten, more = ("một " * count for count in (10, 11))
    message = Message(key="k", body=Text(ten, ten), due_at=START)
    assert violations(message, limits) == ()
    longer = dataclasses.replace(message, body=Text(more, more))
    assert [one.code for one in violations(longer, limits)] == ["text_long"]


def test_a_date_counts_by_what_is_read_of_it(tmp_path: Path) -> None:
    limits = Adapter.limits(BulletinConfig.model_validate({"folder": tmp_path}))
    assert limits.measure("10/10/2027") == 12


def test_a_folder_that_cant_be_written_is_told_before_anything_is_due(tmp_path: Path) -> None:
    (tmp_path / "loa").write_text("no folder", encoding="utf-8")
    with pytest.raises(ForbiddenError, match="can't be written"):
        Desk(tmp_path).channel.identify()


@pytest.mark.parametrize(
    "keys",
    [{"slots": ["25:00"]}, {"slots": []}, {"url": "http://loa.vn/", "secret": "env:A"}],
)
def test_keys_that_cant_work_are_refused(tmp_path: Path, keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        BulletinConfig.model_validate({"folder": tmp_path, **keys})


def test_a_webhook_without_a_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="needs its secret"):
        BulletinConfig.model_validate({"folder": tmp_path, "url": "https://loa.example.vn/"})


def test_a_secret_of_another_form_is_told_before_anything_is_due(tmp_path: Path) -> None:
    desk = Desk(tmp_path, url="https://loa.example.vn/tin", secret="env:LOA")
    with pytest.raises(CredentialsExpiredError, match="whsec_"):
        desk.channel.identify()
