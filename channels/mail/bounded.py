"""Bounds what a mail server may say, in time and in size. Used by ``channels.mail.smtp``."""

from __future__ import annotations

import errno
import re
import smtplib
import socket
import threading
from contextlib import suppress
from io import BufferedReader

from channels.base import N_

_LARGE = N_("the answer is larger than is taken")
_REPLY_MAX_BYTES = 64 * 1024
_REPLY_LINE = re.compile(rb"\d{3}(?:[ -][^\n]*)?\r?\n")  # RFC 5321, 4.2


class Bounded(smtplib.SMTP):
    """Its replies are whole in time and of bounded size: smtplib itself reads lines for as long as
    any come, and bounds no more than the wait for the next byte."""

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock.makefile("rb"))
        if isinstance(self.file, _Replies):
            self.file.begin()
        over = threading.Event()
        watchdog = threading.Timer(self.timeout, _cut, (self.sock, over))
        watchdog.daemon = True
        watchdog.start()
        try:
            return super().getreply()
        except smtplib.SMTPServerDisconnected:
            if not over.is_set():
                raise
        finally:
            watchdog.cancel()
        raise TimeoutError


class BoundedTls(Bounded, smtplib.SMTP_SSL):
    """Likewise, over TLS from the first byte."""


class _Replies:
    """What a server says, line by line, at most so much of it in one reply."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._read = 0

    def begin(self) -> None:
        """Another reply begins."""
        self._read = 0

    def readline(self, most: int = -1) -> bytes:
        line = self._file.readline(most)
        self._read += len(line)
        if self._read > _REPLY_MAX_BYTES:
            raise OSError(errno.EMSGSIZE, _LARGE)
        # Half a line says nothing, and to smtplib a line that is too long says 500: lost, both. So
        # is what begins like a code and goes on like none.
        return line if _REPLY_LINE.fullmatch(line) else b""

    def close(self) -> None:
        self._file.close()


def _cut(line: socket.socket, over: threading.Event) -> None:
    over.set()
    with suppress(OSError):
        # Not SSLSocket.shutdown: that one pulls the TLS state from under the reader.
        socket.socket.shutdown(line, socket.SHUT_RDWR)
