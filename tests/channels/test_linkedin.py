"""LinkedIn: the conformance suite, and what is LinkedIn's alone."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
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
from channels.linkedin.adapter import Adapter, LinkedInConfig
from channels.linkedin.readings import reactions, statistics
from channels.linkedin.text import little, plain, same
from channels.simulated.linkedin.access import ACCESS_LASTS, CLIENT_ID, CLIENT_SECRET, REDIRECTS
from channels.simulated.linkedin.answers import no
from channels.simulated.linkedin.little import read
from channels.simulated.linkedin.platform import FOLLOWERS, NAME, ORGANIZATION, VANITY, Platform
from channels.simulated.linkedin.uploads import PART_BYTES
from channels.testing import (
    SEAL,
    AgreeingPerson,
    ChannelConformance,
    DictJournal,
    StillClock,
    film,
    picture,
    settled,
)

TWO_PARTS = PART_BYTES + 1_000
POSTS = "POST /rest/posts"
TOKENS = "POST /oauth/v2/accessToken"
BY_ACCESS = "env:STAND_IN_LINKEDIN_ACCESS_TOKEN"

Make = Callable[..., Adapter]


def worded(message: Message, words: str) -> Message:
    return dataclasses.replace(message, body=Text(words, words))


class TestLinkedIn(ChannelConformance):
    kind = "linkedin"

    @pytest.fixture
    def make(self, stand_in: Platform, clock: StillClock, tmp_path: Path) -> Make:
        """Another adapter of the same channel, as another worker or start of the program has it.
        With ``access`` it has that token, and none that renews it; ``app``: but the app's keys."""

        def made(*, access: str = "", app: bool = False, **keys: Any) -> Adapter:
            merged = {"adapter": "linkedin", **stand_in.config(), **keys}
            if access:
                for key in ("refresh_token", *(() if app else ("client_id", "client_secret"))):
                    del merged[key]
                merged["access_token"] = BY_ACCESS
            secrets = {**stand_in.secrets(), BY_ACCESS: access}
            context = Context(
                "linkedin", clock, secrets.__getitem__, tmp_path / "workdir", seal=SEAL
            )
            return Adapter(LinkedInConfig.model_validate(merged), context)

        return made

    # -- whose page -------------------------------------------------------------------------------

    def test_identify_gives_the_page_and_its_followers(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (ORGANIZATION, NAME)
        assert account.url == f"{stand_in.url}/company/{VANITY}"
        assert account.followers == FOLLOWERS

    def test_a_member_who_may_not_post_for_the_page_is_told(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.role = "ANALYST"
        with pytest.raises(ForbiddenError, match="no administrator"):
            channel.identify()

    def test_a_content_administrator_is_enough(self, channel: Adapter, stand_in: Platform) -> None:
        stand_in.role = "CONTENT_ADMINISTRATOR"
        assert channel.identify().name == NAME

    def test_a_page_that_everybody_may_look_up_proves_nothing(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.role, stand_in.dead = "CONTENT_ADMINISTRATOR", {"acls"}
        with pytest.raises(ForbiddenError, match="no administrator"):
            channel.identify()

    def test_a_page_that_may_not_be_asked_for_more_is_identified_all_the_same(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.dead = {"acls", "network"}
        account = channel.identify()
        assert (account.id, account.followers) == (ORGANIZATION, None)

    def test_a_page_of_somebody_else_is_refused(self, make: Make) -> None:
        with pytest.raises(ForbiddenError):
            make(organization="987654").identify()

    # -- posts ------------------------------------------------------------------------------------

    def test_reserved_characters_and_hashtags_reach_readers_as_they_were_written(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        words = r"[Mới] (số 10) <b>, a_b*c~d|e{f}@g\h C#, #ChuyểnĐổiSố #10 https://vd.vn/#a_b"
        channel.send(worded(message, words), DictJournal())
        assert stand_in.published()[0].text == words

    def test_a_link_without_media_gets_its_card(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        linked = dataclasses.replace(
            message, link="https://example.vn/10-10", title="Còn 7 ngày", summary="Tóm tắt"
        )
        channel.send(linked, DictJournal())
        untitled = dataclasses.replace(worded(linked, "Hai"), title="", summary="")
        channel.send(untitled, DictJournal())
        pictured = dataclasses.replace(worded(linked, "Ba"), media=(picture(tmp_path),))
        channel.send(pictured, DictJournal())
        first, second, third = stand_in.contents
        assert first["article"] == {
            "source": "https://example.vn/10-10",
            "title": "Còn 7 ngày",
            "description": "Tóm tắt",
        }
        assert second["article"]["title"] == "example.vn"
        assert "article" not in third

    def test_a_video_goes_up_in_parts(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.looks_until_available = 3
        moving = dataclasses.replace(message, media=(film(tmp_path, size_bytes=TWO_PARTS),))
        channel.send(moving, DictJournal())
        assert stand_in.published()[0].media == 1
        assert sum("/dms-uploads/video/" in each for each in stand_in.asked) == 2

    def test_pictures_and_a_video_dont_go_together(
        self, channel: Adapter, message: Message, tmp_path: Path
    ) -> None:
        mixed = dataclasses.replace(message, media=(picture(tmp_path), film(tmp_path)))
        with pytest.raises(InvalidContentError, match="one video"):
            channel.send(mixed, DictJournal())

    def test_others_may_not_share_where_the_officer_wishes_so(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(
            dataclasses.replace(message, options={"reshares": False}), DictJournal()
        )
        assert stand_in.posts.all[receipt.remote_id].reshares is False

    @pytest.mark.parametrize("options", [{"reshares": "no"}, {"pin": True}])
    def test_an_option_that_isnt_one_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.published() == ()

    # -- uploads ----------------------------------------------------------------------------------

    def test_a_picture_that_linkedin_works_on_for_long_goes_up_once(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.looks_until_available = 12
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        for _attempt in range(2):
            with pytest.raises(TransientError, match="still being processed"):
                channel.send(pictured, journal)
        channel.send(pictured, journal)
        assert sum("/dms-uploads/" in each for each in stand_in.asked) == 1
        assert stand_in.published()[0].media == 1

    def test_what_linkedin_cant_process_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.fails_processing = True
        moving, journal = dataclasses.replace(message, media=(film(tmp_path),)), DictJournal()
        with pytest.raises(InvalidContentError, match="can't process"):
            channel.send(moving, journal)
        stand_in.fails_processing = False
        channel.send(moving, journal)
        assert stand_in.published()[0].media == 1

    def test_an_upload_that_fails_leaves_no_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        for after in range(3):
            stand_in.faults.next("drop", on="any", after=after)
            with pytest.raises(TransientError):
                channel.send(pictured, DictJournal())
        assert stand_in.published() == ()

    @pytest.mark.parametrize("number", range(6))
    def test_whichever_answer_of_a_video_is_lost_there_is_one_post_in_the_end(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        number: int,
    ) -> None:
        moving = dataclasses.replace(message, media=(film(tmp_path, size_bytes=TWO_PARTS),))
        stand_in.faults.next("drop", on="any", after=number)
        receipt = settled(channel, moving, DictJournal(), clock)
        assert receipt is not None
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_pictures_go_up_anew_after_linkedin_refused_the_post_for_good(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("invalid")
        with pytest.raises(InvalidContentError):
            channel.send(pictured, journal)
        stand_in.forget_media()
        channel.send(pictured, journal)
        assert stand_in.published()[0].media == 1

    def test_a_picture_changed_between_two_attempts_is_the_one_that_is_posted(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        wrong, right = picture(tmp_path, "navy", "Ảnh sai"), picture(tmp_path, "teal", "Ảnh đúng")
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(dataclasses.replace(message, media=(wrong,)), journal)
        channel.send(dataclasses.replace(message, media=(right,)), journal)
        assert [each.alts for each in stand_in.published()] == [("Ảnh đúng",)]
        assert sum("/dms-uploads/" in each for each in stand_in.asked) == 2

    # -- doubts -----------------------------------------------------------------------------------

    def test_a_post_is_found_among_many(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since, journal = clock(), DictJournal()
        ours = worded(message, "Xem (ngay) #ChuyenDoiSo: https://example.vn/a_b")
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(ours, journal)
        for number in range(70):
            channel.send(worded(message, f"Bài {number}"), DictJournal())
        found = channel.find(ours, since, journal)
        assert found is not None
        first = stand_in.published()[0]
        assert (found.remote_id, found.url, found.at) == (first.remote_id, first.url, first.at)

    def test_what_linkedin_named_is_never_asked_for_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        receipt = channel.send(message, journal)
        assert channel.send(message, journal) == receipt
        assert channel.find(message, clock(), journal) == receipt
        assert stand_in.asked.count(POSTS) == 1

    @pytest.mark.parametrize("names_repeats", [True, False])
    def test_a_repeat_that_linkedin_refuses_is_ours_where_we_had_begun(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        *,
        names_repeats: bool,
    ) -> None:
        stand_in.names_repeats = names_repeats
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=20))
        receipt = channel.send(message, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_repeat_of_an_older_post_is_invalid(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        journal = DictJournal()
        with pytest.raises(InvalidContentError, match="duplicate"):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None

    def test_a_repeat_refused_after_a_doubt_that_isnt_ours_is_a_persons(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(hours=2))
        since, journal = clock(), DictJournal()
        stand_in.faults.next("500")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(AmbiguousError, match="refuses the post as a repeat"):
            channel.send(message, journal)
        with pytest.raises(CannotTellError, match="refuses the post as a repeat"):
            channel.find(message, since, journal)

    def test_a_repeat_that_cant_be_looked_up_stays_in_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        stand_in.dead = {"posts"}
        with pytest.raises(AmbiguousError, match="can't be looked up"):
            channel.send(message, DictJournal())

    def test_what_the_list_lacks_is_waited_for_before_it_is_called_absent(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        since, journal = clock(), DictJournal()
        stand_in.faults.next("500")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        with pytest.raises(TransientError, match="may yet come"):
            channel.find(message, since, journal)
        clock.advance(timedelta(minutes=3))
        assert channel.find(message, since, journal) is None

    def test_what_linkedin_refused_is_absent_at_once(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("forbidden")
        with pytest.raises(ForbiddenError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None

    def test_a_list_that_lags_makes_no_second_post(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.list_lags = True
        stand_in.faults.next("drop")
        receipt = settled(channel, message, DictJournal(), clock)
        assert receipt is not None
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_a_page_that_may_not_be_listed_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.may_list = False
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    def test_a_picture_without_words_cant_be_told_from_others(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        silent = dataclasses.replace(worded(message, ""), media=(picture(tmp_path),))
        journal = DictJournal()
        assert channel.find(silent, clock(), journal) is None, "it was never asked for"
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(silent, journal)
        with pytest.raises(CannotTellError, match="without words"):
            channel.find(silent, clock(), journal)

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "message_", "code", "error"),
        [
            (400, "FIELD_LENGTH_TOO_LONG", 0, InvalidContentError),
            (401, "Empty oauth2 access token", 0, CredentialsExpiredError),
            (401, "Invalid access token", 65600, CredentialsExpiredError),
            (401, "revoked", 65601, CredentialsExpiredError),
            (401, "expired", 65602, CredentialsExpiredError),
            (403, "ACCESS_DENIED", 100, ForbiddenError),
            (404, "No virtual resource found", 0, ForbiddenError),
            (409, "Write conflict", 0, TransientError),
            (413, "Too large", 0, InvalidContentError),
            (422, "unrecognized field found", 0, InvalidContentError),
            (426, "Requested version is not active", 0, ForbiddenError),
            (429, "TOO_MANY_REQUESTS", 101, RateLimitedError),
            (500, "Internal Server Error", 0, AmbiguousError),
            (504, "Gateway Timeout", 0, AmbiguousError),
        ],
    )
    def test_what_an_error_means(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        status: int,
        message_: str,
        code: int,
        error: type[ChannelError],
    ) -> None:
        refuse(monkeypatch, stand_in, no(status, message_, code))
        with pytest.raises(error) as caught:
            make().send(message, DictJournal())
        assert isinstance(caught.value, AmbiguousError) is (error is AmbiguousError)

    def test_a_version_that_is_no_longer_taken_is_told_as_that(
        self, make: Make, stand_in: Platform, message: Message
    ) -> None:
        stand_in.sunset = {"202607"}
        with pytest.raises(ForbiddenError, match="newer one"):
            make().send(message, DictJournal())
        make(version="202711").send(message, DictJournal())

    @pytest.mark.parametrize(
        ("said", "heads", "until"),
        [
            ("throttle APPLICATION DAY limit", {}, datetime(2027, 10, 4, tzinfo=UTC)),
            ("DAY limit", {"Retry-After": "90"}, datetime(2027, 10, 3, 1, 1, 30, tzinfo=UTC)),
            ("too fast", {}, datetime(2027, 10, 3, 1, 1, tzinfo=UTC)),
        ],
    )
    def test_a_limit_lasts_as_long_as_linkedin_says_or_until_its_day_ends(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        said: str,
        heads: dict[str, str],
        until: datetime,
    ) -> None:
        response = no(429, said, 101)
        response.headers.update(heads)
        refuse(monkeypatch, stand_in, response)
        with pytest.raises(RateLimitedError) as caught:
            make().send(message, DictJournal())
        assert caught.value.until == until

    @pytest.mark.parametrize("heads", [{}, {"x-restli-id": "7"}])
    def test_a_yes_that_names_no_post_is_ambiguous(
        self,
        make: Make,
        stand_in: Platform,
        message: Message,
        monkeypatch: pytest.MonkeyPatch,
        heads: dict[str, str],
    ) -> None:
        refuse(monkeypatch, stand_in, Response(status=201, headers=heads))
        with pytest.raises(AmbiguousError):
            make().send(message, DictJournal())

    # -- access -----------------------------------------------------------------------------------

    def test_a_token_is_renewed_ahead_of_its_end(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        before = stand_in.asked.count(TOKENS)
        clock.advance(ACCESS_LASTS - timedelta(hours=12))
        channel.identify()
        channel.identify()
        assert stand_in.asked.count(TOKENS) == before + 1

    def test_a_token_that_is_refused_is_renewed_once_and_the_post_goes_out_once(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        before = stand_in.asked.count(TOKENS)
        stand_in.expire_tokens()
        channel.send(message, DictJournal())
        assert stand_in.asked.count(TOKENS) == before + 1
        assert len(stand_in.published()) == 1

    def test_access_that_was_taken_back_is_never_renewed(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        before = stand_in.asked.count(TOKENS)
        stand_in.faults.next("expired")
        with pytest.raises(CredentialsExpiredError, match="taken back"):
            channel.send(message, DictJournal())
        assert stand_in.asked.count(TOKENS) == before

    def test_many_workers_renew_once(self, make: Make, stand_in: Platform) -> None:
        make().identify()
        before = stand_in.asked.count(TOKENS)
        stand_in.expire_tokens()
        workers = [make() for _ in range(4)]
        names: list[str] = []

        def work(adapter: Adapter) -> None:
            names.append(adapter.identify().id)

        threads = [threading.Thread(target=work, args=(each,)) for each in workers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert names == [ORGANIZATION] * 4
        assert stand_in.asked.count(TOKENS) == before + 1

    def test_a_renewal_whose_answer_was_lost_is_made_again(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.faults.next("drop", on="any")
        with pytest.raises(TransientError):
            make().identify()
        assert make().identify().id == ORGANIZATION

    def test_a_refresh_token_that_has_ended_asks_a_person(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.access.refresh = "another"
        with pytest.raises(CredentialsExpiredError, match="log in again"):
            make().identify()

    def test_without_a_refresh_token_the_access_token_is_used_until_its_end(
        self, make: Make, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel = make(access=stand_in.access_token())
        channel.send(message, DictJournal())
        clock.advance(ACCESS_LASTS)
        with pytest.raises(CredentialsExpiredError, match="log in again"):
            channel.send(worded(message, "Bài khác."), DictJournal())

    def test_the_end_of_a_token_that_nothing_renews_is_told_in_time(
        self, make: Make, stand_in: Platform, clock: StillClock
    ) -> None:
        token = stand_in.access_token()
        assert make(access=token, app=True).identify().expires_at == clock() + ACCESS_LASTS
        assert make(access=token).identify().expires_at is None
        assert make().identify().expires_at is None

    def test_no_error_shows_a_token_that_was_exchanged(
        self, make: Make, stand_in: Platform, message: Message, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        channel = make()
        channel.identify()
        token = list(stand_in.access.good)[-1]
        refuse(monkeypatch, stand_in, no(400, f"near {token}", 0))
        with pytest.raises(InvalidContentError) as caught:
            channel.send(message, DictJournal())
        assert token not in str(caught.value)

    # -- logging in -------------------------------------------------------------------------------

    def test_an_administrator_logs_in_and_gets_a_refresh_token(
        self, make: Make, stand_in: Platform
    ) -> None:
        person = AgreeingPerson(stand_in)
        given = make().login(person)
        assert given == {"refresh_token": stand_in.access.refresh}
        assert person.told == list(Adapter.access)
        assert "w_organization_social" in person.asked["scope"].split(" ")

    def test_an_app_that_isnt_approved_for_refresh_tokens_gets_an_access_token(
        self, make: Make, stand_in: Platform
    ) -> None:
        stand_in.gives_refresh = False
        with pytest.raises(ForbiddenError, match="no refresh token"):
            make().login(AgreeingPerson(stand_in))
        answers = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        given = make(access="none yet", redirect_uri=REDIRECTS[1]).login(
            AgreeingPerson(stand_in, answers)
        )
        assert list(given) == ["access_token"]
        assert make(access=given["access_token"]).identify().id == ORGANIZATION

    def test_keys_of_the_app_that_nobody_has_stored_yet_are_asked_for(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        def nothing(_reference: str) -> str:
            raise CredentialsExpiredError("there is none")

        answers = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        config = LinkedInConfig.model_validate({"adapter": "linkedin", **stand_in.config()})
        channel = Adapter(config, Context("linkedin", clock, nothing, tmp_path, seal=SEAL))
        given = channel.login(AgreeingPerson(stand_in, answers))
        assert given == {**answers, "refresh_token": stand_in.access.refresh}

    def test_a_log_in_that_linkedin_refuses_is_told(self, make: Make, stand_in: Platform) -> None:
        with pytest.raises(ForbiddenError, match="not granted"):
            make(redirect_uri="http://127.0.0.1:1/").login(AgreeingPerson(stand_in))

    # -- afterwards -------------------------------------------------------------------------------

    @pytest.mark.parametrize("as_ugc", [True, False])
    def test_all_that_linkedin_counts_is_read(
        self, channel: Adapter, stand_in: Platform, message: Message, *, as_ugc: bool
    ) -> None:
        stand_in.as_ugc = as_ugc
        receipt = channel.send(message, DictJournal())
        did = {"impressions": 90, "reach": 60, "clicks": 7, "reactions": 5, "comments": 2}
        stand_in.readers(receipt.remote_id, **did, shares=1)
        assert channel.read([receipt])[receipt.remote_id].metrics == {**did, "shares": 1}

    @pytest.mark.parametrize(
        ("dead", "left"),
        [
            ({"statistics"}, {"reactions", "comments"}),
            ({"metadata", "posts"}, {"impressions", "reach", "reactions", "comments", "shares"}),
        ],
    )
    def test_what_linkedin_refuses_to_count_is_left_out_and_the_rest_is_read(
        self, channel: Adapter, stand_in: Platform, message: Message, dead: set[str], left: set[str]
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.dead = dead
        assert left <= set(channel.read([receipt])[receipt.remote_id].metrics)

    def test_where_nothing_may_be_read_nothing_is_told(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.dead = {"statistics", "metadata", "posts"}
        assert channel.read([receipt]) == {}

    def test_more_posts_than_one_question_takes_are_all_read_and_gone_ones_told(
        self, channel: Adapter, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        missing = [Receipt(f"urn:li:share:{number}", "", clock()) for number in range(1, 60)]
        readings = channel.read([*missing, receipt])
        assert len(readings) == 60
        assert readings[receipt.remote_id].exists
        assert not readings["urn:li:share:1"].exists

    def test_a_post_taken_back_is_gone_and_may_be_taken_back_again(
        self, channel: Adapter, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        assert channel.delete(receipt)
        assert channel.delete(receipt)
        assert not channel.read([receipt])[receipt.remote_id].exists


def refuse(monkeypatch: pytest.MonkeyPatch, stand_in: Platform, response: Response) -> None:
    """Have ``stand_in`` answer every post by ``response``."""
    answer = stand_in.answer

    def refused(request: Request) -> Response:
        return response if stand_in.publishes(request) else answer(request)

    monkeypatch.setattr(stand_in, "answer", refused)


@pytest.mark.parametrize(
    ("text", "commentary"),
    [
        ("Xem (ngay)", r"Xem \(ngay\)"),
        ("#ChuyểnĐổiSố, C# và #10", r"{hashtag|\#|ChuyểnĐổiSố}, C\# và \#10"),
        ("#một_hai", r"{hashtag|\#|một\_hai}"),
        ("https://vd.vn/#phan_2", r"https://vd.vn/\#phan\_2"),
        ("a@b", r"a\@b"),
    ],
)
def test_words_are_written_as_linkedin_reads_them(text: str, commentary: str) -> None:
    assert little(text) == commentary


@given(st.text(alphabet="aếĐ1 \n\\|{}@[]()<>#*_~:/.", max_size=60))
def test_whatever_is_written_is_what_readers_see(text: str) -> None:
    assert read(little(text)) == text
    assert plain(little(text)) == text


def test_a_mention_is_read_as_its_name() -> None:
    assert plain(r"Chào @[Sở \(mới\)](urn:li:organization:7)!") == "Chào Sở (mới)!"


def test_texts_are_the_same_though_addresses_are_shortened() -> None:
    assert same("Xem https://example.vn/a-b ngay", "Xem  https://lnkd.in/xyz ngay")
    assert not same("Xem https://example.vn/a-b ngay", "Xem https://lnkd.in/xyz")


def test_what_is_no_count_is_left_out_and_one_that_cant_be_right_is_given_as_it_was_told() -> None:
    counts = {"likeCount": -1, "impressionCount": 5, "clickCount": "7", "commentCount": None}
    told = {"elements": [{"share": "urn:li:share:1", "totalShareStatistics": counts}, {}, "no"]}
    assert statistics(told) == {"urn:li:share:1": {"impressions": 5, "reactions": -1}}
    assert reactions({"results": {"urn:li:share:1": {}, "urn:li:share:2": "no"}}) == {
        "urn:li:share:1": {},
        "urn:li:share:2": {},
    }


def test_a_sum_of_reactions_that_lacks_a_kind_is_left_out() -> None:
    kinds: dict[str, Any] = {"LIKE": {"count": 4}, "PRAISE": {"count": 2}}
    told = {"results": {"urn:li:share:1": {"reactionSummaries": kinds}}}
    assert reactions(told) == {"urn:li:share:1": {"reactions": 6}}
    kinds["PRAISE"] = {"count": "many"}
    assert reactions(told) == {"urn:li:share:1": {}}


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"access_token": "env:A", "refresh_token": "env:B"},
        {"refresh_token": "env:B"},
        {"access_token": "env:A", "version": "2026"},
        {"access_token": "env:A", "organization": "sokhcn"},
    ],
)
def test_a_configuration_that_cant_work_is_refused(keys: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        LinkedInConfig.model_validate({"adapter": "linkedin", "organization": "7", **keys})
