"""The webhook: the conformance suite, and what is the webhook's alone."""

from __future__ import annotations

from channels.testing import ChannelConformance


class TestWebhook(ChannelConformance):
    kind = "webhook"
