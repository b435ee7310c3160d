"""The guarantee names the test that shows each of its lines, and each channel under its own way."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import channels
from channels.base import Settlement

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "guarantee.md").read_text(encoding="utf-8")


def test_every_trouble_is_shown_by_a_test_that_is_there() -> None:
    lines = PAGE.partition("| trouble | outcome | shown by |\n|---|---|---|\n")[2]
    rows = [row.strip("| ").split(" | ") for row in lines.partition("\n\n")[0].splitlines()]
    assert len(rows) > 20
    for trouble, _outcome, shown in rows:
        named = re.split(r",\s*", shown)
        missing = [name for name in named if not (ROOT / "tests" / name).is_file()]
        assert named, trouble
        assert missing == [], trouble


@pytest.mark.parametrize("way", Settlement)
def test_a_doubt_ends_as_the_page_says_and_the_adapters_declare(way: Settlement) -> None:
    [row] = re.findall(rf"^\| {way} \| ([^|]+) \|", PAGE, re.MULTILINE)
    told = {name.strip() for name in row.split(",")}
    declared = {name for name in channels.known() if channels.load(name).settlement is way}
    assert {name for name in told if name in channels.known()} == declared
