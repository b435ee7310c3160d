"""What tests of every part share: a store of their own and a clock that is moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import settings as hypothesis_settings

from publisher import i18n
from publisher.clock import MovedClock
from tests.store.stores import database, store_url

# A busy machine is no fault of the code's; and what CI says must not change from run to run.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "house")

__all__ = ["database", "store_url"]

# Before the plugin imports it: what was imported is no longer rewritten.
pytest.register_assert_rewrite("channels.testing")
pytest_plugins = ["tests.planted"]

NOON = datetime(2027, 10, 10, 5, 0, tzinfo=UTC)
"""Noon in Viet Nam on National Digital Transformation Day."""


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands at noon of 10 October 2027 in Viet Nam until it is moved."""
    return MovedClock(NOON)


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Every test begins in Vietnamese, whatever the one before spoke."""
    i18n.use_language("vi")
    yield
    i18n.use_language("vi")
