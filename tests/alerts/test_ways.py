"""The ways themselves: a real mail server, and a real receiver behind Apprise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from channels.simulated import apprise as chat
from channels.simulated import email as post
from channels.simulated.server import HOST
from publisher.alerts.ways import MailWay, ServiceWay, Way, ways_of
from publisher.alerts.wording import Notice
from publisher.clock import system_clock
from publisher.secrets import secret_reader
from publisher.settings import Settings

HEADLINE = "Publisher: Kênh fanpage đã dừng"
TEXT = "Mã hết hạn.\nGia hạn rồi chạy: publisher doctor"
PLACE = "env:CHAT"


@pytest.fixture
def server() -> Iterator[post.Platform]:
    with post.Platform(system_clock) as running:
        yield running


@pytest.fixture
def group() -> Iterator[chat.Platform]:
    """A chat group, reached by json://."""
    with chat.Platform(system_clock) as running:
        yield running


def settings(server: post.Platform, *, to: tuple[str, ...] = (), **mail: object) -> Settings:
    """Settings whose alerts go to ``to`` through ``server``, and to one chat group."""
    keys = {name: server.config()[name] for name in ("host", "port", "security", "username")}
    given = {**keys, "password": "env:MAIL", "sender": "publisher@example.vn", **mail}
    return Settings.model_validate({"mail": given, "alerts": {"to": to, "services": [PLACE]}})


def mailing(server: post.Platform, root: Path, **mail: object) -> list[Way]:
    given = settings(server, to=("quan-tri@example.vn", "truc-ban@example.vn"), **mail)
    secret = secret_reader(root, {"MAIL": post.PASSWORD})
    return [way for way in ways_of(given, secret, system_clock) if isinstance(way, MailWay)]


def chatting(url: str) -> ServiceWay:
    secret = secret_reader(Path(), {"CHAT": url})
    return ServiceWay(Settings(), PLACE, secret, system_clock)


def notice(longest: int = 4000, subject: str = HEADLINE) -> Notice:
    return Notice(subject, TEXT[:longest], "0123456789abcdef")


# -- mail -----------------------------------------------------------------------------------------


def test_everyone_named_gets_a_mail(server: post.Platform, tmp_path: Path) -> None:
    for way in mailing(server, tmp_path):
        way.tell(notice)
    first, second = server.mailbox
    assert first["Subject"] == HEADLINE
    assert "publisher doctor" in first.get_content()
    assert second["To"] == first["To"] == "quan-tri@example.vn, truc-ban@example.vn"


def test_a_subject_is_one_line_whatever_is_in_it(server: post.Platform, tmp_path: Path) -> None:
    mailing(server, tmp_path)[0].tell(lambda longest: notice(longest, "Publisher:\nBcc: x@y.vn"))
    assert server.mailbox[0]["Subject"] == "Publisher: Bcc: x@y.vn"
    assert server.mailbox[0]["Bcc"] is None


def test_a_mail_says_that_a_machine_wrote_it_and_for_which_office(
    server: post.Platform, tmp_path: Path
) -> None:
    mailing(server, tmp_path)[0].tell(notice)
    message = server.mailbox[0]
    assert message["Auto-Submitted"] == "auto-generated"
    assert "UBND" in message["From"]


def test_the_same_message_is_the_same_to_a_mail_program(
    server: post.Platform, tmp_path: Path
) -> None:
    way = mailing(server, tmp_path)[0]
    way.tell(notice)
    way.tell(notice)
    assert len({message["Message-ID"] for message in server.mailbox}) == 1


def test_an_address_that_is_refused_is_told_as_that(server: post.Platform, tmp_path: Path) -> None:
    server.faults.next("invalid")
    first, second = mailing(server, tmp_path)
    with pytest.raises(InvalidContentError):
        first.tell(notice)
    second.tell(notice)
    assert len(server.mailbox) == 1


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"password": "env:KHONG_CO"}, CredentialsExpiredError),
        ({"port": 1}, TransientError),
        ({"host": "khong-co.invalid", "security": "starttls"}, TransientError),
    ],
)
def test_mail_that_cannot_leave_is_an_error_of_the_contract(
    server: post.Platform, tmp_path: Path, trouble: dict[str, object], error: type[ChannelError]
) -> None:
    way = mailing(server, tmp_path, **trouble)[0]
    for do in (way.prove, lambda: way.tell(notice)):
        with pytest.raises(error):
            do()


def test_proving_a_mail_address_mails_nothing(server: post.Platform, tmp_path: Path) -> None:
    assert mailing(server, tmp_path)[0].prove() == f"127.0.0.1:{server.config()['port']}"
    assert server.mailbox == []


def test_an_address_without_a_server_is_told_as_that(tmp_path: Path) -> None:
    given = Settings.model_validate({"alerts": {"to": ["quan-tri@example.vn"]}})
    [way] = ways_of(given, secret_reader(tmp_path, {}), system_clock)
    with pytest.raises(CredentialsExpiredError, match=r"\[mail\]"):
        way.prove()


# -- chat services --------------------------------------------------------------------------------


def test_a_chat_group_gets_the_message(group: chat.Platform) -> None:
    (url,) = group.secrets().values()
    chatting(url).tell(notice)
    [body] = group.bodies()
    assert (body["title"], body["message"], body["type"]) == (HEADLINE, TEXT, "warning")


def test_the_same_message_is_the_same_to_a_receiver_of_ours(group: chat.Platform) -> None:
    (url,) = group.secrets().values()
    for _time in range(2):
        chatting(url).tell(notice)
    assert {one.remote_id for one in group.published()} == {"0123456789abcdef"}


def test_proving_a_service_asks_it_nothing_and_gives_no_secret_away(group: chat.Platform) -> None:
    (url,) = group.secrets().values()
    with group.unreachable():
        where = chatting(url).prove()
    assert HOST in where
    assert chat.PASSWORD not in where
    assert chat.PATH not in where


@pytest.mark.parametrize(
    ("fault", "error"),
    [("429", RateLimitedError), ("expired", CredentialsExpiredError), ("refuse", AmbiguousError)],
)
def test_a_service_that_fails_is_an_error_of_the_contract_without_a_secret(
    group: chat.Platform, fault: str, error: type[ChannelError]
) -> None:
    (url,) = group.secrets().values()
    group.faults.always(fault)
    with pytest.raises(error) as caught:
        chatting(url).tell(notice)
    assert chat.PASSWORD not in str(caught.value)
    assert chat.PATH not in str(caught.value)
    assert group.published() == ()


@pytest.mark.parametrize(
    "url", ["nonsense", "mailto://ten:mat-khau@example.vn", "syslog://", "nostr://khoa"]
)
def test_what_is_no_service_that_can_be_watched_is_refused(url: str) -> None:
    with pytest.raises(CredentialsExpiredError) as caught:
        chatting(url).prove()
    assert "mat-khau" not in str(caught.value)


def test_a_secret_that_is_not_there_is_named_by_its_place(tmp_path: Path) -> None:
    way = ServiceWay(Settings(), "file:secrets/chat", secret_reader(tmp_path), system_clock)
    with pytest.raises(CredentialsExpiredError, match="file:secrets/chat"):
        way.prove()


def test_a_message_is_no_longer_than_its_service_takes(group: chat.Platform) -> None:
    asked: list[int] = []

    def write(longest: int) -> Notice:
        asked.append(longest)
        return notice()

    with group.unreachable():
        port = group.url.rpartition(":")[2]
        with pytest.raises(ChannelError):
            chatting(f"rocket://ten:khoa@{HOST}:{port}/#nhom").tell(write)
    assert asked == [1000 - 120]
