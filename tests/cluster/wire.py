"""A line to PostgreSQL that can be cut at the worst moment: in a COMMIT, before its answer."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from typing import Literal

Fate = Literal["taken", "taken late", "not taken"]
"""What becomes of the COMMIT whose answer is lost."""

LATE_S = 0.5
_COMMIT = b"COMMIT\x00"


class Wire:
    """Passes on all that is said to the server at ``port`` on loopback, both ways."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._fate: Fate | None = None
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_error: object) -> None:
        self._listening.close()

    def cut_in_the_next_commit(self, fate: Fate) -> None:
        self._fate = fate

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _address = self._listening.accept()
                theirs = socket.create_connection(("127.0.0.1", self._port))
                threading.Thread(target=self._there, args=(ours, theirs), daemon=True).start()
                threading.Thread(target=self._back, args=(ours, theirs), daemon=True).start()

    def _there(self, ours: socket.socket, theirs: socket.socket) -> None:
        with suppress(OSError):
            while said := ours.recv(65536):
                if self._fate is not None and _COMMIT in said:
                    self._cut(ours, theirs, said)
                    return
                theirs.sendall(said)
        _end(ours, theirs)

    def _back(self, ours: socket.socket, theirs: socket.socket) -> None:
        with suppress(OSError):
            while said := theirs.recv(65536):
                ours.sendall(said)
        _end(ours, theirs)

    def _cut(self, ours: socket.socket, theirs: socket.socket, said: bytes) -> None:
        fate, self._fate = self._fate, None
        self.cuts += 1
        # First of all: no answer passes any more.
        _end(ours)
        if fate == "taken late":
            time.sleep(LATE_S)
        if fate != "not taken":
            theirs.sendall(said)
            time.sleep(0.1)
        _end(theirs)


def _end(*lines: socket.socket) -> None:
    for line in lines:
        with suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
        line.close()
