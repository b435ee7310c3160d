"""X: the conformance suite, and what is X's alone."""

from __future__ import annotations

from channels.testing import ChannelConformance


class TestX(ChannelConformance):
    kind = "x"
