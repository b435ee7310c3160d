"""What tests of the console share: an office with its live console, and a browser.

``office`` is one a module, for tests that only read; ``own_office`` is one a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from publisher.web import passwords
from tests.real.installed import require
from tests.web.chromium import Chromium, missing
from tests.web.office import ConsoleOffice


@pytest.fixture(scope="session", autouse=True)
def _quick_hashes() -> Iterator[None]:
    """Passwords are hashed by the same means, but not as slowly: hundreds are in these tests."""
    slow, passwords._hasher = passwords._hasher, PasswordHasher(1, 8, 1)
    yield
    passwords._hasher = slow


@pytest.fixture(scope="module")
def office(stores: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleOffice]:
    """An office that a module's tests look at and don't change."""
    made = ConsoleOffice(tmp_path_factory.mktemp("office"))
    yield made
    made.close()


@pytest.fixture
def own_office(stores: None, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """An office of the test's own."""
    made = ConsoleOffice(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    """One browser a file: while one is driven, its thread can run no other loop of asyncio's."""
    lacking = missing()
    require(lacking, f"{lacking} is not there; see tests/web/chromium.py")
    opened = Chromium()
    yield opened
    opened.close()
