"""An office with two channels and one campaign, whose commands are run as people run them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.cli.rich_console import console
from tests.cli.office import Office


@pytest.fixture
def office(
    tmp_path: Path,
    office_store: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Office]:
    """An office whose campaign "thu" has no post yet, and whose store is empty."""
    for name in ("PUBLISHER_LANG", "PUBLISHER_CONFIG", "PUBLISHER_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "300")
    # Where COLUMNS was set when it was made, as xdist does, that is how wide it stays.
    monkeypatch.setattr(console, "_width", 300)
    # The machine's own zone is nobody's: what people read is in the office's.
    monkeypatch.setenv("TZ", "America/Lima")
    time.tzset()
    monkeypatch.chdir(tmp_path)
    made = Office(tmp_path, monkeypatch, capsys)
    made.schedule()
    made.campaign()
    yield made
    monkeypatch.delenv("TZ")
    time.tzset()
