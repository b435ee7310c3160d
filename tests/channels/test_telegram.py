"""Telegram: the conformance suite, and what is Telegram's alone."""

from __future__ import annotations

import dataclasses
import json
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.wrappers import Request, Response

from channels.base import (
    AmbiguousError,
    CannotTellError,
    Context,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.simulated.telegram.platform import CHAT_ID, MEMBERS, TOKEN, USERNAME, Platform
from channels.telegram import preview
from channels.telegram.adapter import Adapter, TelegramConfig
from channels.testing import ChannelConformance, DictJournal, StillClock, picture


def made(stand_in: Platform, clock: StillClock, **keys: Any) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = TelegramConfig.model_validate({"adapter": "telegram", **stand_in.config(), **keys})
    return Adapter(config, Context("telegram", clock, stand_in.secrets().__getitem__, Path()))


def clip(folder: Path, mime: str = "video/mp4", size: int = 900) -> Media:
    path = folder / f"tep.{mime.rpartition('/')[2]}"
    path.write_bytes(b"\0" * size)
    return Media(path, "0" * 64, mime, size, "Đoạn phim")


class TestTelegram(ChannelConformance):
    kind = "telegram"

    # -- what is sent -----------------------------------------------------------------------------

    def test_markup_is_telegram_s_and_readers_see_the_words(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        body = Text(
            'Còn <b>7</b> ngày: <a href="https://a.vn/?b=1&amp;c">xem</a>', "Còn 7 ngày: xem"
        )
        channel.send(dataclasses.replace(message, body=body), DictJournal())
        assert stand_in.published()[0].text == "Còn 7 ngày: xem"

    def test_markup_that_isnt_telegram_s_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        wrong = dataclasses.replace(message, body=Text("<p>Chào</p>", "Chào"))
        with pytest.raises(InvalidContentError, match="Unsupported start tag"):
            channel.send(wrong, DictJournal())

    @pytest.mark.parametrize("mime", ["video/mp4", "application/pdf"])
    def test_a_video_or_a_document_goes_with_its_caption(
        self, channel: Adapter, stand_in: Platform, message: Message, mime: str, tmp_path: Path
    ) -> None:
        filed = dataclasses.replace(message, media=(clip(tmp_path, mime),))
        assert violations(filed, Adapter.limits(channel.config)) == ()
        channel.send(filed, DictJournal())
        assert stand_in.published()[0].media == 1
        assert "Còn 7 ngày" in stand_in.published()[0].text

    def test_an_album_may_mix_pictures_and_videos(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        mixed = dataclasses.replace(message, media=(picture(tmp_path), clip(tmp_path)))
        assert violations(mixed, Adapter.limits(channel.config)) == ()
        receipt = channel.send(mixed, DictJournal())
        assert receipt.remote_id == "41,42"
        assert receipt.url.endswith("/41")

    def test_a_caption_is_shorter_than_a_text(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        limits = Adapter.limits(channel.config)
        for length, codes in ((1_024, []), (1_025, ["caption_long"])):
            body = Text("ă" * length, "ă" * length)
            captioned = dataclasses.replace(message, body=body, media=(picture(tmp_path),))
            assert [violation.code for violation in violations(captioned, limits)] == codes
        with pytest.raises(InvalidContentError, match="caption is too long"):
            channel.send(captioned, DictJournal())

    def test_a_file_that_is_no_picture_is_invalid(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        broken = dataclasses.replace(clip(tmp_path), mime="image/png")
        with pytest.raises(InvalidContentError, match="IMAGE_PROCESS_FAILED"):
            channel.send(dataclasses.replace(message, media=(broken,)), DictJournal())

    # -- wishes -----------------------------------------------------------------------------------

    def test_a_post_is_pinned_where_that_is_wished(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(dataclasses.replace(message, options={"pin": True}), DictJournal())
        assert stand_in.published()[0].pinned

    @pytest.mark.parametrize("may_pin", [True, False])
    def test_a_pin_that_fails_leaves_the_post_sent(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        may_pin: bool,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        stand_in.may_pin = may_pin
        if may_pin:
            stand_in.faults.next("drop", after=1, on="any")
        receipt = channel.send(dataclasses.replace(message, options={"pin": True}), DictJournal())
        assert receipt.remote_id == stand_in.published()[0].remote_id
        assert "not pinned" in caplog.text

    def test_an_attempt_that_died_before_the_pin_is_not_sent_again(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        first = channel.send(message, journal)
        again = channel.send(dataclasses.replace(message, options={"pin": True}), journal)
        assert again == first
        assert [published.pinned for published in stand_in.published()] == [True]

    @pytest.mark.parametrize(
        ("hour_utc", "options", "silent"),
        [(1, {}, False), (16, {}, True), (22, {}, True), (16, {"silent": False}, False)],
    )
    def test_nights_are_silent_unless_the_post_says_otherwise(
        self,
        stand_in: Platform,
        clock: StillClock,
        message: Message,
        hour_utc: int,
        options: dict[str, Any],
        silent: bool,
    ) -> None:
        channel = made(stand_in, clock, silent_from="22:00", silent_to="06:00")
        clock.now = datetime(2027, 10, 3, hour_utc, tzinfo=UTC)
        channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.silent() == (silent,)

    # -- whose channel ----------------------------------------------------------------------------

    def test_identify_gives_the_name_and_the_members(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (str(CHAT_ID), f"@{USERNAME}")
        assert account.followers == MEMBERS

    def test_a_bot_that_may_not_post_is_found_out_before_it_does(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.may_post = False
        with pytest.raises(ForbiddenError, match="make it an administrator"):
            channel.identify()

    def test_a_channel_that_isnt_there_is_forbidden_not_invalid(
        self, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        with pytest.raises(ForbiddenError, match="chat not found"):
            made(stand_in, clock, chat="@khong_co_that").send(message, DictJournal())

    def test_a_channel_without_a_public_name_has_an_address_for_its_members(
        self, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        stand_in.public = False
        channel = made(stand_in, clock)
        receipt = channel.send(message, DictJournal())
        assert receipt.url == "https://t.me/c/1234567890/41"
        assert channel.read([receipt]) == {}
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    def test_posts_stay_with_the_channel_that_was_proved_though_its_name_changes_hands(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.identify()
        stand_in.username = "ten_moi"
        receipt = channel.send(message, DictJournal())
        assert receipt.url.endswith("/ten_moi/41")
        assert channel.delete(receipt)

    # -- errors -----------------------------------------------------------------------------------

    def test_a_rate_limit_lasts_as_long_as_telegram_says(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(seconds=35)

    def test_a_chat_that_moved_names_its_new_number(
        self, clock: StillClock, message: Message
    ) -> None:
        moved = {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: group chat was upgraded",
        }
        answer = Response(json.dumps(moved | {"parameters": {"migrate_to_chat_id": -100777}}), 400)
        with Odd(clock, answer) as stand_in, pytest.raises(ForbiddenError, match='"-100777"'):
            made(stand_in, clock).send(message, DictJournal())

    @pytest.mark.parametrize(
        "body",
        [
            *("<html>", "[]", "{}", '{"ok": true}', '{"ok": true, "result": {}}', '{"ok": false}'),
            '{"ok": true, "result": {"message_id": 1, "date": 99999999999999, "chat": {"id": 1}}}',
        ],
    )
    def test_a_yes_that_names_no_message_is_ambiguous(
        self, clock: StillClock, message: Message, body: str
    ) -> None:
        with Odd(clock, Response(body)) as stand_in:
            channel = made(stand_in, clock)
            with pytest.raises(AmbiguousError):
                channel.send(message, DictJournal())
            with pytest.raises(TransientError):
                channel.identify()

    # -- looking and reading ----------------------------------------------------------------------

    def test_the_same_text_of_long_ago_proves_nothing(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(days=365))
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    def test_what_the_journal_knows_needs_no_looking(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        receipt = channel.send(message, journal)
        with stand_in.unreachable():
            assert channel.find(message, clock(), journal) == receipt

    def test_views_are_read_as_rounded_as_they_are_shown(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=1_234, reactions=5)
        assert channel.read([receipt])[receipt.remote_id].metrics == {"views": 1_200}

    def test_older_posts_are_read_on_older_pages(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipts = [channel.send(message, DictJournal()) for _ in range(45)]
        wanted = [receipts[0], receipts[20], receipts[44]]
        for count, receipt in enumerate(wanted, 1):
            stand_in.readers(receipt.remote_id, views=count)
        read = channel.read(wanted)
        assert [read[receipt.remote_id].metrics["views"] for receipt in wanted] == [1, 2, 3]

    def test_a_message_that_is_gone_already_counts_as_taken_back(
        self, channel: Adapter, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        assert channel.delete(receipt)
        assert channel.delete(receipt)

    def test_an_album_is_taken_back_whole(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        album = dataclasses.replace(message, media=(picture(tmp_path), clip(tmp_path)))
        receipt = channel.send(album, DictJournal())
        first = dataclasses.replace(receipt, remote_id=receipt.remote_id.split(",")[0])
        assert channel.delete(first)
        assert channel.delete(receipt), "though its first picture is gone already"
        assert stand_in.published() == ()

    def test_no_log_holds_the_token(
        self, channel: Adapter, message: Message, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        channel.send(message, DictJournal())
        assert TOKEN.partition(":")[2] not in caplog.text


class Odd(Platform):
    """A Telegram that gives one answer to everything."""

    def __init__(self, clock: StillClock, given: Response) -> None:
        super().__init__(clock)
        self._given = given

    def answer(self, request: Request) -> Response:
        return self._given


@pytest.mark.parametrize("keys", [{"chat": "sokhcn"}, {"silent_from": "22:00"}, {"timezone": "VN"}])
def test_a_wrong_configuration_is_refused(keys: dict[str, Any]) -> None:
    right = {"adapter": "telegram", "token": "env:T", "chat": "@sokhcn"}
    TelegramConfig.model_validate(right)
    with pytest.raises(ValidationError):
        TelegramConfig.model_validate(right | keys)


@pytest.mark.parametrize(
    ("shown", "count"),
    [
        ("984", 984),
        ("1.2K", 1_200),
        ("15K", 15_000),
        ("3.05M", 3_050_000),
        ("", None),
        ("many", None),
    ],
)
def test_shown_counts_are_read(shown: str, count: int | None) -> None:
    assert preview.count(shown) == count


def test_the_preview_s_words_are_read_with_their_breaks_and_emoji() -> None:
    page = (
        '<div class="tgme_widget_message js-widget_message" data-post="a/12"><div class="'
        'tgme_widget_message_text js-message_text">Còn <b>7</b><br/><i class="emoji"><b>🔥</b></i>'
        '</div><div><span class="tgme_widget_message_views">1K</span>'
        '<time datetime="2027-10-03T01:00:00+00:00">08:00</time></div></div>'
    )
    (seen,) = preview.messages(page)
    assert (seen.message_id, seen.text, seen.views) == (12, "Còn 7\n🔥", 1_000)
    assert seen.at == datetime(2027, 10, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("shown", ["Cố lên ❤!", "Cố  lên ❤\ufe0f!", "\u200bCố lên ❤!"])
def test_a_text_is_one_though_telegram_changed_what_nobody_sees(shown: str) -> None:
    assert preview.same("Cố lên ❤️!", shown)


@given(st.text(alphabet='<>/="abct tgme_widget_message_textdata-post19&;', max_size=200))
def test_any_page_can_be_read(page: str) -> None:
    preview.messages(f'<div class="tgme_widget_message" data-post="a/1">{page}')
