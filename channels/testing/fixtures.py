"""What each test of the conformance suite is given: the adapter, its platform, a message."""

# ruff: noqa: S101 -- these are tests: they assert

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest

import channels
from channels import simulated
from channels.base import Channel, Context, Limits, MediaHost, Message
from channels.simulated import StandIn
from channels.simulated.host import LoopbackHost
from channels.testing.given import SEAL, StillClock
from channels.testing.messages import small

PATIENCE_S = 5.0


class Fixtures:
    """``kind`` is the adapter's name, ``keys`` what its configuration needs besides what the
    stand-in tells."""

    kind: ClassVar[str]
    keys: ClassVar[dict[str, Any]] = {}

    @pytest.fixture
    def clock(self) -> StillClock:
        """The clock of both sides: the adapter's and the stand-in's."""
        return StillClock()

    @pytest.fixture
    def stand_in(self, clock: StillClock) -> Iterator[StandIn]:
        """The platform, on loopback."""
        platform = simulated.load(self.kind)
        assert platform is not None, f"there is no channels.simulated.{self.kind}"
        with platform(clock) as stand_in:
            yield stand_in

    @pytest.fixture
    def host(self) -> Iterator[MediaHost]:
        """The office's media host, on loopback."""
        with LoopbackHost() as host:
            yield host

    @pytest.fixture
    def channel(
        self, stand_in: StandIn, clock: StillClock, host: MediaHost, tmp_path: Path
    ) -> Iterator[Channel[Any]]:
        """The real adapter, which speaks to the stand-in and, as always before a first post, has
        proved whose account it is."""
        adapter = channels.load(self.kind)
        keys = {"adapter": self.kind, "timeout_s": PATIENCE_S, **self.keys, **stand_in.config()}
        secrets = stand_in.secrets()
        context = Context(self.kind, clock, secrets.__getitem__, tmp_path / "workdir", host, SEAL)
        channel = adapter(adapter.Config.model_validate(keys), context)
        channel.identify()
        yield channel
        channel.close()

    @pytest.fixture
    def limits(self, channel: Channel[Any]) -> Limits:
        return type(channel).limits(channel.config)

    @pytest.fixture
    def message(self, channel: Channel[Any], tmp_path: Path) -> Message:
        """A small message that keeps every limit of the platform."""
        return small(channel, tmp_path)

    @pytest.fixture
    def faulty(self, stand_in: StandIn) -> StandIn:
        """The platform, where it can be told to misbehave."""
        if not stand_in.has_line:
            pytest.skip("there is no line to this platform that could break")
        return stand_in
