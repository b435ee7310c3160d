"""systemd as a daemon hears of it: the socket that it opens for a service."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from tempfile import TemporaryDirectory

import pytest

PATIENCE_S = 120.0


@pytest.fixture
def systemd() -> Iterator[Systemd]:
    # A socket's name has at most 107 letters, which a test's own folder may exceed.
    with TemporaryDirectory() as folder:
        made = Systemd(f"{folder}/notify")
        yield made
        made.close()


class Systemd:
    """A socket as systemd opens one for a service; ``heard`` are the messages, in order."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard: list[list[str]] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address.replace("@", "\0", 1))
        self._socket.settimeout(PATIENCE_S)

    def close(self) -> None:
        self._socket.close()

    def next(self) -> list[str]:
        """The next message, line by line."""
        self.heard.append(self._socket.recv(4096).decode().splitlines())
        return self.heard[-1]

    def until(self, line: str) -> None:
        """Listen until ``line`` is told."""
        end = time.monotonic() + PATIENCE_S
        while line not in self.next():
            assert time.monotonic() < end, self.heard

    def waiting(self) -> list[list[str]]:
        """What has been told and not been heard yet."""
        self._socket.setblocking(False)
        told = []
        try:
            while True:
                told.append(self.next())
        except BlockingIOError:
            return told
        finally:
            self._socket.settimeout(PATIENCE_S)
