"""What the tests of channels share: a server that plays a script, byte by byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

pytest.register_assert_rewrite("channels.testing")

Script = Callable[[socket.socket], None]


class ScriptedServer:
    """A server on loopback that plays ``script`` on every connection, and counts them."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self._listener.accept()
                self.connections += 1
                threading.Thread(target=self._play, args=(line,), daemon=True).start()

    def _play(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            self._script(line)

    def close(self) -> None:
        # A thread in accept() is woken by the shutdown, not by the close alone.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def serve() -> Iterator[Callable[[Script], ScriptedServer]]:
    """Start servers with scripts; they end with the test."""
    servers: list[ScriptedServer] = []

    def start(script: Script) -> ScriptedServer:
        servers.append(ScriptedServer(script))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
