"""The worked example of docs/channels/writing-one.md passes the conformance suite as printed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "channels" / "writing-one.md"
_FILE = re.compile(r"^`([\w/]+\.py)`.*?^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package ``channels`` with the example's files in their places."""
    folder = tmp_path_factory.mktemp("tree")
    shutil.copytree(
        ROOT / "channels", folder / "channels", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name, text in _FILE.findall(PAGE.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_passes_the_conformance_suite(tree: Path) -> None:
    ended = run(tree, "pytest", "-q", "-p", "no:cacheprovider", "tests/channels/test_notice.py")
    assert ended.returncode == 0, ended.stdout
    passed = int(re.search(r"(\d+) passed", ended.stdout).group(1))  # type: ignore[union-attr]
    assert passed > 15, "most of the suite is run, not skipped"


def test_the_example_keeps_the_style_of_the_house(tree: Path) -> None:
    style = ("--config", str(ROOT / "pyproject.toml"), "--no-cache")
    files = [name for name, _text in _FILE.findall(PAGE.read_text(encoding="utf-8"))]
    assert len(files) == 3
    checked = run(tree, "ruff", "check", *style, *files)
    assert checked.returncode == 0, checked.stdout
    formatted = run(tree, "ruff", "format", "--check", *style, *files)
    assert formatted.returncode == 0, formatted.stdout


def test_the_entry_point_group_is_the_one_that_is_read() -> None:
    from channels import GROUP

    block = re.search(r"^```toml\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    assert block is not None
    assert list(tomllib.loads(block[1])["project"]["entry-points"]) == [GROUP]
