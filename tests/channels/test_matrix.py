"""Matrix: the conformance suite, and what is Matrix's alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
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
    Text,
    TransientError,
)
from channels.matrix.adapter import Adapter, MatrixConfig
from channels.simulated import FaultName
from channels.simulated.matrix.platform import PASSWORD, TOKEN, Platform
from channels.simulated.matrix.room import ALIAS, ROOM, SERVER, USER
from channels.simulated.server import as_json
from channels.testing import SEAL, ChannelConformance, DictJournal, StillClock, film, picture
from channels.testing import settled as settle
from channels.testing.persons import TypingPerson

MINUTE = timedelta(minutes=1)


class TestMatrix(ChannelConformance):
    kind = "matrix"


class Odd(Platform):
    """A homeserver that gives other answers than it should: by how a path ends."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__(clock)
        self.instead: dict[str, Response] = {}

    def answer(self, request: Request) -> Response:
        for part, response in self.instead.items():
            if part in request.path:
                return response
        return super().answer(request)


@pytest.fixture
def now() -> StillClock:
    return StillClock()


@pytest.fixture
def homeserver(now: StillClock) -> Iterator[Odd]:
    with Odd(now) as homeserver:
        yield homeserver


Opening = Callable[..., Adapter]


@pytest.fixture
def opening(homeserver: Odd, now: StillClock, tmp_path: Path) -> Iterator[Opening]:
    """Opens the channel, with other keys and another token perhaps."""
    opened: list[Adapter] = []

    def opening(token: str = TOKEN, **keys: Any) -> Adapter:
        given = {"adapter": "matrix", **homeserver.config(), **keys}
        context = Context("phong", now, lambda _: token, tmp_path / "workdir", seal=SEAL)
        opened.append(Adapter(MatrixConfig.model_validate(given), context))
        return opened[-1]

    yield opening
    for channel in opened:
        channel.close()


@pytest.fixture
def channel(opening: Opening) -> Adapter:
    return opening()


@pytest.fixture
def message(now: StillClock) -> Message:
    return Message(key="bai-mot", body=Text("<p>Một <b>bài</b>.</p>", "Một bài."), due_at=now())


@pytest.fixture
def pictured(message: Message, tmp_path: Path) -> Message:
    media = (picture(tmp_path), picture(tmp_path, "teal", "Ảnh hai"), film(tmp_path))
    return dataclasses.replace(message, media=media)


def contents(homeserver: Odd) -> list[dict[str, Any]]:
    kinds = [one for one in homeserver.room.events if one["type"] == "m.room.message"]
    return [one["content"] for one in kinds if one["content"]]


# -- whose it is -----------------------------------------------------------------------------------


def test_the_room_is_known_by_its_id_and_its_members_are_counted(opening: Opening) -> None:
    for room in (ALIAS, ROOM):
        account = opening(room=room).identify()
        assert (account.id, account.name, account.followers) == (ROOM, ALIAS, 3)
        assert account.url == "https://matrix.to/#/%21thongbao%3Avidu.test?via=vidu.test"


def test_a_room_without_an_alias_is_called_by_its_name(homeserver: Odd, opening: Opening) -> None:
    del homeserver.room.state["m.room.canonical_alias"]
    assert opening(room=ROOM).identify().name == "Thông báo của Sở"
    homeserver.room.state["m.room.name"] = {"name": None}
    assert opening(room=ROOM).identify().name == ROOM


def test_a_token_of_another_account_publishes_nothing(
    homeserver: Odd, opening: Opening, message: Message
) -> None:
    wrong = opening(user=f"@khac:{SERVER}")
    for verb in (wrong.identify, lambda: wrong.send(message, DictJournal())):
        with pytest.raises(CredentialsExpiredError, match="another account's"):
            verb()
    assert homeserver.published() == ()


def test_an_account_that_left_the_room_is_told_so(homeserver: Odd, channel: Adapter) -> None:
    homeserver.room.joined.remove(USER)
    with pytest.raises(ForbiddenError, match="not joined"):
        channel.identify()


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, "encrypted"),
        ("m.room.tombstone", {"replacement_room": "!moi"}, "replaced"),
        ("m.room.power_levels", {"events_default": 50}, "may not send"),
        ("m.room.power_levels", {"users": {USER: 50}, "events": {"m.room.message": 51}}, "may not"),
    ],
)
def test_a_room_that_takes_no_post_of_ours_is_refused(
    homeserver: Odd, channel: Adapter, kind: str, content: dict[str, Any], words: str
) -> None:
    homeserver.room.state[kind] = content
    with pytest.raises(ForbiddenError, match=words):
        channel.identify()


@pytest.mark.parametrize("levels", [{}, {"users": {USER: "50"}, "events_default": 60}])
def test_levels_that_tell_nothing_forbid_nothing(
    homeserver: Odd, channel: Adapter, levels: dict[str, Any]
) -> None:
    homeserver.room.state["m.room.power_levels"] = levels
    assert channel.identify().id == ROOM


def test_who_made_the_room_may_post_whatever_its_levels(homeserver: Odd, channel: Adapter) -> None:
    homeserver.room.state["m.room.power_levels"] = {"events_default": 100}
    homeserver.room.state["m.room.create"] = {"room_version": "12", "additional_creators": [USER]}
    assert channel.identify().id == ROOM
    homeserver.room.state["m.room.create"] = {"room_version": "12"}
    homeserver.room.creator = USER
    assert channel.identify().id == ROOM


def test_posts_go_to_the_room_that_was_proved_wherever_its_alias_points_later(
    homeserver: Odd, channel: Adapter, message: Message
) -> None:
    channel.identify()
    homeserver.instead["/directory/room/"] = as_json(200, {"room_id": "!la:vidu.test"})
    channel.send(message, DictJournal())
    assert len(homeserver.published()) == 1
    with pytest.raises(ForbiddenError, match="not joined"):
        channel.identify()


def test_the_largest_upload_is_what_the_homeserver_told(
    homeserver: Odd, channel: Adapter, opening: Opening, tmp_path: Path
) -> None:
    def most(adapter: Adapter) -> int | None:
        return Adapter.limits_learned(adapter.config, tmp_path / "workdir").video_max_bytes

    assert most(channel) == 50_000_000
    homeserver.instead["/media/config"] = as_json(200, {"m.upload.size": 7_000_000})
    channel.identify()
    assert most(channel) == 7_000_000
    for told in ({}, {"m.upload.size": "8"}, {"m.upload.size": 0}):
        homeserver.instead["/media/config"] = as_json(200, told)
        channel.identify()
    homeserver.instead["/media/config"] = as_json(404, {"errcode": "M_UNRECOGNIZED"})
    channel.identify()
    assert most(channel) == 7_000_000
    assert most(opening(server="https://khac.test")) == 50_000_000


def test_where_the_members_can_t_be_counted_the_room_is_known_all_the_same(
    homeserver: Odd, channel: Adapter
) -> None:
    homeserver.instead["/joined_members"] = as_json(200, [])
    assert channel.identify().followers is None


# -- publishing ------------------------------------------------------------------------------------


def test_a_text_stands_there_plain_and_in_html_and_rings_no_name(
    homeserver: Odd, channel: Adapter, message: Message
) -> None:
    html = '<p>Xem <a href="https://vidu.vn/?a=1&amp;b=2">kế hoạch</a> hay https://vidu.vn.</p>'
    body = Text(html, "Xem kế hoạch hay https://vidu.vn.")
    channel.send(dataclasses.replace(message, body=body), DictJournal())
    (content,) = contents(homeserver)
    assert content["body"] == f"{body.plain}\nhttps://vidu.vn/?a=1&b=2"
    assert (content["format"], content["formatted_body"]) == ("org.matrix.custom.html", html)
    assert content["m.mentions"] == {}


@pytest.mark.parametrize(
    ("key", "options", "msgtype"),
    [
        (False, {}, "m.text"),
        (True, {}, "m.notice"),
        (True, {"notice": False}, "m.text"),
        (False, {"notice": True}, "m.notice"),
    ],
)
def test_a_notice_is_one_by_the_channel_or_by_the_post(
    homeserver: Odd,
    opening: Opening,
    message: Message,
    key: bool,
    options: dict[str, Any],
    msgtype: str,
) -> None:
    channel = opening(notice=key)
    channel.send(dataclasses.replace(message, options=options), DictJournal())
    assert contents(homeserver)[0]["msgtype"] == msgtype


def test_media_follow_their_text_and_say_what_they_show(
    homeserver: Odd, channel: Adapter, pictured: Message, tmp_path: Path
) -> None:
    first, *others = pictured.media
    credited = (dataclasses.replace(first, credit="Sở KH&CN"), *others)
    receipt = channel.send(dataclasses.replace(pictured, media=credited), DictJournal())
    text, *media = contents(homeserver)
    assert [one["body"] for one in media] == [
        "Tấm thiệp: còn 7 ngày (Sở KH&CN)",
        "Ảnh hai",
        "Phim ngắn: còn 7 ngày",
    ]
    assert "m.relates_to" not in text
    for one, each in zip(media, pictured.media, strict=True):
        relation = {"rel_type": "m.reference", "event_id": receipt.remote_id}
        assert one["m.relates_to"] == relation
        assert homeserver.uploads[one["url"]] == (each.path.read_bytes(), each.mime)
    assert media[2]["info"]["duration"] == 12_000
    (post,) = homeserver.published()
    assert post.media == 3


def test_a_document_is_called_as_its_alt_text_says(
    homeserver: Odd, channel: Adapter, message: Message, tmp_path: Path
) -> None:
    drawn = picture(tmp_path, alt="Kế hoạch 15/KH: năm 2027")
    document = dataclasses.replace(drawn, mime="application/pdf")
    channel.send(dataclasses.replace(message, media=(document,)), DictJournal())
    content = contents(homeserver)[1]
    assert content["msgtype"] == "m.file"
    assert content["body"] == content["filename"] == "Kế hoạch 15 KH năm 2027.pdf"


@pytest.mark.parametrize(
    "body", [Text("", ""), Text("<p>ă</p>", "ă" * 7_001)], ids=["nothing", "too much"]
)
def test_what_no_homeserver_should_be_asked_for_isn_t_sent(
    homeserver: Odd, channel: Adapter, message: Message, body: Text
) -> None:
    with pytest.raises(InvalidContentError):
        channel.send(dataclasses.replace(message, body=body), DictJournal())
    assert homeserver.room.events == []


def test_an_upload_that_fails_leaves_no_doubt_and_no_text(
    homeserver: Odd, channel: Adapter, pictured: Message
) -> None:
    channel.identify()
    homeserver.instead["/upload"] = as_json(500, {})
    with pytest.raises(TransientError):
        channel.send(pictured, DictJournal())
    assert homeserver.room.events == []


def test_a_broken_off_post_s_uploads_are_used_again(
    homeserver: Odd, channel: Adapter, pictured: Message
) -> None:
    journal = DictJournal()
    homeserver.faults.next("429")
    with pytest.raises(RateLimitedError):
        channel.send(pictured, journal)
    channel.send(pictured, journal)
    assert len(homeserver.uploads) == 3


# -- doubts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["drop", "refuse", "500", "429"])
@pytest.mark.parametrize("number", range(4))
def test_whichever_of_its_messages_meets_trouble_a_post_is_there_once_and_whole(
    homeserver: Odd,
    channel: Adapter,
    pictured: Message,
    now: StillClock,
    fault: FaultName,
    number: int,
) -> None:
    homeserver.faults.next(fault, after=number)
    receipt = settle(channel, pictured, DictJournal(), now)
    assert not homeserver.faults.pending
    text, *media = contents(homeserver)
    assert text["body"] == "Một bài."
    assert [one["body"] for one in media] == [each.alt for each in pictured.media]
    (post,) = homeserver.published()
    assert receipt is not None
    assert receipt.remote_id == post.remote_id


def test_a_post_is_found_by_its_mark_from_another_session_and_without_notes(
    homeserver: Odd, opening: Opening, pictured: Message, now: StillClock
) -> None:
    since, sent = now(), opening().send(pictured, DictJournal())
    homeserver.devices["token-khac"] = "KHAC"
    now.advance(MINUTE)
    found = opening("token-khac").find(pictured, since, DictJournal())
    assert found == dataclasses.replace(sent, at=since)


def test_the_same_words_of_another_delivery_are_not_taken_for_it(
    channel: Adapter, message: Message, now: StillClock
) -> None:
    channel.send(dataclasses.replace(message, key="bai-hai"), DictJournal())
    assert channel.find(message, now(), DictJournal()) is None


def test_a_mark_that_somebody_else_copied_proves_nothing(
    homeserver: Odd, channel: Adapter, message: Message, now: StillClock
) -> None:
    channel.send(message, DictJournal())
    for event in homeserver.room.events:
        event["sender"] = f"@dan-mot:{SERVER}"
    assert channel.find(message, now(), DictJournal()) is None


def test_a_homeserver_that_shows_more_than_was_asked_for_is_not_believed(
    homeserver: Odd, channel: Adapter, message: Message, now: StillClock
) -> None:
    channel.send(message, DictJournal())
    copied = homeserver.room.events[0] | {"sender": f"@dan-mot:{SERVER}"}
    homeserver.instead["/messages"] = as_json(200, {"chunk": [copied]})
    assert channel.find(message, now(), DictJournal()) is None


def test_a_post_broken_off_is_finished_from_another_session(
    homeserver: Odd, opening: Opening, pictured: Message
) -> None:
    journal = DictJournal()
    homeserver.faults.next("429", after=2)
    with pytest.raises(RateLimitedError):
        opening().send(pictured, journal)
    homeserver.devices["token-khac"] = "KHAC"
    opening("token-khac").send(pictured, journal)
    assert len(contents(homeserver)) == 4


def test_what_a_look_up_saw_of_a_post_is_not_sent_again_by_another_session(
    homeserver: Odd, opening: Opening, pictured: Message, now: StillClock
) -> None:
    journal, since = DictJournal(), now()
    homeserver.faults.next("drop", after=1)
    with pytest.raises(AmbiguousError):
        opening().send(pictured, journal)
    homeserver.devices["token-khac"] = "KHAC"
    newcomer = opening("token-khac")
    assert newcomer.find(pictured, since, journal) is None
    newcomer.send(pictured, journal)
    assert len(contents(homeserver)) == 4


def test_a_message_that_was_taken_out_before_it_was_found_is_for_a_person(
    channel: Adapter, message: Message, now: StillClock
) -> None:
    channel.delete(channel.send(message, DictJournal()))
    with pytest.raises(CannotTellError):
        channel.find(message, now(), DictJournal())


def test_what_was_noted_is_known_though_it_was_taken_out_since(
    channel: Adapter, message: Message, now: StillClock
) -> None:
    journal = DictJournal()
    sent = channel.send(message, journal)
    channel.delete(sent)
    assert channel.find(message, now(), journal) == sent


def test_a_busy_account_s_posts_are_looked_through_page_by_page(
    homeserver: Odd, channel: Adapter, message: Message, now: StillClock
) -> None:
    channel.send(message, DictJournal())
    for _ in range(250):
        homeserver.room.add(USER, "m.room.message", {"msgtype": "m.text", "body": "Bài khác."})
    assert channel.find(message, now(), DictJournal()) is not None
    for _ in range(2_000):
        homeserver.room.add(USER, "m.room.message", {"msgtype": "m.text", "body": "Bài khác."})
    with pytest.raises(CannotTellError):
        channel.find(message, now(), DictJournal())


def test_a_list_that_can_t_be_read_proves_no_absence(
    homeserver: Odd, channel: Adapter, message: Message, now: StillClock
) -> None:
    nameless = {"sender": USER, "origin_server_ts": 1_800_000_000_000, "content": {}}
    timeless = {"sender": USER, "event_id": "$x", "content": {}}
    for chunk in (None, {}, ["x"], [nameless], [timeless]):
        homeserver.instead["/messages"] = as_json(200, {"chunk": chunk})
        with pytest.raises(TransientError):
            channel.find(message, now(), DictJournal())


def test_an_answer_without_the_event_s_id_is_a_doubt(
    homeserver: Odd, channel: Adapter, message: Message
) -> None:
    for told in ({}, {"event_id": 5}, {"event_id": ""}, {"event_id": "x" * 256}):
        homeserver.instead["/send/"] = as_json(200, told)
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())


def test_a_post_begun_in_another_room_is_not_finished_in_this_one(
    homeserver: Odd, channel: Adapter, pictured: Message
) -> None:
    journal = DictJournal()
    homeserver.faults.next("429", after=1)
    with pytest.raises(RateLimitedError):
        channel.send(pictured, journal)
    journal.put("events", journal.notes["events"].replace(ROOM, "!cu:vidu.test"))
    with pytest.raises(ForbiddenError, match="another room"):
        channel.send(pictured, journal)
    assert len(contents(homeserver)) == 1


# -- what refusals mean ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (401, "M_UNKNOWN_TOKEN", CredentialsExpiredError),
        (403, "M_UNKNOWN_TOKEN", CredentialsExpiredError),
        (401, "M_USER_LOCKED", CredentialsExpiredError),
        (403, "M_USER_SUSPENDED", ForbiddenError),
        (400, "M_FORBIDDEN", ForbiddenError),
        (403, "M_RESOURCE_LIMIT_EXCEEDED", ForbiddenError),
        (400, "M_NOT_FOUND", ForbiddenError),
        (413, "M_TOO_LARGE", InvalidContentError),
        (400, "M_BAD_JSON", InvalidContentError),
        (400, "M_UNKNOWN", InvalidContentError),
        (400, "M_LIMIT_EXCEEDED", RateLimitedError),
        (502, "M_FORBIDDEN", AmbiguousError),
        (504, "", AmbiguousError),
    ],
)
def test_a_refusal_goes_by_its_code_unless_the_server_failed(
    homeserver: Odd,
    channel: Adapter,
    message: Message,
    status: int,
    code: str,
    error: type[ChannelError],
) -> None:
    homeserver.instead["/send/"] = as_json(status, {"errcode": code, "error": "Vì sao"})
    with pytest.raises(ChannelError, match="Vì sao") as caught:
        channel.send(message, DictJournal())
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("told", "head", "wait"),
    [
        ({"retry_after_ms": 90_500}, "", timedelta(seconds=90.5)),
        ({"retry_after_ms": 1_000}, "120", 2 * MINUTE),
        ({"retry_after_ms": -5}, "", timedelta()),
        ({"retry_after_ms": 10**30}, "", timedelta(days=2)),
        ({"retry_after_ms": "5"}, "", MINUTE),
        ({}, "", MINUTE),
    ],
)
def test_a_rate_limit_lasts_as_long_as_it_says_within_reason(
    homeserver: Odd,
    channel: Adapter,
    message: Message,
    now: StillClock,
    told: dict[str, Any],
    head: str,
    wait: timedelta,
) -> None:
    heads = {"Retry-After": head} if head else {}
    homeserver.instead["/send/"] = as_json(429, told | {"errcode": "M_LIMIT_EXCEEDED"}, heads)
    with pytest.raises(RateLimitedError) as caught:
        channel.send(message, DictJournal())
    assert caught.value.until - now() == wait


# -- afterwards ------------------------------------------------------------------------------------


def test_one_person_s_same_sign_counts_once_and_our_own_pictures_are_no_answers(
    homeserver: Odd, channel: Adapter, pictured: Message
) -> None:
    receipt = channel.send(pictured, DictJournal())
    for who, key in (("mot", "👍"), ("mot", "👍"), ("mot", "❤️"), ("hai", "👍")):
        relation = {"rel_type": "m.annotation", "event_id": receipt.remote_id, "key": key}
        homeserver.room.add(f"@{who}:{SERVER}", "m.reaction", {"m.relates_to": relation})
    metrics = {"reactions": 3, "comments": 0}
    assert channel.read([receipt])[receipt.remote_id].metrics == metrics


def test_many_reactions_are_counted_over_several_pages_or_not_at_all(
    homeserver: Odd, channel: Adapter, message: Message
) -> None:
    receipt = channel.send(message, DictJournal())
    homeserver.readers(receipt.remote_id, reactions=350, comments=20)
    metrics = {"reactions": 350, "comments": 20}
    assert channel.read([receipt])[receipt.remote_id].metrics == metrics
    homeserver.readers(receipt.remote_id, reactions=2_001)
    assert channel.read([receipt]) == {}


def test_what_is_not_shown_is_not_called_gone(
    homeserver: Odd, channel: Adapter, message: Message
) -> None:
    receipt = channel.send(message, DictJournal())
    homeserver.instead["/event/"] = as_json(404, {"errcode": "M_NOT_FOUND"})
    assert channel.read([receipt]) == {}
    homeserver.instead = {"/relations/": as_json(404, {"errcode": "M_UNRECOGNIZED"})}
    assert channel.read([receipt]) == {}


def test_a_post_is_taken_back_with_its_pictures_and_leaves_what_others_wrote(
    homeserver: Odd, channel: Adapter, pictured: Message
) -> None:
    receipt = channel.send(pictured, DictJournal())
    homeserver.readers(receipt.remote_id, comments=1)
    assert channel.delete(receipt)
    assert [one["body"] for one in contents(homeserver)] == ["Cảm ơn."]
    assert channel.read([receipt])[receipt.remote_id].exists is False


# -- logging in ------------------------------------------------------------------------------------


def test_a_password_becomes_a_token_and_ends_the_one_before(
    opening: Opening, message: Message
) -> None:
    first, second = (opening().login(TypingPerson(PASSWORD))["access_token"] for _ in range(2))
    opening(second).send(message, DictJournal())
    with pytest.raises(CredentialsExpiredError):
        opening(first).identify()


def test_a_token_is_pasted_where_there_is_no_password(channel: Adapter) -> None:
    assert channel.login(TypingPerson("", "token-dan")) == {"access_token": "token-dan"}


def test_a_token_of_somebody_else_is_not_taken(homeserver: Odd, channel: Adapter) -> None:
    for told in ({"user_id": "@khac:vidu.test", "access_token": "x"}, {"user_id": USER}):
        homeserver.instead["/login"] = as_json(200, told)
        with pytest.raises(CredentialsExpiredError, match="no token"):
            channel.login(TypingPerson(PASSWORD))


def test_a_wrong_password_is_not_shown(channel: Adapter) -> None:
    with pytest.raises(ForbiddenError) as caught:
        channel.login(TypingPerson("mat-khau-sai"))
    assert "mat-khau-sai" not in str(caught.value)


@pytest.mark.parametrize(
    "keys",
    [
        {"server": "http://matrix.vidu.vn"},
        {"server": "https://ai:do@matrix.vidu.vn"},
        {"user": "sokhcn"},
        {"room": "thong-bao:vidu.vn"},
        {"web_url": "javascript:x"},
    ],
)
def test_keys_that_can_t_be_right_are_refused(opening: Opening, keys: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(keys))):
        opening(**keys)
