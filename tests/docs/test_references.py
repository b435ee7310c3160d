"""The generated pages say what the code says now, whoever makes them and wherever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

DOCS = ROOT / "docs"
GENERATED = (
    "lifecycle.md",
    "pictures/lifecycle.svg",
    *sorted(f"reference/{page.name}" for page in DOCS.glob("reference/*")),
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The docs with the generated pages made anew, by somebody with habits of their own."""
    folder = tmp_path_factory.mktemp("made") / "docs"
    shutil.copytree(DOCS, folder)
    shutil.rmtree(folder / "reference")
    (folder / "pictures/lifecycle.svg").unlink()
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


def test_make_docs_writes_the_pages_that_are_here_and_no_others(made: Path) -> None:
    written = {f"reference/{page.name}" for page in (made / "reference").iterdir()}
    assert written | {"lifecycle.md", "pictures/lifecycle.svg"} == set(GENERATED)
