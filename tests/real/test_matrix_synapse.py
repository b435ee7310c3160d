"""The adapter against a real Matrix homeserver (Synapse): what its stand-in only claims is proved
here.

Runs where the venv of ``tests/real/synapse/server.py`` is; where ``CI`` is "true" it has to be.
"""

from __future__ import annotations

import dataclasses
import socket
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests

from channels.base import (
    CannotTellError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    Text,
)
from channels.limits import violations
from channels.matrix.adapter import Adapter, MatrixConfig
from channels.matrix.events import MARK, TEXT_MAX
from channels.simulated.matrix import platform as simulated
from channels.testing import SEAL, DictJournal, film, picture
from channels.testing.persons import TypingPerson
from tests.real.installed import require
from tests.real.synapse.server import DOMAIN, PACKAGE, PASSWORD, Synapse, missing

pytestmark = pytest.mark.real

USER = f"@so:{DOMAIN}"
ALIAS = f"#thong-bao:{DOMAIN}"
PLAIN = "Còn 7 ngày: xem kế hoạch.\n\n• Một & hai"
HTML = '<p>Còn <strong>7 ngày</strong>: xem <a href="https://vidu.vn/a?b=1&amp;c=2">kế hoạch</a>.'
HTML += "</p><ul><li>Một &amp; hai</li></ul>"
SPEAKERS = {"events_default": 50, "users": {USER: 50}}


def now() -> datetime:
    return datetime.now(UTC)


@dataclasses.dataclass(frozen=True)
class Office:
    """An account in a room of a homeserver."""

    url: str
    user: str
    token: str
    room: str

    def channel(self, workdir: Path, **keys: Any) -> Adapter:
        given = {"server": self.url, "user": self.user, "room": self.room, "access_token": "env:T"}
        config = MatrixConfig.model_validate({"adapter": "matrix", **given, **keys})
        return Adapter(config, Context("phong", now, lambda _: self.token, workdir, seal=SEAL))


@pytest.fixture(scope="module")
def synapse() -> Iterator[Synapse]:
    """The homeserver; started once, ended with the tests."""
    lacking = missing()
    require(
        lacking, f"{lacking} is not there: pip install {PACKAGE}; see tests/real/synapse/server.py"
    )
    with Synapse() as synapse:
        yield synapse


@pytest.fixture(scope="module")
def office(synapse: Synapse) -> Office:
    """The office's account in a room where it and few others may post, read by one citizen."""
    token = synapse.account("so")
    reader = synapse.account("dan")
    room = synapse.room("thong-bao", (token, reader), power_level_content_override=SPEAKERS)
    return Office(synapse.url, USER, token, room)


@pytest.fixture
def channel(office: Office, tmp_path: Path) -> Iterator[Adapter]:
    channel = office.channel(tmp_path / "workdir")
    yield channel
    channel.close()


@pytest.fixture
def message(request: pytest.FixtureRequest) -> Message:
    return Message(key=request.node.name, body=Text(HTML, PLAIN), due_at=now())


@pytest.fixture
def after(synapse: Synapse, office: Office) -> Callable[[], list[dict[str, Any]]]:
    """The messages that came since the test began."""
    before = {event["event_id"] for event in synapse.messages(office.room)}
    return lambda: [one for one in synapse.messages(office.room) if one["event_id"] not in before]


def other(synapse: Synapse, name: str, **keys: Any) -> Office:
    """Another account in a room of its own, made with ``keys``."""
    token = synapse.account(name)
    return Office(synapse.url, f"@{name}:{DOMAIN}", token, synapse.room(name, (token,), **keys))


def in_room(office: Office, path: str) -> str:
    return f"/_matrix/client/v3/rooms/{quote(office.room, safe='')}/{path}"


# -- whose it is -----------------------------------------------------------------------------------


def test_it_listens_at_this_machine_s_own_address_alone(synapse: Synapse) -> None:
    parts = urlsplit(synapse.url)
    assert parts.hostname == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):  # who listens everywhere listens there too
        socket.create_connection(("127.0.0.2", parts.port or 0), timeout=5)


def test_the_room_is_known_by_its_id_under_its_alias(office: Office, tmp_path: Path) -> None:
    by_alias, by_id = (office.channel(tmp_path, room=room) for room in (ALIAS, office.room))
    for channel in (by_alias, by_id):
        account = channel.identify()
        assert (account.id, account.name, account.followers) == (office.room, ALIAS, 3)
    learned = Adapter.limits_learned(by_id.config, tmp_path)
    assert learned.image_max_bytes == 52_428_800


def test_another_account_s_token_is_not_taken_for_the_office_s(
    office: Office, synapse: Synapse, message: Message, tmp_path: Path
) -> None:
    wrong = dataclasses.replace(office, token=synapse.account("rieng")).channel(tmp_path)
    for verb in (wrong.identify, lambda: wrong.send(message, DictJournal())):
        with pytest.raises(CredentialsExpiredError, match="another account's"):
            verb()


def test_a_token_that_nobody_has_waits_for_a_person(
    office: Office, message: Message, tmp_path: Path
) -> None:
    wrong = dataclasses.replace(office, token="syt_khong_co").channel(tmp_path)
    for verb in (wrong.identify, lambda: wrong.send(message, DictJournal())):
        with pytest.raises(CredentialsExpiredError, match="M_UNKNOWN_TOKEN"):
            verb()


def test_a_token_that_is_ended_between_two_posts_waits_for_a_person(
    synapse: Synapse, message: Message, tmp_path: Path
) -> None:
    ended = other(synapse, "nghi")
    channel = ended.channel(tmp_path)
    channel.send(message, DictJournal())
    synapse.ask("POST", "/_matrix/client/v3/logout", {}, ended.token)
    with pytest.raises(CredentialsExpiredError, match="M_UNKNOWN_TOKEN"):
        channel.send(dataclasses.replace(message, key="hai"), DictJournal())
    assert len(synapse.messages(ended.room)) == 1


def test_a_room_that_was_not_joined_or_is_not_there_is_forbidden(
    office: Office, synapse: Synapse, tmp_path: Path
) -> None:
    far = synapse.room("xa")
    with pytest.raises(ForbiddenError, match="not joined"):
        office.channel(tmp_path, room=far).identify()
    with pytest.raises(ForbiddenError, match="M_NOT_FOUND"):
        office.channel(tmp_path, room=f"#khong-co:{DOMAIN}").identify()


def test_who_may_only_listen_is_told_so_and_publishes_nothing(
    synapse: Synapse, message: Message, tmp_path: Path
) -> None:
    listener = other(synapse, "nghe", power_level_content_override={"events_default": 50})
    channel = listener.channel(tmp_path)
    with pytest.raises(ForbiddenError, match="may not send"):
        channel.identify()
    with pytest.raises(ForbiddenError, match="M_FORBIDDEN"):
        channel.send(message, DictJournal())
    assert synapse.messages(listener.room) == []


def test_who_made_a_room_may_post_whatever_its_levels(synapse: Synapse, tmp_path: Path) -> None:
    room = synapse.room("cua-quan-tri", power_level_content_override={"events_default": 90})
    maker = Office(synapse.url, f"@quan-tri:{DOMAIN}", synapse.admin, room)
    assert maker.channel(tmp_path).identify().id == room


def test_an_encrypted_room_and_one_that_was_replaced_are_refused(
    synapse: Synapse, tmp_path: Path
) -> None:
    secret = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    closed = other(synapse, "kin", initial_state=[secret])
    with pytest.raises(ForbiddenError, match="encrypted"):
        closed.channel(tmp_path).identify()
    old = other(synapse, "cu")
    synapse.ask("POST", in_room(old, "upgrade"), {"new_version": "12"}, synapse.admin)
    with pytest.raises(ForbiddenError, match="replaced"):
        old.channel(tmp_path).identify()


# -- publishing ------------------------------------------------------------------------------------


def test_a_text_is_there_plain_and_in_html(
    channel: Adapter, message: Message, office: Office, after: Any
) -> None:
    receipt = channel.send(message, DictJournal())
    (event,) = after()
    content = event["content"]
    assert content["body"] == f"{PLAIN}\nhttps://vidu.vn/a?b=1&c=2"
    assert (content["format"], content["formatted_body"]) == ("org.matrix.custom.html", HTML)
    assert (event["sender"], content["msgtype"]) == (USER, "m.text")
    assert receipt.remote_id == event["event_id"]
    assert receipt.url.startswith(f"https://matrix.to/#/{quote(office.room, safe='')}/%24")


def test_a_notice_is_a_notice(channel: Adapter, message: Message, after: Any) -> None:
    channel.send(dataclasses.replace(message, options={"notice": True}), DictJournal())
    assert after()[0]["content"]["msgtype"] == "m.notice"


def test_pictures_and_a_film_follow_their_text_byte_for_byte_with_their_alt_texts(
    channel: Adapter, message: Message, synapse: Synapse, tmp_path: Path, after: Any
) -> None:
    media = (picture(tmp_path), picture(tmp_path, "teal", "Ảnh hai", kind="jpeg"), film(tmp_path))
    receipt = channel.send(dataclasses.replace(message, media=media), DictJournal())
    text, *others = after()
    assert receipt.remote_id == text["event_id"]
    contents = [one["content"] for one in others]
    assert [one["body"] for one in contents] == [each.alt for each in media]
    assert [one["msgtype"] for one in contents] == ["m.image", "m.image", "m.video"]
    assert contents[0]["info"] == {
        "mimetype": "image/png",
        "size": media[0].size_bytes,
        "w": 64,
        "h": 64,
    }
    assert contents[2]["info"]["duration"] == 12_000
    for content, each in zip(contents, media, strict=True):
        assert synapse.content(content["url"]) == each.path.read_bytes()
        assert content["m.relates_to"]["event_id"] == text["event_id"]


def test_a_picture_alone_is_a_post(
    channel: Adapter, message: Message, tmp_path: Path, after: Any
) -> None:
    alone = dataclasses.replace(message, body=Text("", ""), media=(picture(tmp_path),))
    receipt = channel.send(alone, DictJournal())
    assert [one["event_id"] for one in after()] == [receipt.remote_id]


# -- doubts ----------------------------------------------------------------------------------------


class CrashingJournal(DictJournal):
    """A journal whose process dies once ``after`` events are out, before the last one is noted."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after + 1

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        if name == "events":
            self.left -= 1
            if self.left == 0:
                raise KeyboardInterrupt
        super().put(name, value, secret=secret)


def test_the_same_transaction_is_one_event(channel: Adapter, message: Message, after: Any) -> None:
    first = channel.send(message, DictJournal())
    again = channel.send(message, DictJournal())
    assert first.remote_id == again.remote_id
    assert len(after()) == 1


def test_another_device_s_repeat_would_be_another_event_and_is_found_instead(
    office: Office, channel: Adapter, synapse: Synapse, message: Message, tmp_path: Path, after: Any
) -> None:
    since, sent = now(), channel.send(message, DictJournal())
    login = {"type": "m.login.password", "user": "so", "password": PASSWORD}
    token = synapse.ask("POST", "/_matrix/client/v3/login", login)["access_token"]
    newcomer = dataclasses.replace(office, token=token).channel(tmp_path)
    found = newcomer.find(message, since, DictJournal())
    assert found is not None
    assert (found.remote_id, found.url) == (sent.remote_id, sent.url)
    assert abs(found.at - since) < timedelta(minutes=1)
    newcomer.send(message, DictJournal())
    assert len(after()) == 2, "so the transaction id alone is no promise"


@pytest.mark.parametrize("out", [1, 2, 3])
def test_a_post_broken_off_anywhere_is_there_once_and_whole(
    channel: Adapter, message: Message, tmp_path: Path, after: Any, out: int
) -> None:
    media = (picture(tmp_path), picture(tmp_path, "teal", "Ảnh hai"))
    whole = dataclasses.replace(message, media=media)
    journal, since = CrashingJournal(out), now()
    with pytest.raises(KeyboardInterrupt):
        channel.send(whole, journal)
    assert len(after()) == out
    found = channel.find(whole, since, journal)
    assert (found is None) == (out < 3)
    receipt = found or channel.send(whole, journal)
    events = after()
    assert [one["content"]["body"] for one in events[1:]] == [each.alt for each in media]
    assert receipt.remote_id == events[0]["event_id"]


def test_a_post_never_put_is_absent(channel: Adapter, message: Message) -> None:
    other_one = dataclasses.replace(message, key="một bài khác")
    channel.send(other_one, DictJournal())
    assert channel.find(message, now() - timedelta(minutes=1), DictJournal()) is None


def test_a_post_taken_out_before_it_was_looked_for_is_a_person_s_to_settle(
    synapse: Synapse, message: Message, tmp_path: Path
) -> None:
    watched = other(synapse, "xem")
    channel, since = watched.channel(tmp_path), now()
    name = channel.send(message, DictJournal()).remote_id
    synapse.ask("PUT", in_room(watched, f"redact/{quote(name, safe='')}/x"), {}, synapse.admin)
    with pytest.raises(CannotTellError):
        channel.find(message, since, DictJournal())


# -- limits ----------------------------------------------------------------------------------------


def test_the_longest_text_of_the_widest_signs_fits_into_an_event(
    channel: Adapter, message: Message, after: Any
) -> None:
    text = "𝕏" * TEXT_MAX
    longest = dataclasses.replace(message, body=Text(f"<p>{text}</p>", text))
    assert violations(longest, Adapter.limits(channel.config)) == ()
    channel.send(longest, DictJournal())
    assert after()[0]["content"]["body"] == text


def test_an_event_that_is_too_large_for_its_markup_is_refused_for_good(
    channel: Adapter, message: Message, after: Any
) -> None:
    large = dataclasses.replace(message, body=Text("<b></b>" * 10_000, "ngắn"))
    with pytest.raises(InvalidContentError, match="M_TOO_LARGE"):
        channel.send(large, DictJournal())
    assert after() == []


def test_a_rate_limit_says_until_when_and_the_rest_follows(
    synapse: Synapse, message: Message, tmp_path: Path
) -> None:
    hasty = other(synapse, "voi")
    synapse.slow_down(hasty.user)
    channel, journal = hasty.channel(tmp_path / "workdir"), DictJournal()
    pictured = dataclasses.replace(message, media=(picture(tmp_path),))
    limits = list(refusals(lambda: channel.send(pictured, journal)))
    assert limits
    assert all("M_LIMIT_EXCEEDED" in str(limit) for limit in limits)
    text, image = synapse.messages(hasty.room)
    assert image["content"]["m.relates_to"]["event_id"] == text["event_id"]


def refusals(verb: Callable[[], object]) -> Iterator[RateLimitedError]:
    """The rate limits that ``verb`` meets until it is done, each waited for as it says."""
    while True:
        try:
            verb()
        except RateLimitedError as limit:
            yield limit
            # The homeserver's own clock can't be moved.
            time.sleep(min(max((limit.until - now()).total_seconds(), 0), 10))
        else:
            return


# -- afterwards ------------------------------------------------------------------------------------


def test_a_post_is_read_by_its_reactions_and_its_thread(
    channel: Adapter, message: Message, office: Office, synapse: Synapse, tmp_path: Path
) -> None:
    pictured = dataclasses.replace(message, media=(picture(tmp_path),))
    receipt = channel.send(pictured, DictJournal())
    name = receipt.remote_id
    assert channel.read([receipt])[name].metrics == {"reactions": 0, "comments": 0}
    allowed = {"users": {USER: 50}, "events_default": 0}
    synapse.ask("PUT", in_room(office, "state/m.room.power_levels"), allowed, synapse.admin)
    for number, key in enumerate(("👍", "❤️")):
        liked = {"m.relates_to": {"rel_type": "m.annotation", "event_id": name, "key": key}}
        synapse.ask("PUT", in_room(office, f"send/m.reaction/{number}"), liked, synapse.admin)
    thread = {"rel_type": "m.thread", "event_id": name}
    said = {"msgtype": "m.text", "body": "Cảm ơn.", "m.relates_to": thread}
    synapse.ask("PUT", in_room(office, "send/m.room.message/said"), said, synapse.admin)
    assert channel.read([receipt])[name].metrics == {"reactions": 2, "comments": 1}
    assert channel.read_account().followers == 3


def test_a_post_is_taken_back_with_its_pictures_and_gone(
    channel: Adapter, message: Message, tmp_path: Path, after: Any
) -> None:
    pictured = dataclasses.replace(message, media=(picture(tmp_path),))
    receipt = channel.send(pictured, DictJournal())
    assert len(after()) == 2
    assert channel.delete(receipt)
    assert after() == []
    assert channel.read([receipt])[receipt.remote_id].exists is False
    assert channel.delete(receipt)


def test_of_a_post_that_is_not_shown_nothing_is_said(channel: Adapter, message: Message) -> None:
    receipt = channel.send(message, DictJournal())
    assert channel.read([dataclasses.replace(receipt, remote_id="$khong-co")]) == {}


# -- logging in ------------------------------------------------------------------------------------


def test_login_gives_a_token_of_one_device_whose_repeats_stay_known(
    office: Office, synapse: Synapse, message: Message, tmp_path: Path, after: Any
) -> None:
    names = set()
    for _ in range(2):
        given = office.channel(tmp_path).login(TypingPerson(PASSWORD))
        channel = dataclasses.replace(office, token=given["access_token"]).channel(tmp_path)
        names.add(channel.send(message, DictJournal()).remote_id)
    assert len(names) == len(after()) == 1


def test_a_wrong_password_gives_no_token(office: Office, tmp_path: Path) -> None:
    with pytest.raises(ForbiddenError, match="M_FORBIDDEN") as caught:
        office.channel(tmp_path).login(TypingPerson("sai-mat-khau"))
    assert "sai-mat-khau" not in str(caught.value)


# -- the stand-in ----------------------------------------------------------------------------------

ROOM, EVENT = "{room}", "{room}/event/%24khong-co"
SEND = "{room}/send/m.room.message/t"
WORDS = {"msgtype": "m.text", "body": "Một bài."}


@pytest.mark.parametrize(
    ("method", "path", "who", "asked"),
    [
        ("GET", "v3/account/whoami", "", None),
        ("GET", "v3/account/whoami", "x", None),
        ("GET", "v3/account/whoami", "SELF", None),
        ("GET", "v3/khong-co", "SELF", None),
        ("GET", "v3/joined_rooms", "SELF", None),
        ("GET", "v3/directory/room/%23khong-co:vidu.test", "SELF", None),
        ("GET", "v3/login", "", None),
        ("POST", "v3/login", "", {"type": "m.login.khong"}),
        ("POST", "v3/login", "", {"type": "m.login.password", "password": "sai"}),
        (
            "POST",
            "v3/login",
            "",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": USER},
                "password": "sai",
            },
        ),
        ("GET", "v1/media/config", "SELF", None),
        ("GET", f"v3/rooms/{ROOM}/state/m.room.encryption/", "SELF", None),
        ("GET", f"v3/rooms/{ROOM}/state/m.room.power_levels/", "SELF", None),
        ("GET", f"v3/rooms/{ROOM}/state/m.room.create/?format=event", "SELF", None),
        ("GET", f"v3/rooms/{ROOM}/joined_members", "SELF", None),
        ("GET", f"v3/rooms/{EVENT}", "SELF", None),
        ("GET", f"v3/rooms/{ROOM}/messages?dir=b", "SELF", None),
        ("GET", f"v1/rooms/{ROOM}/relations/%24khong-co/m.thread", "", None),
        ("GET", "v3/rooms/!la:vidu.test/joined_members", "SELF", None),
        ("GET", "v3/rooms/!la:vidu.test/messages?dir=b", "SELF", None),
        ("PUT", "v3/rooms/!la:vidu.test/send/m.room.message/t", "SELF", WORDS),
        ("PUT", f"v3/rooms/{SEND}1", "", WORDS),
        ("PUT", f"v3/rooms/{SEND}2", "SELF", WORDS),
        ("PUT", f"v3/rooms/{SEND}3", "SELF", []),
        ("PUT", f"v3/rooms/{SEND}4", "SELF", WORDS | {"x": 1.5}),
        ("PUT", f"v3/rooms/{SEND}5", "SELF", WORDS | {"body": "ă" * 40_000}),
        ("PUT", f"v3/rooms/{SEND}6", "SELF", {"msgtype": "m.text"}),
        (
            "PUT",
            f"v3/rooms/{SEND}7",
            "SELF",
            WORDS | {"m.relates_to": {"rel_type": "m.reference", "event_id": "$khong-co"}},
        ),
        ("PUT", f"v3/rooms/{ROOM}/redact/%24khong-co/t8", "SELF", {}),
    ],
)
def test_the_stand_in_answers_as_the_homeserver_answers(
    office: Office, method: str, path: str, who: str, asked: object
) -> None:
    with simulated.Platform(now) as stand_in:
        likeness = Office(stand_in.url, simulated.USER, simulated.TOKEN, simulated.ROOM)
        here, there = (_answer_to(each, method, path, who, asked) for each in (likeness, office))
    assert here == there


def _answer_to(
    office: Office, method: str, path: str, who: str, asked: object
) -> tuple[int, object, object]:
    """Its status, its error's code, and the names of what it tells."""
    heads = {"Authorization": f"Bearer {office.token if who == 'SELF' else who}"} if who else {}
    where = path.replace("{room}", quote(office.room, safe=""))
    url = f"{office.url}/_matrix/client/{where}"
    answer = requests.request(method, url, headers=heads, json=asked, timeout=20)
    told = answer.json()
    if answer.status_code != 200:
        return answer.status_code, told.get("errcode"), told.get("soft_logout")
    few = {"user_id", "device_id", "is_guest", "joined_rooms", "m.upload.size", "joined", "chunk"}
    few |= {"sender", "type", "content", "event_id", "users", "events_default", "flows"}
    return answer.status_code, None, sorted(few & set(told))


def test_a_transaction_id_is_taken_once_in_a_room_whatever_it_is_for(
    office: Office, synapse: Synapse
) -> None:
    """Where the specification has one for each endpoint; so a redaction has to have its own."""
    with simulated.Platform(now) as stand_in:
        likeness = Office(stand_in.url, simulated.USER, simulated.TOKEN, simulated.ROOM)
        for each in (office, likeness):
            heads = {"Authorization": f"Bearer {each.token}"}
            base = f"{each.url}{in_room(each, '')}"
            send = requests.put(f"{base}send/m.room.message/mot", json=WORDS, headers=heads)
            name = send.json()["event_id"]
            url = f"{base}redact/{quote(name, safe='')}/mot"
            assert requests.put(url, json={}, headers=heads).json() == {"event_id": name}


def test_where_the_homeserver_is_laxer_the_stand_in_keeps_to_the_specification(
    office: Office, synapse: Synapse
) -> None:
    lost = {"msgtype": "m.image", "body": "Ảnh", "url": f"mxc://{DOMAIN}/khongco", MARK: "x"}
    half = WORDS | {"format": "org.matrix.custom.html"}
    with simulated.Platform(now) as stand_in:
        likeness = Office(stand_in.url, simulated.USER, simulated.TOKEN, simulated.ROOM)
        for number, content in enumerate((lost, half)):
            asked = ("PUT", f"v3/rooms/{SEND}lax{number}", "SELF", content)
            assert _answer_to(office, *asked)[0] == 200
            assert _answer_to(likeness, *asked)[0] == 400
