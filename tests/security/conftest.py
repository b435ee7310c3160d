"""What the tests of security share: a world outside that can be made hostile, and a portal."""

from __future__ import annotations

import pytest

from tests.feeds.conftest import portal
from tests.security.internet import Internet

__all__ = ["portal"]


@pytest.fixture
def internet(monkeypatch: pytest.MonkeyPatch) -> Internet:
    """Names and addresses as the test says; no proxy, and nothing leaves this machine."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return Internet(monkeypatch)
