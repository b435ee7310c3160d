"""The generated pages say what the code says now, whoever makes them and wherever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.cli import COMMANDS
from publisher.delivery.lifecycle import State
from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
GENERATED = (
    "guarantee.md",
    "reference/campaign.md",
    "reference/commands.md",
    "reference/figures.md",
    "reference/criteria.md",
    "reference/schedule.md",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docs with the generated pages made anew, by somebody with habits of their own."""
    folder = tmp_path_factory.mktemp("made") / "docs"
    shutil.copytree(DOCS, folder)
    habits = {"COLUMNS": "40", "USER": "ai-do", "LOGNAME": "ai-do", "PUBLISHER_LANG": "vi"}
    subprocess.run(
        [sys.executable, "-m", "publisher.reference", str(folder / "reference")],
        check=True,
        cwd=ROOT,
        env=os.environ | habits,
    )
    return folder


@pytest.mark.parametrize("page", GENERATED)
def test_a_generated_page_is_what_make_docs_writes(made: Path, page: str) -> None:
    written, committed = (folder / page for folder in (made, DOCS))
    assert committed.read_text(encoding="utf-8") == written.read_text(encoding="utf-8")


def test_every_generated_page_is_compared() -> None:
    references = {f"reference/{path.name}" for path in (DOCS / "reference").iterdir()}
    assert references | {"guarantee.md"} == set(GENERATED)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_reference_has_every_command(command: str) -> None:
    page = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    assert f"\n## publisher {command}" in page


@pytest.mark.parametrize("state", State)
def test_the_drawing_of_the_life_cycle_has_every_state(state: State) -> None:
    page = (DOCS / "guarantee.md").read_text(encoding="utf-8")
    drawing = page.partition("```mermaid")[2].partition("```")[0]
    assert f" {state}" in drawing
