"""YouTube: the conformance suite, and what is YouTube's alone."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
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
from channels.simulated.youtube.answers import no
from channels.simulated.youtube.platform import CHANNEL_ID, HANDLE, SUBSCRIBERS, TITLE, Platform
from channels.simulated.youtube.sessions import UNIT_BYTES
from channels.testing import SEAL, ChannelConformance, DictJournal, StillClock, picture, settled
from channels.youtube.adapter import Adapter, YouTubeConfig
from channels.youtube.line import midnight_after
from channels.youtube.text import tags_within

Made = Callable[..., Adapter]


@pytest.fixture
def made(stand_in: Platform, clock: StillClock, tmp_path: Path) -> Made:
    """Another adapter of the same channel, as another worker has it, with ``keys`` laid over."""

    def make(**keys: Any) -> Adapter:
        whole = {"adapter": "youtube", **stand_in.config(), **keys}
        secrets = stand_in.secrets().__getitem__
        context = Context("youtube", clock, secrets, tmp_path / "workdir", seal=SEAL)
        return Adapter(YouTubeConfig.model_validate(whole), context)

    return make


def clip(folder: Path, size_bytes: int, fill: str = "a") -> Media:
    """A video of ``size_bytes``, whose bytes differ from piece to piece."""
    content = b"".join(f"{fill}{number:07}".encode() for number in range(size_bytes // 8 + 1))
    return filed(folder / f"phim-{fill}.mp4", content[:size_bytes], "video/mp4", "Phim ngắn")


def subtitles(folder: Path) -> Media:
    words = "1\n00:00:00,000 --> 00:00:02,000\nXin chào\n".encode()
    return filed(folder / "phim.srt", words, "application/x-subrip", "Tiếng Việt")


def filed(path: Path, content: bytes, mime: str, alt: str) -> Media:
    path.write_bytes(content)
    return Media(path, hashlib.sha256(content).hexdigest(), mime, len(content), alt)


def with_media(message: Message, *media: Media) -> Message:
    return dataclasses.replace(message, media=media)


def wishing(message: Message, **options: Any) -> Message:
    return dataclasses.replace(message, options=options)


class TestYouTube(ChannelConformance):
    kind = "youtube"

    def test_identify_gives_the_handle_and_the_subscribers(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        account = channel.identify()
        assert (account.id, account.name, account.followers) == (CHANNEL_ID, HANDLE, SUBSCRIBERS)
        stand_in.hides_subscribers = True
        assert channel.identify().followers is None

    def test_an_account_without_a_channel_is_the_wrong_one(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.has_channel = False
        with pytest.raises(CredentialsExpiredError, match="no YouTube channel"):
            channel.identify()

    # -- what is sent -----------------------------------------------------------------------------

    def test_a_video_has_all_that_is_known_of_it(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        tagged = dataclasses.replace(message, hashtags=("ChuyenDoiSo", "NghiQuyet57"))
        channel.send(tagged, DictJournal())
        (video,) = stand_in.videos()
        assert video.snippet == {
            "title": message.title,
            "description": message.body.written,
            "tags": ["ChuyenDoiSo", "NghiQuyet57"],
            "categoryId": "22",
            "defaultLanguage": "vi",
        }
        assert video.content == message.media[0].path.read_bytes()
        assert (video.privacy, video.made_for_kids, video.notified) == ("public", False, True)

    def test_an_officer_s_wishes_go_before_the_configuration(
        self, stand_in: Platform, message: Message, made: Made
    ) -> None:
        channel = made(privacy="private", category_id="25", notify_subscribers=False)
        channel.send(message, DictJournal())
        wished = {"privacy": "unlisted", "category": "27", "made_for_kids": True, "notify": True}
        channel.send(wishing(message, **wished), DictJournal())
        usual, special = stand_in.videos()
        assert (usual.privacy, usual.snippet["categoryId"], usual.notified) == (
            "private",
            "25",
            False,
        )
        assert (special.privacy, special.snippet["categoryId"]) == ("unlisted", "27")
        assert (special.made_for_kids, special.notified) == (True, True)
        assert [each.remote_id for each in stand_in.published()] == [special.number]

    @pytest.mark.parametrize(
        "options",
        [
            {"privacy": "secret"},
            {"made_for_kids": "no"},
            {"notify": 1},
            {"category": 27},
            {"pin": 1},
        ],
    )
    def test_a_wish_that_youtube_doesnt_know_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError):
            channel.send(wishing(message, **options), DictJournal())
        assert stand_in.sessions.opened == 0

    @pytest.mark.parametrize("field", ["title", "body"])
    def test_angle_brackets_are_refused_before_anything_goes_up(
        self, channel: Adapter, stand_in: Platform, message: Message, field: str
    ) -> None:
        words: Any = "Số liệu < 5" if field == "title" else Text("a > b", "a > b")
        with pytest.raises(InvalidContentError, match="no < or >"):
            channel.send(dataclasses.replace(message, **{field: words}), DictJournal())
        assert stand_in.sessions.opened == 0

    def test_what_isnt_one_video_is_invalid(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        video, still, words = message.media[0], picture(tmp_path), subtitles(tmp_path)
        paper = filed(tmp_path / "a.pdf", b"%PDF-1.7", "application/pdf", "Văn bản")
        for media in ((), (video, video), (still,), (video, still, still), (video, paper)):
            with pytest.raises(InvalidContentError, match="one video"):
                channel.send(with_media(message, *media), DictJournal())
        gif = dataclasses.replace(still, mime="image/gif")
        with pytest.raises(InvalidContentError, match="JPEG"):
            channel.send(with_media(message, video, gif, words), DictJournal())

    def test_limits_are_what_the_stand_in_takes(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        limits = Adapter.limits(channel.config)
        for count, codes in ((1_666, []), (1_667, ["text_long"])):
            body = Text("ế" * count, "ế" * count)  # three bytes each
            long = dataclasses.replace(message, body=body, title="ă" * 100)
            assert [each.code for each in violations(long, limits)] == codes
        with pytest.raises(InvalidContentError, match="invalidDescription"):
            channel.send(long, DictJournal())
        captioned = with_media(message, message.media[0], subtitles(tmp_path))
        assert violations(captioned, limits) == ()

    def test_a_title_too_long_is_refused_by_youtube(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        with pytest.raises(InvalidContentError, match="invalidTitle"):
            channel.send(dataclasses.replace(message, title="ă" * 101), DictJournal())
        assert stand_in.videos() == ()

    # -- the upload -------------------------------------------------------------------------------

    def test_a_large_video_goes_up_in_pieces_and_is_whole(
        self, stand_in: Platform, message: Message, made: Made, tmp_path: Path
    ) -> None:
        film = clip(tmp_path, 3 * UNIT_BYTES + 1_000)
        made(chunk_bytes=UNIT_BYTES).send(with_media(message, film), DictJournal())
        assert stand_in.videos()[0].content == film.path.read_bytes()

    @pytest.mark.parametrize("kept", [0, 100_000])
    def test_youtube_says_how_much_arrived_and_the_rest_is_sent(
        self, stand_in: Platform, message: Message, made: Made, tmp_path: Path, kept: int
    ) -> None:
        stand_in.keeps_bytes = kept
        film = clip(tmp_path, UNIT_BYTES + 5_000)
        receipt = made(chunk_bytes=2 * UNIT_BYTES).send(with_media(message, film), DictJournal())
        (video,) = stand_in.videos()
        assert video.content == film.path.read_bytes()
        assert video.number == receipt.remote_id

    @pytest.mark.parametrize("fault", ["drop", "refuse", "500"])
    def test_a_broken_upload_is_resumed_and_not_begun_again(
        self, stand_in: Platform, message: Message, made: Made, tmp_path: Path, fault: Any
    ) -> None:
        film, journal = clip(tmp_path, 4 * UNIT_BYTES), DictJournal()
        channel = made(chunk_bytes=UNIT_BYTES)
        channel.identify()
        stand_in.faults.next(fault, on="any", after=3)  # the session, two pieces, and then
        with pytest.raises(TransientError):
            channel.send(with_media(message, film), journal)
        assert stand_in.videos() == ()
        made(chunk_bytes=UNIT_BYTES).send(with_media(message, film), journal)
        assert stand_in.sessions.opened == 1
        assert stand_in.videos()[0].content == film.path.read_bytes()

    def test_one_attempt_uploads_for_a_while_and_the_next_goes_on(
        self, stand_in: Platform, message: Message, made: Made, clock: StillClock, tmp_path: Path
    ) -> None:
        film, journal = clip(tmp_path, 3 * UNIT_BYTES), DictJournal()
        slow = made(chunk_bytes=UNIT_BYTES, upload_s=60)
        passing, still = timedelta(seconds=50), stand_in.answer

        def slowly(request: Request) -> Response:
            clock.advance(passing)
            return still(request)

        stand_in.answer = slowly  # type: ignore[method-assign]
        with pytest.raises(TransientError, match="the rest follows"):
            slow.send(with_media(message, film), journal)
        passing = timedelta()
        slow.send(with_media(message, film), journal)
        assert stand_in.sessions.opened == 1
        assert stand_in.videos()[0].content == film.path.read_bytes()

    def test_a_video_changed_between_two_attempts_is_the_one_that_is_published(
        self, stand_in: Platform, message: Message, made: Made, tmp_path: Path
    ) -> None:
        wrong, right = clip(tmp_path, 2 * UNIT_BYTES, "x"), clip(tmp_path, 2 * UNIT_BYTES, "y")
        channel, journal = made(chunk_bytes=UNIT_BYTES), DictJournal()
        channel.identify()
        stand_in.faults.next("drop", on="any", after=1)
        with pytest.raises(TransientError):
            channel.send(with_media(message, wrong), journal)
        channel.send(with_media(message, right), journal)
        assert [video.content for video in stand_in.videos()] == [right.path.read_bytes()]

    def test_words_changed_between_two_attempts_are_the_ones_that_are_published(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(message, journal)
        channel.send(dataclasses.replace(message, title="Đã sửa"), journal)
        assert [video.snippet["title"] for video in stand_in.videos()] == ["Đã sửa"]

    def test_an_upload_that_youtube_refused_for_good_is_begun_again(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("invalid")
        with pytest.raises(InvalidContentError):
            channel.send(message, journal)
        channel.send(message, journal)
        assert stand_in.sessions.opened == 2
        assert len(stand_in.videos()) == 1

    @pytest.mark.parametrize(
        "location",
        ["https://evil.example/up", "http://www.googleapis.com/up", "", "ftp://example/"],
    )
    def test_the_token_goes_to_no_address_that_isnt_google_s(
        self, clock: StillClock, tmp_path: Path, message: Message, location: str
    ) -> None:
        with Odd(clock, Response(headers={"Location": location})) as odd:
            with pytest.raises(TransientError, match="no address"):
                odd_channel(odd, clock, tmp_path).send(message, DictJournal())
            assert [path for path in odd.asked if path != "/token"] == ["/upload/youtube/v3/videos"]

    # -- doubts -----------------------------------------------------------------------------------

    def test_a_lost_last_answer_is_told_again_by_the_upload_s_address(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.list_lags = True
        found = channel.find(message, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_last_piece_that_never_arrived_is_absent_and_sent_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, since, journal) is None
        channel.send(message, journal)
        assert stand_in.sessions.opened == 1
        assert len(stand_in.videos()) == 1

    @pytest.mark.parametrize("gone_as", [404, 410])
    def test_an_upload_that_youtube_forgot_is_found_in_the_list(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        gone_as: int,
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.gone_as = gone_as
        stand_in.sessions.forget()
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.remote_id == stand_in.videos()[0].number

    def test_while_the_list_may_lag_nothing_is_called_absent(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.sessions.forget()
        stand_in.list_lags = True
        with pytest.raises(TransientError, match="doesn't show it"):
            channel.find(message, since, journal)
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=5))
        assert channel.find(message, since, journal) is None
        channel.send(message, journal)
        assert len(stand_in.videos()) == 1

    def test_an_upload_that_is_whole_is_never_called_absent(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.tells_ids_again, stand_in.list_lags = False, True
        clock.advance(timedelta(hours=3))
        with pytest.raises(TransientError):
            channel.find(message, since, journal)
        stand_in.list_lags = False
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.remote_id == stand_in.videos()[0].number

    def test_a_forgotten_upload_is_looked_for_before_a_new_one_is_begun(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.sessions.forget()
        receipt = channel.send(message, journal)
        assert [video.number for video in stand_in.videos()] == [receipt.remote_id]

    def test_an_upload_forgotten_half_way_is_begun_again(
        self, stand_in: Platform, message: Message, made: Made, tmp_path: Path
    ) -> None:
        film, journal = clip(tmp_path, 2 * UNIT_BYTES), DictJournal()
        channel = made(chunk_bytes=UNIT_BYTES)
        channel.identify()
        stand_in.faults.next("500", on="any", after=1)
        with pytest.raises(TransientError):
            channel.send(with_media(message, film), journal)
        stand_in.sessions.forget()
        channel.send(with_media(message, film), journal)
        assert stand_in.sessions.opened == 2
        assert len(stand_in.videos()) == 1

    def test_an_older_video_of_the_same_words_isnt_this_one(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        assert channel.find(message, clock(), DictJournal()) is None

    def test_a_clock_that_is_ahead_of_youtube_s_hides_no_video(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since = clock()
        channel.send(message, DictJournal())
        ahead = since + timedelta(minutes=14)
        assert channel.find(message, ahead, DictJournal()) is not None

    def test_a_video_is_found_behind_a_page_of_others(
        self, stand_in: Platform, message: Message, clock: StillClock, channel: Adapter
    ) -> None:
        since = clock()
        receipt = channel.send(message, DictJournal())
        add_others(stand_in, 60)
        found = channel.find(message, since, DictJournal())
        assert found is not None
        assert found.remote_id == receipt.remote_id

    def test_too_many_uploads_to_look_through_is_said(
        self, stand_in: Platform, message: Message, clock: StillClock, channel: Adapter
    ) -> None:
        since = clock()
        channel.send(message, DictJournal())
        add_others(stand_in, 260)
        with pytest.raises(CannotTellError, match="too many"):
            channel.find(message, since, DictJournal())

    # -- once it is up ----------------------------------------------------------------------------

    def test_a_picture_is_the_thumbnail_and_subtitles_are_the_captions(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        still, words = picture(tmp_path), subtitles(tmp_path)
        channel.send(with_media(message, message.media[0], still, words), DictJournal())
        (video,) = stand_in.videos()
        assert video.thumbnail == still.path.read_bytes()
        assert video.captions == {("vi", "Tiếng Việt"): words.path.read_bytes()}

    @pytest.mark.parametrize("step", range(6))
    def test_whatever_breaks_after_the_video_is_up_it_is_finished_and_not_begun_again(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
        step: int,
    ) -> None:
        whole = with_media(message, message.media[0], picture(tmp_path), subtitles(tmp_path))
        stand_in.faults.next("drop", on="any", after=step)
        receipt = settled(channel, whole, DictJournal(), clock)
        assert not stand_in.faults.pending, "a send has a request of this number"
        assert receipt is not None
        (video,) = stand_in.videos()
        assert (video.number, len(video.captions)) == (receipt.remote_id, 1)
        assert video.thumbnail
        assert "is up without" not in caplog.text

    @pytest.mark.parametrize("right", ["may_set_thumbnails", "may_caption"])
    def test_what_is_refused_for_good_doesnt_lose_the_receipt(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
        right: str,
    ) -> None:
        setattr(stand_in, right, False)
        whole, journal = with_media(message, message.media[0], picture(tmp_path)), DictJournal()
        whole = with_media(whole, *whole.media, subtitles(tmp_path))
        receipt = channel.send(whole, journal)
        assert receipt.remote_id == stand_in.videos()[0].number
        assert "is up without its" in caplog.text
        setattr(stand_in, right, True)
        assert channel.send(whole, journal) == receipt, "what was given up isn't tried again"

    def test_what_fails_time_and_again_doesnt_lose_the_receipt(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        pictured, journal = with_media(message, message.media[0], picture(tmp_path)), DictJournal()
        stand_in.faults.next("500", times=3, on="any", after=3)
        with pytest.raises(AmbiguousError, match="not yet what belongs to it: thumbnail"):
            channel.send(pictured, journal)
        with pytest.raises(TransientError):
            channel.find(pictured, clock(), journal)
        found = channel.find(pictured, clock(), journal)
        assert found is not None
        assert "is up without its thumbnail" in caplog.text

    def test_an_allowance_used_up_once_the_video_is_up_doesnt_hold_the_receipt_back(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        stand_in.faults.next("429", on="any", after=3)
        pictured = with_media(message, message.media[0], picture(tmp_path))
        receipt = channel.send(pictured, DictJournal())
        assert receipt.remote_id == stand_in.videos()[0].number
        assert "is up without its thumbnail" in caplog.text

    @pytest.mark.parametrize(
        ("outcome", "why", "error"),
        [
            ("rejected", "duplicate", InvalidContentError),
            ("rejected", "length", InvalidContentError),
            ("rejected", "uploaderAccountSuspended", ForbiddenError),
            ("failed", "codec", InvalidContentError),
            ("deleted", "", InvalidContentError),
        ],
    )
    def test_a_video_that_youtube_rejects_is_not_called_sent(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        outcome: str,
        why: str,
        error: type[ChannelError],
    ) -> None:
        stand_in.outcome, stand_in.why = outcome, why
        with pytest.raises(error, match="suspended" if error is ForbiddenError else outcome):
            channel.send(message, DictJournal())
        assert stand_in.published() == ()

    def test_a_rejected_video_makes_room_for_another_try(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.outcome, stand_in.why = "failed", "conversion"
        with pytest.raises(InvalidContentError, match="conversion"):
            channel.send(message, journal)
        stand_in.outcome = "processed"
        receipt = channel.send(message, journal)
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]

    def test_a_rejection_that_is_learnt_while_settling_is_told_by_the_next_send(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.outcome, stand_in.why = "rejected", "duplicate"
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, since, journal) is None
        with pytest.raises(InvalidContentError, match="duplicate"):
            channel.send(message, journal)
        assert len(stand_in.videos()) == 1, "it isn't brought again to learn that"

    def test_a_video_still_being_processed_is_up(
        self, stand_in: Platform, message: Message, made: Made
    ) -> None:
        stand_in.looks_until_processed = 100
        receipt = made(polls=4).send(message, DictJournal())
        assert receipt.remote_id == stand_in.videos()[0].number
        assert stand_in.reads == 4

    def test_a_video_soon_rejected_is_noticed_by_asking_more_than_once(
        self, stand_in: Platform, message: Message, made: Made
    ) -> None:
        stand_in.outcome, stand_in.why, stand_in.looks_until_processed = "failed", "codec", 2
        with pytest.raises(InvalidContentError, match="codec"):
            made(polls=3).send(message, DictJournal())

    def test_a_project_that_isnt_audited_publishes_to_nobody_and_says_so(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.audited = False
        journal = DictJournal()
        for _attempt in range(2):
            with pytest.raises(ForbiddenError, match="audit"):
                channel.send(message, journal)
        assert len(stand_in.videos()) == 1, "no second copy is made of it"
        stand_in.audited = True
        stand_in.remove(stand_in.videos()[0].number)
        receipt = channel.send(message, journal)
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]

    def test_a_video_that_was_made_public_by_hand_is_the_one_that_counts(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.audited = False
        journal = DictJournal()
        with pytest.raises(ForbiddenError):
            channel.send(message, journal)
        stand_in.videos()[0].privacy = "public"
        receipt = channel.send(message, journal)
        assert [video.number for video in stand_in.videos()] == [receipt.remote_id]

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("reason", "wait"),
        [
            # 1 h UTC is 18 h of the day before in California, where summer time holds.
            ("quotaExceeded", timedelta(hours=6)),
            ("dailyLimitExceeded", timedelta(hours=6)),
            ("uploadLimitExceeded", timedelta(hours=24)),
            ("rateLimitExceeded", timedelta(minutes=1)),
            ("userRateLimitExceeded", timedelta(minutes=1)),
        ],
    )
    def test_an_allowance_used_up_says_until_when(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        reason: str,
        wait: timedelta,
    ) -> None:
        stand_in.limited_by = reason
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + wait
        assert "<a" not in str(caught.value)

    @pytest.mark.parametrize(
        ("status", "reason", "error"),
        [
            (400, "invalidTitle", InvalidContentError),
            (400, "invalidTags", InvalidContentError),
            (400, "invalidCategoryId", InvalidContentError),
            (400, "invalidVideoMetadata", InvalidContentError),
            (400, "defaultLanguageNotSet", InvalidContentError),
            (400, "mediaBodyRequired", InvalidContentError),
            (401, "youtubeSignupRequired", CredentialsExpiredError),
            (403, "insufficientPermissions", CredentialsExpiredError),
            (403, "forbidden", ForbiddenError),
            (403, "forbiddenPrivacySetting", ForbiddenError),
            (403, "accessNotConfigured", ForbiddenError),
            (403, "authenticatedUserAccountSuspended", ForbiddenError),
            (403, "somethingNew", ForbiddenError),
            (400, "somethingNew", InvalidContentError),
            (429, "somethingNew", RateLimitedError),
            (503, "backendError", TransientError),
        ],
    )
    def test_each_reason_has_its_own_error(
        self,
        clock: StillClock,
        tmp_path: Path,
        message: Message,
        status: int,
        reason: str,
        error: type[ChannelError],
    ) -> None:
        told = no(status, reason, "Nói gì đó")
        with Odd(clock, told) as odd, pytest.raises(error, match="Nói gì đó"):
            odd_channel(odd, clock, tmp_path).send(message, DictJournal())

    @pytest.mark.parametrize("body", ["<html>", "[]", '{"error": "x"}', '{"error": {"errors": 1}}'])
    def test_a_no_of_a_strange_form_is_still_an_error_of_the_contract(
        self, clock: StillClock, tmp_path: Path, message: Message, body: str
    ) -> None:
        with Odd(clock, Response(body, 403)) as odd, pytest.raises(ForbiddenError):
            odd_channel(odd, clock, tmp_path).send(message, DictJournal())

    @pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"items": 1}', '{"items": [1]}'])
    def test_a_yes_that_tells_nothing_names_nobody(
        self, clock: StillClock, tmp_path: Path, body: str
    ) -> None:
        with Odd(clock, Response(body)) as odd, pytest.raises(ChannelError):
            odd_channel(odd, clock, tmp_path).identify()

    @pytest.mark.parametrize("body", ["{}", '{"items": 1}'])
    def test_a_yes_without_a_list_calls_no_video_gone(
        self, clock: StillClock, tmp_path: Path, body: str
    ) -> None:
        with Odd(clock, Response(body)) as odd:
            channel = odd_channel(odd, clock, tmp_path)
            assert channel.read([Receipt("vStandIn001", "", clock())]) == {}

    def test_a_yes_to_the_last_byte_that_names_no_video_is_ambiguous(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        answer = stand_in.answer

        def nameless(request: Request) -> Response:
            told = answer(request)
            return Response("{}") if stand_in.publishes(request) else told

        stand_in.answer = nameless  # type: ignore[method-assign]
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())

    def test_no_log_holds_a_secret(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        channel.send(message, DictJournal())
        assert "ya29." not in caplog.text
        assert not any(secret in caplog.text for secret in stand_in.secrets().values())

    # -- tokens -----------------------------------------------------------------------------------

    def test_a_token_is_renewed_ahead_of_its_end(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        assert stand_in.google.exchanges == 1
        clock.advance(timedelta(minutes=45))
        channel.send(message, DictJournal())
        assert stand_in.google.exchanges == 1
        clock.advance(timedelta(minutes=5))
        channel.identify()
        assert stand_in.google.exchanges == 2

    def test_workers_of_one_channel_share_a_renewal(
        self, channel: Adapter, stand_in: Platform, clock: StillClock, made: Made
    ) -> None:
        clock.advance(timedelta(hours=2))
        workers = [threading.Thread(target=made().identify) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert stand_in.google.exchanges == 2

    def test_a_token_that_youtube_calls_stale_is_renewed_and_the_video_sent_once(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.google.end_access()
        channel.send(message, DictJournal())
        assert stand_in.google.exchanges == 2
        assert len(stand_in.videos()) == 1

    def test_a_token_that_ends_during_an_upload_is_renewed_within_it(
        self, stand_in: Platform, message: Message, made: Made, clock: StillClock, tmp_path: Path
    ) -> None:
        film = clip(tmp_path, 3 * UNIT_BYTES)
        answer, pieces = stand_in.answer, []

        def ending(request: Request) -> Response:
            if request.method == "PUT":
                pieces.append(request.path)
                if len(pieces) == 3:
                    stand_in.google.end_access()
            return answer(request)

        stand_in.answer = ending  # type: ignore[method-assign]
        made(chunk_bytes=UNIT_BYTES).send(with_media(message, film), DictJournal())
        assert stand_in.videos()[0].content == film.path.read_bytes()
        assert stand_in.sessions.opened == 1

    def test_access_that_was_taken_back_asks_for_a_person(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.google.take_back()
        with pytest.raises(CredentialsExpiredError, match="log in again"):
            channel.send(message, DictJournal())
        assert stand_in.sessions.opened == 0

    def test_access_taken_back_during_the_last_piece_leaves_no_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        answer, journal = stand_in.answer, DictJournal()

        def revoked(request: Request) -> Response:
            if stand_in.publishes(request):
                stand_in.google.take_back()
            return answer(request)

        stand_in.answer = revoked  # type: ignore[method-assign]
        with pytest.raises(CredentialsExpiredError):
            channel.send(message, journal)
        assert not journal.get("asked")

    # -- logging in -------------------------------------------------------------------------------

    def test_login_gives_a_refresh_token_that_works(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        secrets = stand_in.secrets()
        client = stand_in.config()["client_secret"]
        channel = new_channel(stand_in, clock, tmp_path, {client: secrets[client]})
        person = Owner(stand_in)
        got = channel.login(person)
        assert set(got) == {"refresh_token"}
        assert person.told == list(Adapter.access)
        known = secrets | {stand_in.config()["refresh_token"]: got["refresh_token"]}
        assert new_channel(stand_in, clock, tmp_path, known).identify().id == CHANNEL_ID

    def test_login_asks_for_the_client_s_secret_where_it_isnt_there_yet(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        secret = stand_in.secrets()[stand_in.config()["client_secret"]]
        person = Owner(stand_in, answer=secret)
        got = new_channel(stand_in, clock, tmp_path, {}).login(person)
        assert got["client_secret"] == secret
        assert person.asked == [("client_secret", True)]

    def test_a_wrong_client_secret_is_told_at_login(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        with pytest.raises(CredentialsExpiredError) as caught:
            new_channel(stand_in, clock, tmp_path, {}).login(Owner(stand_in, answer="wrong-one"))
        assert "wrong-one" not in str(caught.value)

    def test_a_consent_without_a_lasting_token_is_not_enough(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        stand_in.google.gives_refresh_tokens = False
        secret = stand_in.secrets()[stand_in.config()["client_secret"]]
        with pytest.raises(CredentialsExpiredError, match="no token that lasts"):
            new_channel(stand_in, clock, tmp_path, {}).login(Owner(stand_in, answer=secret))

    # -- afterwards -------------------------------------------------------------------------------

    def test_counts_that_the_office_hides_are_absent_and_the_others_there(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=9, reactions=2, comments=1)
        stand_in.hidden = {"likeCount", "commentCount"}
        assert channel.read([receipt])[receipt.remote_id].metrics == {"views": 9}

    def test_a_video_that_is_gone_is_read_as_gone(self, channel: Adapter, message: Message) -> None:
        receipt = channel.send(message, DictJournal())
        assert channel.delete(receipt)
        assert not channel.read([receipt])[receipt.remote_id].exists
        assert channel.delete(receipt), "it is gone already"

    def test_a_video_that_youtube_rejects_later_is_read_as_gone(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.videos()[0].upload = "rejected"
        assert not channel.read([receipt])[receipt.remote_id].exists

    def test_more_videos_than_one_question_takes_are_all_read(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        before = stand_in.reads
        gone = [Receipt(f"gone{number:07}", "", clock()) for number in range(100)]
        readings = channel.read([*gone, receipt])
        assert len(readings) == 101
        assert [key for key, each in readings.items() if each.exists] == [receipt.remote_id]
        assert stand_in.reads == before + 3

    @pytest.mark.parametrize(
        ("told", "seconds"), [("allowed", 43_200), ("eligible", 900), ("disallowed", 900)]
    )
    def test_a_channel_without_long_uploads_has_a_quarter_of_an_hour(
        self, stand_in: Platform, made: Made, told: str, seconds: float
    ) -> None:
        stand_in.long_uploads = told
        channel = made()
        channel.identify()
        learned = Adapter.limits_learned(channel.config, channel.context.workdir)
        assert learned.video_max_s == seconds


class Odd(Platform):
    """A YouTube that gives tokens, and one answer to everything else; ``asked`` are the paths."""

    def __init__(self, clock: StillClock, given: Response) -> None:
        super().__init__(clock)
        self._given = given
        self.asked: list[str] = []

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        return self.google.exchange(request) if request.path == "/token" else self._given


class Owner:
    """The administrator, who consents as the channel's owner and types ``answer``."""

    def __init__(self, stand_in: Platform, answer: str = "") -> None:
        self._stand_in = stand_in
        self._answer = answer
        self.told: list[str] = []
        self.asked: list[tuple[str, bool]] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        self.asked.append((question, hidden))
        return self._answer

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        assert address.startswith(self._stand_in.config()["authorize_url"])
        assert redirect_uri.startswith("http://127.0.0.1:")
        return self._stand_in.google.consent(address)


def new_channel(
    stand_in: Platform, clock: StillClock, folder: Path, secrets: Mapping[str, str]
) -> Adapter:
    """A channel of which only ``secrets`` are there yet."""

    def secret(ref: str) -> str:
        if ref not in secrets:
            raise CredentialsExpiredError(f"{ref} is not there")
        return secrets[ref]

    keys = {"adapter": "youtube", **stand_in.config()}
    context = Context("youtube", clock, secret, folder / "new", seal=SEAL)
    return Adapter(YouTubeConfig.model_validate(keys), context)


def odd_channel(odd: Odd, clock: StillClock, folder: Path) -> Adapter:
    keys = {"adapter": "youtube", **odd.config()}
    context = Context("youtube", clock, odd.secrets().__getitem__, folder / "odd", seal=SEAL)
    return Adapter(YouTubeConfig.model_validate(keys), context)


def add_others(stand_in: Platform, count: int) -> None:
    """``count`` videos that somebody else uploaded to the channel just now."""
    (first,) = stand_in.videos()
    for number in range(count):
        other = dataclasses.replace(
            first, number=f"other{number:06}", snippet={**first.snippet, "title": f"Khác {number}"}
        )
        stand_in._videos[other.number] = other


@pytest.mark.parametrize(
    ("now", "midnight"),
    [
        ("2027-01-15T12:00:00+00:00", "2027-01-16T08:00:00+00:00"),
        ("2027-01-15T07:59:59+00:00", "2027-01-15T08:00:00+00:00"),
        ("2027-07-15T07:00:00+00:00", "2027-07-16T07:00:00+00:00"),
        ("2027-11-07T08:00:00+00:00", "2027-11-08T08:00:00+00:00"),  # winter begins that night
    ],
)
def test_quotas_begin_anew_at_midnight_in_california(now: str, midnight: str) -> None:
    assert midnight_after(datetime.fromisoformat(now)) == datetime.fromisoformat(midnight)
    assert midnight_after(datetime.fromisoformat(now)).tzinfo is UTC


@pytest.mark.parametrize(
    ("most", "tags"),
    [
        (500, ("ChuyenDoiSo", "hai từ", "Ba")),
        (20, ("ChuyenDoiSo", "hai từ")),  # 11 + a comma + 6 + two quotation marks
        (19, ("ChuyenDoiSo",)),
        (0, ()),
    ],
)
def test_tags_are_as_many_as_youtube_counts(most: int, tags: tuple[str, ...]) -> None:
    wanted = (["#ChuyenDoiSo", "hai từ", "<b>"], ["chuyendoiso", " ", "Ba"])
    assert tags_within(most, *wanted) == tags


@pytest.mark.parametrize("size", [0, 1, UNIT_BYTES + 1])
def test_pieces_are_multiples_of_what_google_says(size: int) -> None:
    keys = {"client_id": "c", "client_secret": "env:A", "refresh_token": "env:B"}
    with pytest.raises(ValidationError):
        YouTubeConfig.model_validate({"adapter": "youtube", **keys, "chunk_bytes": size})


def test_a_channel_without_a_handle_goes_by_its_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.simulated.youtube.platform.HANDLE", "")
    clock = StillClock()
    with Platform(clock) as stand_in:
        secrets = stand_in.secrets()
        assert new_channel(stand_in, clock, tmp_path, secrets).identify().name == TITLE
