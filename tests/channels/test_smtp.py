"""The relay against real SMTP on loopback: aiosmtpd where it behaves, a scripted line where not."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from channels.base import (
    AmbiguousError,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    TransientError,
)
from channels.mail.smtp import Relay
from channels.mail.trouble import BusyError
from channels.web.hosts import is_loopback
from tests.ports import free_port

PASSWORD = "mat-khau-rat-kin"
GREETING = ("220 chào", "250 có tôi")  # the banner, and the answer to EHLO


def letter(body: str = "Còn 7 ngày nữa.\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Sở Khoa học và Công nghệ <tin@example.vn>"
    message["To"] = "lan@example.vn"
    message["Subject"] = "Chuyển đổi số"
    message.set_content(body)
    return message


class Mailbox:
    """Keeps what it is handed."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 OK"


@contextmanager
def serving(handler: object, **how: Any) -> Iterator[int]:
    port = free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port, **how)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


@contextmanager
def scripted(*answers: str | None) -> Iterator[int]:
    """A server that gives these answers in order, then hangs up; ``None`` hangs up at once.

    The answer after a 354 waits for the whole message up to its dot.
    """
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as heard:
            for number, answer in enumerate(answers):
                if number:
                    if answers[number - 1] == "354 go":
                        while heard.readline() not in (b".\r\n", b""):
                            pass
                    else:
                        heard.readline()
                if answer is None:
                    return
                line.sendall(answer.encode() + b"\r\n")

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()
        thread.join(5)


def mail_one(port: int) -> None:
    with Relay("127.0.0.1", port, "none", timeout_s=2) as relay:
        relay.send(letter(), "lan@example.vn")


def test_a_message_arrives_whole_with_its_dots_and_its_vietnamese() -> None:
    box = Mailbox()
    with serving(box) as port, Relay("127.0.0.1", port, "none") as relay:
        relay.send(letter(".một dấu chấm ở đầu dòng\n..hai\n"), "lan@example.vn")
    (sender, recipients, content) = box.taken[0]
    assert (sender, recipients) == ("tin@example.vn", ["lan@example.vn"])
    assert content.isascii()
    import email.policy

    body = email.message_from_bytes(content, policy=email.policy.default).get_content()
    assert body.replace("\r\n", "\n") == ".một dấu chấm ở đầu dòng\n..hai\n"


def test_one_connection_carries_many_messages_and_a_refusal_between_them() -> None:
    class Picky(Mailbox):
        async def handle_RCPT(  # noqa: N802
            self, server: Any, session: Any, envelope: Any, address: str, options: Any
        ) -> str:
            if address.startswith("khong"):
                return "550 no such person"
            envelope.rcpt_tos.append(address)
            return "250 OK"

    box = Picky()
    with serving(box) as port, Relay("127.0.0.1", port, "none") as relay:
        relay.send(letter(), "lan@example.vn")
        with pytest.raises(InvalidContentError, match="khong@"):
            relay.send(letter(), "khong@example.vn")
        relay.send(letter(), "minh@example.vn")
    assert [recipients for _, recipients, _ in box.taken] == [
        ["lan@example.vn"],
        ["minh@example.vn"],
    ]


def test_a_refused_connection_is_transient() -> None:
    with pytest.raises(TransientError):
        mail_one(free_port())


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        (("554 not you",), ForbiddenError),
        (("421 busy",), BusyError),
        ((None,), TransientError),
        ((*GREETING, "451 later"), BusyError),
        ((*GREETING, "550 not from you"), ForbiddenError),
        ((*GREETING, "530 who are you"), CredentialsExpiredError),
        ((*GREETING, None), TransientError),
        ((*GREETING, "250 ok", "452 mailbox full"), BusyError),
        ((*GREETING, "250 ok", "550 nobody"), InvalidContentError),
        ((*GREETING, "250 ok", None), TransientError),
        ((*GREETING, "250 ok", "250 ok", "451 later"), BusyError),
        ((*GREETING, "250 ok", "250 ok", "554 no"), InvalidContentError),
        ((*GREETING, "250 ok", "250 ok", None), TransientError),
        ((*GREETING, "250 ok", "250 ok", "354 go", "451 later"), BusyError),
        ((*GREETING, "250 ok", "250 ok", "354 go", "554 spam"), InvalidContentError),
        ((*GREETING, "250 ok", "250 ok", "354 go", None), AmbiguousError),
        ((*GREETING, "250 ok", "250 ok", "354 go", "what?"), AmbiguousError),
    ],
)
def test_every_moment_of_the_conversation_has_its_error(
    answers: tuple[str | None, ...], error: type[ChannelError]
) -> None:
    with scripted(*answers) as port, pytest.raises(ChannelError) as caught:
        mail_one(port)
    assert type(caught.value) is error


def test_no_answer_after_the_final_dot_is_ambiguous_and_before_it_transient() -> None:
    silent = socket.create_server(("127.0.0.1", 0))
    port = silent.getsockname()[1]
    with silent, pytest.raises(TransientError, match="no whole answer came in time"):
        Relay("127.0.0.1", port, "none", timeout_s=0.05).__enter__()

    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        line, _ = listening.accept()
        with line, line.makefile("rb") as heard:
            for answer in (*GREETING, "250 ok", "250 ok", "354 go"):
                line.sendall(answer.encode() + b"\r\n")
                heard.readline()
            over.wait(5)

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    relay = Relay("127.0.0.1", listening.getsockname()[1], "none", timeout_s=0.2)
    with pytest.raises(AmbiguousError, match="no whole answer came in time"):
        relay.send(letter(), "lan@example.vn")
    over.set()
    thread.join(5)
    listening.close()


def test_a_lost_connection_is_opened_again_by_the_next_send() -> None:
    box = Mailbox()
    with serving(box) as port, Relay("127.0.0.1", port, "none") as relay:
        relay.send(letter(), "lan@example.vn")
        assert relay._line is not None
        assert relay._line.sock is not None
        relay._line.sock.shutdown(socket.SHUT_RDWR)
        with pytest.raises(TransientError):
            relay.send(letter(), "minh@example.vn")
        relay.send(letter(), "minh@example.vn")
        relay.check()
    assert len(box.taken) == 2


def test_a_wrong_password_is_told_without_the_password() -> None:
    def refuse(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        return AuthResult(success=False, handled=False, message=f"535 {data.password.decode()}?")

    with (
        serving(Mailbox(), authenticator=refuse, auth_require_tls=False) as port,
        pytest.raises(CredentialsExpiredError) as caught,
    ):
        Relay("127.0.0.1", port, "none", "tin", PASSWORD).__enter__()
    told = f"{caught.value} {caught.value!r} {caught.value.__cause__} {caught.value.__context__}"
    assert PASSWORD not in told


def test_a_server_that_offers_no_log_in_refuses_us() -> None:
    with serving(Mailbox()) as port, pytest.raises(ForbiddenError):
        Relay("127.0.0.1", port, "none", "tin", PASSWORD).__enter__()


def test_a_password_that_mail_cannot_carry_is_told_without_a_letter_of_it() -> None:
    with serving(Mailbox()) as port, pytest.raises(CredentialsExpiredError) as caught:
        Relay("127.0.0.1", port, "none", "tin", "mật khẩu").__enter__()
    assert "mật" not in str(caught.value)


def test_an_unprotected_line_is_for_this_machine_alone() -> None:
    with pytest.raises(ValueError, match="protected"):
        Relay("mail.example.vn", 25, "none")
    Relay("mail.example.vn", 25, "none", allow_unprotected=True)
    assert [
        is_loopback(host) for host in ("localhost", "127.8.0.1", "::1", "10.0.0.1", "a.vn")
    ] == [
        True,
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    "recipient", ["a b@c.vn", "a@c.vn\r\nRCPT TO:<b@c.vn>", "<a@c.vn>", "ă@c.vn"]
)
def test_an_address_that_would_break_the_line_is_refused_unsent(recipient: str) -> None:
    box = Mailbox()
    with serving(box) as port, pytest.raises(InvalidContentError):
        Relay("127.0.0.1", port, "none").send(letter(), recipient)
    assert not box.taken


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody trusts yet, its key beside it."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", "/CN=mail", "-addext", "subjectAltName=IP:127.0.0.1",
         "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    return folder / "cert.pem"


def protected_by(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


def test_starttls_with_a_trusted_certificate_carries_mail_and_log_in(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def accept(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == PASSWORD.encode())

    box = Mailbox()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with (
        serving(box, tls_context=protected_by(certificate), authenticator=accept) as port,
        Relay("127.0.0.1", port, "starttls", "tin", PASSWORD) as relay,
    ):
        relay.send(letter(), "lan@example.vn")
    assert len(box.taken) == 1


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_untrusted_certificate_stops_everything(certificate: Path, security: Any) -> None:
    box = Mailbox()
    how = (
        {"tls_context": protected_by(certificate)}
        if security == "starttls"
        else {"ssl_context": protected_by(certificate)}
    )
    with serving(box, **how) as port, pytest.raises(TransientError, match="certificate"):
        Relay("127.0.0.1", port, security).__enter__()
    assert not box.taken


def test_a_server_without_starttls_never_gets_the_mail_in_the_clear() -> None:
    box = Mailbox()
    with serving(box) as port, pytest.raises(TransientError, match="STARTTLS"):
        Relay("127.0.0.1", port, "starttls").__enter__()
    assert not box.taken
