"""The ticker: the conformance suite, and what is the ticker's alone. Run by pytest where both
Publisher and this package are installed."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from channels.base import Channel, Message
from channels.simulated import StandIn
from channels.testing import ChannelConformance, DictJournal, StillClock
from ticker_stand_in import Platform


class TestTicker(ChannelConformance):
    kind = "ticker"

    @pytest.fixture
    def stand_in(self, clock: StillClock) -> Iterator[StandIn]:
        with Platform(clock) as platform:
            yield platform

    def test_two_posts_of_the_same_words_are_two_files(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        channel.send(dataclasses.replace(message, key="another"), DictJournal())
        assert len(stand_in.published()) == 2
