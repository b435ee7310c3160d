"""Telegram: the conformance suite, and what is Telegram's alone."""

from __future__ import annotations

from channels.testing import ChannelConformance


class TestTelegram(ChannelConformance):
    kind = "telegram"
