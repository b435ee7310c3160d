"""Stands in for a mail server, which refuses what a strict one refuses. It keeps what it is sent.

Of the faults, ``refuse`` breaks the line and ``500`` answers "later" before a mail is handed over,
so that SMTP's sender knows that nothing was taken; ``invalid`` refuses the recipient.
Used for newsletters and, in rehearsals, for Publisher's own reports. A log-in is checked where one
is tried. Mails need From, Date and Message-ID, and lines within RFC 5321's 998 characters. The
copies of one newsletter (the Message-IDs that ``channels.email`` makes for its recipients) count as
one publication; ``mailbox`` holds every copy.
"""

from __future__ import annotations

import asyncio
import email
import logging
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.policy import default as modern
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from channels.simulated import Published, StandIn

HOST: Final = "127.0.0.1"
USERNAME: Final = "ban-tin"
PASSWORD: Final = "pl4nted-password"  # noqa: S105 -- opens nothing
SUBSCRIBER: Final = "Lan <lan@example.vn>"

_ANSWERS: Final = {
    "500": "451 4.3.0 Local error in processing",
    "429": "451 4.7.1 Too many messages, try again later",
    "expired": "530 5.7.0 Authentication required",
    "forbidden": "550 5.7.1 Sender not allowed",
}
"""What MAIL is answered; RFC 3463 and RFC 4954 say which code means what."""


class Platform(StandIn):
    """The server; ``mailbox`` is every mail it took, the oldest first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._taken: list[tuple[EmailMessage, datetime]] = []
        self._guard = threading.Lock()
        self._port = 0
        self._controller: Controller | None = None
        self._folder: TemporaryDirectory[str] | None = None

    @property
    def mailbox(self) -> list[EmailMessage]:
        """Every mail that was taken, a copy a recipient."""
        with self._guard:
            return [mail for mail, _ in self._taken]

    def start(self) -> None:
        # It warns of what aiosmtpd does by itself at every log-in.
        logging.getLogger("mail.log").setLevel(logging.ERROR)
        self._folder = TemporaryDirectory(prefix="subscribers-")
        self._list.write_text(f"{SUBSCRIBER}\n", "utf-8")
        self._listen()
        self.url = f"smtp://{HOST}:{self._port}"

    def stop(self) -> None:
        self._hang_up()
        if self._folder is not None:
            self._folder.cleanup()

    def config(self) -> dict[str, Any]:
        """The server's address and log-in, and a list of one made-up person."""
        return {
            "host": HOST,
            "port": self._port,
            "security": "none",
            "username": USERNAME,
            "password": "env:SIMULATED_EMAIL_PASSWORD",
            "subscribers": self._list,
            "unsubscribed": None,
        }

    def secrets(self) -> dict[str, str]:
        return {"env:SIMULATED_EMAIL_PASSWORD": PASSWORD}

    def published(self) -> tuple[Published, ...]:
        """One for all copies of a newsletter, at the time of its first."""
        first: dict[str, Published] = {}
        with self._guard:
            for mail, at in self._taken:
                name = _newsletter(mail)
                if name not in first:
                    first[name] = _published(name, mail, at)
        return tuple(first.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        """Mail tells nothing about its readers."""

    @contextmanager
    def unreachable(self) -> Iterator[None]:
        self._hang_up()
        try:
            yield
        finally:
            self._listen()

    @property
    def _list(self) -> Path:
        if self._folder is None:
            raise RuntimeError("the stand-in isn't running")
        return Path(self._folder.name) / "subscribers.txt"

    def _listen(self) -> None:
        controller = _Controller(
            _Desk(self),
            hostname=HOST,
            port=self._port,
            authenticator=self._log_in,
            auth_require_tls=False,
        )
        controller.start()
        self._port = controller.port
        self._controller = controller

    def _hang_up(self) -> None:
        if self._controller is not None:
            self._controller.stop()
        self._controller = None

    def _log_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object
    ) -> AuthResult:
        fault = self.faults.meet(publishes=False)
        right = (
            isinstance(data, LoginPassword)
            and data.login == USERNAME.encode()
            and data.password == PASSWORD.encode()
        )
        return AuthResult(success=right and fault != "expired", handled=False)

    def _take(self, mail: EmailMessage) -> None:
        with self._guard:
            self._taken.append((mail, self.clock()))


class _Controller(Controller):
    """Takes whatever port is free, when asked for port 0."""

    def _trigger_server(self) -> None:
        if self.port == 0 and isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class _Desk:
    """Answers the commands of one mail after another; a fault is met once a mail, at MAIL."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name, as below
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        fault = self._platform.faults.meet(publishes=True)
        session.fault = fault  # type: ignore[attr-defined]
        if fault == "refuse":
            _break(server)
        if fault in _ANSWERS:
            return _ANSWERS[fault]
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if getattr(session, "fault", None) == "invalid":
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.original_content or b"", policy=modern)
        if not isinstance(mail, EmailMessage):
            raise TypeError("the policy makes EmailMessage")
        lacking = [name for name in ("From", "Date", "Message-ID") if not mail[name]]
        if lacking:
            return f"550 5.6.0 Missing {', '.join(lacking)}"
        self._platform._take(mail)
        fault = getattr(session, "fault", None)
        if fault == "stall":
            await asyncio.to_thread(self._platform.faults.cleared.wait)
        if fault in ("drop", "stall"):
            _break(server)
        return "250 2.0.0 OK"


def _break(server: SMTP) -> None:
    """Reset the connection without an answer."""
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


def _newsletter(mail: EmailMessage) -> str:
    """The Message-ID without the part that tells recipients apart."""
    return re.sub(r"\.[0-9a-f]{16}@", "@", str(mail["Message-ID"]).strip(" <>"))


def _published(name: str, mail: EmailMessage, at: datetime) -> Published:
    text = mail.get_body(("plain",))
    page = mail.get_body(("html",))
    html = page.get_content() if page is not None else ""
    return Published(
        remote_id=name,
        text=text.get_content() if text is not None else "",
        at=at,
        title=str(mail["Subject"] or ""),
        media=sum(part.get_content_maintype() == "image" for part in mail.walk()),
        alts=tuple(unescape(alt) for alt in re.findall(r'<img [^>]*alt="([^"]*)"', html)),
    )
