"""What an editor shows: Taplo itself, as Even Better TOML runs it, checks files by our schemas.

Runs where its package lies in ``tests/real/taplo``; where ``CI`` is "true" it has to.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.real.installed import require

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
TAPLO = Path(__file__).parent / "taplo/node_modules/.bin/taplo"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The shipped office, with its schemas."""
    lacking = "" if TAPLO.exists() and shutil.which("node") else "taplo"
    require(lacking, "npm install --prefix tests/real/taplo @taplo/cli")
    shutil.copy(ROOT / "schedule.toml", tmp_path)
    shutil.copytree(ROOT / "campaigns", tmp_path / "campaigns")
    subprocess.run([sys.executable, "-m", "publisher", "schema"], cwd=tmp_path, check=True)
    return tmp_path


def told(office: Path) -> str:
    """What Taplo finds wrong; empty where nothing is."""
    linted = subprocess.run([TAPLO, "lint"], cwd=office, capture_output=True, text=True, timeout=60)
    assert (linted.returncode == 0) == ("error:" not in linted.stderr), linted.stderr
    return linted.stderr if linted.returncode else ""


def test_the_shipped_files_are_right(office: Path) -> None:
    assert told(office) == ""


@pytest.mark.parametrize(
    ("file", "right", "slip", "shown"),
    [
        ("schedule.toml", '\nadapter    = "facebook"', '\nadapter = "facebok"', "facebok"),
        ("campaigns/chuyen-doi-so-10-10/campaign.toml", "\nowner", "\nownr", "'ownr'"),
    ],
)
def test_a_slip_is_shown(office: Path, file: str, right: str, slip: str, shown: str) -> None:
    path = office / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, slip, 1), encoding="utf-8")

    assert shown in told(office)
    assert file in told(office)
