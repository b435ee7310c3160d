"""The adapter against a real Bluesky server (PDS): what its stand-in only claims is proved here.

Runs where Node and the package of ``tests/real/pds/server.py`` are; where ``CI`` is "true" they
have to be.
"""

from __future__ import annotations

import dataclasses
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from channels.base import (
    ChannelError,
    Context,
    CredentialsExpiredError,
    Facet,
    ForbiddenError,
    InvalidContentError,
    Message,
    Text,
    TransientError,
)
from channels.bluesky.adapter import Adapter, BlueskyConfig
from channels.bluesky.line import Line
from channels.bluesky.repository import Repository
from channels.bluesky.session import Sessions
from channels.limits import violations
from channels.simulated.bluesky import platform as simulated
from channels.state import SealedState
from channels.testing import SEAL, DictJournal, picture
from tests.real.installed import require
from tests.real.pds.server import PACKAGE, Pds, missing

pytestmark = pytest.mark.real

HANDLE = "sokhcn.test"
LINK = "https://vidu.vn/chuyen-doi-so"
TEXT = "Còn 7 ngày: xem kế hoạch #ChuyểnĐổiSố"
FAMILY = "👨‍👩‍👧‍👦"
POST = {"$type": "app.bsky.feed.post", "text": "Một bài.", "createdAt": "2026-11-25T01:00:00.000Z"}


def now() -> datetime:
    return datetime.now(UTC)


@dataclasses.dataclass(frozen=True)
class Account:
    """One of the server's accounts, and an app password of it."""

    url: str
    handle: str
    did: str
    password: str

    def channel(self, workdir: Path, **keys: Any) -> Adapter:
        given = {"server": self.url, "handle": self.handle, "app_password": "env:P", "app_view": ""}
        config = BlueskyConfig.model_validate({"adapter": "bluesky", **given, **keys})
        return Adapter(
            config, Context("bluesky", now, lambda reference: self.password, workdir, seal=SEAL)
        )

    def repository(self, workdir: Path) -> Repository:
        line = Line(now, 20)
        state = SealedState(workdir / "state", SEAL)
        return Repository(line, Sessions(line, state, self.url, self.handle, self.password))


@pytest.fixture(scope="module")
def pds() -> Iterator[Pds]:
    """The server; started once, ended with the tests."""
    lacking = missing()
    require(lacking, f"{lacking} is not there: npm install {PACKAGE}; see tests/real/pds/server.py")
    with Pds() as pds:
        yield pds


@pytest.fixture(scope="module")
def account(pds: Pds) -> Account:
    did, password = pds.account(HANDLE)
    return Account(pds.url, HANDLE, did, password)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The channel's folder: one session for all of these tests, as in an office."""
    return tmp_path_factory.mktemp("bluesky")


@pytest.fixture
def channel(account: Account, shared: Path) -> Iterator[Adapter]:
    channel = account.channel(shared)
    yield channel
    channel.close()


@pytest.fixture
def message(request: pytest.FixtureRequest) -> Message:
    return Message(key=request.node.name, body=Text(TEXT, TEXT), due_at=now())


@pytest.fixture
def after(pds: Pds, account: Account) -> Any:
    """The posts that came since the test began."""
    before = {post["uri"] for post in pds.posts(account.did)}
    return lambda: [post for post in pds.posts(account.did) if post["uri"] not in before]


# -- publishing ------------------------------------------------------------------------------------


def test_it_listens_at_this_machine_s_own_address_alone(pds: Pds) -> None:
    parts = urlsplit(pds.url)
    assert parts.hostname == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):  # who listens everywhere listens there too
        socket.create_connection(("127.0.0.2", parts.port or 0), timeout=5)


def test_the_account_is_known_by_its_did(channel: Adapter, account: Account) -> None:
    known = channel.identify()
    assert (known.id, known.name, known.followers) == (account.did, f"@{HANDLE}", None)


def test_a_text_is_there_with_its_marks(channel: Adapter, message: Message, after: Any) -> None:
    start = TEXT.index("kế hoạch")
    mark = Facet(start, start + len("kế hoạch"), "link", LINK)
    body = Text(f"{TEXT} cùng @{HANDLE}", f"{TEXT} cùng @{HANDLE}", (mark,))
    receipt = channel.send(dataclasses.replace(message, body=body, link=LINK), DictJournal())
    (post,) = after()
    record, content = post["value"], post["value"]["text"].encode()
    spans = [each["index"] for each in record["facets"]]
    words = [content[each["byteStart"] : each["byteEnd"]].decode() for each in spans]
    assert words == ["kế hoạch", "#ChuyểnĐổiSố", f"@{HANDLE}"]
    assert record["embed"]["external"]["uri"] == LINK
    assert receipt.remote_id == post["uri"]
    assert receipt.url.endswith(f"/profile/{HANDLE}/post/{post['uri'].rpartition('/')[2]}")


def test_a_picture_is_there_byte_for_byte(
    pds: Pds, channel: Adapter, account: Account, message: Message, tmp_path: Path, after: Any
) -> None:
    media = (picture(tmp_path, "navy"), picture(tmp_path, "teal", "Ảnh hai", kind="jpeg"))
    channel.send(dataclasses.replace(message, media=media), DictJournal())
    images = after()[0]["value"]["embed"]["images"]
    assert [image["alt"] for image in images] == [each.alt for each in media]
    for image, each in zip(images, media, strict=True):
        assert (image["aspectRatio"]["width"], image["aspectRatio"]["height"]) == (64, 64)
        name = image["image"]["ref"]["$link"]
        assert pds.blob(account.did, name) == each.path.read_bytes()


def test_a_card_may_have_the_picture(
    channel: Adapter, message: Message, tmp_path: Path, after: Any
) -> None:
    carded = {"media": (picture(tmp_path),), "link": LINK, "options": {"card": True}}
    channel.send(dataclasses.replace(message, **carded), DictJournal())
    assert after()[0]["value"]["embed"]["external"]["thumb"]["size"] > 0


def test_a_thread_is_one_chain(channel: Adapter, message: Message, after: Any) -> None:
    thread = dataclasses.replace(message, replies=(Text("Hai.", "Hai."), Text("Ba.", "Ba.")))
    channel.send(thread, DictJournal())
    first, second, third = after()
    for post, before in ((second, first), (third, second)):
        root, parent = post["value"]["reply"]["root"], post["value"]["reply"]["parent"]
        assert (root["uri"], root["cid"]) == (first["uri"], first["cid"])
        assert (parent["uri"], parent["cid"]) == (before["uri"], before["cid"])


# -- doubts ----------------------------------------------------------------------------------------


class CrashingJournal(DictJournal):
    """A journal whose process dies after the post is out, before that is noted."""

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        if name == "posts" and not self.get("crashed"):
            self.notes["crashed"] = "once"
            raise KeyboardInterrupt
        super().put(name, value, secret=secret)


def copied(journal: DictJournal) -> DictJournal:
    copy = DictJournal()
    copy.notes = dict(journal.notes)
    return copy


def test_a_post_whose_answer_was_never_noted_is_there_once(
    channel: Adapter, message: Message, after: Any
) -> None:
    journal, since = CrashingJournal(), now()
    with pytest.raises(KeyboardInterrupt):
        channel.send(message, journal)
    found = channel.find(message, since, copied(journal))
    receipt = channel.send(message, journal)
    (post,) = after()
    assert found is not None
    assert receipt.remote_id == found.remote_id == post["uri"]
    assert abs(found.at - since) < timedelta(minutes=1)


def test_a_post_never_put_is_absent(channel: Adapter, message: Message) -> None:
    journal = DictJournal()
    with pytest.raises(InvalidContentError):
        channel.send(dataclasses.replace(message, language="không phải"), journal)
    assert channel.find(message, now(), journal) is None


def test_the_same_record_put_again_changes_nothing(
    account: Account, shared: Path, after: Any
) -> None:
    repository = account.repository(shared)
    first = repository.put("3lzzzzzzzzz22", POST)
    again = repository.put("3lzzzzzzzzz22", POST)
    assert (first["uri"], first["cid"]) == (again["uri"], again["cid"])
    assert "commit" not in again
    assert len(after()) == 1


def test_another_time_makes_it_another_record(account: Account, shared: Path, after: Any) -> None:
    repository = account.repository(shared)
    first = repository.put("3lzzzzzzzzz23", POST)
    again = repository.put("3lzzzzzzzzz23", POST | {"createdAt": "2026-11-25T02:00:00.000Z"})
    assert first["uri"] == again["uri"]
    assert first["cid"] != again["cid"], "it has to bear the time that it bore"
    assert len(after()) == 1


# -- sessions --------------------------------------------------------------------------------------


def aged(account: Account, workdir: Path) -> dict[str, str]:
    """The session in ``workdir``, whose access token is replaced by an expired one; gives the
    others."""
    state, given = (
        SealedState(workdir / "state", SEAL),
        "\n".join((account.url, account.handle, account.password)),
    )
    kept: dict[str, str] = json.loads(state.get("tokens", given) or "")
    old = {"access": Pds.expired_token(account.did)}
    old["expires_at"] = (now() + timedelta(hours=1)).isoformat()
    state.put("tokens", json.dumps(kept | old), given)
    return kept


def test_a_session_that_the_server_calls_expired_is_renewed(
    account: Account, message: Message, tmp_path: Path, after: Any
) -> None:
    account.channel(tmp_path).identify()
    before = aged(account, tmp_path)
    account.channel(tmp_path).send(message, DictJournal())
    renewed = aged(account, tmp_path)
    assert renewed["refresh"] != before["refresh"]
    assert renewed["access"] != Pds.expired_token(account.did)
    assert len(after()) == 1


def test_an_app_password_that_was_taken_back_waits_for_a_person(
    pds: Pds, message: Message, tmp_path: Path
) -> None:
    did, password = pds.account("khac.test")
    other = Account(pds.url, "khac.test", did, password)
    other.channel(tmp_path).send(message, DictJournal())
    pds.ask("com.atproto.server.revokeAppPassword", {"name": "publisher"}, pds.owner("khac.test"))
    aged(other, tmp_path)
    with pytest.raises(CredentialsExpiredError, match="AuthenticationRequired"):
        other.channel(tmp_path).send(message, DictJournal())


def test_a_deactivated_account_is_forbidden_to(pds: Pds, message: Message, tmp_path: Path) -> None:
    did, password = pds.account("nghi.test")
    channel = Account(pds.url, "nghi.test", did, password).channel(tmp_path)
    channel.identify()
    pds.ask("com.atproto.server.deactivateAccount", {}, pds.owner("nghi.test"))
    for verb in (channel.identify, lambda: channel.send(message, DictJournal())):
        with pytest.raises(ForbiddenError):
            verb()


class Pasting:
    def __init__(self, password: str) -> None:
        self.password = password

    def tell(self, text: str) -> None: ...

    def ask(self, question: str, *, hidden: bool = False) -> str:
        return self.password

    def consent(self, address: str, redirect_uri: str) -> dict[str, str]:
        return {}


def test_login_proves_the_app_password(account: Account, tmp_path: Path) -> None:
    channel = account.channel(tmp_path)
    assert channel.login(Pasting(account.password)) == {"app_password": account.password}
    with pytest.raises(CredentialsExpiredError):
        channel.login(Pasting("aaaa-bbbb-cccc-dddd"))


# -- limits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("longest", "longer"), [("ă" * 300, "ă" * 301), (FAMILY * 120, FAMILY * 121)]
)
def test_the_longest_text_is_taken_and_one_more_is_refused(
    channel: Adapter, message: Message, longest: str, longer: str
) -> None:
    limits = Adapter.limits(channel.config)
    fits = dataclasses.replace(message, body=Text(longest, longest))
    assert violations(fits, limits) == ()
    channel.send(fits, DictJournal())
    over = dataclasses.replace(message, key="dài", body=Text(longer, longer))
    assert [each.code for each in violations(over, limits)] == ["text_long"]
    with pytest.raises(InvalidContentError, match="too big"):
        channel.send(over, DictJournal())


@pytest.mark.parametrize(("size", "fits"), [(1_000_000, True), (1_000_001, False)])
def test_the_largest_picture_is_taken_and_one_byte_more_is_refused(
    channel: Adapter, message: Message, tmp_path: Path, size: int, fits: bool
) -> None:
    small = picture(tmp_path)
    content = small.path.read_bytes()
    small.path.write_bytes(content + bytes(size - len(content)))
    pictured = dataclasses.replace(message, media=(dataclasses.replace(small, size_bytes=size),))
    assert (violations(pictured, Adapter.limits(channel.config)) == ()) == fits
    if fits:
        channel.send(pictured, DictJournal())
        return
    with pytest.raises(InvalidContentError, match="blob too big"):
        channel.send(pictured, DictJournal())


# -- afterwards ------------------------------------------------------------------------------------


def test_a_post_is_read_and_taken_back(channel: Adapter, message: Message, after: Any) -> None:
    thread = dataclasses.replace(message, replies=(Text("Hai.", "Hai."),))
    receipt = channel.send(thread, DictJournal())
    assert channel.read([receipt]) == {}, "nobody counts here"
    assert channel.delete(receipt)
    assert after() == []
    assert channel.read([receipt])[receipt.remote_id].exists is False
    assert channel.delete(receipt)


def test_a_server_that_knows_no_app_view_says_so(
    account: Account, message: Message, shared: Path
) -> None:
    line = Line(now, 20)
    sessions = Sessions(
        line, SealedState(shared / "state", SEAL), account.url, HANDLE, account.password
    )
    told = sessions.within(
        lambda who, heads: _error_of(
            lambda: line.ask(
                who.pds, lambda api: api.app.bsky.feed.get_posts({"uris": []}, headers=heads)
            )
        )
    )
    assert "No service configured" in told["error"]


# -- the stand-in ----------------------------------------------------------------------------------


def _error_of(verb: Any) -> dict[str, Any]:
    try:
        return {"told": verb()}
    except ChannelError as error:
        return {"error": str(error), "kind": type(error).__name__}


BLOB = {"$type": "blob", "mimeType": "image/png", "size": 137}
ABSENT = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def _imaged(**changes: Any) -> dict[str, Any]:
    image = {"alt": "Ảnh", "image": BLOB | {"ref": {"$link": ABSENT}}, **changes}
    return POST | {"embed": {"$type": "app.bsky.embed.images", "images": [image]}}


def _marked(start: int, end: int, **feature: str) -> dict[str, Any]:
    (name,) = feature
    kind = {"uri": "link", "tag": "tag", "did": "mention"}[name]
    features = [{"$type": f"app.bsky.richtext.facet#{kind}", **feature}]
    return POST | {
        "facets": [{"index": {"byteStart": start, "byteEnd": end}, "features": features}]
    }


@pytest.mark.parametrize(
    ("rkey", "record"),
    [
        ("bai-mot", POST),
        ("zzzzzzzzzzzzz", POST),
        ("3lzzzzzzzzz24", POST | {"text": "ă" * 301}),
        ("3lzzzzzzzzz24", POST | {"text": FAMILY * 121}),
        ("3lzzzzzzzzz24", POST | {"createdAt": "2026-11-25 01:00"}),
        ("3lzzzzzzzzz24", {"$type": POST["$type"], "text": "Thiếu ngày."}),
        ("3lzzzzzzzzz24", POST | {"langs": ["không phải"]}),
        ("3lzzzzzzzzz24", POST | {"langs": ["vi", "en", "fr", "de"]}),
        ("3lzzzzzzzzz24", _marked(0, 3, uri="vidu.vn")),
        ("3lzzzzzzzzz24", _marked(-1, 3, uri=LINK)),
        ("3lzzzzzzzzz24", _marked(0, 3, tag="x" * 65)),
        ("3lzzzzzzzzz24", _imaged()),
        ("3lzzzzzzzzz24", _imaged(aspectRatio={"width": 0, "height": 3})),
        ("3lzzzzzzzzz24", _imaged(image=BLOB | {"ref": {"$link": ABSENT}, "size": 1_000_001})),
        (
            "3lzzzzzzzzz24",
            _imaged(image=BLOB | {"ref": {"$link": ABSENT}, "mimeType": "text/plain"}),
        ),
        ("3lzzzzzzzzz24", POST | {"reply": {"root": {"uri": "at://x", "cid": "y"}}}),
        # What both let through.
        ("3lzzzzzzzzz25", POST | {"text": ""}),
        ("3lzzzzzzzzz26", _marked(0, 500, uri="mailto:so@vidu.vn")),
        ("3lzzzzzzzzz27", POST | {"via": "Publisher"}),
    ],
)
def test_the_stand_in_refuses_what_the_server_refuses(
    account: Account, shared: Path, tmp_path: Path, rkey: str, record: dict[str, Any]
) -> None:
    there = _error_of(lambda: account.repository(shared).put(rkey, record))
    with simulated.Platform(now) as stand_in:
        handle, password = simulated.HANDLE, simulated.PASSWORD
        likeness = Account(stand_in.url, handle, simulated.DID, password)
        here = _error_of(lambda: likeness.repository(tmp_path).put(rkey, record))
    assert here.get("kind") == there.get("kind")
    assert here.get("error", "").split(":")[0] == there.get("error", "").split(":")[0]
    if there.get("kind") == InvalidContentError.__name__:
        assert here["error"].partition("(")[0] == there["error"].partition("(")[0]


RECORDS = {"repo": "SELF", "collection": "app.bsky.feed.post", "rkey": "3lzzzzzzzzzzz"}
NOBODY = {"repo": "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"}


@pytest.mark.parametrize(
    ("verb", "method", "token", "asked"),
    [
        ("GET", "com.atproto.server.getSession", "", {}),
        ("GET", "com.atproto.server.getSession", "abc", {}),
        ("GET", "com.atproto.server.getSession", "refreshJwt", {}),
        ("GET", "com.atproto.server.getSession", "accessJwt", {}),
        ("POST", "com.atproto.server.refreshSession", "accessJwt", None),
        ("POST", "com.atproto.server.refreshSession", "refreshJwt", None),
        ("POST", "com.atproto.server.createSession", "", {"identifier": "a.test"}),
        ("POST", "com.atproto.server.createSession", "", {"identifier": "a.vn", "password": "x"}),
        ("GET", "com.atproto.repo.getRecord", "", RECORDS),
        ("GET", "com.atproto.repo.getRecord", "", RECORDS | NOBODY),
        ("GET", "com.atproto.identity.resolveHandle", "", {"handle": "khong-co.test"}),
        ("POST", "com.atproto.repo.putRecord", "", RECORDS | {"record": POST}),
        ("POST", "com.atproto.repo.putRecord", "accessJwt", RECORDS),
        ("POST", "com.atproto.repo.putRecord", "accessJwt", RECORDS | NOBODY | {"record": POST}),
        ("POST", "com.atproto.repo.deleteRecord", "accessJwt", RECORDS),
        ("POST", "com.atproto.repo.deleteRecord", "accessJwt", RECORDS | NOBODY),
        ("POST", "com.atproto.repo.uploadBlob", "accessJwt", None),
        ("GET", "vn.vidu.khongCo", "accessJwt", {}),
    ],
)
def test_the_stand_in_answers_as_the_server_answers(
    account: Account, verb: str, method: str, token: str, asked: dict[str, str] | None
) -> None:
    with simulated.Platform(now) as stand_in:
        handle, password = simulated.HANDLE, simulated.PASSWORD
        likeness = Account(stand_in.url, handle, simulated.DID, password)
        here, there = (_answer_to(each, verb, method, token, asked) for each in (likeness, account))
    assert here == there


def _answer_to(
    account: Account, verb: str, method: str, token: str, asked: dict[str, str] | None
) -> tuple[int, str]:
    login = {"identifier": account.handle, "password": account.password}
    made = requests.post(
        f"{account.url}/xrpc/com.atproto.server.createSession", json=login, timeout=20
    ).json()
    heads = {"Authorization": f"Bearer {made.get(token, token)}"} if token else {}
    given = {key: account.did if value == "SELF" else value for key, value in (asked or {}).items()}
    where = {"params" if verb == "GET" else "json": given} if asked is not None else {}
    url = f"{account.url}/xrpc/{method}"
    answer = requests.request(verb, url, headers=heads, timeout=20, **where)  # type: ignore[arg-type]
    return answer.status_code, str(answer.json().get("error"))


def test_what_is_no_picture_is_not_taken(
    channel: Adapter, message: Message, tmp_path: Path
) -> None:
    small = picture(tmp_path)
    small.path.write_bytes(small.path.read_bytes()[:20])
    with pytest.raises((TransientError, InvalidContentError)):
        channel.send(dataclasses.replace(message, media=(small,)), DictJournal())
