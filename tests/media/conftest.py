"""What tests of media share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where what is made of media is put."""
    return tmp_path / "var/renditions"
