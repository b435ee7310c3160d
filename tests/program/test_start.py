"""The program as it is started: quick help, no more loaded than is used, no traceback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from bench import weigh
from publisher.cli import COMMANDS

ROOT = Path(__file__).parents[2]
REASONS = weigh.reasons()
DEPENDENCIES = {
    module
    for module, owners in packages_distributions().items()
    for owner in owners
    if canonicalize_name(owner) in REASONS and not module.startswith("_")
}
"""What all that the program depends on is imported by: a new dependency is among them at once."""

SHOWS = {"click", "rich"}
READS_SETTINGS = SHOWS | {"pydantic", "structlog"}
READS_THE_STORE = READS_SETTINGS | {"sqlalchemy", "sqlmodel"}
LOOKS_AT_THE_STORE = READS_THE_STORE - {"rich", "structlog"}
# Whatever stands in schedule.toml is checked by its adapter, so those in use are loaded.
HAS_CHANNELS = {"requests", "urllib3", "feedgenerator", "regex"}
RENDERS = {"PIL", "babel", "dateutil", "holidays", "jinja2", "markdown_it", "nh3"}
COUNTS = {"tree_sitter", "tree_sitter_toml", "rapidfuzz", "twitter_text", "pkg_resources"}
WRITES_REPORTS = {"docx", "docxtpl", "mjml", "typst", "xlsxwriter"}
DRAWS = {"typst"}  # cards, where a post has one that wasn't drawn yet
RUNS = {"apscheduler", "feedparser", "rapidfuzz", "w3lib", "crawlerdetect", "waitress", "werkzeug"}


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


def imported(*arguments: str, within: Path = ROOT, until: str = "") -> set[str]:
    """Which of the dependencies ``publisher ARGUMENTS`` imports, run in ``within``; if it goes on
    by itself, up to the line that says ``until``."""
    running = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "publisher", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=within,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    names = set()
    with running:
        assert running.stderr is not None
        for line in running.stderr:
            if until and until in line:
                break
            if line.startswith("import time:"):
                names.add(line.rpartition("|")[2].strip().partition(".")[0])
        else:
            assert not until, "it ended by itself"
        running.send_signal(signal.SIGTERM)
        running.stderr.read()
    return names & DEPENDENCIES


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office as it is shipped, with two platforms more; nobody hears of it, outside or by mail,
    and it has a store."""
    more = """
[channels.bluesky]
adapter      = "bluesky"
handle       = "tinh.example.vn"
app_password = "file:secrets/bluesky"

[channels.mastodon]
adapter      = "mastodon"
server       = "https://mastodon.example.vn"
access_token = "file:secrets/mastodon"
"""
    folder = tmp_path_factory.mktemp("office")
    schedule = (ROOT / "schedule.toml").read_text(encoding="utf-8")
    nobody_there = re.sub(r"^(port +=) 25$", r"\1 9", schedule + more, flags=re.MULTILINE)
    (folder / "schedule.toml").write_text(nobody_there, encoding="utf-8")
    reads_a_feed = shutil.ignore_patterns("tin-cong-thong-tin")
    shutil.copytree(ROOT / "campaigns", folder / "campaigns", ignore=reads_a_feed)
    # The first tables are made by Alembic, which a store as it is needs no more.
    assert "alembic" in imported("log", within=folder)
    return folder


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["cheks"]])
def test_help_loads_the_command_line_alone(arguments: list[str]) -> None:
    assert imported(*arguments) == {"click"}


@pytest.mark.parametrize(
    ("command", "may"),
    [
        ("run", SHOWS | {"structlog"}),
        ("plan", SHOWS),
        ("check", READS_SETTINGS),
        ("send", READS_THE_STORE),
    ],
)
def test_the_help_of_a_command_loads_nothing_of_its_work(command: str, may: set[str]) -> None:
    assert imported(command, "--help") <= may


@pytest.mark.parametrize(
    ("command", "may"),
    [
        # An officer waits for these, and what logs unasked would do so in the open.
        ("status", LOOKS_AT_THE_STORE),
        ("log", LOOKS_AT_THE_STORE),
        ("check", READS_SETTINGS | HAS_CHANNELS | RENDERS | COUNTS | DRAWS),
        ("plan", READS_THE_STORE | HAS_CHANNELS | RENDERS | COUNTS | DRAWS),
    ],
)
def test_a_command_loads_what_it_uses(command: str, may: set[str], office: Path) -> None:
    assert imported(command, within=office) <= may


def test_the_daemon_has_loaded_what_it_works_by_before_it_says_that_it_runs(office: Path) -> None:
    found = imported("run", within=office, until='"event": "running"')

    # An import that fails on the night of the first report would be found out by nobody.
    assert {"apscheduler", "feedparser", "typst", "mjml", "jinja2"} <= found
    assert found <= READS_THE_STORE | HAS_CHANNELS | RENDERS | RUNS | WRITES_REPORTS


def test_help_names_every_command_in_the_language_asked_for() -> None:
    english, vietnamese = started("--lang", "en", "--help"), started("--help")

    assert (english.returncode, vietnamese.returncode) == (0, 0)
    for name in COMMANDS:
        assert f"  {name} " in english.stdout
        assert f"  {name} " in vietnamese.stdout
    assert COMMANDS["check"][1] in english.stdout
    assert COMMANDS["check"][1] not in vietnamese.stdout


def test_an_unknown_command_is_answered_with_the_one_that_was_meant() -> None:
    ran = started("--lang", "en", "stauts")

    assert ran.returncode == 2
    assert "There is no command “stauts”" in ran.stderr
    assert "Did you mean “status”?" in ran.stderr


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
