"""Mastodon: the conformance suite, and what is Mastodon's alone."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import timedelta
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
    Message,
    RateLimitedError,
    Text,
    TransientError,
)
from channels.limits import violations
from channels.mastodon.adapter import Adapter, MastodonConfig
from channels.mastodon.counting import length
from channels.mastodon.text import text_of
from channels.simulated.mastodon.html import shown
from channels.simulated.mastodon.platform import (
    ACCOUNT_ID,
    DOMAIN,
    FOLLOWERS,
    TOKEN,
    USERNAME,
    Platform,
)
from channels.testing import ChannelConformance, DictJournal, StillClock, film, picture


def made(
    stand_in: Platform, clock: StillClock, workdir: Path = Path("nowhere"), **keys: Any
) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = MastodonConfig.model_validate({"adapter": "mastodon", **stand_in.config(), **keys})
    return Adapter(config, Context("mastodon", clock, stand_in.secrets().__getitem__, workdir))


def worded(message: Message, text: str) -> Message:
    return dataclasses.replace(message, body=Text(text, text))


def threaded(message: Message) -> Message:
    parts = ("Phần hai.", "Phần ba.")
    return dataclasses.replace(message, replies=tuple(Text(part, part) for part in parts))


class Person:
    """An administrator whose browser says yes, or who pastes a token."""

    def __init__(self, stand_in: Platform, pasted: str = "", *, declines: bool = False) -> None:
        self._stand_in = stand_in
        self._pasted = pasted
        self._declines = declines
        self.address = ""

    def tell(self, text: str) -> None:
        assert text

    def ask(self, question: str, *, hidden: bool = False) -> str:
        assert question
        assert hidden
        return self._pasted

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        self.address = address
        back = self._stand_in.grants.consented(address)
        return {"error": "access_denied", "state": back["state"]} if self._declines else back


class Odd(Platform):
    """A server that answers whatever publishes with ``response``; and takes it, where told."""

    def __init__(self, clock: StillClock, response: Response, *, takes: bool = False) -> None:
        super().__init__(clock)
        self._response = response
        self._takes = takes

    def answer(self, request: Request) -> Response:
        if self._takes or not self.publishes(request):
            answer = super().answer(request)
            if not self.publishes(request):
                return answer
        return self._response


class TestMastodon(ChannelConformance):
    kind = "mastodon"

    # -- whose account, and what its server takes -------------------------------------------------

    def test_identify_gives_the_name_with_its_domain_and_the_followers(
        self, channel: Adapter
    ) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (ACCOUNT_ID, f"@{USERNAME}@{DOMAIN}")
        assert account.followers == FOLLOWERS

    def test_limits_are_mastodon_s_until_the_server_told_its_own(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        stand_in.max_characters, stand_in.per_address, stand_in.max_media = 5_000, 10, 16
        stand_in.image_max_bytes = 1_000
        channel = made(stand_in, clock, tmp_path)
        before = Adapter.limits_learned(channel.config, tmp_path)
        assert before == Adapter.limits(channel.config)
        channel.identify()
        after = Adapter.limits_learned(channel.config, tmp_path)
        assert (after.text_max, after.images_max, after.image_max_bytes) == (5_000, 16, 1_000)
        assert after.measure("https://example.vn/mot-dia-chi-dai") == 10
        assert "image/heic" not in after.image_formats
        assert after.video_formats == {"video/mp4", "video/webm", "video/quicktime"}

    def test_what_one_server_told_is_not_another_s(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.max_characters = 5_000
        channel.identify()
        moved = channel.config.model_copy(update={"server": "https://noi-khac.example"})
        assert Adapter.limits_learned(moved, channel.context.workdir).text_max == 500

    def test_what_was_kept_and_cant_be_read_is_as_if_nothing_was(self, channel: Adapter) -> None:
        (channel.context.workdir / "state" / "server.json").write_text("{")
        learned = Adapter.limits_learned(channel.config, channel.context.workdir)
        assert learned == Adapter.limits(channel.config)

    def test_a_server_that_tells_nothing_of_itself_is_published_to(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        stand_in.knows = set()
        channel = made(stand_in, clock, tmp_path)
        assert channel.identify().name == f"@{USERNAME}@127.0.0.1"
        channel.send(message, DictJournal())
        assert len(stand_in.published()) == 1

    # -- media ------------------------------------------------------------------------------------

    def test_a_video_is_waited_for(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        filmed = dataclasses.replace(message, media=(film(tmp_path),))
        assert violations(filmed, Adapter.limits(channel.config)) == ()
        channel.send(filmed, DictJournal())
        assert stand_in.published()[0].alts == (filmed.media[0].alt,)

    def test_a_video_that_takes_long_is_asked_for_again_not_sent_up_again(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        channel, journal = made(stand_in, clock, polls=2), DictJournal()
        stand_in.works_for = 3
        filmed = dataclasses.replace(message, media=(film(tmp_path),))
        with pytest.raises(TransientError, match="still working"):
            channel.send(filmed, journal)
        channel.send(filmed, journal)
        assert (len(stand_in.published()), stand_in.uploads()) == (1, 1)

    def test_a_video_that_the_server_cant_play_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.fails_videos = True
        filmed, journal = dataclasses.replace(message, media=(film(tmp_path),)), DictJournal()
        with pytest.raises(InvalidContentError, match="Error processing"):
            channel.send(filmed, journal)
        stand_in.fails_videos = False
        channel.send(filmed, journal)
        assert stand_in.uploads() == 2

    def test_an_upload_that_the_server_threw_away_meanwhile_goes_up_again(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        channel, journal = made(stand_in, clock, polls=1), DictJournal()
        filmed = dataclasses.replace(message, media=(film(tmp_path),))
        with pytest.raises(TransientError, match="still working"):
            channel.send(filmed, journal)
        stand_in._uploads.all.clear()
        with pytest.raises(TransientError, match="not found"):
            channel.send(filmed, journal)
        stand_in.works_for = 0
        channel.send(filmed, journal)
        assert stand_in.published()[0].media == 1

    @pytest.mark.parametrize(("hours", "uploads"), [(19, 1), (30, 2)])
    def test_an_upload_is_used_again_only_while_the_server_surely_has_it(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        hours: int,
        uploads: int,
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        clock.advance(timedelta(hours=hours))
        channel.send(pictured, journal)
        assert (stand_in.uploads(), stand_in.published()[0].media) == (uploads, 1)

    def test_a_picture_changed_between_two_attempts_is_the_new_one(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(dataclasses.replace(message, media=(picture(tmp_path),)), journal)
        teal = picture(tmp_path, "teal", "Ảnh khác")
        channel.send(dataclasses.replace(message, media=(teal,)), journal)
        assert stand_in.published()[0].alts == ("Ảnh khác",)

    # -- doubts -----------------------------------------------------------------------------------

    def in_doubt(self, channel: Adapter, stand_in: Platform, message: Message) -> DictJournal:
        """``message`` was taken, and the answer lost."""
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        return journal

    def test_a_repeat_within_the_key_s_life_is_the_same_post_though_its_words_were_changed(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = self.in_doubt(channel, stand_in, message)
        clock.advance(timedelta(minutes=50))
        receipt = channel.send(worded(message, "Lời khác."), journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    def test_the_key_is_trusted_for_less_than_its_hour(self, channel: Adapter) -> None:
        assert channel.key_lifetime == timedelta(minutes=55)

    def test_where_the_server_remembers_no_key_every_doubt_is_looked_up(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        channel = made(stand_in, clock, tmp_path, key_lifetime_s=0)
        journal = self.in_doubt(channel, stand_in, message)
        stand_in.posts.keys.clear()
        receipt = channel.send(message, journal)
        assert [receipt.remote_id] == [each.remote_id for each in stand_in.published()]

    @pytest.mark.parametrize("verb", ["send", "find"])
    def test_a_doubt_older_than_the_key_is_looked_up(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock, verb: str
    ) -> None:
        told = worded(message, "Cùng @so@noi-khac.example xem https://www.example.vn/a?b=1&c & kể")
        since = clock()
        journal = self.in_doubt(channel, stand_in, told)
        clock.advance(timedelta(hours=3))
        if verb == "send":
            receipt = channel.send(told, journal)
        else:
            found = channel.find(told, since, journal)
            assert found is not None
            assert found.at == since
            receipt = found
        (published,) = stand_in.published()
        assert (receipt.remote_id, receipt.url) == (published.remote_id, published.url)

    @pytest.mark.parametrize("verb", ["send", "find"])
    def test_what_surely_isnt_there_after_that_is_sent_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock, verb: str
    ) -> None:
        journal, since = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        channel.send(worded(message, "Một bài khác hẳn."), DictJournal())
        clock.advance(timedelta(hours=3))
        if verb == "find":
            assert channel.find(message, since, journal) is None
        channel.send(message, journal)
        assert len(stand_in.published()) == 2

    def test_a_post_that_cant_be_looked_for_stays_in_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = self.in_doubt(channel, stand_in, message)
        clock.advance(timedelta(hours=3))
        stand_in.faults.next("500", on="any")
        with pytest.raises(AmbiguousError, match="can't be looked up"):
            channel.send(message, journal)
        assert len(stand_in.published()) == 1

    def test_a_thread_broken_off_in_doubt_is_looked_up_and_finished(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        thread, journal, since = threaded(message), DictJournal(), clock()
        # Somebody else's part of the same words is no part of this thread.
        channel.send(worded(message, "Phần hai."), DictJournal())
        stand_in.faults.next("drop", after=1)
        with pytest.raises(AmbiguousError):
            channel.send(thread, journal)
        clock.advance(timedelta(hours=3))
        assert channel.find(thread, since, journal) is None, "its third post was never asked for"
        receipt = channel.send(thread, journal)
        assert receipt.remote_id.split(",") == [each.remote_id for each in stand_in.published()][1:]
        assert len(stand_in.published()) == 4

    def test_a_picture_without_words_is_known_by_its_upload(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        silent = dataclasses.replace(worded(message, ""), media=(picture(tmp_path),))
        channel.send(dataclasses.replace(silent, key="khac"), DictJournal())
        journal, since = self.in_doubt(channel, stand_in, silent), clock()
        found = channel.find(silent, since, journal)
        assert found is not None
        assert found.remote_id == stand_in.published()[1].remote_id

    def test_without_notes_only_a_post_that_is_there_can_be_told(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())
        with pytest.raises(CannotTellError):
            channel.find(worded(message, ""), clock(), DictJournal())
        channel.send(message, DictJournal())
        assert channel.find(message, clock(), DictJournal()) is not None

    def test_what_the_server_was_never_asked_for_is_surely_absent(
        self, channel: Adapter, message: Message, clock: StillClock, tmp_path: Path
    ) -> None:
        gone = dataclasses.replace(picture(tmp_path), path=tmp_path / "mat.png")
        journal = DictJournal()
        with pytest.raises(TransientError):
            channel.send(dataclasses.replace(message, media=(gone,)), journal)
        assert channel.find(message, clock(), journal) is None

    def test_a_refusal_leaves_no_doubt_but_doesnt_settle_an_older_one(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = self.in_doubt(channel, stand_in, message)
        stand_in.faults.next("expired")
        with pytest.raises(CredentialsExpiredError):
            channel.send(message, journal)
        clock.advance(timedelta(hours=3))
        channel.send(message, journal)
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize(("others", "is_found"), [(85, True), (201, False)])
    def test_a_look_up_goes_through_pages_but_not_for_ever(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        others: int,
        is_found: bool,
    ) -> None:
        since = clock()
        journal = self.in_doubt(channel, stand_in, message)
        (number,) = stand_in.posts.all
        one = stand_in.posts.all[number]
        for index in range(1, others + 1):
            name = str(int(number) + index)
            other = dataclasses.replace(one.published, remote_id=name, text=f"Bài {index}")
            stand_in.posts.all[name] = dataclasses.replace(one, published=other)
        if is_found:
            assert channel.find(message, since, journal) is not None
        else:
            with pytest.raises(CannotTellError, match="too many"):
                channel.find(message, since, journal)

    def test_the_same_words_of_long_ago_arent_this_post(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        channel.send(message, DictJournal())
        clock.advance(timedelta(days=365))
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None

    def test_a_server_whose_clock_is_behind_ours_is_believed(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.clock = lambda: clock() - timedelta(minutes=10)
        journal, since = self.in_doubt(channel, stand_in, message), clock()
        assert channel.find(message, since, journal) is not None

    def test_a_token_that_may_not_look_cant_tell(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, since = self.in_doubt(channel, stand_in, message), clock()
        stand_in.may_look = False
        with pytest.raises(CannotTellError, match="scopes"):
            channel.find(message, since, journal)

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "said", "error"),
        [
            (400, "param is missing or the value is empty: status", InvalidContentError),
            (401, "The access token is invalid", CredentialsExpiredError),
            (403, "This action is outside the authorized scopes", ForbiddenError),
            (403, "Your login is currently pending approval", ForbiddenError),
            (404, "The post you are trying to reply to does not exist", ForbiddenError),
            (410, "Gone", ForbiddenError),
            (413, "Request Entity Too Large", InvalidContentError),
            (422, "Validation failed: Text can't be blank", InvalidContentError),
            (422, "Cannot attach files that have not finished processing.", TransientError),
            (422, "This method requires an authenticated user", CredentialsExpiredError),
            (429, "Too many requests", RateLimitedError),
            (302, "Found", ForbiddenError),
            (500, "We're sorry", AmbiguousError),
            (502, "Bad Gateway", AmbiguousError),
            (503, "Remote data could not be fetched", AmbiguousError),
            (504, "Gateway Timeout", AmbiguousError),
        ],
    )
    def test_each_error_of_mastodon_s_is_a_decision(
        self,
        clock: StillClock,
        message: Message,
        status: int,
        said: str,
        error: type[ChannelError],
    ) -> None:
        with Odd(clock, Response(json.dumps({"error": said}), status)) as stand_in:
            with pytest.raises(ChannelError) as caught:
                made(stand_in, clock).send(message, DictJournal())
            assert type(caught.value) is error

    @pytest.mark.parametrize("body", ["<html>", "[]", "{}", '{"id": 5}', "", "nul", '{"error": 1}'])
    def test_a_yes_that_names_no_post_is_ambiguous(
        self, clock: StillClock, message: Message, body: str
    ) -> None:
        with (
            Odd(clock, Response(body)) as stand_in,
            pytest.raises(AmbiguousError),
        ):
            made(stand_in, clock).send(message, DictJournal())

    def test_a_header_that_mastodon_py_cant_read_doesnt_hide_a_yes(
        self, clock: StillClock, message: Message
    ) -> None:
        answer = Response('{"id": "7", "url": null}', headers={"X-RateLimit-Reset": "mai"})
        with Odd(clock, answer) as stand_in:
            receipt = made(stand_in, clock).send(message, DictJournal())
        assert (receipt.remote_id, receipt.url) == ("7", "")

    @pytest.mark.parametrize(
        ("heads", "wait_s"),
        [
            ({"X-RateLimit-Reset": "2027-10-03T01:02:00.123456Z"}, 120.123456),
            ({"X-RateLimit-Reset": "1822525320"}, 120),
            ({"X-RateLimit-Reset": "2027-10-03T00:00:00Z"}, 0),
            ({"Retry-After": "90"}, 90),
            ({"X-RateLimit-Reset": "mai"}, 60),
        ],
    )
    def test_a_rate_limit_lasts_as_long_as_the_server_says(
        self, clock: StillClock, message: Message, heads: dict[str, str], wait_s: float
    ) -> None:
        answer = Response('{"error": "Too many requests"}', 429, headers=heads)
        with Odd(clock, answer) as stand_in, pytest.raises(RateLimitedError) as caught:
            made(stand_in, clock).send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(seconds=wait_s)

    def test_an_allowance_that_is_used_up_is_minded_until_it_is_whole_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.allowance = 0
        channel.send(message, DictJournal())
        journal = DictJournal()
        with pytest.raises(RateLimitedError) as caught:
            channel.send(worded(message, "Bài hai."), journal)
        assert caught.value.until == clock() + timedelta(minutes=5)
        clock.advance(timedelta(minutes=5))
        channel.send(worded(message, "Bài hai."), journal)
        assert len(stand_in.published()) == 2

    def test_uploads_that_are_used_up_dont_keep_texts_back(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        stand_in.uploads_left = 1
        pictured = dataclasses.replace(message, media=(picture(tmp_path),))
        channel.send(pictured, DictJournal())
        with pytest.raises(RateLimitedError, match="uploads"):
            channel.send(dataclasses.replace(pictured, key="hai"), DictJournal())
        channel.send(worded(message, "Chỉ có chữ."), DictJournal())
        assert len(stand_in.published()) == 2

    # -- wishes -----------------------------------------------------------------------------------

    def test_a_post_is_public_and_in_its_language_unless_it_wishes_otherwise(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        wishes = {
            "visibility": "unlisted",
            "sensitive": True,
            "spoiler_text": "Ảnh mạnh",
            "language": "en",
        }
        wished = dataclasses.replace(worded(message, "Khác."), options=wishes)
        channel.send(wished, DictJournal())
        plain, special = stand_in.fields()
        assert (plain["visibility"], plain["language"]) == ("public", "vi")
        assert special | wishes | {"sensitive": "1"} == special

    def test_the_office_may_post_to_its_followers_alone(
        self, stand_in: Platform, clock: StillClock, message: Message
    ) -> None:
        made(stand_in, clock, visibility="private").send(message, DictJournal())
        assert stand_in.fields()[0]["visibility"] == "private"

    @pytest.mark.parametrize(
        "options",
        [
            {"visibility": "direct"},
            {"visibility": ["public"]},
            {"sensitive": "yes"},
            {"spoiler_text": ""},
            {"language": 1},
            {"pin": True},
        ],
    )
    def test_a_wish_that_mastodon_doesnt_know_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError, match=next(iter(options))):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.published() == ()

    # -- afterwards -------------------------------------------------------------------------------

    def test_quotes_are_shares_too(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.readers(receipt.remote_id, reactions=5, comments=2, shares=3)
        stand_in.quote(receipt.remote_id, 4)
        metrics = channel.read([receipt])[receipt.remote_id].metrics
        assert metrics == {"reactions": 5, "comments": 2, "shares": 7}

    def test_a_thread_s_own_second_post_is_no_comment(
        self, channel: Adapter, message: Message
    ) -> None:
        receipt = channel.send(threaded(message), DictJournal())
        assert channel.read([receipt])[receipt.remote_id].metrics["comments"] == 0

    @pytest.mark.parametrize("knows", [{"several"}, set()])
    def test_posts_are_read_together_or_on_old_servers_one_by_one(
        self, channel: Adapter, stand_in: Platform, message: Message, knows: set[str]
    ) -> None:
        stand_in.knows = knows
        receipts = [
            channel.send(worded(message, f"Bài {index}."), DictJournal()) for index in range(21)
        ]
        stand_in.remove(receipts[3].remote_id)
        readings = channel.read(receipts)
        gone = [key for key, reading in readings.items() if not reading.exists]
        assert (len(readings), gone) == (21, [receipts[3].remote_id])

    def test_taking_back_a_thread_takes_all_of_it_and_what_is_gone_is_taken_back(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(threaded(message), DictJournal())
        stand_in.remove(receipt.remote_id.split(",")[1])
        assert channel.delete(receipt)
        assert stand_in.published() == ()

    # -- logging in -------------------------------------------------------------------------------

    @pytest.mark.parametrize("pkce", [True, False])
    def test_login_registers_an_app_and_ends_with_a_token_that_publishes(
        self, stand_in: Platform, clock: StillClock, message: Message, pkce: bool
    ) -> None:
        if not pkce:
            stand_in.knows -= {"pkce"}
        person = Person(stand_in)
        nothing: dict[str, str] = {}
        config = MastodonConfig.model_validate({"adapter": "mastodon", **stand_in.config()})
        fresh = Adapter(config, Context("mastodon", clock, nothing.__getitem__, Path("nowhere")))
        got = fresh.login(person)
        assert ("code_challenge=" in person.address) is pkce
        secret = {config.access_token: got["access_token"]}
        assert got["access_token"] != TOKEN
        context = Context("mastodon", clock, secret.__getitem__, Path("nowhere"))
        Adapter(config, context).send(message, DictJournal())
        assert len(stand_in.published()) == 1

    def test_a_token_that_the_person_has_already_needs_no_browser(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        person = Person(stand_in, "token-da-co")
        assert channel.login(person) == {"access_token": "token-da-co"}
        assert person.address == ""

    def test_a_person_who_declines_has_given_nothing(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        with pytest.raises(ForbiddenError, match="not granted"):
            channel.login(Person(stand_in, declines=True))

    def test_an_app_that_the_server_refuses_is_said_so(
        self, stand_in: Platform, clock: StillClock
    ) -> None:
        with pytest.raises(ForbiddenError, match="absolute URI"):
            made(stand_in, clock, redirect_uri="day").login(Person(stand_in))

    def test_a_code_that_the_server_no_longer_takes_is_said_so_without_the_code(
        self, channel: Adapter, stand_in: Platform
    ) -> None:
        stand_in.grants.exchanged = used_up  # type: ignore[method-assign]
        with pytest.raises(ForbiddenError, match="authorization grant"):
            channel.login(Person(stand_in))


def used_up(form: Mapping[str, str]) -> str:
    raise ValueError("code")


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("", 0),
        ("Chuyển đổi số", 13),
        ("Chuye\u0302\u0309n", 6),
        ("👨‍👩‍👧‍👦", 1),
        ("https://example.vn/10-10", 23),
        ("https://example.vn/mot-dia-chi-rat-dai-den-noi-khong-ai-go-het?va=con&nua=nua#cuoi", 23),
        ("Xem https://example.vn.", 28),
        ("(https://example.vn/a_(b))", 25),
        ("(https://example.vn)", 25),
        ("https://sở.example.vn/chuyển-đổi", 23),
        ("http://localhost:8000/xem", 25),
        ("example.vn/10-10", 16),
        ("@https://example.vn", 19),
        ("@sokhcn@mastodon.example.vn!", 8),
        ("Cùng @a@b.vn và @c@d.vn", 13),
        ("https://b.example/@a@b.vn", 23),
        ("thu@example.vn", 14),
    ],
)
def test_a_text_is_as_long_as_mastodon_counts(text: str, counted: int) -> None:
    assert length(text) == counted


@pytest.mark.parametrize(
    "text", ["A & B < C", "Một\n\nHai\nBa", "https://www.example.vn/" + "a" * 60, "“Nháy” 'đơn'"]
)
def test_what_is_shown_of_a_text_has_its_words(text: str) -> None:
    assert "".join(text_of(shown(text)).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("server", "is_one"),
    [
        ("https://mastodon.social", True),
        ("https://mastodon.social/", True),
        ("http://127.0.0.1:3000", True),
        ("http://mastodon.social", False),
        ("mastodon.social", False),
        ("https://ten:mat-khau@mastodon.social", False),
        ("ftp://127.0.0.1", False),
        ("https://[", False),
    ],
)
def test_a_server_is_spoken_to_by_https_alone(server: str, is_one: bool) -> None:
    keys = {"server": server, "access_token": "env:T"}
    if is_one:
        assert not MastodonConfig.model_validate({"adapter": "mastodon", **keys}).server.endswith(
            "/"
        )
    else:
        with pytest.raises(ValidationError):
            MastodonConfig.model_validate({"adapter": "mastodon", **keys})
