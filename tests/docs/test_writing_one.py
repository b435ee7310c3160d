"""The worked example of docs/channels/writing-one.md passes the conformance suite as printed."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

from tests.docs.pages import ROOT, blocks

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


OFFICE = {
    "campaigns/thu/campaign.toml": """\
title = "Thử"
owner = "Sở"
anchor = { every = "10-10" }
audiences = ["people"]
channels = ["hall"]
""",
    "campaigns/thu/posts/chao.md": """\
+++
when = "D 08:00"
+++
Xin chào.
""",
}


def test_the_program_posts_by_the_adapters_file_alone(tree: Path, tmp_path: Path) -> None:
    """Nothing else in the house has to know the platform: no stand-in, no list, no page."""
    site, office = tmp_path / "site", tmp_path / "office"
    shutil.copytree(ROOT / "channels", site / "channels")
    shutil.copy(tree / "channels" / "notice.py", site / "channels")
    for name, text in OFFICE.items():
        path = office / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    board = stand_in(tree)
    with board.Platform(lambda: datetime.now(UTC)) as platform:
        keys = {"adapter": "notice", "account": "hall-1", "url": platform.url, "token": "env:BOARD"}
        lines = ["[channels.hall]", *(f'{key} = "{value}"' for key, value in keys.items())]
        (office / "schedule.toml").write_text("\n".join(lines), encoding="utf-8")
        command = ("send", "thu/chao", "--channel", "hall", "--now", "--by", "Lan")
        sent = subprocess.run(
            [sys.executable, "-m", "publisher", *command],
            cwd=office,
            env=os.environ | {"PYTHONPATH": f"{site}{os.pathsep}{ROOT}", "BOARD": board.TOKEN},
            capture_output=True,
            text=True,
            check=False,
        )
        assert sent.returncode == 0, sent.stdout + sent.stderr
        assert [one.text for one in platform.published()] == ["Xin chào."]


def stand_in(tree: Path) -> ModuleType:
    """The page's own stand-in, which this process plays."""
    path = tree / "channels" / "simulated" / "notice.py"
    spec = importlib.util.spec_from_file_location("notice_stand_in", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_entry_point_group_is_the_one_that_is_read() -> None:
    from channels import GROUP

    first = next(blocks(PAGE, "toml"))
    assert list(tomllib.loads(first)["project"]["entry-points"]) == [GROUP]
