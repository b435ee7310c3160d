"""TikTok: the conformance suite, and what is TikTok's alone."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channels.base import (
    AmbiguousError,
    CannotTellError,
    ChannelError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Receipt,
    Text,
    TransientError,
)
from channels.simulated.tiktok.access import (
    ACCESS_LASTS,
    CLIENT_KEY,
    CLIENT_SECRET,
    OPEN_ID,
    REDIRECTS,
)
from channels.simulated.tiktok.answers import no
from channels.simulated.tiktok.platform import FOLLOWERS, USERNAME, Platform
from channels.testing import (
    SEAL,
    AgreeingPerson,
    ChannelConformance,
    DictJournal,
    StillClock,
    film,
    settled,
)
from channels.tiktok.adapter import Adapter, TikTokConfig
from channels.tiktok.posts import shows
from channels.tiktok.upload import pieces
from channels.tokens import SPENT

PHOTOS = "/v2/post/publish/content/init/"
VIDEO = "/v2/post/publish/video/init/"
TOKENS = "/v2/oauth/token/"
MIB = 1024 * 1024

Make = Callable[..., Adapter]


class TestTikTok(ChannelConformance):
    kind = "tiktok"

    @pytest.fixture
    def moving(self, message: Message, tmp_path: Path) -> Message:
        """The message with a video instead of a photo."""
        return dataclasses.replace(message, media=(film(tmp_path),))

    # -- whose account ----------------------------------------------------------------------------

    def test_identify_gives_the_name_and_the_followers(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (OPEN_ID, f"@{USERNAME}")
        assert account.followers == FOLLOWERS

    def test_an_account_that_hides_its_numbers_is_identified_without_them(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.scopes.remove("user.info.stats")
        account = channel.identify()
        assert (account.id, account.followers) == (OPEN_ID, None)

    def test_an_account_that_doesnt_allow_publishing_is_told_at_once(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.scopes.remove("video.publish")
        with pytest.raises(CredentialsExpiredError, match="hasn't allowed"):
            channel.identify()

    # -- videos -----------------------------------------------------------------------------------

    def test_a_video_goes_up_in_pieces_the_last_with_what_remains(
        self, make: Make, stand_in: Platform, moving: Message, tmp_path: Path
    ) -> None:
        film_of_11 = dataclasses.replace(moving, media=(film(tmp_path, size_bytes=11 * MIB),))
        channel = make(piece_bytes=5 * MIB)
        receipt = channel.send(film_of_11, DictJournal())
        assert len([path for path in stand_in.asked if path.startswith("/upload/")]) == 2
        (published,) = stand_in.published()
        assert (receipt.remote_id, receipt.url) == (published.remote_id, published.url)
        assert "/video/" in receipt.url

    def test_a_video_goes_up_without_a_media_host_but_photos_need_one(
        self, make: Make, stand_in: Platform, moving: Message, message: Message
    ) -> None:
        channel = make(where=None)
        channel.send(moving, DictJournal())
        assert len(stand_in.published()) == 1
        with pytest.raises(ForbiddenError, match="media_host"):
            channel.send(message, DictJournal())

    def test_a_video_is_fetched_where_that_is_configured(
        self, make: Make, stand_in: Platform, moving: Message
    ) -> None:
        make(video_by="address").send(moving, DictJournal())
        (published,) = stand_in.published()
        assert published.media == 1
        assert not any(path.startswith("/upload/") for path in stand_in.asked)

    def test_a_post_of_words_alone_or_of_both_kinds_is_refused(
        self, channel: Adapter, message: Message, moving: Message
    ) -> None:
        for media in ((), message.media + moving.media):
            with pytest.raises(InvalidContentError, match="one video, or photos"):
                channel.send(dataclasses.replace(message, media=media), DictJournal())

    def test_a_video_longer_than_the_account_may_post_is_refused(
        self, channel: Adapter, stand_in: Platform, moving: Message
    ) -> None:
        stand_in.creator = {"max_video_post_duration_sec": 10}
        with pytest.raises(InvalidContentError, match="10 s"):
            channel.send(moving, DictJournal())
        assert stand_in.inits == []

    def test_an_announcement_whose_answer_was_lost_is_no_doubt(
        self, channel: Adapter, stand_in: Platform, moving: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop", on="any", after=1)
        with pytest.raises(TransientError):
            channel.send(moving, journal)
        channel.send(moving, journal)
        assert len(stand_in.published()) == 1

    def test_an_upload_broken_off_is_gone_on_with(
        self, make: Make, stand_in: Platform, moving: Message, tmp_path: Path
    ) -> None:
        channel, journal = make(piece_bytes=5 * MIB), DictJournal()
        film_of_16 = dataclasses.replace(moving, media=(film(tmp_path, size_bytes=16 * MIB),))
        # The creator, the announcement and the first piece go well.
        stand_in.faults.next("drop", on="any", after=3)
        with pytest.raises(TransientError):
            channel.send(film_of_16, journal)
        channel.send(film_of_16, journal)
        assert len(stand_in.published()) == 1
        assert stand_in.asked.count(VIDEO) == 1
        assert len([path for path in stand_in.asked if path.startswith("/upload/")]) == 3

    @pytest.mark.parametrize("tells_progress", [True, False])
    def test_an_upload_whose_first_piece_never_came_is_begun_where_it_stopped(
        self,
        make: Make,
        stand_in: Platform,
        moving: Message,
        tmp_path: Path,
        *,
        tells_progress: bool,
    ) -> None:
        stand_in.tells_progress = tells_progress
        channel, journal = make(piece_bytes=5 * MIB), DictJournal()
        film_of_11 = dataclasses.replace(moving, media=(film(tmp_path, size_bytes=11 * MIB),))
        channel.identify()
        stand_in.faults.next("500", on="any", after=2)
        with pytest.raises(TransientError):
            channel.send(film_of_11, journal)
        assert channel.find(film_of_11, channel.context.clock(), journal) is None
        channel.send(film_of_11, journal)
        assert stand_in.asked.count(VIDEO) == 1

    @pytest.mark.parametrize("tells_progress", [True, False])
    def test_a_last_piece_whose_answer_was_lost_is_settled_by_the_job(
        self,
        channel: Adapter,
        stand_in: Platform,
        moving: Message,
        clock: StillClock,
        *,
        tells_progress: bool,
    ) -> None:
        stand_in.tells_progress = tells_progress
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        with pytest.raises(TransientError, match="still works"):
            channel.find(moving, since, journal)
        found = channel.find(moving, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]
        again = channel.send(moving, journal)
        assert again.remote_id == found.remote_id
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("number", range(8))
    def test_whichever_answer_of_a_video_is_lost_there_is_one_post_in_the_end(
        self,
        make: Make,
        stand_in: Platform,
        moving: Message,
        clock: StillClock,
        tmp_path: Path,
        number: int,
    ) -> None:
        film_of_11 = dataclasses.replace(moving, media=(film(tmp_path, size_bytes=11 * MIB),))
        stand_in.faults.next("drop", on="any", after=number)
        receipt = settled(make(piece_bytes=5 * MIB), film_of_11, DictJournal(), clock)
        assert receipt is not None
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    @pytest.mark.parametrize(
        ("status", "error", "announcements"),
        [
            (400, InvalidContentError, 2),
            (403, TransientError, 2),
            (404, TransientError, 2),
            (413, InvalidContentError, 2),
            (416, AmbiguousError, 1),
            (429, RateLimitedError, 1),
            (500, AmbiguousError, 1),
        ],
    )
    def test_what_an_answer_to_an_upload_means(
        self,
        channel: Adapter,
        stand_in: Platform,
        moving: Message,
        monkeypatch: pytest.MonkeyPatch,
        status: int,
        error: type[ChannelError],
        announcements: int,
    ) -> None:
        journal = DictJournal()
        with monkeypatch.context() as patch:
            refuse(patch, stand_in, Response(status=status), path="/upload/")
            with pytest.raises(error) as caught:
                channel.send(moving, journal)
        assert isinstance(caught.value, AmbiguousError) is (error is AmbiguousError)
        channel.send(moving, journal)
        assert stand_in.asked.count(VIDEO) == announcements
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("status", [400, 403, 404, 416])
    def test_a_last_piece_refused_after_a_doubt_doesnt_settle_it(
        self,
        channel: Adapter,
        stand_in: Platform,
        moving: Message,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
        status: int,
    ) -> None:
        journal = DictJournal()
        with monkeypatch.context() as patch:
            refuse(patch, stand_in, Response(status=500), path="/upload/")
            with pytest.raises(AmbiguousError):
                channel.send(moving, journal)
            refuse(patch, stand_in, Response(status=status), path="/upload/")
            with pytest.raises(AmbiguousError):
                channel.send(moving, journal)
        assert channel.find(moving, clock(), journal) is None, "TikTok lacks the piece"
        channel.send(moving, journal)
        assert stand_in.asked.count(VIDEO) == 1

    def test_an_upload_older_than_an_hour_is_begun_anew(
        self, channel: Adapter, stand_in: Platform, moving: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(moving, journal)
        clock.advance(timedelta(hours=1))
        channel.send(moving, journal)
        assert stand_in.asked.count(VIDEO) == 2
        assert len(stand_in.published()) == 1

    def test_a_post_changed_between_two_attempts_is_not_put_on_the_old_upload(
        self, channel: Adapter, stand_in: Platform, moving: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(moving, journal)
        right = dataclasses.replace(moving, body=Text("Lời đúng.", "Lời đúng."))
        channel.send(right, journal)
        assert [each.text for each in stand_in.published()] == ["Lời đúng."]

    # -- jobs -------------------------------------------------------------------------------------

    def test_a_job_that_takes_long_is_in_doubt_until_it_is_done(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.looks_until_done = 7
        journal, since = DictJournal(), clock()
        with pytest.raises(AmbiguousError, match="still works"):
            channel.send(message, journal)
        with pytest.raises(TransientError):
            channel.find(message, since, journal)
        with pytest.raises(TransientError):
            channel.find(message, since, journal)
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.url == stand_in.published()[0].url

    def test_a_public_post_is_asked_for_its_id_while_moderation_lasts(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.looks_until_moderated = 2
        receipt = channel.send(message, DictJournal())
        assert receipt.remote_id == stand_in.published()[0].remote_id

    def test_a_job_that_takes_more_than_a_day_is_a_persons(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.looks_until_done = 100
        journal, since = DictJournal(), clock()
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(hours=25))
        with pytest.raises(CannotTellError, match="more than a day"):
            channel.find(message, since, journal)

    def test_a_job_that_tiktok_no_longer_knows_is_a_persons(
        self, channel: Adapter, message: Message, clock: StillClock, stand_in: Platform
    ) -> None:
        stand_in.looks_until_done = 100
        journal = DictJournal()
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in._jobs.clear()
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(CannotTellError, match="doesn't know the post"):
            channel.find(message, clock(), journal)
        stand_in.looks_until_done = 0
        before = len(stand_in.published())
        channel.send(message, journal)
        assert len(stand_in.published()) == before + 1, "a person has said that it isn't there"

    def test_a_post_put_among_the_drafts_is_a_persons(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.drafts = True
        journal = DictJournal()
        with pytest.raises(AmbiguousError, match="drafts"):
            channel.send(message, journal)
        with pytest.raises(CannotTellError, match="drafts"):
            channel.find(message, clock(), journal)

    @pytest.mark.parametrize(
        ("reason", "error"),
        [
            ("file_format_check_failed", InvalidContentError),
            ("duration_check_failed", InvalidContentError),
            ("frame_rate_check_failed", InvalidContentError),
            ("picture_size_check_failed", InvalidContentError),
            ("spam_risk_text", InvalidContentError),
            ("one_that_nobody_knows", InvalidContentError),
            ("spam_risk", ForbiddenError),
            ("spam_risk_user_banned_from_posting", ForbiddenError),
            ("publish_cancelled", ForbiddenError),
            ("spam_risk_too_many_posts", RateLimitedError),
            ("auth_removed", CredentialsExpiredError),
            ("photo_pull_failed", TransientError),
            ("video_pull_failed", TransientError),
            ("internal", TransientError),
        ],
    )
    def test_a_job_that_failed_says_why_and_is_no_post(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        reason: str,
        error: type[ChannelError],
    ) -> None:
        stand_in.fails, journal = reason, DictJournal()
        with pytest.raises(error) as caught:
            channel.send(message, journal)
        assert not isinstance(caught.value, AmbiguousError)
        stand_in.fails = ""
        channel.send(message, journal)
        assert len(stand_in.published()) == 1, "nothing of the first attempt is gone on with"

    def test_a_job_that_failed_while_nobody_looked_is_absent_and_says_why_when_sent_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.fails, stand_in.looks_until_done = "spam_risk_text", 5
        journal = DictJournal()
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None
        with pytest.raises(InvalidContentError, match="spam_risk_text"):
            channel.send(message, journal)
        assert stand_in.asked.count(PHOTOS) == 1

    def test_a_failure_of_tiktoks_own_is_tried_anew(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.fails, stand_in.looks_until_done = "internal", 5
        journal = DictJournal()
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.fails, stand_in.looks_until_done = "", 0
        channel.send(message, journal)
        assert len(stand_in.published()) == 1

    def test_a_state_that_cant_be_had_leaves_the_post_in_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429", on="any", after=2)
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(TransientError):
            channel.find(message, clock(), journal)
        assert channel.find(message, clock(), journal) is not None

    # -- lost answers of what TikTok fetches by itself ---------------------------------------------

    def lost(self, channel: Adapter, stand_in: Platform, message: Message) -> DictJournal:
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        return journal

    def test_a_post_is_found_among_many_though_its_words_are_cut(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since, words = clock(), "Chuyển đổi số quốc gia là việc của mọi người, mọi nhà. " * 8
        ours = dataclasses.replace(message, body=Text(words, words))
        journal = self.lost(channel, stand_in, ours)
        for number in range(45):
            other = Text(f"Bài {number}", f"Bài {number}")
            channel.send(dataclasses.replace(message, body=other), DictJournal())
        found = channel.find(ours, since, journal)
        assert found is not None
        first = stand_in.published()[0]
        assert (found.remote_id, found.url, found.at) == (first.remote_id, first.url, first.at)

    def test_what_the_list_lacks_is_waited_for_and_then_left_to_a_person(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since = clock()
        journal = self.lost(channel, stand_in, message)
        stand_in.moderated = False
        with pytest.raises(TransientError, match="on its way"):
            channel.find(message, since, journal)
        clock.advance(timedelta(minutes=16))
        with pytest.raises(CannotTellError, match="look in the app"):
            channel.find(message, since, journal)

    def test_two_posts_of_the_same_words_cant_be_told_apart(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        journal = self.lost(channel, stand_in, message)
        with pytest.raises(CannotTellError, match="several posts"):
            channel.find(message, clock(), journal)

    def test_an_older_post_of_the_same_words_isnt_this_one(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        journal = self.lost(channel, stand_in, message)
        found = channel.find(message, clock(), journal)
        assert found is not None
        assert found.remote_id == stand_in.published()[1].remote_id

    def test_a_private_post_or_one_without_words_is_a_persons(
        self, make: Make, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        private = make(privacy="SELF_ONLY")
        journal = self.lost(private, stand_in, message)
        with pytest.raises(CannotTellError, match="look in the app"):
            private.find(message, clock(), journal)
        silent = dataclasses.replace(message, body=Text("", ""))
        journal = self.lost(make(), stand_in, silent)
        with pytest.raises(CannotTellError, match="without words"):
            make().find(silent, clock(), journal)

    def test_an_account_that_doesnt_allow_its_list_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = self.lost(channel, stand_in, message)
        stand_in.scopes.remove("video.list")
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), journal)

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "code", "error"),
        [
            (401, "scope_not_authorized", CredentialsExpiredError),
            (401, "scope_permission_missed", ForbiddenError),
            (429, "rate_limit_exceeded", RateLimitedError),
            (403, "spam_risk_too_many_posts", RateLimitedError),
            (403, "spam_risk_too_many_pending_share", RateLimitedError),
            (403, "reached_active_user_cap", RateLimitedError),
            (403, "spam_risk_user_banned_from_posting", ForbiddenError),
            (403, "unaudited_client_can_only_post_to_private_accounts", ForbiddenError),
            (403, "url_ownership_unverified", ForbiddenError),
            (403, "privacy_level_option_mismatch", ForbiddenError),
            (400, "invalid_params", InvalidContentError),
            (400, "invalid_param", InvalidContentError),
            (200, "invalid_param", InvalidContentError),
            (400, "invalid_file_upload", InvalidContentError),
            (400, "one_that_nobody_knows", InvalidContentError),
            (500, "internal_error", AmbiguousError),
            (200, "internal_error", AmbiguousError),
            (200, "one_that_nobody_knows", AmbiguousError),
        ],
    )
    def test_what_an_error_means(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        status: int,
        code: str,
        error: type[ChannelError],
    ) -> None:
        refuse(monkeypatch, stand_in, no(status, code))
        with pytest.raises(error):
            make().send(message, DictJournal())

    @pytest.mark.parametrize("body", ["<html>", "[]", '{"error": 1}', '{"data": {}}', "{}"])
    def test_a_yes_that_names_no_job_is_ambiguous(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        body: str,
    ) -> None:
        refuse(monkeypatch, stand_in, Response(body))
        with pytest.raises(AmbiguousError):
            make().send(message, DictJournal())

    def test_a_daily_cap_is_asked_again_within_hours(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        clock: StillClock,
    ) -> None:
        refuse(monkeypatch, stand_in, no(403, "spam_risk_too_many_posts"))
        with pytest.raises(RateLimitedError) as caught:
            make().send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(hours=1)

    def test_an_address_that_tiktok_doesnt_take_as_the_offices_leaves_no_doubt(
        self, channel: Adapter, message: Message, stand_in: Platform, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("forbidden")
        with pytest.raises(ForbiddenError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None

    # -- wishes -----------------------------------------------------------------------------------

    def test_an_officers_wishes_reach_tiktok(
        self, channel: Adapter, stand_in: Platform, moving: Message
    ) -> None:
        options = {"comments": False, "duet": True, "ai": True, "promotes": "own"}
        channel.send(dataclasses.replace(moving, options=options), DictJournal())
        (info,) = stand_in.inits
        assert (info["disable_comment"], info["disable_duet"]) == (True, False)
        assert (info["disable_stitch"], info["is_aigc"]) == (True, True)
        assert (info["brand_organic_toggle"], info["brand_content_toggle"]) == (True, False)

    def test_photos_get_their_title_and_music_where_it_is_wished(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        titled = dataclasses.replace(message, title="Còn 7 ngày", options={"music": True})
        channel.send(titled, DictJournal())
        assert stand_in.inits[0]["auto_add_music"] is True
        assert stand_in.published()[0].title == "Còn 7 ngày"

    def test_what_the_account_has_switched_off_stays_off(
        self, channel: Adapter, stand_in: Platform, moving: Message
    ) -> None:
        stand_in.creator = {"comment_disabled": True, "duet_disabled": True}
        wished = dataclasses.replace(moving, options={"comments": True, "duet": True})
        channel.send(wished, DictJournal())
        assert stand_in.inits[0]["disable_comment"] is True
        assert stand_in.inits[0]["disable_duet"] is True

    @pytest.mark.parametrize(
        "options",
        [
            {"colour": "red"},
            {"comments": "yes"},
            {"privacy": "friends"},
            {"promotes": True},
            {"promotes": "paid", "privacy": "SELF_ONLY"},
        ],
    )
    def test_an_option_that_isnt_one_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.inits == []

    def test_a_privacy_that_the_account_doesnt_offer_is_the_officers_or_the_administrators(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        wished = dataclasses.replace(message, options={"privacy": "FOLLOWER_OF_CREATOR"})
        with pytest.raises(InvalidContentError):
            make().send(wished, DictJournal())
        with pytest.raises(ForbiddenError):
            make(privacy="FOLLOWER_OF_CREATOR").send(message, DictJournal())
        assert stand_in.inits == []

    def test_an_app_that_isnt_audited_posts_privately_alone(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        stand_in.is_audited = False
        with pytest.raises(ForbiddenError, match="audited"):
            make().send(message, DictJournal())
        receipt = make(privacy="SELF_ONLY").send(message, DictJournal())
        assert receipt.remote_id.startswith("p_pub_url")
        assert receipt.url.endswith(f"/@{USERNAME}")

    # -- access -----------------------------------------------------------------------------------

    def test_a_token_is_renewed_ahead_of_its_end(
        self, channel: Adapter, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        before = stand_in.asked.count(TOKENS)
        clock.advance(ACCESS_LASTS - timedelta(minutes=5))
        channel.send(message, DictJournal())
        assert stand_in.asked.count(TOKENS) == before + 1

    def test_a_token_that_is_refused_is_renewed_once_and_the_post_goes_out_once(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        channel = make()
        channel.identify()
        before = stand_in.asked.count(TOKENS)
        refuse(monkeypatch, stand_in, no(401, "access_token_invalid"), times=1)
        channel.send(message, DictJournal())
        assert stand_in.asked.count(TOKENS) == before + 1
        assert len(stand_in.published()) == 1

    def test_a_token_refused_twice_asks_a_person(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        refuse(monkeypatch, stand_in, no(401, "access_token_invalid"))
        with pytest.raises(CredentialsExpiredError, match="log in again"):
            make().send(message, DictJournal())

    def test_many_workers_renew_once(self, make: Make, stand_in: Platform) -> None:
        make().identify()
        before = stand_in.asked.count(TOKENS)
        stand_in.expire_tokens()
        workers = [make() for _ in range(4)]
        names: list[str] = []
        threads = [
            threading.Thread(target=lambda each=each: names.append(each.identify().id))
            for each in workers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert names == [OPEN_ID] * 4
        assert stand_in.asked.count(TOKENS) == before + 1

    def test_a_refresh_token_whose_successor_was_lost_asks_a_person(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.faults.next("drop", on="any")
        with pytest.raises(TransientError):
            make().identify()
        with pytest.raises(CredentialsExpiredError, match=SPENT):
            make().identify()

    def test_the_newest_refresh_token_is_used_after_a_restart(
        self, make: Make, clock: StillClock
    ) -> None:
        for _start in range(3):
            assert make().identify().id == OPEN_ID
            clock.advance(timedelta(days=1))

    def test_no_error_shows_a_token_that_was_exchanged(
        self, make: Make, stand_in: Platform, message: Message, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        channel = make()
        channel.identify()
        (token,) = stand_in.access.good
        refuse(monkeypatch, stand_in, no(400, "invalid_params", f"near {token}"))
        with pytest.raises(InvalidContentError) as caught:
            channel.send(message, DictJournal())
        assert token not in str(caught.value)

    # -- logging in -------------------------------------------------------------------------------

    def test_an_administrator_logs_in_and_the_channel_works_by_what_that_gives(
        self, make: Make, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        person = AgreeingPerson(stand_in)
        given = make().login(person)
        assert list(given) == ["refresh_token"]
        assert person.told == list(Adapter.access)
        assert len(person.asked["code_challenge"]) == 64
        assert "video.publish" in person.asked["scope"].split(",")
        secrets = {
            **stand_in.secrets(),
            "env:STAND_IN_TIKTOK_REFRESH_TOKEN": given["refresh_token"],
        }
        context = Context("tiktok", clock, secrets.__getitem__, tmp_path / "another", seal=SEAL)
        config = TikTokConfig.model_validate({"adapter": "tiktok", **stand_in.config()})
        assert Adapter(config, context).identify().id == OPEN_ID

    def test_an_app_for_the_web_needs_no_challenge(self, make: Make, stand_in: Platform) -> None:
        person = AgreeingPerson(stand_in)
        given = make(redirect_uri=REDIRECTS[1]).login(person)
        assert given["refresh_token"]
        assert "code_challenge" not in person.asked

    def test_keys_of_the_app_that_nobody_has_stored_yet_are_asked_for(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        def nothing(_reference: str) -> str:
            raise CredentialsExpiredError("there is none")

        answers = {"client_key": CLIENT_KEY, "client_secret": CLIENT_SECRET}
        config = TikTokConfig.model_validate({"adapter": "tiktok", **stand_in.config()})
        channel = Adapter(config, Context("tiktok", clock, nothing, tmp_path, seal=SEAL))
        given = channel.login(AgreeingPerson(stand_in, answers))
        assert {**answers, "refresh_token": given["refresh_token"]} == given

    def test_a_log_in_without_the_right_to_publish_is_told(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.scopes.remove("video.publish")
        with pytest.raises(ForbiddenError, match="publishing"):
            make().login(AgreeingPerson(stand_in))

    def test_a_log_in_that_the_platform_refuses_is_told(
        self, make: Make, stand_in: Platform
    ) -> None:
        with pytest.raises(ForbiddenError, match="not granted"):
            make(redirect_uri="http://127.0.0.1:1/").login(AgreeingPerson(stand_in))

    # -- afterwards -------------------------------------------------------------------------------

    def test_more_posts_than_one_question_takes_are_all_read(
        self, channel: Adapter, stand_in: Platform, moving: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(moving, DictJournal())
        stand_in.readers(receipt.remote_id, views=9, shares=2)
        gone = [Receipt(str(number), "x/video/y", clock()) for number in range(1, 45)]
        readings = channel.read([*gone, receipt])
        assert len(readings) == 45
        assert readings[receipt.remote_id].metrics["views"] == 9
        assert not readings["1"].exists

    def test_a_video_taken_away_is_gone_and_of_photos_that_is_never_said(
        self, channel: Adapter, stand_in: Platform, message: Message, moving: Message
    ) -> None:
        receipts = [channel.send(each, DictJournal()) for each in (message, moving)]
        for receipt in receipts:
            stand_in.remove(receipt.remote_id)
        readings = channel.read(receipts)
        assert list(readings) == [receipts[1].remote_id]
        assert not readings[receipts[1].remote_id].exists

    def test_a_post_that_had_no_id_yet_is_read_once_it_has_one(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.moderated = False
        receipt = channel.send(message, DictJournal())
        assert receipt.remote_id.startswith("p_pub_url")
        assert channel.read([receipt]) == {}
        stand_in.moderated = True
        stand_in.readers(receipt.remote_id, views=5)
        assert channel.read([receipt])[receipt.remote_id].metrics["views"] == 5

    def test_a_private_post_is_not_asked_for_its_id_for_ever(
        self, make: Make, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel = make(privacy="SELF_ONLY")
        receipt = channel.send(message, DictJournal())
        clock.advance(timedelta(days=31))
        before = len(stand_in.asked)
        assert channel.read([receipt]) == {}
        assert len(stand_in.asked) == before

    def test_an_account_that_doesnt_allow_its_list_tells_nothing_of_readers(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.scopes.remove("video.list")
        assert channel.read([receipt]) == {}

    def test_a_post_cant_be_taken_back_by_the_api(self, channel: Adapter, message: Message) -> None:
        assert channel.delete(channel.send(message, DictJournal())) is False


def refuse(
    monkeypatch: pytest.MonkeyPatch,
    stand_in: Platform,
    response: Response,
    times: int | None = None,
    path: str = PHOTOS,
) -> None:
    """Have ``stand_in`` answer the next ``times`` requests to ``path`` by ``response``."""
    answer, left = stand_in.answer, [times]

    def refused(request: Request) -> Response:
        if not request.path.startswith(path) or left[0] == 0:
            return answer(request)
        left[0] = None if left[0] is None else left[0] - 1
        return response

    monkeypatch.setattr(stand_in, "answer", refused)


@pytest.mark.parametrize(
    ("size", "piece", "planned"),
    [
        (3_145_728, 10_000_000, (3_145_728, 1)),
        (19_999_999, 10_000_000, (19_999_999, 1)),
        (50_000_123, 10_000_000, (10_000_000, 5)),
        (64_000_001, 32_000_000, (32_000_000, 2)),
    ],
)
def test_a_video_is_cut_as_tiktok_counts(size: int, piece: int, planned: tuple[int, int]) -> None:
    assert pieces(size, piece) == planned


@pytest.mark.parametrize(
    ("shown", "is_ours"),
    [
        ({"title": "Lời của ta"}, True),
        ({"video_description": "Lời  của\u00a0ta"}, True),
        ({"video_description": "Tiêu đề Lời của ta"}, True),
        ({"title": "Lời"}, False),
        ({"title": "", "video_description": ""}, False),
        ({}, False),
    ],
)
def test_a_post_is_known_by_its_words(shown: dict[str, str], *, is_ours: bool) -> None:
    assert shows(shown, "Lời của ta", "Tiêu đề") is is_ours
