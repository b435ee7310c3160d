"""Discord: the conformance suite, and what is Discord's alone."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.base import (
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.simulated.discord import BOT, CHANNEL, Platform
from channels.simulated.server import as_json
from channels.testing import ChannelConformance, DictJournal, StillClock, film, picture

LATER = timedelta(minutes=30)
"""When Discord has forgotten a nonce."""


def worded(message: Message, text: str) -> Message:
    return dataclasses.replace(message, body=Text(text, text))


def lost(channel: Channel[Any], stand_in: Platform, message: Message) -> DictJournal:
    """The notes of a message that went out and whose answer was lost."""
    journal = DictJournal()
    stand_in.faults.next("drop")
    with pytest.raises(AmbiguousError):
        channel.send(message, journal)
    return journal


def configured(channel: Channel[Any], /, **keys: Any) -> Channel[Any]:
    return type(channel)(channel.config.model_copy(update=keys), channel.context)


class TestDiscord(ChannelConformance):
    kind = "discord"

    # -- its words --------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "text",
        [
            "@everyone @here <@1100000000000000001> <@&1100000000000000002>",
            "# Thông báo\n> trích\n-# nhỏ\n2 * 3 * 4, _nghiêng_, `mã`, ~~bỏ~~, ||ẩn||",
            "Xem (https://vidu.vn/a_b_c*d) và [đây](https://vidu.vn/e_f).",
            "đường \\ dẫn",
        ],
    )
    def test_a_text_is_read_as_it_was_written(
        self, channel: Channel[Any], stand_in: Platform, message: Message, text: str
    ) -> None:
        channel.send(worded(message, text), DictJournal())
        assert stand_in.published()[0].text == text

    def test_an_address_is_not_escaped_and_what_would_be_markup_is(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        channel.send(worded(message, "*A* https://vidu.vn/a_b*c\n# #X"), DictJournal())
        (posted,) = stand_in.messages.values()
        assert posted.content == "\\*A\\* https://vidu.vn/a_b*c\n\\# #X"

    def test_what_has_to_be_escaped_counts_twice(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        limits = type(channel).limits(channel.config)
        longest = worded(message, "*" * 1_000)
        assert violations(longest, limits) == ()
        channel.send(longest, DictJournal())
        longer = worded(message, "*" * 1_000 + "a")
        assert [each.code for each in violations(longer, limits)] == ["text_long"]
        with pytest.raises(InvalidContentError):
            channel.send(longer, DictJournal())

    def test_an_emoji_counts_once(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        channel.send(worded(message, "🎉" * 2_000), DictJournal())
        assert violations(worded(message, "🎉" * 2_000), channel.limits(channel.config)) == ()

    def test_links_are_shown_without_previews_and_nobody_is_rung_where_that_is_wished(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        quiet = configured(channel, preview=False, silent=True)
        quiet.send(dataclasses.replace(message, key="b"), DictJournal())
        loud = dataclasses.replace(message, key="c", options={"preview": True, "silent": False})
        quiet.send(loud, DictJournal())
        assert [each.flags for each in stand_in.messages.values()] == [0, 1 << 2 | 1 << 12, 0]

    # -- its media --------------------------------------------------------------------------------

    def test_nine_pictures_and_a_film_are_one_message_with_their_alt_texts(
        self, channel: Channel[Any], stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictures = [picture(tmp_path, "navy", f"Ảnh {n}", side=20 + n) for n in range(9)]
        whole = dataclasses.replace(message, media=(*pictures, film(tmp_path)))
        assert violations(whole, channel.limits(channel.config)) == ()
        channel.send(whole, DictJournal())
        (published,) = stand_in.published()
        assert published.alts == tuple(each.alt for each in whole.media)

    def test_files_that_are_too_large_together_are_refused_before_anything_is_asked(
        self, channel: Channel[Any], stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        one = picture(tmp_path)
        heavy = dataclasses.replace(message, media=(one, one))
        small = configured(channel, post_max_bytes=2 * one.size_bytes - 1)
        with stand_in.unreachable(), pytest.raises(InvalidContentError):
            small.send(heavy, DictJournal())
        configured(channel, post_max_bytes=2 * one.size_bytes).send(heavy, DictJournal())
        assert stand_in.published()[0].media == 2

    # -- a doubt ----------------------------------------------------------------------------------

    def test_a_repeat_within_minutes_is_dropped_by_discord_itself(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        lost(channel, stand_in, message)
        receipt = channel.send(message, DictJournal())
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]

    def test_a_lost_message_is_found_long_after_its_nonce_is_forgotten(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since, journal = clock(), lost(channel, stand_in, message)
        clock.advance(LATER)
        found = channel.find(message, since, journal)
        assert found is not None
        assert [each.remote_id for each in stand_in.published()] == [found.remote_id]
        assert channel.send(message, journal) == found

    def test_the_same_words_of_an_earlier_post_are_not_this_one_however_clocks_go(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(dataclasses.replace(message, key="earlier"), DictJournal())
        journal, since = DictJournal(), clock() - timedelta(hours=1)
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, since, journal) is None

    def test_a_message_is_found_though_the_clock_here_is_ahead(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.write("chào")
        journal = lost(channel, stand_in, message)
        assert channel.find(message, clock() + timedelta(hours=1), journal) is not None

    def test_without_notes_it_is_looked_for_since_the_time_that_is_told(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        lost(channel, stand_in, message)
        assert channel.find(message, clock() + timedelta(minutes=1), DictJournal()) is not None
        assert channel.find(message, clock() + timedelta(hours=1), DictJournal()) is None

    def test_the_same_words_of_somebody_else_are_not_ours(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.write(message.body.plain)
        assert channel.find(message, clock(), journal) is None

    def test_a_post_that_was_reworded_meanwhile_is_still_found(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = lost(channel, stand_in, message)
        reworded = worded(message, "Lời khác hẳn.")
        assert channel.find(reworded, clock(), journal) is not None

    def test_a_text_is_known_again_though_discord_strips_signs_from_it(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = lost(channel, stand_in, worded(message, "Mời\u200b xem: „10/10“ "))
        (posted,) = stand_in.messages.values()
        posted.content = "Mời xem 10/10"
        assert channel.find(message, clock(), journal) is not None

    def test_a_picture_without_words_is_found_by_its_file(
        self,
        channel: Channel[Any],
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        mute = dataclasses.replace(worded(message, ""), media=(picture(tmp_path),))
        journal = lost(channel, stand_in, mute)
        assert channel.find(mute, clock(), journal) is not None
        other = dataclasses.replace(mute, key="another")
        assert channel.find(other, clock(), DictJournal()) is None

    def test_it_is_looked_for_below_a_hundred_messages_of_others(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.write("trước")
        journal = lost(channel, stand_in, message)
        for n in range(250):
            stand_in.write(f"Bình luận {n}")
        assert channel.find(message, clock(), journal) is not None

    def test_below_too_many_messages_a_person_looks(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = lost(channel, stand_in, message)
        for n in range(2_000):
            stand_in.write(f"Bình luận {n}")
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), journal)

    def test_a_bot_that_may_not_read_the_history_cannot_tell_and_says_so_beforehand(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = lost(channel, stand_in, message)
        stand_in.reads_history = False
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), journal)
        with pytest.raises(ForbiddenError):
            channel.identify()

    def test_who_is_refused_a_look_cannot_tell(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = lost(channel, stand_in, message)
        for after in range(3):
            stand_in.faults.next("forbidden", on="any", after=after)
            with pytest.raises(CannotTellError):
                channel.find(message, clock(), journal)

    def test_what_was_begun_in_another_channel_is_a_persons_to_settle(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = lost(channel, stand_in, message)
        moved = configured(channel, channel="1300000000000000000")
        with pytest.raises(CannotTellError, match="another channel"):
            moved.find(message, clock(), journal)

    @pytest.mark.parametrize("told", [{}, [None], [{"id": "x"}], [{"id": "9" * 19}]])
    def test_a_list_that_cannot_be_read_proves_nothing(
        self,
        channel: Channel[Any],
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
        told: object,
    ) -> None:
        journal = lost(channel, stand_in, message)
        monkeypatch.setattr(stand_in, "_listed", lambda _request: as_json(200, told))
        with pytest.raises(TransientError):
            channel.find(message, clock(), journal)

    def test_an_answer_without_an_id_leaves_a_doubt(
        self,
        channel: Channel[Any],
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(stand_in, "_take", lambda _request: as_json(200, {}))
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())

    # -- its errors -------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "code", "error"),
        [
            (404, 10003, ForbiddenError),
            (403, 50001, ForbiddenError),
            (401, 50014, CredentialsExpiredError),
            (403, 40001, CredentialsExpiredError),
            (403, 40004, TransientError),
            (400, 200000, InvalidContentError),
            (413, 40005, InvalidContentError),
            (429, 20028, RateLimitedError),
            (429, 40004, RateLimitedError),
            (503, 40004, AmbiguousError),
            (503, 130000, AmbiguousError),
        ],
    )
    def test_a_code_says_what_is_decided(
        self,
        channel: Channel[Any],
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        status: int,
        code: int,
        error: type[ChannelError],
    ) -> None:
        told = as_json(status, {"code": code, "message": "no"})
        monkeypatch.setattr(stand_in, "_take", lambda _request: told)
        with pytest.raises(error) as caught:
            channel.send(message, DictJournal())
        assert type(caught.value) is error

    def test_a_spent_allowance_is_minded_before_the_next_post(
        self, channel: Channel[Any], stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.left = 0
        channel.send(message, DictJournal())
        other = dataclasses.replace(message, key="another")
        with stand_in.unreachable(), pytest.raises(RateLimitedError) as caught:
            channel.send(other, DictJournal())
        assert caught.value.until == clock() + timedelta(seconds=5)
        clock.advance(timedelta(seconds=5))
        channel.send(other, DictJournal())
        assert len(stand_in.published()) == 2

    def test_a_forum_is_no_channel_to_post_in(
        self, channel: Channel[Any], stand_in: Platform
    ) -> None:
        stand_in.type = 15
        with pytest.raises(ForbiddenError):
            channel.identify()

    # -- its account, its figures -----------------------------------------------------------------

    def test_the_account_is_the_bot_in_its_channel_and_the_servers_members_follow(
        self, channel: Channel[Any], stand_in: Platform
    ) -> None:
        account = channel.identify()
        assert account.id == f"{BOT}@{CHANNEL}"
        assert account.name == "Sở KH&CN Ví Dụ #thong-bao"
        assert account.followers == 1_234
        assert stand_in.agents == {"DiscordBot (https://vidu.vn, 1)"}

    def test_a_message_nobody_answered_has_no_comments_rather_than_nought(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        assert channel.read([receipt])[receipt.remote_id].metrics == {"reactions": 0}
        stand_in.readers(receipt.remote_id, reactions=7, comments=3)
        found = channel.read([receipt])[receipt.remote_id].metrics
        assert found == {"reactions": 7, "comments": 3}

    def test_only_what_discord_does_not_know_is_gone(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.reads_history = False
        assert channel.read([receipt]) == {}
        stand_in.reads_history = True
        stand_in.messages.clear()
        assert not channel.read([receipt])[receipt.remote_id].exists
        assert channel.delete(receipt)

    def test_a_post_of_another_channel_is_still_read_and_taken_back_there(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        moved = configured(channel, channel="1300000000000000000")
        assert moved.read([receipt])[receipt.remote_id].exists
        assert moved.delete(receipt)
        assert stand_in.published() == ()

    def test_a_rate_limit_ends_the_readings(
        self, channel: Channel[Any], stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.faults.next("429", on="any")
        with pytest.raises(RateLimitedError):
            channel.read([receipt])
