"""X: the conformance suite, and what is X's alone."""

from __future__ import annotations

import dataclasses
import logging
import time
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.wrappers import Request, Response

from channels.base import (
    AmbiguousError,
    CannotTellError,
    ChannelError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    Receipt,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.simulated.x.platform import FOLLOWERS, USER_ID, USERNAME, Platform
from channels.testing import ChannelConformance, DictJournal, StillClock, picture
from channels.x.adapter import Adapter, XConfig
from channels.x.counting import weight
from channels.x.text import matching


def made(stand_in: Platform, clock: StillClock, **keys: Any) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = XConfig.model_validate({"adapter": "x", **stand_in.config(), **keys})
    return Adapter(config, Context("x", clock, stand_in.secrets().__getitem__, Path()))


def threaded(message: Message) -> Message:
    parts = ("Phần hai.", "Phần ba.")
    return dataclasses.replace(message, replies=tuple(Text(part, part) for part in parts))


def clip(folder: Path) -> Media:
    path = folder / "phim.mp4"
    path.write_bytes(b"\0" * 900)
    return Media(path, "0" * 64, "video/mp4", 900, "Đoạn phim")


class TestX(ChannelConformance):
    kind = "x"

    def test_identify_gives_the_name_and_the_followers(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (USER_ID, f"@{USERNAME}")
        assert account.followers == FOLLOWERS

    # -- doubts -----------------------------------------------------------------------------------

    def test_a_thread_broken_off_in_doubt_is_looked_up_and_finished(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        thread, journal, since = threaded(message), DictJournal(), clock()
        stand_in.faults.next("drop", after=1)
        with pytest.raises(AmbiguousError):
            channel.send(thread, journal)
        assert channel.find(thread, since, journal) is None, "its third post is missing"
        receipt = channel.send(thread, journal)
        assert receipt.remote_id.split(",") == [each.remote_id for each in stand_in.published()]
        assert len(stand_in.published()) == 3

    def test_a_repeat_that_x_refuses_is_ours_where_we_had_begun(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=5))
        receipt = channel.send(message, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_repeat_of_an_older_post_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        with pytest.raises(InvalidContentError, match="duplicate content"):
            channel.send(message, DictJournal())

    def test_a_repeat_that_cant_be_looked_up_stays_in_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        stand_in.may_search = False
        with pytest.raises(AmbiguousError, match="can't be looked up"):
            channel.send(message, DictJournal())

    def test_an_account_that_may_not_search_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.may_search = False
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    def test_a_picture_without_words_cant_be_told_from_others(
        self, channel: Adapter, message: Message, clock: StillClock, tmp_path: Path
    ) -> None:
        silent = dataclasses.replace(message, body=Text("", ""), media=(picture(tmp_path),))
        with pytest.raises(CannotTellError):
            channel.find(silent, clock(), DictJournal())

    def test_an_older_post_of_the_same_words_isnt_this_one(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        assert channel.find(message, clock(), DictJournal()) is None

    def test_a_post_with_pictures_and_links_is_found_among_many(
        self, channel: Adapter, message: Message, clock: StillClock, tmp_path: Path
    ) -> None:
        since = clock()
        words = "Xem sokhcn.example.vn, https://example.vn/a?b=1&c=2 và <b>"
        ours = dataclasses.replace(message, body=Text(words, words), media=(picture(tmp_path),))
        receipt = channel.send(ours, DictJournal())
        for number in range(120):
            text = Text(f"Bài {number}", f"Bài {number}")
            channel.send(dataclasses.replace(message, body=text), DictJournal())
        found = channel.find(ours, since, DictJournal())
        assert found is not None
        assert (found.remote_id, found.url) == (receipt.remote_id, receipt.url)

    @pytest.mark.parametrize("ahead", [timedelta(minutes=5), timedelta(minutes=14)])
    def test_a_clock_that_is_ahead_of_x_s_hides_no_post(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        ahead: timedelta,
    ) -> None:
        stand_in.clock = lambda: clock() - ahead
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.remote_id == stand_in.published()[0].remote_id

    def test_another_thread_s_part_of_the_same_words_is_not_ours(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        more = Text("Xem thêm tại cổng.", "Xem thêm tại cổng.")
        other = dataclasses.replace(message, body=Text("Bài khác.", "Bài khác."), replies=(more,))
        ours, journal, since = dataclasses.replace(message, replies=(more,)), DictJournal(), clock()
        stand_in.faults.next("refuse", after=1)
        with pytest.raises(AmbiguousError):
            channel.send(ours, journal)
        channel.send(other, DictJournal())
        assert channel.find(ours, since, journal) is None
        channel.send(ours, journal)
        first, _, _, last = stand_in.published()
        assert (last.text, last.reply_to) == (more.plain, first.remote_id)

    def test_a_repeat_refused_after_a_doubt_is_never_called_absent(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.list_lags = True
        assert channel.find(message, since, journal) is None, "X shows nothing, and says nothing"
        with pytest.raises(AmbiguousError, match="refuses the post as a repeat"):
            channel.send(message, journal)
        with pytest.raises(CannotTellError):
            channel.find(message, since, journal)
        stand_in.list_lags = False
        found = channel.find(message, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]

    # -- errors -----------------------------------------------------------------------------------

    def test_posts_wait_where_no_credits_are_left(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.has_credits = False
        with pytest.raises(CredentialsExpiredError, match="credits"):
            channel.send(message, DictJournal())
        assert stand_in.published() == ()

    @pytest.mark.parametrize(
        ("used_up", "wait_s"),
        [
            ((), 900),
            (("day_is_over",), 36_000),
            (("app_is_over",), 72_000),
            (("day_is_over", "app_is_over"), 72_000),
        ],
    )
    def test_a_rate_limit_lasts_until_the_last_of_those_that_are_used_up_ends(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        used_up: tuple[str, ...],
        wait_s: int,
    ) -> None:
        for name in used_up:
            setattr(stand_in, name, True)
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(seconds=wait_s)

    def test_after_the_last_post_that_is_allowed_none_is_tried_until_x_says(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.left = 1
        channel.send(message, DictJournal())
        another = dataclasses.replace(message, key="hai", body=Text("Bài hai.", "Bài hai."))
        with pytest.raises(RateLimitedError) as caught:
            channel.send(another, DictJournal())
        assert caught.value.until == clock() + timedelta(minutes=15)
        assert len(stand_in.published()) == 1
        clock.advance(timedelta(minutes=15))
        stand_in.left = 9
        channel.send(another, DictJournal())
        assert len(stand_in.published()) == 2

    @pytest.mark.parametrize(
        "body", ["<html>", "[]", "{}", "[" * 5_000, '{"data": []}', '{"data": {"id": 1.5}}']
    )
    def test_a_yes_that_names_no_post_is_ambiguous(
        self, clock: StillClock, message: Message, body: str
    ) -> None:
        with Odd(clock, Response(body)) as stand_in:
            channel = made(stand_in, clock)
            with pytest.raises(AmbiguousError):
                channel.send(message, DictJournal())
            with pytest.raises(TransientError):
                channel.identify()

    @pytest.mark.parametrize("body", ["[]", '{"errors": "no"}', '{"errors": [1]}', '"no"'])
    def test_a_no_of_a_strange_form_is_still_an_error_of_the_contract(
        self, clock: StillClock, message: Message, body: str
    ) -> None:
        with Odd(clock, Response(body, 403)) as stand_in, pytest.raises(ChannelError):
            made(stand_in, clock).send(message, DictJournal())

    def test_no_log_holds_a_secret(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        channel.send(message, DictJournal())
        assert not any(secret in caplog.text for secret in stand_in.secrets().values())
        assert "oauth_signature" not in caplog.text

    # -- media ------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("mime", "alts"), [("video/mp4", ("",)), ("image/gif", ("Trống đồng",))]
    )
    def test_what_moves_goes_up_in_pieces_and_is_waited_for(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        mime: str,
        alts: tuple[str, ...],
    ) -> None:
        path = tmp_path / "clip"
        path.write_bytes(b"\0" * 2_500_000)
        moving = Media(path, "0" * 64, mime, 2_500_000, "Trống đồng")
        channel.send(dataclasses.replace(message, media=(moving,)), DictJournal())
        (published,) = stand_in.published()
        assert (published.media, published.alts) == (1, alts)

    def test_an_animated_gif_goes_alone(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        still = picture(tmp_path)
        moving = dataclasses.replace(still, mime="image/gif")
        with pytest.raises(InvalidContentError, match="alone"):
            channel.send(dataclasses.replace(message, media=(moving, still)), DictJournal())

    def test_an_upload_that_fails_leaves_no_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        for fault in ("drop", "500", "refuse"):
            stand_in.faults.next(fault, on="any")
            with pytest.raises(TransientError):
                channel.send(pictured, DictJournal())

    def test_pictures_go_up_once_though_the_post_is_tried_twice(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured = dataclasses.replace(
            message, media=(picture(tmp_path), picture(tmp_path, "teal"))
        )
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        stand_in.faults.next("500", after=1, on="any")  # a second request is one too many
        channel.send(pictured, journal)
        assert stand_in.published()[0].media == 2

    def test_a_picture_changed_between_two_attempts_is_the_one_that_is_posted(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        wrong, right = picture(tmp_path, "navy", "Ảnh sai"), picture(tmp_path, "teal", "Ảnh đúng")
        journal = DictJournal()
        stand_in.faults.next("forbidden")
        with pytest.raises(ForbiddenError):
            channel.send(dataclasses.replace(message, media=(wrong,)), journal)
        channel.send(dataclasses.replace(message, media=(right,)), journal)
        assert [each.alts for each in stand_in.published()] == [("Ảnh đúng",)]

    def test_each_upload_has_its_own_age(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        two = dataclasses.replace(message, media=(picture(tmp_path), picture(tmp_path, "teal")))
        journal = DictJournal()
        stand_in.faults.next("500", after=2, on="any")
        with pytest.raises(TransientError):
            channel.send(two, journal)
        clock.advance(timedelta(hours=19))
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(two, journal)
        clock.advance(timedelta(hours=19))
        uploads = len(stand_in.media_ids())
        channel.send(two, journal)
        assert len(stand_in.media_ids()) == uploads + 1, "the first is too old by now"

    def test_pictures_go_up_anew_after_x_refused_the_post_for_good(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        stand_in.forget_media()
        with pytest.raises(InvalidContentError, match="media IDs are invalid"):
            channel.send(pictured, journal)
        channel.send(pictured, journal)
        assert stand_in.published()[0].media == 1

    def test_a_video_that_x_works_on_for_long_goes_up_once(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
    ) -> None:
        stand_in.looks_until_processed = 130
        film, journal = clip(tmp_path), DictJournal()
        moving = dataclasses.replace(message, media=(film,))
        for _attempt in range(2):
            with pytest.raises(TransientError, match="still being processed"):
                channel.send(moving, journal)
        channel.send(moving, journal)
        assert len(stand_in.media_ids()) == 1
        assert stand_in.published()[0].media == 1

    def test_a_video_that_is_ready_at_once_is_not_asked_for(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.looks_until_processed = 0
        channel.send(dataclasses.replace(message, media=(clip(tmp_path),)), DictJournal())
        assert stand_in.published()[0].media == 1

    # -- afterwards -------------------------------------------------------------------------------

    def test_a_post_that_is_gone_is_read_as_gone(self, channel: Adapter, message: Message) -> None:
        receipt = channel.send(message, DictJournal())
        channel.delete(receipt)
        assert not channel.read([receipt])[receipt.remote_id].exists

    def test_clicks_are_read_for_young_posts_where_that_is_asked(
        self, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        channel = made(stand_in, clock, non_public_metrics=True)
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, impressions=50, clicks=7)
        assert channel.read([receipt])[receipt.remote_id].metrics["clicks"] == 7
        clock.advance(timedelta(days=31))
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert "clicks" not in metrics
        assert metrics["impressions"] == 50

    def test_more_posts_than_one_question_takes_are_all_read(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        gone = [Receipt(str(number), "", clock()) for number in range(1, 130)]
        readings = channel.read([*gone, receipt])
        assert len(readings) == 130
        assert readings[receipt.remote_id].exists

    def test_a_thread_is_taken_back_whole(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        assert channel.delete(channel.send(threaded(message), DictJournal()))
        assert stand_in.published() == ()


class Odd(Platform):
    """An X that gives one answer to everything."""

    def __init__(self, clock: StillClock, given: Response) -> None:
        super().__init__(clock)
        self._given = given

    def answer(self, request: Request) -> Response:
        return self._given


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("àăđơư", 5),
        ("ảẵếổữ", 10),  # letters of Latin Extended Additional weigh as much as an emoji
        ("Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia", 52),
        ("Xem https://example.vn/mot/duong/dan/that/la/dai?rat=dai&va=con-dai-nua", 27),
        ("日本", 4),
        ("🔥", 2),
    ],
)
def test_a_text_weighs_what_x_says(text: str, units: int) -> None:
    assert weight(text) == units


def test_a_run_of_a_thousand_dots_is_weighed_at_once() -> None:
    run = "nhẹ n" + "a." * 20_000 + "a"
    began = time.process_time()
    assert weight(run) == len(run) + 1
    assert time.process_time() - began < 5


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặầẩẫấậèẻẽéẹ ,.", max_size=80))
def test_vietnamese_weighs_the_same_however_it_is_composed(text: str) -> None:
    assert weight(unicodedata.normalize("NFD", text)) == weight(text)


_PIECES = [
    "à",
    "ế",
    "e\u0302\u0301",
    " ",
    "\n",
    "\r\n",
    "\r",
    ".",
    "…",
    "“",
    "–",
    "•",
    "日",
    "🔥",
    "©",
    "1\ufe0f\u20e3",
]
_ADDRESSES = ["https://a.vn/bai/1?x=ế", "b.com", "www.c.gov.vn", "@lan", "#ngày", "http://xn--a"]


@given(st.lists(st.sampled_from(_PIECES + _ADDRESSES)).map("".join))
def test_a_text_weighs_what_twitter_text_says(text: str) -> None:
    found = weight(text)
    # Loaded by then, in silence: by itself it warns of what only its makers can change.
    weight("🔥")
    from twitter_text import parse_tweet

    assert found == (parse_tweet(text).weightedLength if text else 0)


def test_no_emoji_is_without_a_sign_that_only_emoji_have() -> None:
    others = (chr(code) for code in range(0x203C) if chr(code) not in "©®")
    weight("🔥")
    from twitter_text.extract_emojis import extract_emojis_with_indices

    assert extract_emojis_with_indices("".join(others)) == []


def test_a_long_text_is_measured_by_its_weight(tmp_path: Path) -> None:
    config = XConfig(
        adapter="x",
        consumer_key="env:A",
        consumer_secret="env:B",
        access_token="env:C",
        access_token_secret="env:D",
    )
    for text, codes in (("日" * 140, []), ("日" * 141, ["text_long"])):
        message = Message("k", Text(text, text), StillClock()())
        assert [each.code for each in violations(message, Adapter.limits(config))] == codes


def test_a_part_is_taken_for_ours_only_where_it_continues_our_thread() -> None:
    def post(number: str, before: str = "") -> dict[str, Any]:
        links = [{"type": "quoted", "id": "7"}, {"type": "replied_to", "id": before}]
        return {"id": number, "text": "Xem thêm.", "referenced_tweets": links if before else []}

    shown = [post("5", before="4"), post("3", before="2"), post("1")]
    assert matching(shown, "Xem thêm.", []) == shown[2]
    assert matching(shown, "Xem thêm.", ["2"]) == shown[1]
    assert matching(shown, "Xem thêm.", ["6"]) is None


@pytest.mark.parametrize(
    ("ours", "shown"),
    [
        ("Cố lên ❤️!", "Cố lên ❤!"),
        ("\u200bGia đình 👨\u200d👩\u200d👧", "Gia đình 👨👩👧"),
        ("\u200fمرحبا 2027\u200e", "مرحبا 2027"),
        (unicodedata.normalize("NFD", "Chuyển đổi số"), "Chuyển đổi\u00a0số"),
    ],
)
def test_a_text_is_found_though_x_changed_what_nobody_sees(ours: str, shown: str) -> None:
    assert matching([{"id": "1", "text": shown}], ours, []) is not None
