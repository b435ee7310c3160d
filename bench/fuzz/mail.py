"""A mail server in this process that answers as one does, one of its replies exchanged for another:
smtplib and ``channels.email`` are the real ones, and there is no socket between them.
"""

from __future__ import annotations

import io
import random
import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.fuzz.mutations import mutated
from channels.base import Channel, Context
from channels.email.adapter import Adapter, EmailConfig
from channels.simulated.email import HOST, PASSWORD, USERNAME

DOT = b"."
REPLIES: Sequence[tuple[bytes, bytes]] = (
    (b"", b"220 mail.example.vn ESMTP\r\n"),
    (
        b"EHLO",
        b"250-mail.example.vn\r\n250-SIZE 33554432\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN\r\n",
    ),
    (b"HELO", b"250 mail.example.vn\r\n"),
    (b"AUTH", b"235 2.7.0 Authentication successful\r\n"),
    (b"NOOP", b"250 2.0.0 OK\r\n"),
    (b"RSET", b"250 2.0.0 OK\r\n"),
    (b"MAIL", b"250 2.1.0 Sender OK\r\n"),
    (b"RCPT", b"250 2.1.5 Recipient OK\r\n"),
    (b"DATA", b"354 End data with <CR><LF>.<CR><LF>\r\n"),
    (DOT, b"250 2.0.0 OK: queued as 4XyZ\r\n"),
    (b"QUIT", b"221 2.0.0 Bye\r\n"),
)
_WORDS: Sequence[bytes] = (
    *(b"\r\n", b"\n", b"-", b" ", b"250 ", b"250-", b"354 ", b"421 ", b"450 4.7.1 ", b"550 5.7.1 "),
    *(b"530 ", b"535 ", b"999 ", b"000 ", b"1", b"25", b"+50 ", b"250-a\r\n" * 40),
    b"AUTH CRAM-MD5",
    *(b"334 \r\n", b"334 ////\r\n", b"535-\r\n", b"251 ", b"252 ", b"\xb2\xb5\xb0 ", b"a" * 9_000),
)
_READABLE = re.compile(rb"[245]\d\d( |-|\r?\n)")
"""What can be told from a reply to the message itself: taken, not now, or never (RFC 5321, 4.2)."""


def proves_nothing(reply: bytes) -> bool:
    return _READABLE.match(reply) is None


def changed(rng: random.Random) -> bytes:
    """What comes in the place of a reply."""
    good = [reply for _verb, reply in REPLIES]
    return mutated(rng, rng.choice(good), good, _WORDS)


class Server:
    """The other side. ``change`` is given each reply, by what it replies to, before it is said."""

    def __init__(self, change: Callable[[bytes, bytes], bytes]) -> None:
        self._change = change
        self._heard = b""
        self._in_data = False
        self.said = bytearray()

    def greet(self) -> None:
        # Another connection is another conversation.
        self.said.clear()
        self._heard, self._in_data = b"", False
        self._say(b"")

    def hear(self, content: bytes) -> None:
        self._heard += content
        while b"\r\n" in self._heard:
            if self._in_data:
                _mail, dot, rest = self._heard.partition(b"\r\n.\r\n")
                if not dot:
                    return
                self._heard, self._in_data = rest, False
                self._say(DOT)
                continue
            line, _, self._heard = self._heard.partition(b"\r\n")
            self._in_data = line[:4].upper() == b"DATA"
            self._say(line[:4].upper())

    def _say(self, verb: bytes) -> None:
        reply = dict(REPLIES).get(verb, b"500 5.5.1 What?\r\n")
        self.said += self._change(verb, reply)


class _Socket:
    """What smtplib takes for one."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def sendall(self, content: bytes) -> None:
        self._server.hear(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Said(self._server.said))

    def close(self) -> None:
        pass


class _Said(io.RawIOBase):
    """What the server has said and nobody has read yet; then it hangs up."""

    def __init__(self, said: bytearray) -> None:
        super().__init__()
        self._said = said

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._said[: len(buffer)]
        buffer[: len(piece)] = piece
        del self._said[: len(piece)]
        return len(piece)


@contextmanager
def between(server: Server) -> Iterator[None]:
    """Inside, whoever opens a line to a mail server has this one."""

    def line(*_arguments: Any) -> _Socket:
        server.greet()
        return _Socket(server)

    smtp: Any = smtplib.SMTP
    real, smtp._get_socket = smtp._get_socket, line
    try:
        yield
    finally:
        smtp._get_socket = real


def channel(root: Path, clock: Any) -> Channel[Any]:
    """The adapter, with one subscriber."""
    people = root / "subscribers.txt"
    people.write_text("Lan <lan@example.vn>\n", "utf-8")
    keys = {
        "adapter": "email",
        "host": HOST,
        "port": 25,
        "security": "none",
        "username": USERNAME,
        "password": "env:A",
        "sender": "tin@dongthap.example.vn",
        "subscribers": people,
    }
    context = Context("email", clock, {"env:A": PASSWORD}.__getitem__, root / "mail")
    return Adapter(EmailConfig.model_validate(keys), context)
