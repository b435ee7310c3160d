"""What the tests of channels share: servers that play a script, and end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.channels.scripted import Script, ScriptedServer

pytest.register_assert_rewrite("channels.testing")


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
