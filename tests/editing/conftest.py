"""An office whose files are changed: the good workspace, a store, an editor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.editing.editor import Editor
from publisher.settings import Settings
from publisher.settings.reader import read_settings
from publisher.store.database import Database
from tests.campaign.workspace import SCHEDULE, Workspace

SLUG = "chuyen-doi-so"


@pytest.fixture
def clock() -> MovedClock:
    """Noon of 20 September 2027: before all posts of the edition."""
    return MovedClock(datetime(2027, 9, 20, 5, 0, tzinfo=UTC))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.chdir(tmp_path)
    Workspace(tmp_path).write()
    settings, faults = read_settings(tmp_path / SCHEDULE)
    assert settings is not None, faults
    return settings


@pytest.fixture
def editor(office: Settings, database: Database, clock: MovedClock) -> Editor:
    return Editor(office, database, clock)


@pytest.fixture
def file(office: Settings) -> Callable[[str], Path]:
    """A post's file by its name."""
    return lambda name: office.campaigns_folder / SLUG / "posts" / f"{name}.md"
