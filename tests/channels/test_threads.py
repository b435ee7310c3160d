"""Threads: the conformance suite, and what is Threads' alone."""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channels.base import (
    AmbiguousError,
    CannotTellError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.meta.access import RENEWED_AHEAD
from channels.meta.errors import MissingError
from channels.simulated.meta.account import FOLLOWERS
from channels.simulated.meta.graph import invalid, missing
from channels.simulated.meta.tokens import APP_ID, APP_SECRET, REDIRECT, TOKEN
from channels.simulated.threads import USER_ID, USERNAME, Platform
from channels.testing import (
    AgreeingPerson,
    ChannelConformance,
    DictJournal,
    StillClock,
    film,
    picture,
    settled,
)
from channels.threads.adapter import Adapter
from channels.threads.counting import length, links

CREATE, PUBLISH = "POST /v1.0/me/threads", "POST /v1.0/me/threads_publish"
RENEW = "GET /refresh_access_token"

Make = Callable[..., Adapter]


SHOWN = ("The app's id",)


def person(stand_in: Platform, answers: Mapping[str, str] | None = None) -> AgreeingPerson:
    """An administrator who knows the app, unless ``answers`` say otherwise."""
    app = {"The app's id": APP_ID, "The app's secret": APP_SECRET}
    return AgreeingPerson(stand_in, {**app, **(answers or {})}, SHOWN)


class Nowhere:
    """A media host that is down."""

    def address(self, media: Media) -> str:
        return f"http://127.0.0.1:9/{media.sha256}"


def chained(message: Message) -> Message:
    parts = ("Phần hai.", "Phần ba.")
    return dataclasses.replace(message, replies=tuple(Text(part, part) for part in parts))


def worded(message: Message, words: str) -> Message:
    return dataclasses.replace(message, body=Text(words, words))


class TestThreads(ChannelConformance):
    kind = "threads"

    @pytest.fixture
    def pictured(self, message: Message, tmp_path: Path) -> Message:
        return dataclasses.replace(message, media=(picture(tmp_path),))

    # -- whose account ----------------------------------------------------------------------------

    def test_identify_gives_the_name_and_the_followers(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (USER_ID, f"@{USERNAME}")
        assert account.followers == FOLLOWERS

    def test_an_account_that_hides_its_numbers_is_identified_without_them(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.may_see_followers = False
        assert channel.identify().followers is None

    def test_a_token_that_may_not_publish_is_told_at_once(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.may_publish = False
        with pytest.raises(ForbiddenError, match="permission"):
            channel.identify()

    # -- what a post may have ---------------------------------------------------------------------

    def test_a_video_is_published(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        channel.send(dataclasses.replace(message, media=(film(tmp_path),)), DictJournal())
        (published,) = stand_in.published()
        assert (published.media, published.alts) == (1, ("Phim ngắn: còn 7 ngày",))

    def test_a_carousel_may_have_pictures_and_videos_in_their_order(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        media = (picture(tmp_path, alt="Một"), film(tmp_path, alt="Hai"))
        channel.send(dataclasses.replace(message, media=media), DictJournal())
        (published,) = stand_in.published()
        assert published.alts == ("Một", "Hai")
        assert [each["media_type"] for each in stand_in.made_of] == ["IMAGE", "VIDEO", "CAROUSEL"]

    def test_the_link_is_the_preview_of_a_text_alone(
        self, channel: Adapter, stand_in: Platform, message: Message, pictured: Message
    ) -> None:
        address = "https://example.vn/10-10"
        for each in (message, pictured):
            channel.send(dataclasses.replace(each, link=address), DictJournal())
        links = [each.get("link_attachment") for each in stand_in.made_of]
        assert links == [address, None]

    def test_what_cant_be_shown_is_refused_before_anything_is_made(
        self, channel: Adapter, stand_in: Platform, pictured: Message
    ) -> None:
        document = dataclasses.replace(pictured.media[0], mime="application/pdf")
        with pytest.raises(InvalidContentError, match="application/pdf"):
            channel.send(dataclasses.replace(pictured, media=(document,)), DictJournal())
        assert stand_in.containers == {}

    def test_an_officer_says_who_may_reply_and_names_a_topic(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        wishes = {"may_reply": "accounts_you_follow", "topic": "Chuyển đổi số"}
        channel.send(dataclasses.replace(chained(message), options=wishes), DictJournal())
        assert [each.get("topic_tag") for each in stand_in.made_of] == ["Chuyển đổi số", None, None]
        assert {each["reply_control"] for each in stand_in.made_of} == {"accounts_you_follow"}

    @pytest.mark.parametrize(
        "options",
        [
            {"may_reply": "nobody"},
            {"may_reply": ["everyone"]},
            {"topic": "a.b"},
            {"topic": ""},
            {"topic": "x" * 51},
            {"topic": 7},
            {"pin": True},
        ],
    )
    def test_a_wish_that_threads_doesnt_have_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError, match="option"):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.containers == {}

    def test_media_need_a_host(self, make: Make, pictured: Message) -> None:
        with pytest.raises(ForbiddenError, match="media_host"):
            make(where=None).send(pictured, DictJournal())

    def test_media_that_threads_cant_fetch_are_tried_again(
        self, make: Make, stand_in: Platform, pictured: Message
    ) -> None:
        with pytest.raises(TransientError, match="fetched"):
            make(where=Nowhere()).send(pictured, DictJournal())
        assert stand_in.published() == ()

    # -- a container's life -----------------------------------------------------------------------

    def test_what_threads_still_works_on_is_published_by_a_later_attempt(
        self, channel: Adapter, stand_in: Platform, pictured: Message
    ) -> None:
        journal = DictJournal()
        stand_in.looks_until_ready = 7
        with pytest.raises(TransientError, match="works on"):
            channel.send(pictured, journal)
        channel.send(pictured, journal)
        assert len(stand_in.published()) == 1
        assert stand_in.asked.count(CREATE) == 1

    def test_a_container_that_may_be_out_is_published_again_never_replaced(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None
        channel.send(message, journal)
        assert len(stand_in.published()) == 1
        assert len(stand_in.containers) == 1

    def test_a_post_that_is_out_but_not_listed_yet_is_neither_found_nor_sent_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.list_lags = True
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(TransientError, match="isn't listed"):
            channel.find(message, since, journal)
        with pytest.raises(AmbiguousError, match="isn't shown"):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=20))
        with pytest.raises(CannotTellError):
            channel.find(message, since, journal)
        stand_in.list_lags = False
        receipt = channel.send(message, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_container_that_cant_be_asked_is_settled_by_the_list(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.says_status, stand_in.list_lags = False, True
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(CannotTellError):
            channel.find(message, since, journal)
        stand_in.list_lags = False
        found = channel.find(message, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_what_a_person_saw_to_be_absent_is_made_anew(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.containers.clear()
        clock.advance(timedelta(minutes=6))
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(CannotTellError):
            channel.find(message, since, journal)
        channel.send(message, journal)
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("words", ["", "Một lời khác."])
    def test_what_is_out_though_it_was_refused_isnt_published_again(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
        words: str,
    ) -> None:
        journal, since, answer = DictJournal(), clock(), stand_in.answer

        def contrary(request: Request) -> Response:
            told = answer(request)
            return invalid("(#100) No") if stand_in.publishes(request) else told

        with monkeypatch.context() as patched:
            patched.setattr(stand_in, "answer", contrary)
            with pytest.raises((InvalidContentError, ForbiddenError)):
                channel.send(message, journal)
        assert len(stand_in.published()) == 1
        edited = worded(message, words) if words else message
        with pytest.raises(AmbiguousError):
            channel.send(edited, journal)
        found = channel.find(message, since, journal)
        assert found is not None
        assert len(stand_in.published()) == 1

    def test_a_status_that_doesnt_tell_of_posts_leads_to_no_second_one(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.says_published = False
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.list_lags = True
        assert channel.find(message, since, journal) is None, "it is said to be unpublished"
        with pytest.raises(AmbiguousError, match="does not exist"):
            channel.send(message, journal)
        stand_in.list_lags = False
        assert channel.find(message, since, journal) is not None
        assert len(stand_in.published()) == 1

    def test_a_list_that_cant_be_read_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.may_list = False
        with pytest.raises(CannotTellError, match="permission"):
            channel.find(message, since, journal)

    def test_of_several_posts_of_the_same_words_a_person_says_which(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        channel.send(message, DictJournal())
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(CannotTellError, match="several"):
            channel.find(message, since, journal)

    def test_an_older_post_of_the_same_words_isnt_this_one(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, since, journal) is None

    @pytest.mark.parametrize(("page_size", "tells_next"), [(20, True), (100, False)])
    def test_a_post_is_found_among_many(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        page_size: int,
        tells_next: bool,
    ) -> None:
        stand_in.page_size, stand_in.tells_next = page_size, tells_next
        journal, since = DictJournal(), clock()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        for number in range(70):
            channel.send(worded(message, f"Bài {number}"), DictJournal())
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.remote_id == stand_in.published()[0].remote_id

    @pytest.mark.parametrize("was_asked", [False, True])
    def test_a_container_that_nobody_published_in_a_day_is_replaced(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        was_asked: bool,
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse" if was_asked else "forbidden")
        with pytest.raises((AmbiguousError, ForbiddenError)):
            channel.send(message, journal)
        clock.advance(timedelta(hours=25))
        if was_asked:
            assert channel.find(message, clock(), journal) is None
        channel.send(message, journal)
        assert len(stand_in.published()) == 1
        assert len(stand_in.containers) == 2

    @pytest.mark.parametrize(
        ("reason", "error"),
        [
            ("INVALID_DURATION", InvalidContentError),
            ("FAILED_PROCESSING_AUDIO", InvalidContentError),
            ("INVALID_ASPEC_RATIO", InvalidContentError),
            ("FAILED_DOWNLOADING_VIDEO", TransientError),
            ("UNKNOWN", TransientError),
            ("SOMETHING_NEW", TransientError),
        ],
    )
    def test_a_container_that_failed_says_why_and_is_replaced(
        self,
        channel: Adapter,
        stand_in: Platform,
        pictured: Message,
        reason: str,
        error: type[ChannelError],
    ) -> None:
        journal = DictJournal()
        stand_in.fails = reason
        with pytest.raises(error, match=reason):
            channel.send(pictured, journal)
        stand_in.fails = ""
        channel.send(pictured, journal)
        assert len(stand_in.published()) == 1

    def test_a_container_that_fails_between_two_attempts_says_so_too(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.looks_until_ready = 7
        with pytest.raises(TransientError):
            channel.send(message, journal)
        (container,) = stand_in.containers.values()
        container.failed = "INVALID_BIT_RATE"
        with pytest.raises(InvalidContentError):
            channel.send(message, journal)

    def test_words_changed_between_two_attempts_are_the_ones_that_are_posted(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(worded(message, "Sai rồi"), journal)
        channel.send(message, journal)
        assert [each.text for each in stand_in.published()] == [message.body.plain]

    def test_words_changed_in_doubt_wait_until_the_old_ones_surely_arent_out(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(worded(message, "Sai rồi"), journal)
        with pytest.raises(AmbiguousError, match="on its way"):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=6))
        channel.send(message, journal)
        assert [each.text for each in stand_in.published()] == [message.body.plain]

    @pytest.mark.parametrize(("times", "containers"), [(1, 1), (2, 1), (3, 2)])
    def test_a_container_unknown_to_the_request_that_publishes_is_tried_again_then_replaced(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        times: int,
        containers: int,
    ) -> None:
        journal = DictJournal()
        stand_in.lost_for = times
        for _ in range(times):
            with pytest.raises(TransientError, match="does not exist"):
                channel.send(message, journal)
        channel.send(message, journal)
        assert len(stand_in.published()) == 1
        assert len(stand_in.containers) == containers

    def test_items_of_a_carousel_are_made_once(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        media = (picture(tmp_path), picture(tmp_path, "teal"))
        journal = DictJournal()
        stand_in.faults.next("drop", on="any", after=2)  # the second item's answer is lost
        with pytest.raises(TransientError):
            channel.send(dataclasses.replace(message, media=media), journal)
        channel.send(dataclasses.replace(message, media=media), journal)
        assert len(stand_in.published()) == 1
        kinds = [each["media_type"] for each in stand_in.made_of]
        assert kinds == ["IMAGE", "IMAGE", "IMAGE", "CAROUSEL"]

    def test_an_item_that_failed_is_made_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        media = (picture(tmp_path), picture(tmp_path, "teal"))
        journal = DictJournal()
        stand_in.fails = "UNKNOWN"
        for _ in range(2):
            with pytest.raises(TransientError, match="UNKNOWN"):
                channel.send(dataclasses.replace(message, media=media), journal)
        stand_in.fails = ""
        for container in stand_in.containers.values():
            container.failed = ""
        channel.send(dataclasses.replace(message, media=media), journal)
        assert stand_in.published()[0].media == 2

    # -- after it is out --------------------------------------------------------------------------

    def test_a_post_whose_address_cant_be_asked_at_once_is_found(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("500", on="any", after=5)
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        found = channel.find(message, since, journal)
        assert found is not None
        assert found.url == stand_in.published()[0].url

    def test_a_post_without_an_address_is_seen_on_the_profile(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.tells_address = False
        assert channel.send(message, DictJournal()).url == f"{stand_in.url}/@{USERNAME}"

    def test_a_yes_that_names_no_post_is_ambiguous(
        self, make: Make, clock: StillClock, message: Message
    ) -> None:
        with Odd(clock, Response("{}")) as odd, pytest.raises(AmbiguousError):
            make(base_url=odd.url).send(message, DictJournal())

    # -- chains -----------------------------------------------------------------------------------

    def test_a_chain_broken_off_in_doubt_is_looked_up_and_finished(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        chain, journal, since = chained(message), DictJournal(), clock()
        stand_in.faults.next("drop", after=1)
        with pytest.raises(AmbiguousError):
            channel.send(chain, journal)
        assert channel.find(chain, since, journal) is None, "its third post is missing"
        receipt = channel.send(chain, journal)
        assert receipt.remote_id.split(",") == [each.remote_id for each in stand_in.published()]
        assert len(stand_in.published()) == 3

    def test_a_chain_is_one_whichever_answer_is_lost(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        for number in range(16):
            before = len(stand_in.published())
            chain = chained(worded(message, f"Lần {number}"))
            stand_in.faults.next("drop", on="any", after=number)
            receipt = settled(channel, chain, DictJournal(), clock)
            stand_in.faults.clear()
            new = [each.remote_id for each in stand_in.published()[before:]]
            assert receipt is not None
            assert receipt.remote_id.split(",") == new
            assert len(new) == 3

    def test_another_chain_s_part_of_the_same_words_is_not_ours(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        more = (Text("Xem thêm tại cổng.", "Xem thêm tại cổng."),)
        ours, journal = dataclasses.replace(message, replies=more), DictJournal()
        stand_in.faults.next("refuse", after=1)
        with pytest.raises(AmbiguousError):
            channel.send(ours, journal)
        other = dataclasses.replace(worded(message, "Bài khác."), replies=more)
        channel.send(other, DictJournal())
        assert channel.find(ours, clock(), journal) is None
        channel.send(ours, journal)
        first, _, _, last = stand_in.published()
        assert (last.text, last.reply_to) == (more[0].plain, first.remote_id)

    def test_an_earlier_part_of_the_same_words_isnt_taken_for_a_later_one(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        same = Text("Xem thêm tại cổng.", "Xem thêm tại cổng.")
        chain, journal = dataclasses.replace(message, replies=(same, same)), DictJournal()
        stand_in.tells_replied_to = False
        stand_in.faults.next("refuse", after=2)
        with pytest.raises(AmbiguousError):
            channel.send(chain, journal)
        assert channel.find(chain, clock(), journal) is None
        channel.send(chain, journal)
        assert len(stand_in.published()) == 3

    # -- limits and errors ------------------------------------------------------------------------

    def test_a_chain_with_too_many_links_in_its_last_post_leaves_nothing(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        many = " ".join(f"https://example.vn/{number}" for number in range(6))
        chain = dataclasses.replace(message, replies=(Text("Hai.", "Hai."), Text(many, many)))
        with pytest.raises(InvalidContentError, match="links: leave some out: 3: 6/5"):
            channel.send(chain, DictJournal())
        assert stand_in.containers == {}

    def test_the_attached_link_counts_where_the_text_doesnt_have_it(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        five = worded(message, " ".join(f"https://example.vn/{number}" for number in range(5)))
        with pytest.raises(InvalidContentError, match="6/5"):
            channel.send(dataclasses.replace(five, link="https://example.vn/khac"), DictJournal())
        channel.send(dataclasses.replace(five, link="https://example.vn/3"), DictJournal())
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("refusal", [invalid("(#100) No"), missing("178")])
    def test_a_refusal_in_doubt_doesnt_prove_that_nothing_is_out(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        monkeypatch: pytest.MonkeyPatch,
        refusal: Response,
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.says_published, stand_in.list_lags = False, True
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        monkeypatch.setattr(stand_in, "unknown", lambda: refusal)
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        stand_in.list_lags = False
        found = channel.find(message, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_an_allowance_that_is_used_up_is_minded_before_anything_is_made(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.allowance = 1
        channel.send(message, DictJournal())
        with pytest.raises(RateLimitedError, match="1/1") as caught:
            channel.send(worded(message, "Bài sau"), DictJournal())
        assert caught.value.until > clock()
        assert len(stand_in.containers) == 1
        clock.advance(timedelta(hours=25))
        channel.send(worded(message, "Bài sau"), DictJournal())
        assert len(stand_in.published()) == 2

    def test_replies_have_an_allowance_of_their_own(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.allowance = 1
        journal = DictJournal()
        with pytest.raises(RateLimitedError):
            channel.send(chained(message), journal)
        assert len(stand_in.published()) == 2
        stand_in.allowance = 250
        channel.send(chained(message), journal)
        assert len(stand_in.published()) == 3

    def test_an_allowance_of_calls_that_is_full_is_obeyed_before_it_is_hit(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.app_usage = 100
        journal = DictJournal()
        with pytest.raises(RateLimitedError):
            channel.send(message, journal)
        before = len(stand_in.asked)
        with pytest.raises(RateLimitedError):
            channel.send(message, journal)
        assert len(stand_in.asked) == before
        stand_in.app_usage = 1
        clock.advance(timedelta(minutes=16))
        channel.send(message, journal)

    @pytest.mark.parametrize(
        ("code", "subcode", "error"),
        [
            (24, 4279009, TransientError),
            (24, None, TransientError),
            (1, 2207052, TransientError),
            (-2, 2207003, TransientError),
            (1, None, AmbiguousError),
            (2, None, AmbiguousError),
            (4, None, RateLimitedError),
            (17, None, RateLimitedError),
            (10, None, ForbiddenError),
            (200, None, ForbiddenError),
            (100, 33, MissingError),
            (100, None, InvalidContentError),
            (190, 463, CredentialsExpiredError),
        ],
    )
    def test_each_number_of_an_error_has_its_meaning(
        self,
        make: Make,
        clock: StillClock,
        message: Message,
        code: int,
        subcode: int | None,
        error: type[ChannelError],
    ) -> None:
        said = {"message": "no", "code": code, "error_subcode": subcode, "is_transient": False}
        with Odd(clock, Response(json.dumps({"error": said}), 400)) as odd:
            with pytest.raises(error) as caught:
                make(base_url=odd.url).send(message, DictJournal())
            assert type(caught.value) is error or error is TransientError

    def test_the_token_goes_as_a_field_where_that_is_wanted(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        make(token_as_field=True).send(message, DictJournal())
        assert all("access_token" in each for each in stand_in.made_of)

    def test_no_log_holds_a_secret(
        self, make: Make, message: Message, clock: StillClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        channel = make()
        channel.send(message, DictJournal())
        clock.advance(timedelta(days=2))
        channel.identify()
        assert TOKEN not in caplog.text

    # -- afterwards -------------------------------------------------------------------------------

    def test_reposts_and_quotes_are_shares(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(chained(message), DictJournal())
        stand_in.readers(receipt.remote_id, views=50, reactions=4, comments=3, shares=2, quotes=1)
        assert channel.read([receipt])[receipt.remote_id].metrics == {
            "views": 50,
            "reactions": 4,
            "comments": 3,
            "shares": 3,
        }

    def test_what_was_passed_on_is_a_share_too_where_threads_tells(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=50, shares=2, quotes=1, sends=5)
        assert channel.read([receipt])[receipt.remote_id].metrics["shares"] == 8
        stand_in.dead_metrics = {"shares"}
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert (metrics["views"], metrics["shares"]) == (50, 3)

    def test_a_metric_that_the_token_may_not_read_costs_no_other(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=50, shares=2)
        stand_in.closed_metrics = {"quotes"}
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert (metrics["views"], metrics["shares"]) == (50, 2)

    def test_a_metric_that_is_refused_or_not_known_yet_is_left_out(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, views=50, reactions=4)
        stand_in.dead_metrics, stand_in.late_metrics = {"quotes", "replies"}, {"likes"}
        expected = {"views": 50, "shares": 0}
        assert channel.read([receipt])[receipt.remote_id].metrics == expected
        asked = len(stand_in.asked)
        assert channel.read([receipt])[receipt.remote_id].metrics == expected
        assert len(stand_in.asked) == asked + 1, "what was refused isn't asked for again"

    def test_a_post_that_is_gone_is_told_as_gone(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.remove(receipt.remote_id)
        assert not channel.read([receipt])[receipt.remote_id].exists
        stand_in.may_list = False
        assert channel.read([receipt]) == {}, "it may be that nothing can be seen"

    def test_without_the_permission_nothing_is_told(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.may_count = False
        assert channel.read([receipt]) == {}

    def test_a_chain_is_taken_back_whole_also_where_part_of_it_is_gone(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(chained(message), DictJournal())
        stand_in.remove(receipt.remote_id.split(",")[1])
        assert channel.delete(receipt)
        assert stand_in.published() == ()

    def test_a_token_that_may_not_delete_says_so(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.may_delete = False
        with pytest.raises(ForbiddenError, match="permission"):
            channel.delete(receipt)

    # -- the token --------------------------------------------------------------------------------

    def test_a_token_is_renewed_a_day_after_it_was_first_seen_then_a_month_ahead(
        self, make: Make, stand_in: Platform, clock: StillClock
    ) -> None:
        renewals = []
        for span in (0, 23, 2, 24 * 28, 24 * 3):
            clock.advance(timedelta(hours=span))
            make().identify()
            renewals.append(stand_in.access.renewals)
        assert renewals == [0, 0, 1, 1, 2]

    def test_a_token_used_all_the_time_never_ends(
        self, make: Make, stand_in: Platform, clock: StillClock
    ) -> None:
        for _ in range(8):
            clock.advance(timedelta(days=25))
            make().identify()
        assert stand_in.access.renewals >= 4

    def test_two_workers_renew_once(
        self, make: Make, stand_in: Platform, clock: StillClock
    ) -> None:
        make().identify()
        clock.advance(timedelta(days=2))
        workers = [threading.Thread(target=make().identify) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert stand_in.access.renewals == 1

    def test_a_renewal_that_fails_is_left_for_the_next_time(
        self, make: Make, stand_in: Platform, clock: StillClock
    ) -> None:
        channel = make()
        channel.identify()
        clock.advance(timedelta(days=2))
        stand_in.faults.next("drop", on="any")
        assert channel.identify().id == USER_ID
        channel.identify()
        assert stand_in.asked.count(RENEW) == 2

    def test_a_renewal_that_is_refused_is_minded_only_when_the_token_ends(
        self, make: Make, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        channel = make()
        channel.identify()
        clock.advance(timedelta(days=2))
        stand_in.access.grants = ("", "another grant")
        assert channel.identify().id == USER_ID
        clock.advance(timedelta(days=60))
        with pytest.raises(CredentialsExpiredError, match="grant_type"):
            channel.send(message, DictJournal())

    def test_a_token_that_is_refused_is_renewed_once_and_the_call_repeated(
        self, make: Make, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        clock.advance(timedelta(days=2))
        stand_in.stale = {TOKEN}
        make(workdir="another").send(message, DictJournal())
        assert len(stand_in.published()) == 1
        assert stand_in.access.renewals == 1

    def test_a_token_that_has_ended_waits_for_a_person_who_gives_another(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        channel, journal = make(), DictJournal()
        stand_in.revoke()
        with pytest.raises(CredentialsExpiredError):
            channel.send(message, journal)
        given = make(redirect_uri=REDIRECT).login(person(stand_in))
        known = {"env:STAND_IN_THREADS_TOKEN": given["token"]}
        make(known=known).send(message, journal)
        assert len(stand_in.published()) == 1

    # -- log-in -----------------------------------------------------------------------------------

    def test_log_in_gives_a_long_token_and_the_secret_that_has_a_place(
        self, make: Make, stand_in: Platform
    ) -> None:
        agreeing = person(stand_in)
        keys = {"redirect_uri": REDIRECT, "app_secret": "env:SECRET"}
        given = make(known={}, **keys).login(agreeing)
        assert len(agreeing.told) == len(Adapter.access)
        assert "threads_content_publish" in agreeing.asked["scope"]
        assert "code_challenge" not in agreeing.asked
        assert given["app_secret"] == APP_SECRET
        known = {"env:STAND_IN_THREADS_TOKEN": given["token"]}
        assert make(known=known, workdir="new").identify().id == USER_ID

    def test_log_in_asks_for_nothing_that_is_known(self, make: Make, stand_in: Platform) -> None:
        agreeing = person(stand_in, {"The app's id": "", "The app's secret": ""})
        keys = {"redirect_uri": REDIRECT, "app_secret": "env:SECRET", "app_id": APP_ID}
        assert set(make(known={"env:SECRET": APP_SECRET}, **keys).login(agreeing)) == {"token"}

    def test_log_in_needs_an_address_to_come_back_to(self, make: Make, stand_in: Platform) -> None:
        with pytest.raises(ForbiddenError, match="redirect_uri"):
            make().login(person(stand_in))

    @pytest.mark.parametrize(
        ("keys", "answers", "error"),
        [
            ({"scopes": ("threads_basic",)}, {}, ForbiddenError),
            ({}, {"The app's secret": "wrong"}, CredentialsExpiredError),
            ({"redirect_uri": "https://example.vn/khac"}, {}, ForbiddenError),
        ],
    )
    def test_log_in_that_is_refused_says_so(
        self,
        make: Make,
        stand_in: Platform,
        keys: dict[str, Any],
        answers: dict[str, str],
        error: type[ChannelError],
    ) -> None:
        with pytest.raises(error) as caught:
            make(**{"redirect_uri": REDIRECT, **keys}).login(person(stand_in, answers))
        assert "wrong" not in str(caught.value)


class Odd(Platform):
    """A Threads that gives one answer to whoever publishes."""

    def __init__(self, clock: StillClock, given: Response) -> None:
        super().__init__(clock)
        self._given = given

    def answer(self, request: Request) -> Response:
        return self._given if self.publishes(request) else super().answer(request)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("", 0),
        ("Chuyển đổi số ảẵếổữ", 19),
        ("🔥", 4),
        ("Cố lên ❤️!", 14),
        ("👨\u200d👩\u200d👧", 18),
        ("🇻🇳", 8),
        ("1️⃣", 7),
        ("日本", 2),
    ],
)
def test_a_text_is_as_long_as_threads_says(text: str, units: int) -> None:
    assert length(text) == units


@pytest.mark.parametrize(
    ("text", "attached", "count"),
    [
        ("Không có gì", "", 0),
        ("www.facebook.com", "www.facebook.com", 1),
        ("www.instagram.com và www.threads.com", "www.facebook.com", 3),
        ("www.example.com, www.example.com, www.test.com.", "https://www.test.com/", 2),
        ("Xem (https://example.vn/a). HTTPS://example.vn/b! ai@www.example.vn", "", 2),
    ],
)
def test_a_link_counts_once_however_often_it_stands_in_a_post(
    text: str, attached: str, count: int
) -> None:
    assert links(text, attached) == count


def test_a_month_is_enough_to_notice_that_a_token_isnt_renewed() -> None:
    assert timedelta(days=14) < RENEWED_AHEAD < timedelta(days=59)
