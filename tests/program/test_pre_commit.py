"""The hook that repositories of campaigns use: it is run on what an office writes, and runs."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from publisher.cli import COMMANDS

ROOT = Path(__file__).parents[2]


def test_the_hook_checks_whatever_an_office_writes() -> None:
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, command = hook["entry"].split()

    assert program == "publisher"
    assert command in COMMANDS
    assert hook["pass_filenames"] is False
    for written in ("schedule.toml", "campaigns/thu/campaign.toml", "campaigns/thu/posts/mot.md"):
        assert re.search(hook["files"], written)
    assert not re.search(hook["files"], "docs/schedule.toml")
