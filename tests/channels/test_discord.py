"""Discord: the conformance suite, and what is Discord's alone."""

from __future__ import annotations

from channels.testing import ChannelConformance


class TestDiscord(ChannelConformance):
    kind = "discord"
