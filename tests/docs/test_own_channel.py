"""The channel in a package of its own is found, passes the conformance suite and publishes."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

import channels
from channels.base import Channel
from tests.cli.conftest import office
from tests.cli.office import Office, just_now
from tests.docs.pages import ROOT

__all__ = ["office"]

FOLDER = ROOT / "docs" / "examples" / "own_channel"


def imported(name: str) -> ModuleType:
    sys.path.insert(0, str(FOLDER))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(FOLDER))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip would fetch."""
    made = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)],
        cwd=FOLDER,
        check=True,
        capture_output=True,
    )
    [path] = made.glob("*.whl")
    return path


@pytest.fixture(autouse=True)
def installed(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package, installed beside Publisher: a wheel on the path is as good."""
    monkeypatch.syspath_prepend(str(wheel))
    channels._foreign.cache_clear()
    yield
    channels._foreign.cache_clear()
    sys.modules.pop("ticker", None)


if not TYPE_CHECKING:

    class TestTicker(imported("test_ticker").TestTicker):
        """The package's own test."""


def test_the_package_brings_its_adapter_and_nothing_of_ours(wheel: Path) -> None:
    assert "ticker" in channels.known()
    adapter: type[Channel[Any]] = channels.load("ticker")
    assert adapter.__module__ == "ticker"
    assert str(wheel) in str(sys.modules["ticker"].__file__)


def test_publisher_publishes_by_it(office: Office) -> None:
    board = office.root / "ticker"
    board.mkdir()
    office.schedule(f'[channels.door]\nadapter = "ticker"\nfolder = "{board}"\n')
    office.campaign(keys='approvals = 0\nchannels = ["door"]')
    office.post("mot", just_now(), "Mời bà con vào xem.")
    assert office.run("check").code == 0
    office.run("apply")
    office.send_due("door")
    assert office.states() == {"mot": "sent"}
    assert [path.read_text(encoding="utf-8") for path in board.glob("*.txt")] == [
        "Mời bà con vào xem."
    ]


def test_a_key_that_it_doesnt_have_is_told_with_its_line(office: Office) -> None:
    office.schedule('[channels.door]\nadapter = "ticker"\nfolder = "."\nfoldre = "."\n')
    told = office.run("check")
    assert told.code != 0
    assert "schedule.toml:4" in told.out
