"""Instagram: the conformance suite, and what is Instagram's alone.

How containers are asked, published once and replaced, and how tokens are renewed, is shared with
Threads and shown in ``test_threads``; here is what differs.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from werkzeug.wrappers import Request, Response

from channels.base import (
    AccountFigures,
    AmbiguousError,
    CannotTellError,
    ChannelError,
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
from channels.instagram.adapter import Adapter
from channels.limits import violations
from channels.simulated.facebook import people
from channels.simulated.instagram import USER_ID, USERNAME, Platform
from channels.simulated.meta.account import FOLLOWERS
from channels.simulated.meta.tokens import APP_ID, APP_SECRET, REDIRECT
from channels.testing import (
    AgreeingPerson,
    ChannelConformance,
    DictJournal,
    StillClock,
    film,
    picture,
    settled,
)

CREATE = f"POST /v25.0/{USER_ID}/media"
PAGE = {"env:STAND_IN_INSTAGRAM_TOKEN": people.PAGE_TOKEN, "env:SECRET": people.APP_SECRET}

Make = Callable[..., Adapter]


SHOWN = ("The app's id", "Which of these Pages? Its number")


def person(stand_in: Platform, answers: Mapping[str, str] | None = None) -> AgreeingPerson:
    """An administrator who knows the app, unless ``answers`` say otherwise."""
    app = {"The app's id": APP_ID, "The app's secret": APP_SECRET}
    return AgreeingPerson(stand_in, {**app, **(answers or {})}, SHOWN)


def manager(stand_in: Platform, **answers: str) -> AgreeingPerson:
    """A person who manages the Page, at the app for Facebook Login."""
    app = {"The app's id": people.APP_ID, "The app's secret": people.APP_SECRET}
    page = {"Which of these Pages? Its number": people.PAGE_ID}
    return person(stand_in, {**app, **page, **answers})


def jpeg(folder: Path, width: int, height: int) -> Media:
    """A JPEG of these sides."""
    made = picture(folder, kind="jpeg")
    path = folder / f"{width}x{height}.jpeg"
    Image.new("RGB", (width, height), "navy").save(path)
    size = path.stat().st_size
    return dataclasses.replace(
        made, path=path, size_bytes=size, width=width, height=height, sha256=f"{width:064d}"
    )


class TestInstagram(ChannelConformance):
    kind = "instagram"

    @pytest.fixture
    def reel(self, message: Message, tmp_path: Path) -> Message:
        return dataclasses.replace(message, media=(film(tmp_path),))

    @pytest.fixture
    def carousel(self, message: Message, tmp_path: Path) -> Message:
        media = (picture(tmp_path, alt="Một", kind="jpeg"), film(tmp_path, alt="Hai"))
        return dataclasses.replace(message, media=media)

    # -- whose account ----------------------------------------------------------------------------

    @pytest.mark.parametrize("wrapped", [False, True])
    def test_identify_gives_the_name_and_the_followers(
        self, channel: Adapter, stand_in: Platform, wrapped: bool
    ) -> None:
        stand_in.wraps_user = wrapped
        account = channel.identify()
        assert (account.id, account.name) == (USER_ID, f"@{USERNAME}")
        assert account.followers == FOLLOWERS

    def test_a_token_that_may_not_publish_is_told_at_once(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.may_publish = False
        with pytest.raises(ForbiddenError, match="permission"):
            channel.identify()

    # -- what a post may have ---------------------------------------------------------------------

    def test_a_video_is_a_reel(self, channel: Adapter, stand_in: Platform, reel: Message) -> None:
        receipt = channel.send(reel, DictJournal())
        (asked,) = stand_in.made_of
        assert (asked["media_type"], asked["share_to_feed"]) == ("REELS", "true")
        assert "/reel/" in receipt.url
        assert "alt_text" not in asked, "Instagram has none for reels"

    def test_a_reel_can_be_kept_out_of_the_feed(
        self, channel: Adapter, stand_in: Platform, reel: Message
    ) -> None:
        channel.send(dataclasses.replace(reel, options={"feed": False}), DictJournal())
        assert stand_in.made_of[0]["share_to_feed"] == "false"

    @pytest.mark.parametrize("options", [{"feed": "no"}, {"pin": True}, {"feed": True}])
    def test_a_wish_that_instagram_doesnt_have_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError, match=r"option|reels alone"):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.containers == {}

    def test_a_carousel_may_have_pictures_and_videos_in_their_order(
        self, channel: Adapter, stand_in: Platform, carousel: Message
    ) -> None:
        channel.send(carousel, DictJournal())
        (published,) = stand_in.published()
        assert (published.media, published.alts) == (2, ("Một", ""))
        assert [each.get("media_type") for each in stand_in.made_of] == [None, "VIDEO", "CAROUSEL"]

    def test_there_are_no_posts_of_text_alone(self, channel: Adapter, message: Message) -> None:
        with pytest.raises(InvalidContentError, match="without a picture"):
            channel.send(dataclasses.replace(message, media=()), DictJournal())

    def test_pictures_other_than_jpeg_are_refused_before_anything_is_made(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        png = dataclasses.replace(message, media=(picture(tmp_path),))
        with pytest.raises(InvalidContentError, match="JPEG"):
            channel.send(png, DictJournal())
        assert stand_in.containers == {}

    @pytest.mark.parametrize(
        ("width", "height", "fits"),
        [(400, 500, True), (191, 100, True), (390, 500, False), (200, 100, False)],
    )
    def test_the_sides_of_a_picture_are_bounded_as_the_limits_say(
        self,
        channel: Adapter,
        message: Message,
        tmp_path: Path,
        width: int,
        height: int,
        fits: bool,
    ) -> None:
        pictured = dataclasses.replace(message, media=(jpeg(tmp_path, width, height),))
        assert (violations(pictured, Adapter.limits(channel.config)) == ()) is fits
        if fits:
            channel.send(pictured, DictJournal())
            return
        with pytest.raises(InvalidContentError, match="aspect"):
            channel.send(pictured, DictJournal())

    def test_the_longest_caption_is_taken_and_one_more_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        limits = Adapter.limits(channel.config)
        for count, codes in ((2_200, []), (2_201, ["text_long"])):
            text = "ă" * count
            caption = dataclasses.replace(message, body=Text(text, text))
            assert [each.code for each in violations(caption, limits)] == codes
            if codes:
                with pytest.raises(InvalidContentError, match="too long"):
                    channel.send(caption, DictJournal())
            else:
                channel.send(caption, DictJournal())
        assert len(stand_in.published()) == 1

    def test_a_picture_without_words_is_published_and_found(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        silent, journal, since = (
            dataclasses.replace(message, body=Text("", "")),
            DictJournal(),
            clock(),
        )
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(silent, journal)
        found = channel.find(silent, since, journal)
        assert found is not None
        assert [found.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_media_need_a_host(self, make: Make, message: Message) -> None:
        with pytest.raises(ForbiddenError, match="media_host"):
            make(where=None).send(message, DictJournal())

    # -- doubts -----------------------------------------------------------------------------------

    def test_a_carousel_is_one_post_whichever_answer_is_lost(
        self, channel: Adapter, stand_in: Platform, carousel: Message, clock: StillClock
    ) -> None:
        for number in range(11):
            before = len(stand_in.published())
            words = f"Lần {number}"
            nth = dataclasses.replace(carousel, body=Text(words, words))
            stand_in.faults.next("drop", on="any", after=number)
            receipt = settled(channel, nth, DictJournal(), clock)
            stand_in.faults.clear()
            assert receipt is not None
            new = [each.remote_id for each in stand_in.published()[before:]]
            assert new == [receipt.remote_id]

    def test_a_reel_that_instagram_works_on_is_published_by_a_later_attempt(
        self, channel: Adapter, stand_in: Platform, reel: Message
    ) -> None:
        journal = DictJournal()
        stand_in.looks_until_ready = 12
        for _ in range(2):
            with pytest.raises(TransientError, match="works on"):
                channel.send(reel, journal)
        channel.send(reel, journal)
        assert len(stand_in.published()) == 1
        assert stand_in.asked.count(CREATE) == 1

    def test_a_reel_that_is_out_but_not_listed_is_neither_found_nor_sent_again(
        self, channel: Adapter, stand_in: Platform, reel: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.list_lags = True
        stand_in.faults.next("stall")
        hasty = channel.config.model_copy(update={"timeout_s": 0.3})
        with pytest.raises(AmbiguousError):
            Adapter(hasty, channel.context).send(reel, journal)
        stand_in.faults.clear()
        with pytest.raises(TransientError):
            channel.find(reel, since, journal)
        clock.advance(timedelta(minutes=20))
        with pytest.raises(CannotTellError):
            channel.find(reel, since, journal)
        with pytest.raises(AmbiguousError):
            channel.send(reel, journal)
        stand_in.list_lags = False
        assert channel.find(reel, since, journal) is not None
        assert len(stand_in.published()) == 1

    def test_a_container_that_nobody_published_in_a_day_is_replaced(
        self, channel: Adapter, stand_in: Platform, carousel: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(carousel, journal)
        clock.advance(timedelta(hours=25))
        assert channel.find(carousel, clock(), journal) is None
        channel.send(carousel, journal)
        assert len(stand_in.published()) == 1
        assert stand_in.asked.count(CREATE) == 6, "the items are too old by then, too"

    def test_an_older_post_of_the_same_caption_isnt_this_one(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, since, journal) is None
        channel.send(message, journal)
        assert len(stand_in.published()) == 2

    @pytest.mark.parametrize(
        ("reason", "error"),
        [
            ("Error: Media upload has failed with error code 2207026", InvalidContentError),
            ("Error: Media upload has failed with error code 2207076", InvalidContentError),
            ("Error: Media upload has failed with error code 2207053", TransientError),
            ("Error: Media upload has failed with error code 2207099", TransientError),
            ("Error", TransientError),
        ],
    )
    def test_a_container_that_failed_says_why_and_is_replaced(
        self,
        channel: Adapter,
        stand_in: Platform,
        reel: Message,
        reason: str,
        error: type[ChannelError],
    ) -> None:
        journal = DictJournal()
        stand_in.fails = reason
        with pytest.raises(error, match="Error"):
            channel.send(reel, journal)
        stand_in.fails = ""
        channel.send(reel, journal)
        assert len(stand_in.published()) == 1

    def test_a_post_whose_address_isnt_told_is_seen_on_the_profile(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.tells_address = False
        assert channel.send(message, DictJournal()).url == f"{stand_in.url}/{USERNAME}/"

    # -- limits and errors ------------------------------------------------------------------------

    def test_an_allowance_that_is_used_up_is_minded_before_anything_is_made(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.allowance = 1
        channel.send(message, DictJournal())
        with pytest.raises(RateLimitedError, match="1/1") as caught:
            channel.send(dataclasses.replace(message, body=Text("Sau", "Sau")), DictJournal())
        assert caught.value.until > clock()
        assert len(stand_in.containers) == 1

    def test_an_allowance_that_others_used_up_in_between_is_a_limit_too(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.looks_until_ready = 7
        with pytest.raises(TransientError):
            channel.send(message, journal)
        stand_in.allowance = 0
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, journal)
        assert caught.value.until == clock() + timedelta(hours=1)
        stand_in.allowance = 50
        channel.send(message, journal)
        assert len(stand_in.containers) == 1

    @pytest.mark.parametrize(
        ("code", "subcode", "error"),
        [
            (-1, 2207001, AmbiguousError),
            (-1, 2207032, AmbiguousError),
            (-1, None, AmbiguousError),
            (-2, None, AmbiguousError),
            (-2, 2207003, TransientError),
            (9004, 2207052, TransientError),
            (1, 2207052, TransientError),
            (-1, 2207053, TransientError),
            (1, 2207077, TransientError),
            (9007, 2207027, TransientError),
            (24, 2207006, TransientError),
            (24, 2207008, TransientError),
            (-2, 2207020, TransientError),
            (9, 2207042, RateLimitedError),
            (4, 2207051, RateLimitedError),
            (4, None, RateLimitedError),
            (25, 2207050, ForbiddenError),
            (10, None, ForbiddenError),
            (190, 460, CredentialsExpiredError),
            (36000, 2207004, InvalidContentError),
            (36000, None, InvalidContentError),
            (36001, 2207005, InvalidContentError),
            (36001, None, InvalidContentError),
            (36003, 2207009, InvalidContentError),
            (36003, None, InvalidContentError),
            (36004, 2207010, InvalidContentError),
            (36004, None, InvalidContentError),
            (100, 2207023, InvalidContentError),
            (352, 2207026, InvalidContentError),
            (352, None, InvalidContentError),
            (100, 2207028, InvalidContentError),
            (100, 2207035, InvalidContentError),
            (100, 2207036, InvalidContentError),
            (100, 2207037, InvalidContentError),
            (100, 2207040, InvalidContentError),
            (1, 2207057, InvalidContentError),
            (1, 2207076, InvalidContentError),
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
            assert isinstance(caught.value, RateLimitedError) == (error is RateLimitedError)

    @pytest.mark.parametrize("body", ["{}", "<html>", "[]", '{"id": ""}'])
    def test_a_yes_that_names_no_post_is_ambiguous(
        self, make: Make, clock: StillClock, message: Message, body: str
    ) -> None:
        with Odd(clock, Response(body)) as odd, pytest.raises(AmbiguousError):
            make(base_url=odd.url).send(message, DictJournal())

    # -- afterwards -------------------------------------------------------------------------------

    def test_what_people_did_is_read_by_the_contract_s_names(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        did = {"reach": 40, "views": 50, "reactions": 4, "comments": 3, "saves": 2, "shares": 1}
        stand_in.readers(receipt.remote_id, **did)
        assert channel.read([receipt])[receipt.remote_id].metrics == did

    def test_a_metric_refused_of_reels_is_still_asked_of_pictures(
        self, channel: Adapter, stand_in: Platform, message: Message, reel: Message
    ) -> None:
        moving = channel.send(reel, DictJournal())
        still = channel.send(message, DictJournal())
        stand_in.dead_metrics = {"saved"}
        assert "saves" not in channel.read([moving])[moving.remote_id].metrics
        stand_in.dead_metrics = set()
        assert "saves" in channel.read([still])[still.remote_id].metrics

    def test_what_isnt_known_yet_is_absent_never_nought(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.late_metrics = {"reach", "views", "likes", "comments", "saved", "shares"}
        assert channel.read([receipt])[receipt.remote_id].metrics == {}

    def test_a_post_that_is_gone_is_told_as_gone(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        gone = Receipt("17900000000000000", "", clock())
        readings = channel.read([gone, receipt])
        assert [readings[each.remote_id].exists for each in (gone, receipt)] == [False, True]

    @pytest.mark.parametrize(
        ("dead", "late", "reached"),
        [
            (set(), set(), (3_900, 28)),
            ({"days_28"}, set(), (210, 1)),
            (set(), {"days_28"}, (210, 1)),
            (set(), {"days_28", "day"}, (None, None)),
        ],
    )
    def test_the_people_whom_the_account_reached_are_read_over_the_longest_period_told(
        self,
        channel: Adapter,
        stand_in: Platform,
        dead: set[str],
        late: set[str],
        reached: tuple[int | None, int | None],
    ) -> None:
        stand_in.dead_periods, stand_in.late_periods = dead, late
        assert channel.read_account() == AccountFigures(FOLLOWERS, *reached)

    def test_without_the_right_to_insights_the_followers_alone_are_read(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.may_count = False
        assert channel.read_account() == AccountFigures(FOLLOWERS)

    def test_a_post_is_taken_back_in_the_app_alone(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        assert not channel.delete(channel.send(message, DictJournal()))
        assert len(stand_in.published()) == 1

    # -- Instagram Login --------------------------------------------------------------------------

    def test_the_token_is_renewed_long_before_it_ends(
        self, make: Make, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        for _ in range(8):
            clock.advance(timedelta(days=25))
            make().identify()
        assert stand_in.access.renewals >= 4
        make().send(message, DictJournal())

    def test_log_in_gives_a_long_token_and_the_secret_that_has_a_place(
        self, make: Make, stand_in: Platform
    ) -> None:
        agreeing = person(stand_in)
        keys = {"redirect_uri": REDIRECT, "app_secret": "env:SECRET"}
        given = make(known={}, **keys).login(agreeing)
        assert len(agreeing.told) == len(Adapter.access)
        assert "code_challenge" not in agreeing.asked
        assert given["app_secret"] == APP_SECRET
        known = {"env:STAND_IN_INSTAGRAM_TOKEN": given["token"]}
        assert make(known=known, workdir="new").identify().id == USER_ID

    def test_log_in_without_the_permission_to_publish_says_so(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.scopes = ["instagram_business_basic"]
        with pytest.raises(ForbiddenError, match="allow everything"):
            make(redirect_uri=REDIRECT).login(person(stand_in))

    @pytest.mark.parametrize("login_by", ["instagram", "facebook"])
    def test_log_in_needs_an_address_to_come_back_to(
        self, make: Make, stand_in: Platform, login_by: str
    ) -> None:
        with pytest.raises(ForbiddenError, match="redirect_uri"):
            make(login_by=login_by).login(person(stand_in))

    def test_log_in_with_a_wrong_secret_says_so_and_doesnt_show_it(
        self, make: Make, stand_in: Platform
    ) -> None:
        agreeing = person(stand_in, {"The app's secret": "wrong-secret"})
        with pytest.raises(CredentialsExpiredError, match="client secret") as caught:
            make(redirect_uri=REDIRECT).login(agreeing)
        assert "wrong-secret" not in str(caught.value)

    # -- Facebook Login ---------------------------------------------------------------------------

    def test_over_facebook_the_page_s_token_is_got_and_publishes_signed(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        keys = {"login_by": "facebook", "redirect_uri": REDIRECT, "app_secret": "env:SECRET"}
        agreeing = manager(stand_in)
        given = make(known={}, **keys).login(agreeing)
        assert given == {"token": people.PAGE_TOKEN, "app_secret": people.APP_SECRET}
        assert "instagram_content_publish" in agreeing.asked["scope"]
        stand_in.app_secret = people.APP_SECRET
        channel = make(known=PAGE, **keys)
        assert channel.identify().name == f"@{USERNAME}"
        channel.send(message, DictJournal())
        assert len(stand_in.published()) == 1
        assert stand_in.access.renewals == 0

    def test_over_facebook_another_account_s_page_isnt_taken(
        self, make: Make, stand_in: Platform
    ) -> None:
        keys = {"login_by": "facebook", "redirect_uri": REDIRECT}
        with pytest.raises(ForbiddenError, match="another Instagram account"):
            make(account="@ai_khac", **keys).login(manager(stand_in))

    def test_over_facebook_a_page_needs_an_account_that_is_linked_to_it(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.is_linked = False
        channel = make(known=PAGE, login_by="facebook")
        with pytest.raises(CredentialsExpiredError, match="Page with an Instagram account"):
            channel.identify()

    def test_over_facebook_a_person_s_token_is_told_from_a_page_s(
        self, make: Make, stand_in: Platform
    ) -> None:
        known = {"env:STAND_IN_INSTAGRAM_TOKEN": people.LONG_TOKEN}
        with pytest.raises(CredentialsExpiredError, match="not that of a Page"):
            make(known=known, login_by="facebook").identify()

    def test_over_facebook_a_token_that_has_ended_waits_for_a_person(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        stand_in.people.is_expired = True
        with pytest.raises(CredentialsExpiredError):
            make(known=PAGE, login_by="facebook").send(message, DictJournal())


class Odd(Platform):
    """An Instagram that gives one answer to whoever publishes."""

    def __init__(self, clock: StillClock, given: Response) -> None:
        super().__init__(clock)
        self._given = given

    def answer(self, request: Request) -> Response:
        return self._given if self.publishes(request) else super().answer(request)
