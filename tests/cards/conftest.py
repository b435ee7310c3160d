"""The office that tests of cards work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cards.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)
