"""Facebook: the conformance suite, and what is Facebook's alone."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channels.base import (
    AccountFigures,
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
from channels.facebook.adapter import Adapter, FacebookConfig
from channels.facebook.errors import PieceError, SessionError
from channels.facebook.videos import State, state_of
from channels.meta.errors import DuplicateError, MissingError
from channels.simulated.facebook.people import (
    APP_ID,
    APP_SECRET,
    LONG_TOKEN,
    OTHER_ID,
    OTHER_TOKEN,
    PAGE_ID,
    PAGE_NAME,
    PAGE_TOKEN,
    SHORT_TOKEN,
)
from channels.simulated.facebook.platform import FOLLOWERS, Platform
from channels.simulated.meta.graph import no
from channels.testing import (
    ChannelConformance,
    DictJournal,
    StillClock,
    film,
    picture,
    settled,
)


def made(stand_in: Platform, clock: StillClock, **keys: Any) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = FacebookConfig.model_validate({"adapter": "facebook", **stand_in.config(), **keys})
    return Adapter(config, Context("facebook", clock, stand_in.secrets().__getitem__, Path()))


class Odd(Platform):
    """Facebook, but its next posts are answered by ``answers``."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__(clock)
        self.answers: list[Response] = []

    def answer(self, request: Request) -> Response:
        if self.publishes(request) and self.answers:
            return self.answers.pop(0)
        return super().answer(request)


@pytest.fixture
def odd(clock: StillClock) -> Iterator[Odd]:
    with Odd(clock) as stand_in:
        yield stand_in


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def plain() -> Message:
    words = "Còn 7 ngày nữa đến Ngày Chuyển đổi số."
    return Message("10-10/con-7-ngay/facebook", Text(words, words), StillClock().now)


def filmed(message: Message, folder: Path) -> Message:
    return dataclasses.replace(message, media=(film(folder),))


class Administrator:
    """A person at the terminal who agrees, and answers what they are asked."""

    def __init__(self, platform: Platform, **answers: str) -> None:
        self.platform = platform
        self.answers = answers
        self.told: list[str] = []
        self.asked: list[tuple[str, bool]] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        self.asked.append((question, hidden))
        return next(answer for word, answer in self.answers.items() if word in question)

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        return self.platform.consent(address, redirect_uri)


class TestFacebook(ChannelConformance):
    kind = "facebook"

    def test_identify_gives_the_page_and_its_followers(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name, account.followers) == (PAGE_ID, PAGE_NAME, FOLLOWERS)

    # -- what is published ------------------------------------------------------------------------

    def test_a_link_gets_a_preview_where_there_are_no_media(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        linked = dataclasses.replace(message, link="https://example.vn/10-10")
        receipt = channel.send(linked, DictJournal())
        assert stand_in.link_of(receipt.remote_id) == "https://example.vn/10-10"

    def test_pictures_go_before_a_links_preview(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        media = (picture(tmp_path),)
        linked = dataclasses.replace(message, link="https://example.vn/10-10", media=media)
        receipt = channel.send(linked, DictJournal())
        assert stand_in.link_of(receipt.remote_id) == ""
        assert stand_in.published()[0].media == 1

    def test_an_officer_may_do_without_the_preview(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        wish = {"preview": False}
        linked = dataclasses.replace(message, link="https://example.vn/10-10", options=wish)
        assert stand_in.link_of(channel.send(linked, DictJournal()).remote_id) == ""

    @pytest.mark.parametrize("options", [{"preview": "no"}, {"pin": True}])
    def test_a_wish_that_facebook_doesnt_know_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError, match=next(iter(options))):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.published() == ()

    def test_pictures_that_are_there_arent_brought_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        media = (picture(tmp_path), picture(tmp_path, "red"))
        pictured, journal = dataclasses.replace(message, media=media), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        channel.send(pictured, journal)
        assert stand_in.photos() == 2
        assert [post.media for post in stand_in.published()] == [2]

    def test_pictures_that_facebook_forgot_are_brought_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        stand_in.forget_photos()
        with pytest.raises(InvalidContentError):
            channel.send(pictured, journal)
        channel.send(pictured, journal)
        assert len(stand_in.published()) == 1

    def test_a_picture_that_is_older_than_a_day_is_brought_again(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        clock.advance(timedelta(days=1))
        channel.send(pictured, journal)
        assert stand_in.photos() == 2

    def test_a_picture_too_large_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.photo_max_bytes = 10
        with pytest.raises(InvalidContentError, match="1366046"):
            channel.send(dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal())

    def test_a_picture_whose_upload_broke_off_leaves_no_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.faults.next("drop", on="any")
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        with pytest.raises(TransientError):
            channel.send(pictured, DictJournal())

    def test_a_post_without_an_address_gets_one_by_its_number(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.says_permalink = False
        receipt = channel.send(message, DictJournal())
        assert receipt.url == f"{stand_in.url}/{receipt.remote_id}"

    def test_what_is_noted_as_out_is_never_sent_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        receipt = channel.send(message, journal)
        clock.advance(timedelta(minutes=3))
        assert channel.send(message, journal) == receipt
        assert channel.find(message, clock(), journal) == receipt
        assert len(stand_in.published()) == 1

    # -- videos -----------------------------------------------------------------------------------

    def test_a_video_is_brought_in_pieces_and_published_once(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        moving = filmed(message, tmp_path)
        receipt = channel.send(moving, DictJournal())
        (published,) = stand_in.published()
        assert (receipt.remote_id, receipt.url) == (published.remote_id, published.url)
        assert published.text == message.body.plain
        (video,) = stand_in.videos.all.values()
        assert bytes(video.content) == moving.media[0].path.read_bytes()

    def test_a_video_of_which_the_same_bytes_are_asked_for_is_soon_begun_anew(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        answer, transfers = stand_in.answer, 0

        def stuck(request: Request) -> Response:
            nonlocal transfers
            if request.form.get("upload_phase") != "transfer":
                return answer(request)
            transfers += 1
            return Response('{"start_offset": "0", "end_offset": "10"}')

        moving, journal = filmed(message, tmp_path), DictJournal()
        stand_in.answer = stuck  # type: ignore[method-assign]
        with pytest.raises(TransientError, match="again and again"):
            channel.send(moving, journal)
        stand_in.answer = answer  # type: ignore[method-assign]
        receipt = channel.send(moving, journal)
        assert transfers < 5
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]

    def test_a_video_whichever_answer_is_lost_is_out_once(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
    ) -> None:
        requests = 0
        while True:
            before = len(stand_in.published())
            stand_in.faults.next("drop", on="any", after=requests)
            receipt = settled(channel, filmed(message, tmp_path), DictJournal(), clock)
            was_met = not stand_in.faults.pending
            stand_in.faults.clear()
            assert receipt is not None
            assert [each.remote_id for each in stand_in.published()[before:]] == [receipt.remote_id]
            if not was_met:
                break
            requests += 1
        assert requests > 5

    @pytest.mark.parametrize("fault", ["drop", "refuse", "500"])
    @pytest.mark.parametrize("twice", [True, False])
    def test_a_video_in_doubt_is_settled_by_its_number(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
        fault: Any,
        *,
        twice: bool,
    ) -> None:
        stand_in.videos.finishes_twice = twice
        stand_in.faults.next(fault)
        receipt = settled(channel, filmed(message, tmp_path), DictJournal(), clock)
        assert receipt is not None
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]
        assert len(stand_in.videos.all) == 1, "nothing was brought twice"

    def test_a_video_sent_again_after_a_doubt_isnt_published_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.videos.finishes_twice = False
        moving, journal = filmed(message, tmp_path), DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        receipt = channel.send(moving, journal)
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]

    def test_a_video_that_is_worked_on_is_waited_for(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
    ) -> None:
        stand_in.videos.looks_until_ready = 7
        moving, journal, since = filmed(message, tmp_path), DictJournal(), clock()
        with pytest.raises(AmbiguousError, match="still works"):
            channel.send(moving, journal)
        for _ in range(2):
            with pytest.raises(TransientError, match="still works"):
                channel.find(moving, since, journal)
        found = channel.find(moving, since, journal)
        assert found is not None
        assert [each.remote_id for each in stand_in.published()] == [found.remote_id]

    def test_a_video_that_facebook_has_taken_isnt_finished_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.videos.looks_until_ready = 7
        moving, journal = filmed(message, tmp_path), DictJournal()
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        stand_in.requests.clear()
        channel.send(moving, journal)
        assert not any(each.startswith("POST") for each in stand_in.requests)

    def test_a_video_that_facebook_makes_nothing_of_is_invalid(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
    ) -> None:
        stand_in.videos.fails = True
        moving, journal = filmed(message, tmp_path), DictJournal()
        with pytest.raises(InvalidContentError, match="could not make"):
            channel.send(moving, journal)
        assert channel.find(moving, clock(), journal) is None
        stand_in.videos.fails = False
        receipt = channel.send(moving, journal)
        assert [each.remote_id for each in stand_in.published()] == [receipt.remote_id]

    def test_a_video_that_is_taken_but_cant_be_looked_at_is_left_to_a_person(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
    ) -> None:
        stand_in.may_see_videos = False
        moving, journal = filmed(message, tmp_path), DictJournal()
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        with pytest.raises(CannotTellError):
            channel.find(moving, clock(), journal)

    def test_a_video_whose_second_finish_is_refused_stays_in_doubt_where_it_cant_be_looked_at(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.videos.finishes_twice = False
        moving, journal = filmed(message, tmp_path), DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        stand_in.may_see_videos = False
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        assert len(stand_in.videos.all) == 1

    def test_a_session_that_facebook_forgot_is_begun_anew(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        moving, journal = filmed(message, tmp_path), DictJournal()
        stand_in.videos.forgets_sessions = True
        with pytest.raises(TransientError):
            channel.send(moving, journal)
        stand_in.videos.forgets_sessions = False
        channel.send(moving, journal)
        assert len(stand_in.published()) == 1

    def test_a_video_that_is_gone_is_looked_for_among_the_pages_videos(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        clock: StillClock,
    ) -> None:
        moving, journal = filmed(message, tmp_path), DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(moving, journal)
        journal.notes["video"] = "1"
        found = channel.find(moving, clock(), journal)
        assert found is not None
        assert found.url.startswith(stand_in.url)
        other = dataclasses.replace(moving, body=Text("Khác", "Khác"))
        assert channel.find(other, clock(), journal) is None

    def test_a_video_that_was_never_begun_is_absent(
        self, channel: Adapter, message: Message, tmp_path: Path, clock: StillClock
    ) -> None:
        assert channel.find(filmed(message, tmp_path), clock(), DictJournal()) is None

    # -- doubts -----------------------------------------------------------------------------------

    def test_a_repeat_that_facebook_refuses_is_ours_where_we_had_begun(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=5))
        receipt = channel.send(message, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_pictures_already_posted_are_ours_where_we_had_begun(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(pictured, journal)
        receipt = channel.send(pictured, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_repeat_of_another_post_is_invalid(self, channel: Adapter, message: Message) -> None:
        channel.send(message, DictJournal())
        with pytest.raises(InvalidContentError, match="506"):
            channel.send(message, DictJournal())

    @pytest.mark.parametrize("quirk", ["list_lags", "may_list"])
    def test_a_repeat_that_isnt_shown_stays_in_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, quirk: str
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        setattr(stand_in, quirk, quirk == "list_lags")
        with pytest.raises(AmbiguousError, match="506"):
            channel.send(message, journal)
        assert len(stand_in.published()) == 1

    def test_a_token_that_may_not_look_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.may_list = False
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    def test_a_post_without_words_cant_be_told_from_others(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        silent = dataclasses.replace(message, body=Text(" ", " "))
        with pytest.raises(CannotTellError):
            channel.find(silent, clock(), DictJournal())

    def test_an_older_post_of_the_same_words_isnt_this_one(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        assert channel.find(message, clock(), DictJournal()) is None

    def test_a_post_is_found_on_a_later_page_however_its_letters_are_composed(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since = clock()
        receipt = channel.send(message, DictJournal())
        for number in range(5):
            text = Text(f"Bài {number}", f"Bài {number}")
            channel.send(dataclasses.replace(message, body=text), DictJournal())
        stand_in.page_size = 2
        apart = unicodedata.normalize("NFD", message.body.plain)
        found = channel.find(
            dataclasses.replace(message, body=Text(apart, apart)), since, DictJournal()
        )
        assert found is not None
        assert (found.remote_id, found.url, found.at) == (receipt.remote_id, receipt.url, since)

    def test_a_list_without_end_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        for number in range(11):
            text = Text(f"Bài {number}", f"Bài {number}")
            channel.send(dataclasses.replace(message, body=text), DictJournal())
        stand_in.page_size = 1
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    # -- readings ---------------------------------------------------------------------------------

    def test_everything_that_facebook_counts_is_read_in_one_request(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        did = {"reach": 90, "views": 120, "clicks": 7, "reactions": 5, "comments": 2, "shares": 1}
        receipts = []
        for number in range(3):
            text = Text(f"Bài {number}", f"Bài {number}")
            nth = dataclasses.replace(message, body=text)
            receipts.append(channel.send(nth, DictJournal()))
            stand_in.readers(receipts[-1].remote_id, **did)
        stand_in.requests.clear()
        readings = channel.read(receipts)
        assert [readings[each.remote_id].metrics for each in receipts] == [did] * 3
        assert len(stand_in.requests) == 1

    def test_one_dead_metric_costs_only_itself_and_only_once(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, reach=90, views=120, clicks=7, reactions=5)
        stand_in.insights.dead_metrics = {"post_media_view"}
        expected = {"reach": 90, "clicks": 7, "reactions": 5, "comments": 0}
        assert channel.read([receipt])[receipt.remote_id].metrics == expected
        stand_in.requests.clear()
        assert channel.read([receipt])[receipt.remote_id].metrics == expected
        assert len(stand_in.requests) == 1

    def test_without_the_right_to_insights_what_people_did_is_read(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=120, reactions=5, shares=2)
        stand_in.insights.may_read = False
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert metrics == {"reactions": 5, "comments": 0, "shares": 2}

    def test_without_the_right_to_reactions_insights_are_read(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=120, reactions=5)
        stand_in.may_count = False
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert metrics == {"reach": 0, "views": 120, "clicks": 0}

    @pytest.mark.parametrize("by_its_number", [True, False])
    def test_a_videos_views_are_found_by_either_name(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        tmp_path: Path,
        *,
        by_its_number: bool,
    ) -> None:
        receipt = channel.send(filmed(message, tmp_path), DictJournal())
        stand_in.videos_have_insights = by_its_number
        stand_in.readers(receipt.remote_id, reach=90, views=120, reactions=5)
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert (metrics["reach"], metrics["views"], metrics["reactions"]) == (90, 120, 5)

    def test_a_videos_plays_stand_for_views_that_arent_told(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        receipt = channel.send(filmed(message, tmp_path), DictJournal())
        stand_in.insights.dead_metrics = {"post_media_view"}
        stand_in.readers(receipt.remote_id, video_views=44)
        assert channel.read([receipt])[receipt.remote_id].metrics["views"] == 44

    def test_a_post_that_is_gone_is_said_to_be_gone_and_the_others_are_read(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        first = channel.send(message, DictJournal())
        words = Text("Bài khác", "Bài khác")
        second = channel.send(dataclasses.replace(message, body=words), DictJournal())
        channel.delete(first)
        stand_in.readers(second.remote_id, views=3)
        readings = channel.read([first, second])
        assert not readings[first.remote_id].exists
        assert readings[second.remote_id].metrics["views"] == 3

    def test_one_post_that_is_gone_costs_the_others_few_requests(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipts = []
        for number in range(30):
            text = Text(f"Bài {number}", f"Bài {number}")
            nth = dataclasses.replace(message, body=text)
            receipts.append(channel.send(nth, DictJournal()))
            stand_in.readers(receipts[-1].remote_id, views=number)
        channel.delete(receipts[7])
        stand_in.requests.clear()
        readings = channel.read(receipts)
        assert [number for number in range(30) if not readings[receipts[number].remote_id].exists]
        assert readings[receipts[29].remote_id].metrics["views"] == 29
        assert len(readings) == 30
        assert len(stand_in.requests) <= 13

    def test_a_dead_metric_is_found_by_asking_about_one_post(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipts = []
        for number in range(10):
            text = Text(f"Bài {number}", f"Bài {number}")
            receipts.append(channel.send(dataclasses.replace(message, body=text), DictJournal()))
            stand_in.readers(receipts[-1].remote_id, reach=number)
        stand_in.insights.dead_metrics = {"post_media_view"}
        stand_in.requests.clear()
        readings = channel.read(receipts)
        assert [readings[each.remote_id].metrics["reach"] for each in receipts] == [*range(10)]
        assert len(stand_in.requests) <= 10

    @pytest.mark.parametrize(
        ("dead", "reached"),
        [
            (set(), (45_678, 28)),
            ({"days_28"}, (2_345, 1)),
            ({"days_28", "day"}, (None, None)),
        ],
    )
    def test_the_people_whom_the_page_reached_are_read_over_the_longest_period_told(
        self,
        channel: Adapter,
        stand_in: Platform,
        dead: set[str],
        reached: tuple[int | None, int | None],
    ) -> None:
        stand_in.insights.dead_periods = dead
        assert channel.read_account() == AccountFigures(12_345, *reached)

    def test_without_the_right_to_insights_the_followers_alone_are_read(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.insights.may_read = False
        assert channel.read_account() == AccountFigures(12_345)

    def test_what_the_configuration_leaves_out_is_not_asked_for(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        config = channel.config.model_copy(update={"reach_periods": ()})
        assert Adapter(config, channel.context).read_account() == AccountFigures(12_345)
        assert not any("insights" in each for each in stand_in.requests)

    def test_a_post_that_the_token_may_not_see_isnt_called_gone(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        stand_in.may_list = False
        assert channel.read([Receipt(f"{PAGE_ID}_1", "", clock())]) == {}

    def test_nothing_is_asked_for_nothing(self, channel: Adapter, stand_in: Platform) -> None:
        stand_in.requests.clear()
        assert channel.read([]) == {}
        assert stand_in.requests == []

    # -- taking back ------------------------------------------------------------------------------

    def test_a_post_that_is_gone_already_counts_as_taken_back(
        self, channel: Adapter, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        assert channel.delete(receipt)
        assert channel.delete(receipt)

    def test_a_post_that_cant_be_seen_isnt_said_to_be_taken_back(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        stand_in.may_list = False
        with pytest.raises(ForbiddenError):
            channel.delete(Receipt(f"{PAGE_ID}_1", "", clock()))

    # -- the token --------------------------------------------------------------------------------

    def test_a_token_without_the_permission_to_post_is_noticed_before_a_post(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.people.scopes = ("pages_show_list",)
        with pytest.raises(ForbiddenError, match="pages_manage_posts"):
            channel.identify()

    def test_a_token_that_was_taken_back_is_noticed_before_a_post(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.people.is_valid = False
        with pytest.raises(CredentialsExpiredError):
            channel.identify()

    def test_the_end_of_a_token_is_told_where_it_has_one(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        assert channel.identify().expires_at is None
        ends = clock() + timedelta(days=9)
        stand_in.people.ends_at = int(ends.timestamp())
        assert channel.identify().expires_at == ends

    def test_an_expired_token_is_expired_also_in_mid_send(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.people.is_expired = True
        with pytest.raises(CredentialsExpiredError, match="190/463"):
            channel.send(message, DictJournal())

    def test_a_persons_token_is_no_pages_token(self, stand_in: Platform, clock: StillClock) -> None:
        secrets = stand_in.secrets() | {"env:STAND_IN_FACEBOOK_PAGE_TOKEN": LONG_TOKEN}
        config = FacebookConfig.model_validate({"adapter": "facebook", **stand_in.config()})
        adapter = Adapter(config, Context("facebook", clock, secrets.__getitem__, Path()))
        with pytest.raises(CredentialsExpiredError, match="not a Page's"):
            adapter.identify()

    def test_an_app_that_may_not_ask_about_tokens_is_no_hindrance(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        assert made(stand_in, clock, app_id="1").identify().id == PAGE_ID

    def test_without_the_apps_secret_requests_carry_no_proof(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        bare = made(stand_in, clock, app_secret=None)
        with pytest.raises(CredentialsExpiredError):
            bare.identify()  # this app wants it
        stand_in.app_secret = ""
        assert bare.identify().id == PAGE_ID

    def test_a_token_may_go_as_a_field(
        self, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        made(stand_in, clock, token_as_field=True).send(message, DictJournal())
        assert len(stand_in.published()) == 1

    def test_a_version_that_is_no_more_is_an_error(
        self, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        with pytest.raises(ChannelError):
            made(stand_in, clock, version="v2.3").send(message, DictJournal())


class TestLogin:
    @pytest.fixture
    def platform(self, clock: StillClock) -> Iterator[Platform]:
        with Platform(clock) as platform:
            yield platform

    @staticmethod
    def adapter(platform: Platform, clock: StillClock, **keys: Any) -> Adapter:
        """An adapter before the first log-in: no secret exists yet."""

        def secret(ref: str) -> str:
            raise CredentialsExpiredError(f"{ref} is not there")

        config = {"adapter": "facebook", **platform.config(), **keys}
        context = Context("facebook", clock, secret, Path())
        return Adapter(FacebookConfig.model_validate(config), context)

    def test_consent_gives_the_token_of_the_page_in_schedule_toml(
        self, platform: Platform, clock: StillClock
    ) -> None:
        person = Administrator(platform, secret=APP_SECRET)
        found = self.adapter(platform, clock).login(person)
        assert found == {"page_token": PAGE_TOKEN, "app_secret": APP_SECRET}
        assert person.told == list(Adapter.access)
        assert person.asked == [("The app's secret", True)]

    def test_what_has_no_place_in_the_configuration_is_asked_for_and_not_kept(
        self, platform: Platform, clock: StillClock
    ) -> None:
        person = Administrator(platform, secret=APP_SECRET, id=APP_ID)
        adapter = self.adapter(platform, clock, app_id="", app_secret=None)
        assert adapter.login(person) == {"page_token": PAGE_TOKEN}

    def test_an_app_secret_that_is_there_isnt_asked_for(
        self, platform: Platform, clock: StillClock
    ) -> None:
        person = Administrator(platform)
        assert made(platform, clock).login(person) == {"page_token": PAGE_TOKEN}

    def test_of_several_pages_the_person_chooses(
        self, platform: Platform, clock: StillClock
    ) -> None:
        person = Administrator(platform, Which=OTHER_ID)
        assert made(platform, clock, account="").login(person) == {"page_token": OTHER_TOKEN}
        assert f"{PAGE_ID}  {PAGE_NAME}" in person.told

    def test_a_page_may_be_named_by_its_name(self, platform: Platform, clock: StillClock) -> None:
        found = made(platform, clock, account=PAGE_NAME).login(Administrator(platform))
        assert found == {"page_token": PAGE_TOKEN}

    def test_an_only_page_isnt_asked_for(self, platform: Platform, clock: StillClock) -> None:
        platform.people.pages = platform.people.pages[1:]
        found = made(platform, clock, account="").login(Administrator(platform))
        assert found == {"page_token": PAGE_TOKEN}

    @pytest.mark.parametrize("account", ["", "999"])
    def test_a_page_that_isnt_there_is_refused(
        self, platform: Platform, clock: StillClock, account: str
    ) -> None:
        with pytest.raises(ForbiddenError):
            made(platform, clock, account=account).login(Administrator(platform, Which="999"))

    def test_pages_of_a_business_are_found_page_by_page(
        self, platform: Platform, clock: StillClock
    ) -> None:
        platform.people.pages_of_businesses = True
        platform.page_size = 1
        found = made(platform, clock).login(Administrator(platform))
        assert found == {"page_token": PAGE_TOKEN}

    def test_a_person_who_may_not_see_businesses_still_has_their_own_pages(
        self, platform: Platform, clock: StillClock
    ) -> None:
        platform.people.may_see_businesses = False
        found = made(platform, clock).login(Administrator(platform))
        assert found == {"page_token": PAGE_TOKEN}

    def test_a_token_that_no_list_shows_is_asked_for_by_the_page(
        self, platform: Platform, clock: StillClock
    ) -> None:
        platform.people.lists_tokens = False
        found = made(platform, clock).login(Administrator(platform))
        assert found == {"page_token": PAGE_TOKEN}

    def test_a_person_who_may_not_create_content_is_told_so(
        self, platform: Platform, clock: StillClock
    ) -> None:
        platform.people.tasks = ("ANALYZE",)
        with pytest.raises(ForbiddenError, match="may not create content"):
            made(platform, clock).login(Administrator(platform))

    def test_consent_to_no_page_is_told(self, platform: Platform, clock: StillClock) -> None:
        platform.people.pages = []
        with pytest.raises(ForbiddenError, match="no Page"):
            made(platform, clock).login(Administrator(platform))

    def test_access_that_wasnt_granted_is_told(self, platform: Platform, clock: StillClock) -> None:
        with pytest.raises(ForbiddenError, match="not granted"):
            made(platform, clock, scopes=("pages_show_list",)).login(Administrator(platform))

    def test_a_wrong_secret_shows_neither_itself_nor_the_code(
        self, platform: Platform, clock: StillClock
    ) -> None:
        person = Administrator(platform, secret="a wrong secret")
        with pytest.raises(ChannelError) as caught:
            self.adapter(platform, clock).login(person)
        assert "a wrong secret" not in str(caught.value)

    def test_a_code_that_was_used_asks_for_another_log_in(
        self, platform: Platform, clock: StillClock
    ) -> None:
        class Slow(Administrator):
            def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
                return {**super().consent(address, redirect_uri), "code": "an older code"}

        with pytest.raises(CredentialsExpiredError) as caught:
            made(platform, clock).login(Slow(platform))
        assert "an older code" not in str(caught.value)

    def test_no_exchanged_token_is_in_an_address(
        self, platform: Platform, clock: StillClock
    ) -> None:
        made(platform, clock).login(Administrator(platform))
        assert not any(token in " ".join(platform.requests) for token in (SHORT_TOKEN, APP_SECRET))


ROWS: list[tuple[int, int | None, type[ChannelError]]] = [
    (1, None, AmbiguousError),
    (2, None, AmbiguousError),
    (1, 1363047, AmbiguousError),
    (1, 1609010, AmbiguousError),
    (4, None, RateLimitedError),
    (9, None, RateLimitedError),
    (17, None, RateLimitedError),
    (32, None, RateLimitedError),
    (341, None, RateLimitedError),
    (613, None, RateLimitedError),
    (368, None, RateLimitedError),
    (368, 1390008, RateLimitedError),
    (80_001, 2_494_055, RateLimitedError),
    *((190, subcode, CredentialsExpiredError) for subcode in (None, 458, 459, 460, 463, 467, 492)),
    (102, None, CredentialsExpiredError),
    (3, None, ForbiddenError),
    (5, None, ForbiddenError),
    (10, None, ForbiddenError),
    (12, None, ForbiddenError),
    (21, None, ForbiddenError),
    (200, None, ForbiddenError),
    (299, None, ForbiddenError),
    (1, 1404078, ForbiddenError),
    (1, 4854002, ForbiddenError),
    (100, 33, MissingError),
    (803, None, MissingError),
    (506, None, DuplicateError),
    (100, 1366051, DuplicateError),
    (1609005, None, InvalidContentError),
    *(
        (100, subcode, InvalidContentError)
        for subcode in (None, 1346003, 1349125, 1366046, 1404102, 1609008, 2061006, 2069019)
    ),
]


class TestErrors:
    @pytest.mark.parametrize(("code", "subcode", "error"), ROWS)
    def test_each_code_is_a_decision(
        self,
        odd: Odd,
        clock: StillClock,
        plain: Message,
        code: int,
        subcode: int | None,
        error: type[ChannelError],
    ) -> None:
        odd.answers = [no(code, "Facebook's words", subcode=subcode)]
        with pytest.raises(error) as caught:
            made(odd, clock).send(plain, DictJournal())
        assert type(caught.value) is error
        assert "Facebook's words" in str(caught.value)
        assert odd.published() == ()

    @pytest.mark.parametrize(
        ("code", "subcode", "error"),
        [
            (6000, None, InvalidContentError),
            *((6001, subcode, InvalidContentError) for subcode in (6000, *range(1363022, 1363027))),
            (6001, 1363020, InvalidContentError),
            (6001, 1363031, InvalidContentError),
            (6001, 1363005, ForbiddenError),
            (6001, 1363042, ForbiddenError),
            *((6001, subcode, SessionError) for subcode in (1363019, 1363021, 1363030, 1363041)),
            (6001, 1363033, PieceError),
        ],
    )
    def test_what_is_wrong_with_a_video_is_a_decision_too(
        self,
        odd: Odd,
        clock: StillClock,
        plain: Message,
        tmp_path: Path,
        code: int,
        subcode: int | None,
        error: type[ChannelError],
    ) -> None:
        adapter, moving, journal = made(odd, clock), filmed(plain, tmp_path), DictJournal()
        odd.answers = [no(code, "Facebook's words", subcode=subcode)]
        with pytest.raises(error) as caught:
            adapter.send(moving, journal)
        assert type(caught.value) is error
        adapter.send(moving, journal)
        assert len(odd.published()) == 1

    @pytest.mark.parametrize("code", [100, 10, 5_000])
    def test_what_is_said_to_pass_leaves_a_post_in_doubt(
        self, odd: Odd, clock: StillClock, plain: Message, code: int
    ) -> None:
        odd.answers = [no(code, "try again", transient=True)]
        with pytest.raises(AmbiguousError):
            made(odd, clock).send(plain, DictJournal())

    def test_a_limit_that_passes_is_a_limit(
        self, odd: Odd, clock: StillClock, plain: Message
    ) -> None:
        odd.answers = [no(4, "limit", transient=True)]
        with pytest.raises(RateLimitedError):
            made(odd, clock).send(plain, DictJournal())

    def test_an_unknown_code_is_judged_by_its_status(
        self, odd: Odd, clock: StillClock, plain: Message
    ) -> None:
        odd.answers = [no(987_654, "what is this", status=403)]
        with pytest.raises(ForbiddenError, match="what is this"):
            made(odd, clock).send(plain, DictJournal())

    def test_a_refusal_that_came_as_a_success_is_a_refusal(
        self, odd: Odd, clock: StillClock, plain: Message
    ) -> None:
        odd.answers = [no(200, "no", status=200)]
        with pytest.raises(ForbiddenError):
            made(odd, clock).send(plain, DictJournal())

    @pytest.mark.parametrize("body", ["[]", '"yes"', "", "{", '{"data": 1}'])
    def test_a_yes_that_names_no_post_leaves_it_in_doubt(
        self, odd: Odd, clock: StillClock, plain: Message, body: str
    ) -> None:
        odd.answers = [Response(body, 200)]
        with pytest.raises(AmbiguousError):
            made(odd, clock).send(plain, DictJournal())

    @pytest.mark.parametrize(
        "body", ["[]", '{"error": "no"}', '{"error": {"code": "x"}}', "<html>"]
    )
    def test_a_no_of_a_strange_form_is_still_an_error_of_the_contract(
        self, odd: Odd, clock: StillClock, plain: Message, body: str
    ) -> None:
        odd.answers = [Response(body, 400)]
        with pytest.raises(InvalidContentError):
            made(odd, clock).send(plain, DictJournal())

    def test_a_refusal_after_a_doubt_keeps_the_doubt(
        self, odd: Odd, clock: StillClock, plain: Message
    ) -> None:
        journal, adapter = DictJournal(), made(odd, clock)
        odd.faults.next("drop")
        with pytest.raises(AmbiguousError):
            adapter.send(plain, journal)
        odd.answers = [no(4, "limit")]
        with pytest.raises(RateLimitedError):
            adapter.send(plain, journal)
        assert adapter.send(plain, journal).remote_id == odd.published()[0].remote_id

    def test_no_log_holds_a_secret(
        self, odd: Odd, clock: StillClock, plain: Message, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("DEBUG")
        odd.answers = [no(190, f"{PAGE_TOKEN} is no good")]
        with pytest.raises(CredentialsExpiredError) as caught:
            made(odd, clock).send(plain, DictJournal())
        for secret in odd.secrets().values():
            assert secret not in caplog.text
            assert secret not in str(caught.value)


class TestStateOfAVideo:
    @pytest.mark.parametrize(
        ("told", "state"),
        [
            ({}, State.PENDING),
            ({"status": "odd"}, State.PENDING),
            ({"status": {"video_status": "something new"}}, State.PENDING),
            ({"status": {"video_status": "processing"}}, State.PENDING),
            ({"status": {"video_status": "uploading"}}, State.UNFINISHED),
            ({"status": {"video_status": "upload_complete"}}, State.UNFINISHED),
            ({"status": {"video_status": "ready"}}, State.PUBLISHED),
            ({"status": {"video_status": "ready"}, "published": False}, State.PENDING),
            ({"status": {"video_status": "error"}}, State.FAILED),
            ({"status": {"video_status": "expired"}}, State.FAILED),
            ({"status": {"publishing_phase": {"publish_status": "published"}}}, State.PUBLISHED),
            ({"status": {"processing_phase": {"status": "error"}}}, State.FAILED),
            ({"status": {"publishing_phase": {"status": "error"}}}, State.FAILED),
        ],
    )
    def test_only_what_facebook_says_counts(self, told: dict[str, Any], state: State) -> None:
        assert state_of(told) is state
