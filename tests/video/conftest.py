"""Short videos made by a real ffmpeg, of small pictures and few words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from publisher.media import ffmpeg as films
from publisher.video import Studio
from tests.cli.conftest import office
from tests.real.installed import require

__all__ = ["office"]


@pytest.fixture
def ffmpeg() -> None:
    """A machine that makes films."""
    lacking = "" if films.is_here() else "ffmpeg"
    require(lacking, "ffmpeg makes films: apt install ffmpeg")


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without ffmpeg."""
    folder = tmp_path / "bin"
    folder.mkdir()
    nice = shutil.which("nice")
    if nice is not None:
        (folder / "nice").symlink_to(nice)
    monkeypatch.setenv("PATH", str(folder))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path / "videos")
