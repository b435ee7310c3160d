"""Bluesky: the conformance suite, and what is Bluesky's alone."""

from __future__ import annotations

import dataclasses
import json
import threading
from collections.abc import Mapping
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
    Dialect,
    Facet,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Receipt,
    Text,
    TransientError,
)
from channels.bluesky.adapter import Adapter, BlueskyConfig
from channels.bluesky.counting import length
from channels.bluesky.facets import facets
from channels.bluesky.keys import record_key
from channels.limits import violations
from channels.simulated.bluesky.lexicon import check_key
from channels.simulated.bluesky.platform import (
    DID,
    FOLLOWERS,
    HANDLE,
    OTHER_DID,
    OTHER_HANDLE,
    PASSWORD,
    Platform,
)
from channels.testing import (
    SEAL,
    ChannelConformance,
    DictJournal,
    StillClock,
    TypingPerson,
    picture,
)

PUT = "com.atproto.repo.putRecord"
CREATE, REFRESH = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
LINK = "https://vidu.vn/chuyen-doi-so"


def made(stand_in: Platform, clock: StillClock, workdir: Path, **keys: Any) -> Adapter:
    """An adapter of ``stand_in`` with ``keys`` laid over its configuration."""
    config = BlueskyConfig.model_validate({"adapter": "bluesky", **stand_in.config(), **keys})
    return Adapter(
        config, Context("bluesky", clock, stand_in.secrets().__getitem__, workdir, seal=SEAL)
    )


def worded(message: Message, text: str, *marks: Facet) -> Message:
    return dataclasses.replace(message, body=Text(text, text, marks))


def threaded(message: Message) -> Message:
    parts = ("Phần hai.", "Phần ba.")
    return dataclasses.replace(message, replies=tuple(Text(part, part) for part in parts))


def marked(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What of a record's text can be clicked, and where that leads: as a reader's app cuts it."""
    content, found = record["text"].encode(), []
    for facet in record.get("facets", []):
        (feature,) = facet["features"]
        place = slice(facet["index"]["byteStart"], facet["index"]["byteEnd"])
        value = next(value for name, value in feature.items() if name != "$type")
        found.append((content[place].decode(), value))
    return found


class Odd(Platform):
    """A server that answers ``method`` with ``response``; and does as it was asked, where told."""

    def __init__(
        self, clock: StillClock, response: Response, method: str = PUT, *, takes: bool = False
    ) -> None:
        super().__init__(clock)
        self._response = response
        self._method = method
        self._takes = takes

    def answer(self, request: Request) -> Response:
        if not request.path.endswith(self._method):
            return super().answer(request)
        if self._takes:
            super().answer(request)
        return self._response


def error(status: int, name: str, said: str = "nói sao cũng được") -> Response:
    told = json.dumps({"error": name, "message": said})
    return Response(told, status, mimetype="application/json")


class TestBluesky(ChannelConformance):
    kind = "bluesky"

    # -- the account ------------------------------------------------------------------------------

    def test_identify_gives_the_did_the_handle_and_the_followers(self, channel: Adapter) -> None:
        account = channel.identify()
        assert (account.id, account.name) == (DID, f"@{HANDLE}")
        assert account.followers == FOLLOWERS

    @pytest.mark.parametrize("status", ["deactivated", "takendown", "suspended"])
    def test_an_account_that_may_not_publish_is_forbidden_to(
        self, channel: Adapter, stand_in: Platform, message: Message, status: str
    ) -> None:
        stand_in.status = status
        with pytest.raises(ForbiddenError):
            channel.identify()
        with pytest.raises(ForbiddenError):
            channel.send(message, DictJournal())
        stand_in.status = ""
        channel.send(message, DictJournal())
        assert len(stand_in.published()) == 1

    def test_without_an_app_view_the_account_is_known_its_followers_not(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        stand_in.has_app_view = False
        assert made(stand_in, clock, tmp_path).identify().followers is None
        nobody = made(stand_in, clock, tmp_path, app_view="")
        assert (nobody.identify().id, nobody.identify().followers) == (DID, None)

    def test_an_app_view_may_be_asked_by_its_own_address(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        channel = made(stand_in, clock, tmp_path, app_view=stand_in.url)
        assert channel.identify().followers == FOLLOWERS
        receipt = channel.send(message, DictJournal())
        assert channel.read([receipt])[receipt.remote_id].metrics["reactions"] == 0

    def test_an_account_whose_handle_is_void_is_linked_by_its_did(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.handle = "handle.invalid"
        clock.advance(timedelta(hours=2))
        assert f"/profile/{DID}/post/" in channel.send(message, DictJournal()).url

    # -- words ------------------------------------------------------------------------------------

    def test_links_and_hashtags_are_marked_where_the_reader_sees_them(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        text = "Còn bảy ngày: xem kế hoạch ở đây 👩‍💻 #ChuyểnĐổiSố nhé"
        link, tag = text.index("kế hoạch"), text.index("#")
        marks = (
            Facet(link, link + len("kế hoạch"), "link", LINK),
            Facet(tag, tag + len("#ChuyểnĐổiSố"), "hashtag", "ChuyểnĐổiSố"),
        )
        channel.send(worded(message, text, *marks), DictJournal())
        (record,) = stand_in.records()
        assert marked(record) == [("kế hoạch", LINK), ("#ChuyểnĐổiSố", "ChuyểnĐổiSố")]
        assert record["langs"] == ["vi"]

    def test_addresses_and_hashtags_that_nobody_marked_are_marked_too(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(worded(message, f"Đọc {LINK}. Mở vidu.vn, #Số"), DictJournal())
        assert marked(stand_in.records()[0]) == [
            (LINK, LINK),
            ("vidu.vn", "https://vidu.vn"),
            ("#Số", "Số"),
        ]

    def test_a_name_is_whose_it_is_or_just_words(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(worded(message, f"Cùng @{OTHER_HANDLE} và @khong-co.vn"), DictJournal())
        assert marked(stand_in.records()[0]) == [(f"@{OTHER_HANDLE}", OTHER_DID)]

    def test_what_can_t_be_a_mark_is_left_as_words(self) -> None:
        text = "đường dẫn sai, thẻ dài, giá $500 và rỗng"
        marks = (
            Facet(0, 5, "link", "/tương-đối"),
            Facet(6, 9, "hashtag", "x" * 65),
            Facet(3, 3, "link", LINK),
        )
        assert facets(Text(text, text, marks), lambda handle: None) == []

    def test_marks_never_overlap(self) -> None:
        text = f"{LINK} #Số"
        over = Facet(0, len(text), "link", LINK)
        found = facets(Text(text, text, (over,)), lambda handle: None)
        assert [each["index"] for each in found] == [
            {"byteStart": 0, "byteEnd": len(text.encode())}
        ]

    @pytest.mark.parametrize(
        ("text", "counts"), [("Việt", 4), ("👨‍👩‍👧‍👦", 3), ("e\u0302\u0323", 1), ("", 0)]
    )
    def test_a_text_is_as_long_as_it_has_graphemes_or_tenths_of_bytes(
        self, text: str, counts: int
    ) -> None:
        assert length(text) == counts

    def test_words_of_many_bytes_are_refused_where_the_limits_say(
        self, channel: Adapter, message: Message
    ) -> None:
        limits, family = Adapter.limits(channel.config), "👨‍👩‍👧‍👦"
        longest, longer = worded(message, family * 120), worded(message, family * 121)
        assert violations(longest, limits) == ()
        channel.send(longest, DictJournal())
        assert [each.code for each in violations(longer, limits)] == ["text_long"]
        with pytest.raises(InvalidContentError, match="string too big"):
            channel.send(longer, DictJournal())

    def test_what_can_t_be_written_is_invalid(self, channel: Adapter, message: Message) -> None:
        with pytest.raises(InvalidContentError):
            channel.send(dataclasses.replace(message, language="vi\ud800"), DictJournal())
        broken = dataclasses.replace(message, body=Text("\ud800", "Hỏng \ud800 @vidu.vn"))
        with pytest.raises(InvalidContentError, match="can't be written"):
            channel.send(broken, DictJournal())
        with pytest.raises(InvalidContentError, match="Invalid uri"):
            channel.send(dataclasses.replace(message, link="[ http"), DictJournal())
        channel.send(dataclasses.replace(message, link="http://["), DictJournal())

    def test_texts_are_wanted_with_facets(self) -> None:
        assert Adapter.dialect is Dialect.FACETS

    # -- cards and pictures -----------------------------------------------------------------------

    def linked(self, message: Message) -> Message:
        title, summary = "Còn 7 ngày", "Ngày Chuyển đổi số"
        return dataclasses.replace(message, link=LINK, title=title, summary=summary)

    def test_a_link_has_a_card(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(threaded(self.linked(message)), DictJournal())
        first, second, _ = stand_in.records()
        card = first["embed"]["external"]
        assert (card["uri"], card["title"]) == (LINK, "Còn 7 ngày")
        assert card["description"] == "Ngày Chuyển đổi số"
        assert "embed" not in second

    def test_a_card_without_a_title_is_called_by_where_it_stands(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        channel.send(dataclasses.replace(message, link=LINK), DictJournal())
        assert stand_in.published()[0].title == "vidu.vn"

    def test_pictures_go_before_the_card_unless_it_is_wished_for(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured = dataclasses.replace(self.linked(message), media=(picture(tmp_path),))
        channel.send(pictured, DictJournal())
        carded = dataclasses.replace(pictured, key="khac", options={"card": True})
        channel.send(carded, DictJournal())
        first, second = (record["embed"] for record in stand_in.records())
        assert first["images"][0]["aspectRatio"]["width"] == 64
        assert second["external"]["thumb"] == first["images"][0]["image"]

    def test_a_card_can_be_left_off(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        bare = dataclasses.replace(self.linked(message), options={"card": False})
        channel.send(bare, DictJournal())
        assert "embed" not in stand_in.records()[0]

    @pytest.mark.parametrize("options", [{"pin": True}, {"card": "yes"}, {"card": True}])
    def test_a_wish_that_can_t_be_granted_is_invalid(
        self, channel: Adapter, stand_in: Platform, message: Message, options: dict[str, Any]
    ) -> None:
        with pytest.raises(InvalidContentError):
            channel.send(dataclasses.replace(message, options=options), DictJournal())
        assert stand_in.published() == ()

    @pytest.mark.parametrize(("minutes", "uploads"), [(20, 1), (40, 2)])
    def test_an_upload_is_used_again_only_while_the_server_surely_has_it(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
        minutes: int,
        uploads: int,
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        clock.advance(timedelta(minutes=minutes))
        channel.send(pictured, journal)
        assert (stand_in.uploads, stand_in.published()[0].media) == (uploads, 1)

    def test_an_upload_that_the_server_threw_away_meanwhile_goes_up_again(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        pictured, journal = dataclasses.replace(message, media=(picture(tmp_path),)), DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(pictured, journal)
        stand_in.forget_uploads()
        with pytest.raises(TransientError, match="BlobNotFound"):
            channel.send(pictured, journal)
        channel.send(pictured, journal)
        assert (stand_in.uploads, stand_in.published()[0].media) == (2, 1)

    def test_a_picture_changed_between_two_attempts_is_the_new_one(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(dataclasses.replace(message, media=(picture(tmp_path),)), journal)
        teal = picture(tmp_path, "teal", "Ảnh khác")
        channel.send(dataclasses.replace(message, media=(teal,)), journal)
        assert (stand_in.uploads, stand_in.published()[0].alts) == (2, ("Ảnh khác",))

    def test_a_picture_larger_than_the_limits_say_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, tmp_path: Path
    ) -> None:
        small = picture(tmp_path)
        content = small.path.read_bytes()
        small.path.write_bytes(content + bytes(1_000_001 - len(content)))
        large = dataclasses.replace(small, size_bytes=1_000_001)
        pictured = dataclasses.replace(message, media=(large,))
        assert violations(pictured, Adapter.limits(channel.config))[0].code == "image_bytes"
        with pytest.raises(InvalidContentError, match="blob too big"):
            channel.send(pictured, DictJournal())

    def test_an_upload_without_a_name_is_tried_again(
        self, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        answer = Response("{}", 200, mimetype="application/json")
        with Odd(clock, answer, "uploadBlob") as stand_in:
            channel = made(stand_in, clock, tmp_path / "workdir")
            pictured = dataclasses.replace(message, media=(picture(tmp_path),))
            with pytest.raises(TransientError, match="no name"):
                channel.send(pictured, DictJournal())

    # -- threads, keys and doubts -----------------------------------------------------------------

    def in_doubt(self, channel: Adapter, stand_in: Platform, message: Message) -> DictJournal:
        """``message`` was taken, and the answer lost."""
        journal = DictJournal()
        stand_in.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        return journal

    def test_a_thread_answers_its_first_post_and_the_one_before(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(threaded(message), DictJournal())
        first, second, third = stand_in.published()
        reply = stand_in.records()[2]["reply"]
        assert reply["root"]["uri"] == first.remote_id
        assert reply["parent"]["uri"] == second.remote_id
        keys = [each.remote_id.rpartition("/")[2] for each in (first, second, third)]
        assert receipt.remote_id == f"at://{DID}/app.bsky.feed.post/{','.join(keys)}"
        assert keys == sorted(keys)

    def test_the_key_is_a_delivery_s_own_and_the_same_for_ever(self) -> None:
        due = datetime(2027, 10, 3, 1, 0, tzinfo=UTC)
        keys = [record_key(f"bài-{n}", due, part) for n in range(200) for part in range(3)]
        for key in keys:
            check_key(key)
        assert len(set(keys)) == len(keys)
        assert record_key("bài-1", due, 0) == "3ntmivn6iabjj"

    def test_the_key_is_noted_before_the_post_is_asked_for(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        noted = json.loads(journal.notes["asked"])["rkey"]
        receipt = channel.send(message, journal)
        assert receipt.remote_id.endswith(noted)

    def test_a_post_asked_for_again_bears_the_time_it_bore(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal, began = DictJournal(), clock()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=20))
        channel.send(message, journal)
        assert datetime.fromisoformat(stand_in.records()[0]["createdAt"]) == began

    def test_a_post_that_surely_wasn_t_taken_bears_the_time_it_goes_out(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=20))
        channel.send(message, journal)
        assert datetime.fromisoformat(stand_in.records()[0]["createdAt"]) == clock()

    def test_what_is_there_stays_as_it_is_though_its_words_were_changed(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = self.in_doubt(channel, stand_in, message)
        before = stand_in.records()
        receipt = channel.send(worded(message, "Lời khác."), journal)
        assert stand_in.records() == before
        assert receipt.remote_id == stand_in.published()[0].remote_id
        assert stand_in.asked.count(PUT) == 1

    def test_while_it_can_t_be_looked_for_the_doubt_stays(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = self.in_doubt(channel, stand_in, message)
        stand_in.status = "deactivated"
        with pytest.raises(AmbiguousError, match="can't be looked up"):
            channel.send(message, journal)
        stand_in.status = ""
        channel.send(message, journal)
        assert len(stand_in.published()) == 1

    def test_a_refusal_after_a_doubt_leaves_the_doubt(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        journal = DictJournal()
        for fault, what in (("refuse", AmbiguousError), ("429", RateLimitedError)):
            stand_in.faults.next(fault)
            with pytest.raises(what):
                channel.send(message, journal)
        assert json.loads(journal.notes["asked"])["rkey"]

    @pytest.mark.parametrize("takes", [True, False])
    def test_a_yes_that_can_t_be_read_is_a_doubt_that_is_settled(
        self, clock: StillClock, message: Message, tmp_path: Path, takes: bool
    ) -> None:
        for body in ("<html>", "[]", "{}"):
            answer = Response(body, 200, mimetype="application/json")
            with Odd(clock, answer, takes=takes) as stand_in:
                channel, journal = made(stand_in, clock, tmp_path / f"{body!r}"), DictJournal()
                with pytest.raises(AmbiguousError):
                    channel.send(message, journal)
                found = channel.find(message, clock(), journal)
                assert (found is not None) == takes

    def test_find_gives_the_time_that_the_post_bears(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        began = clock()
        journal = self.in_doubt(channel, stand_in, message)
        clock.advance(timedelta(hours=3))
        found = channel.find(message, began - timedelta(hours=1), journal)
        assert found is not None
        assert (found.remote_id, found.at) == (stand_in.published()[0].remote_id, began)

    def test_find_says_absent_only_where_it_is_known_what_was_asked_for(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("refuse")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None
        stand_in.faults.next("429")
        journal = DictJournal()
        with pytest.raises(RateLimitedError):
            channel.send(message, journal)
        assert channel.find(message, clock(), journal) is None
        with pytest.raises(CannotTellError):
            channel.find(message, clock(), DictJournal())

    def test_a_post_is_found_under_its_key_though_the_notes_are_lost(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(threaded(message), DictJournal())
        found = channel.find(threaded(message), clock(), DictJournal())
        assert found is not None
        assert found.remote_id == receipt.remote_id

    def test_an_account_that_is_down_can_t_be_said_to_have_no_post(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = self.in_doubt(channel, stand_in, message)
        stand_in.status = "takendown"
        with pytest.raises(ChannelError):
            channel.find(message, clock(), journal)

    def test_half_a_thread_that_is_found_is_finished_by_sending(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        journal = DictJournal()
        stand_in.faults.next("drop", after=1)
        with pytest.raises(AmbiguousError):
            channel.send(threaded(message), journal)
        assert channel.find(threaded(message), clock(), journal) is None
        channel.send(threaded(message), journal)
        first, second, third = stand_in.published()
        assert (second.reply_to, third.reply_to) == (first.remote_id, second.remote_id)

    # -- errors -----------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("status", "name", "means"),
        [
            (401, "AuthMissing", CredentialsExpiredError),
            (401, "AuthenticationRequired", CredentialsExpiredError),
            (400, "ExpiredToken", CredentialsExpiredError),
            (400, "InvalidToken", CredentialsExpiredError),
            (401, "AccountTakedown", ForbiddenError),
            (401, "AccountSuspended", ForbiddenError),
            (401, "AccountDeactivated", ForbiddenError),
            (403, "AccountNotFound", ForbiddenError),
            (400, "RepoTakendown", ForbiddenError),
            (400, "RepoSuspended", ForbiddenError),
            (400, "RepoDeactivated", ForbiddenError),
            (400, "RepoNotFound", ForbiddenError),
            (400, "BlobNotFound", TransientError),
            (400, "BlobTooLarge", InvalidContentError),
            (400, "InvalidMimeType", InvalidContentError),
            (400, "InvalidSize", InvalidContentError),
            (413, "PayloadTooLarge", InvalidContentError),
            (400, "InvalidRequest", InvalidContentError),
            (400, "ChưaTừngThấy", InvalidContentError),
            (429, "RateLimitExceeded", RateLimitedError),
            (500, "InternalServerError", AmbiguousError),
            (501, "MethodNotImplemented", AmbiguousError),
            (502, "UpstreamFailure", AmbiguousError),
            (503, "NotEnoughResources", AmbiguousError),
            (504, "UpstreamTimeout", AmbiguousError),
            (502, "AccountTakedown", AmbiguousError),
        ],
    )
    def test_each_refusal_of_a_post_means_what_the_table_says(
        self,
        clock: StillClock,
        message: Message,
        tmp_path: Path,
        status: int,
        name: str,
        means: type[ChannelError],
    ) -> None:
        with Odd(clock, error(status, name)) as stand_in:
            with pytest.raises(means) as caught:
                made(stand_in, clock, tmp_path).send(message, DictJournal())
            assert (type(caught.value) is AmbiguousError) == (means is AmbiguousError)
            assert name in str(caught.value)

    @pytest.mark.parametrize("method", ["uploadBlob", "createSession", "resolveHandle"])
    def test_a_fault_in_what_publishes_nothing_is_no_doubt(
        self, clock: StillClock, message: Message, tmp_path: Path, method: str
    ) -> None:
        with Odd(clock, error(502, "UpstreamFailure"), method) as stand_in:
            told = worded(message, f"Cùng @{OTHER_HANDLE}")
            pictured = dataclasses.replace(told, media=(picture(tmp_path),))
            with pytest.raises(TransientError):
                made(stand_in, clock, tmp_path / "workdir").send(pictured, DictJournal())

    def test_a_rate_limit_ends_when_the_server_says(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until == clock() + timedelta(minutes=5)

    def test_an_allowance_that_is_used_up_is_waited_for_before_it_is_refused(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        stand_in.allowances[PUT] = 1
        channel.send(message, DictJournal())
        asked = stand_in.asked.count(PUT)
        with pytest.raises(RateLimitedError) as caught:
            channel.send(dataclasses.replace(message, key="khac"), DictJournal())
        assert caught.value.until == clock() + timedelta(minutes=5)
        assert stand_in.asked.count(PUT) == asked
        channel.identify()  # what has an allowance of its own goes on
        clock.advance(timedelta(minutes=5))
        stand_in.allowances.clear()
        channel.send(dataclasses.replace(message, key="khac"), DictJournal())

    # -- sessions ---------------------------------------------------------------------------------

    def test_one_session_is_made_and_kept_for_all(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        before = stand_in.sessions.made
        for number in range(5):
            channel = made(stand_in, clock, tmp_path)
            channel.send(dataclasses.replace(message, key=f"{number}"), DictJournal())
            channel.close()
        assert (stand_in.sessions.made - before, stand_in.sessions.renewed) == (1, 0)

    def test_a_session_is_renewed_ahead_of_its_end(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        clock.advance(timedelta(hours=1, minutes=55))
        stand_in.asked.clear()
        channel.send(message, DictJournal())
        assert stand_in.asked == [REFRESH, PUT]
        assert stand_in.sessions.made == 1

    def test_many_workers_renew_it_once(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        clock.advance(timedelta(hours=3))
        workdir = channel.context.workdir
        workers = [
            threading.Thread(target=made(stand_in, clock, workdir).identify) for _ in range(6)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert (stand_in.sessions.made, stand_in.sessions.renewed) == (1, 1)

    def test_a_token_refused_early_is_renewed_and_the_post_sent_once(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        channel = made(stand_in, StillClock(clock() - timedelta(hours=3)), tmp_path)
        channel.identify()
        stand_in.asked.clear()
        clock.advance(timedelta(hours=2))
        channel.send(message, DictJournal())
        assert stand_in.asked == [PUT, REFRESH, PUT]
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("lost", ["revoked", "key", "old"])
    def test_where_it_can_t_be_renewed_the_app_password_makes_another(
        self,
        channel: Adapter,
        stand_in: Platform,
        message: Message,
        clock: StillClock,
        lost: str,
    ) -> None:
        if lost == "key":
            stand_in.sessions.forget_key()
        elif lost == "revoked":
            stand_in.sessions.revoke()
            clock.advance(timedelta(hours=3))
        else:
            clock.advance(timedelta(days=100))
        channel.send(message, DictJournal())
        assert stand_in.sessions.made == 2
        assert len(stand_in.published()) == 1

    def test_a_renewal_whose_answer_is_lost_is_asked_for_again(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        clock.advance(timedelta(hours=3))
        stand_in.faults.next("drop", on="any")
        with pytest.raises(TransientError):
            channel.send(message, DictJournal())
        channel.send(message, DictJournal())
        assert stand_in.sessions.made == 1

    def test_an_app_password_that_was_taken_back_waits_for_a_person(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.revoke()
        for _ in range(2):
            with pytest.raises(CredentialsExpiredError, match="AuthenticationRequired"):
                channel.send(message, DictJournal())
        stand_in.password = PASSWORD
        channel.send(message, DictJournal())

    def test_another_app_password_begins_another_session(
        self, channel: Adapter, stand_in: Platform, clock: StillClock
    ) -> None:
        stand_in.revoke()
        stand_in.password = "wxyz-2345-wxyz-2345"
        other = Context(
            "bluesky", clock, lambda ref: stand_in.password, channel.context.workdir, seal=SEAL
        )
        assert Adapter(channel.config, other).identify().id == DID
        assert stand_in.asked.count(REFRESH) == 0

    @pytest.mark.parametrize("names", [True, False])
    def test_records_go_to_the_server_that_the_account_s_document_names(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path, names: bool
    ) -> None:
        with Platform(clock) as home:
            home.sessions = stand_in.sessions
            stand_in._owner = home._owner  # type: ignore[method-assign]
            home.names_its_server = names
            made(stand_in, clock, tmp_path).send(message, DictJournal())
            assert (len(home.published()), len(stand_in.published())) == (
                (1, 0) if names else (0, 1)
            )

    @pytest.mark.parametrize(
        "endpoint", ["http://pds.vidu.vn", "https://a@b.vn", "khong-phai", "https://", "http://["]
    )
    def test_tokens_go_to_no_server_that_isn_t_secure(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path, endpoint: str
    ) -> None:
        owner = stand_in._owner()
        owner["didDoc"]["service"][0]["serviceEndpoint"] = endpoint
        stand_in._owner = lambda: owner  # type: ignore[method-assign]
        made(stand_in, clock, tmp_path).send(message, DictJournal())
        assert len(stand_in.published()) == 1

    def test_a_token_that_can_t_be_read_is_used_until_it_is_refused(
        self, stand_in: Platform, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        told = {"accessJwt": "opaque", "refreshJwt": "opaque-too", "did": DID, "handle": HANDLE}
        answer = Response(json.dumps(told), mimetype="application/json")
        with Odd(clock, answer, "createSession") as odd:
            odd.sessions.checked = lambda token, kind: {}  # type: ignore[method-assign]
            channel = made(odd, clock, tmp_path)
            channel.send(message, DictJournal())
            clock.advance(timedelta(days=3))
            channel.send(dataclasses.replace(message, key="khac"), DictJournal())
            assert odd.asked.count(REFRESH) == 0

    def test_a_session_without_its_tokens_is_tried_again(
        self, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        answer = Response(json.dumps({"did": DID}), mimetype="application/json")
        with Odd(clock, answer, "createSession") as stand_in, pytest.raises(TransientError):
            made(stand_in, clock, tmp_path).send(message, DictJournal())

    def test_no_file_but_ours_can_be_read_and_none_holds_the_password(
        self, channel: Adapter
    ) -> None:
        kept = [each for each in channel.context.workdir.rglob("*.json") if each.is_file()]
        assert kept
        for each in kept:
            assert each.stat().st_mode & 0o077 == 0
            assert PASSWORD not in each.read_text()

    def test_no_error_shows_a_token(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        tokens = json.loads((channel.context.workdir / "state" / "tokens.json").read_text())
        access = json.loads(SEAL.open(tokens["sealed"]))["access"]
        response = error(400, "InvalidRequest", f"Bearer {access} {PASSWORD}")
        stand_in._put = lambda asked: response  # type: ignore[method-assign]
        with pytest.raises(InvalidContentError) as caught:
            channel.send(message, DictJournal())
        assert access not in str(caught.value)
        assert PASSWORD not in str(caught.value)

    # -- logging in -------------------------------------------------------------------------------

    def test_login_proves_the_password_it_gives(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        config = made(stand_in, clock, tmp_path).config

        def nothing_yet(reference: str) -> str:
            raise CredentialsExpiredError(reference)

        channel = Adapter(config, Context("bluesky", clock, nothing_yet, tmp_path, seal=SEAL))
        person = TypingPerson(PASSWORD)
        assert channel.login(person) == {"app_password": PASSWORD}
        assert person.told == list(Adapter.access)
        assert stand_in.sessions.made == 1

    def test_login_refuses_a_password_that_doesn_t_open(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        wrong = "aaaa-bbbb-cccc-dddd"
        with pytest.raises(CredentialsExpiredError) as caught:
            made(stand_in, clock, tmp_path).login(TypingPerson(wrong))
        assert wrong not in str(caught.value)

    def test_the_account_s_own_password_asks_for_a_code_and_is_no_app_password(
        self, stand_in: Platform, clock: StillClock, tmp_path: Path
    ) -> None:
        stand_in.needs_factor = True
        with pytest.raises(CredentialsExpiredError, match="AuthFactorTokenRequired"):
            made(stand_in, clock, tmp_path).login(TypingPerson(PASSWORD))

    # -- afterwards -------------------------------------------------------------------------------

    def test_likes_replies_reposts_quotes_and_bookmarks_are_counted(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(threaded(message), DictJournal())
        stand_in.readers(receipt.remote_id, reactions=9, comments=4, shares=2, saves=1)
        stand_in.quote(receipt.remote_id, 3)
        assert channel.read([receipt])[receipt.remote_id].metrics == {
            "reactions": 9,
            "comments": 3,  # the fourth is the thread's own second post
            "shares": 5,
            "saves": 1,
        }

    def test_readings_are_asked_for_by_twenty_five(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipts = [
            channel.send(dataclasses.replace(message, key=f"{number}"), DictJournal())
            for number in range(27)
        ]
        stand_in.asked.clear()
        assert set(channel.read(receipts)) == {each.remote_id for each in receipts}
        assert stand_in.asked == ["app.bsky.feed.getPosts"] * 2

    def test_a_post_is_gone_where_its_own_server_says_so(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.remove(receipt.remote_id)
        assert channel.read([receipt])[receipt.remote_id].exists is False

    def test_a_post_that_the_app_view_doesn_t_show_yet_is_left_out(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        stand_in.unseen.add(receipt.remote_id)
        assert channel.read([receipt]) == {}

    def test_without_an_app_view_only_what_is_gone_is_told(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        stand_in.has_app_view = False
        here = channel.send(message, DictJournal())
        gone = channel.send(dataclasses.replace(message, key="khac"), DictJournal())
        stand_in.remove(gone.remote_id)
        readings = channel.read([here, gone])
        assert {name: each.exists for name, each in readings.items()} == {gone.remote_id: False}

    def test_another_account_s_post_is_neither_said_gone_nor_deleted(
        self, channel: Adapter, stand_in: Platform, message: Message, clock: StillClock
    ) -> None:
        ours = channel.send(message, DictJournal())
        other = Receipt(ours.remote_id.replace(DID, OTHER_DID), "", clock())
        assert channel.read([other]) == {}
        with pytest.raises(ForbiddenError):
            channel.delete(other)
        assert len(stand_in.published()) == 1

    def test_counts_that_aren_t_counts_are_left_out(
        self, clock: StillClock, message: Message, tmp_path: Path
    ) -> None:
        uri = f"at://{DID}/app.bsky.feed.post/{record_key(message.key, message.due_at, 0)}"
        post = {"uri": uri, "likeCount": None, "replyCount": True, "repostCount": 4}
        answer = Response(json.dumps({"posts": [post, None]}), mimetype="application/json")
        with Odd(clock, answer, "getPosts") as stand_in:
            channel = made(stand_in, clock, tmp_path)
            receipt = channel.send(message, DictJournal())
            assert channel.read([receipt])[uri].metrics == {"shares": 4}

    def test_a_whole_thread_is_taken_back_and_may_be_twice(
        self, channel: Adapter, stand_in: Platform, message: Message
    ) -> None:
        receipt = channel.send(threaded(message), DictJournal())
        assert channel.delete(receipt)
        assert stand_in.published() == ()
        assert channel.delete(receipt)

    # -- configuration ----------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "keys",
        [
            {"server": "http://bsky.social"},
            {"server": "bsky.social"},
            {"server": "https://a:b@bsky.social"},
            {"server": "http://["},
            {"handle": "sokhcn"},
            {"handle": "so@vidu.vn"},
            {"app_view": "did:web:api.bsky.app"},
            {"app_view": "ftp://api.bsky.app"},
            {"app_password": "abcd-efgh"},
        ],
    )
    def test_a_wrong_key_is_refused(self, keys: dict[str, str]) -> None:
        whole = {"handle": HANDLE, "app_password": "env:BLUESKY_APP_PASSWORD"}
        with pytest.raises(ValidationError):
            BlueskyConfig.model_validate(whole | keys)

    def test_a_handle_is_taken_as_people_write_it(self) -> None:
        keys = {"handle": " @SoKHCN.vidu.vn", "app_password": "env:BLUESKY_APP_PASSWORD"}
        config = BlueskyConfig.model_validate(keys | {"server": "https://bsky.social/"})
        assert (config.handle, config.server) == (HANDLE, "https://bsky.social")
