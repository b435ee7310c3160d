"""docs/scaling.md: what the page's tables say is what the command prints."""

from __future__ import annotations

import pytest

from bench.scaling import tables
from bench.scaling.__main__ import scenarios
from bench.scaling.simulation import play
from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")
MORNINGS = dict(scenarios())


def test_the_page_has_every_morning() -> None:
    table = PAGE.partition("<!-- scaling: mornings -->\n")[2].partition("\n\n")[0]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]
    assert rows == list(MORNINGS)


@pytest.mark.parametrize(
    "name", ["18 YouTube projects", "or a minute of its own for each province"]
)
def test_a_morning_s_figures_on_the_page_are_those_that_are_played(name: str) -> None:
    played = play(MORNINGS[name])
    assert tables.summary(name, MORNINGS[name], played) in PAGE
    for row in tables.platforms(MORNINGS[name], played):
        assert row in PAGE
