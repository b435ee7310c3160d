"""What the tests of channels share: more adapters of one channel, servers that play a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import channels
from channels.base import Channel, Context, CredentialsExpiredError, MediaHost
from channels.simulated import StandIn
from channels.testing import SEAL, StillClock
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


@pytest.fixture
def make(
    request: pytest.FixtureRequest,
    stand_in: StandIn,
    clock: StillClock,
    host: MediaHost,
    tmp_path: Path,
) -> Callable[..., Channel[Any]]:
    """Make another adapter of the conformance suite's channel, as another worker or start of the
    program has it: with ``keys`` laid over its configuration, with the media host ``where``, with
    the secrets that are ``known``, and with a ``workdir`` of its own perhaps."""
    kind: str = request.cls.kind
    adapter = channels.load(kind)

    def made(
        *,
        where: MediaHost | None = host,
        workdir: str = "workdir",
        known: Mapping[str, str] | None = None,
        **keys: Any,
    ) -> Channel[Any]:
        secrets = stand_in.secrets() if known is None else known

        def secret(reference: str) -> str:
            if reference not in secrets:
                raise CredentialsExpiredError("there is none")
            return secrets[reference]

        config = adapter.Config.model_validate({"adapter": kind, **stand_in.config(), **keys})
        return adapter(config, Context(kind, clock, secret, tmp_path / workdir, where, seal=SEAL))

    return made
