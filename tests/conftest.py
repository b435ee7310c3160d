"""What tests of every part share: a store of their own and a clock that is moved."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from sqlmodel import SQLModel

from publisher import i18n
from publisher.clock import MovedClock
from publisher.store.database import Database

# A busy machine is no fault of the code's; and what CI says must not change from run to run.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "house")

NOON = datetime(2027, 10, 10, 5, 0, tzinfo=UTC)
"""Noon in Viet Nam on National Digital Transformation Day."""


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands at noon of 10 October 2027 in Viet Nam until it is moved."""
    return MovedClock(NOON)


@pytest.fixture
def database(tmp_path: Path, clock: MovedClock) -> Iterator[Database]:
    """An empty store: SQLite, or the database that PUBLISHER_TEST_DATABASE names."""
    url = os.environ.get("PUBLISHER_TEST_DATABASE") or f"sqlite:///{tmp_path}/publisher.db"
    opened = Database(url)
    opened.prepare(clock())
    yield opened
    if opened.path is None:
        with opened.writing() as session:
            for table in reversed(SQLModel.metadata.sorted_tables):
                session.execute(table.delete())
    opened.close()


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Every test begins in Vietnamese, whatever the one before spoke."""
    i18n.use_language("vi")
    yield
    i18n.use_language("vi")
