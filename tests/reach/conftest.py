"""What tests of reach share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.store.database import Database
from tests.reach.counting import Reads
from tests.store.stores import lite

__all__ = ["lite"]


@pytest.fixture
def reads(database: Database, clock: MovedClock, tmp_path: Path) -> Callable[..., Reads]:
    """Makes a collector of counting channels of these names, with these keys of [readings]."""

    def make(*names: str, **keys: object) -> Reads:
        return Reads(database, clock, tmp_path, *names, **keys)

    return make
