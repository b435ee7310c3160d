"""The program as it is started: quick help, documented commands, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from publisher.cli import COMMANDS, cli

ROOT = Path(__file__).parents[2]
HEAVY = (
    *("sqlalchemy", "sqlmodel", "requests", "jinja2", "pydantic", "rich"),
    *("apscheduler", "tweepy", "feedparser", "PIL"),
)


def started(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``publisher ARGUMENTS`` as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "publisher", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8", "PUBLISHER_LANG": ""} | environment,
        check=False,
    )


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["cheks"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from publisher.cli import main\n"
        f"sys.argv = ['publisher', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        f"print('LOADED', *sorted(set(sys.modules) & set({HEAVY!r})))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert ran.stdout.splitlines()[-1] == "LOADED"


def test_help_names_every_command_in_the_language_asked_for() -> None:
    english, vietnamese = started("--lang", "en", "--help"), started("--help")

    assert (english.returncode, vietnamese.returncode) == (0, 0)
    for name in COMMANDS:
        assert f"  {name} " in english.stdout
        assert f"  {name} " in vietnamese.stdout
    assert COMMANDS["check"][1] in english.stdout
    assert COMMANDS["check"][1] not in vietnamese.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_each_of_its_options(name: str) -> None:
    context = click.Context(cli)
    command = cli.get_command(context, name)

    assert command is not None
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option) and option.name != "help":
            assert option.help, option.name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_what_people_read(name: str) -> None:
    pages = [ROOT / "README.md", ROOT / "campaigns/README.md", *(ROOT / "docs").rglob("*.md")]
    words = "\n".join(page.read_text(encoding="utf-8") for page in pages)

    assert f"publisher {name}" in words or f"`{name}`" in words


def test_an_unknown_command_is_answered_with_the_one_that_was_meant() -> None:
    ran = started("--lang", "en", "stauts")

    assert ran.returncode == 2
    assert "There is no command “stauts”. Did you mean “status”?" in ran.stderr


def test_scripts_can_build_on_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "schedule.toml").write_text("sai", encoding="utf-8")

    ran = started("--config", str(tmp_path / "schedule.toml"), "check")

    assert ran.returncode == 1
    assert "schedule.toml:1" in ran.stdout


def test_what_nobody_foresaw_is_told_in_a_line_without_a_secret(tmp_path: Path) -> None:
    config = tmp_path / "schedule.toml"
    config.write_text("", encoding="utf-8")
    store = "postgresql://lan:rat-bi-mat@127.0.0.1:1/publisher"

    ran = started("--config", str(config), "status", PUBLISHER_STORE=store)

    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert "rat-bi-mat" not in ran.stdout + ran.stderr
    assert len(ran.stderr.strip().splitlines()) <= 3
