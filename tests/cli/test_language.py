"""What an officer reads of the command line itself: nothing in it is English."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.cli import COMMANDS
from tests.cli.office import Office, days_ahead

HELP = """
import contextlib, io, json, sys
from publisher.cli import main

told = {}
for command in json.load(sys.stdin):
    sys.argv = ["publisher", *command.split(), "--help"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        main()
    told[command] = said.getvalue()
json.dump(told, sys.stdout)
"""


def test_help_names_what_is_to_be_filled_in_in_vietnamese(tmp_path: Path) -> None:
    reports = ("report weekly", "report monthly", "report half-year", "report deadlines")
    commands = ["", *COMMANDS, *reports]
    # A process of its own: in what language help speaks is settled when a command is imported.
    answer = subprocess.run(
        [sys.executable, "-c", HELP],
        input=json.dumps(commands),
        capture_output=True,
        check=True,
        cwd=tmp_path,
        env={**os.environ, "PUBLISHER_LANG": "vi", "COLUMNS": "100"},
        text=True,
    )
    told = json.loads(answer.stdout)

    english = ("OPTIONS", "COMMAND", "CAMPAIGN", "TEXT", "INTEGER", "FILE", "DIRECTORY", "SLUG")
    assert [command for command in commands if "Cách dùng: publisher" not in told[command]] == []
    assert [(name, word) for name, text in told.items() for word in english if word in text] == []


def test_who_stands_in_the_wrong_folder_is_told_where_to_go(office: Office) -> None:
    (office.root / "schedule.toml").unlink()

    for command in (("status",), ("plan",), ("preview",)):
        told = office.run(*command)
        assert told.code == 1
        assert "--config FILE" in told.out


def test_a_command_shows_no_log_beside_its_answer(office: Office) -> None:
    office.schedule(
        '[channels.x]\nadapter = "x"\nconsumer_key = "env:NO"\nconsumer_secret = "env:NO"\n'
        'access_token = "env:NO"\naccess_token_secret = "env:NO"\n'
        '[mail]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nsender = "a@example.vn"\n'
        '[alerts]\nto = ["b@example.vn"]\n'
    )
    office.campaign(keys='channels = ["x"]\napprovals = 0')
    office.post("bai", days_ahead(2))

    told = office.run("send", "thu/bai", "--channel", "x", "--now", lang="vi")

    assert "Kênh x đã dừng" in told.out
    assert "alert mail not sent" not in told.out


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("nonsense", "PUBLISHER_STORE"),
        ("sqlite:///schedule.toml", "là tệp khác"),
        ("sqlite:///campaigns", "thư mục chứa tệp"),
        ("mysql://x", "thiếu gói Python"),
    ],
)
def test_a_wrong_store_is_explained_in_vietnamese(office: Office, store: str, said: str) -> None:
    office.patch.setenv("PUBLISHER_STORE", store)

    told = office.run("status", lang="vi")

    assert told.code == 2
    assert said in told.out
    assert "Traceback" not in told.out
