"""What a page shows of a file is read by whoever reads such a file.

TOML is read by test_blocks.py, what stands on the pages of channels by test_channel_pages.py, web
servers' configuration by tests/real/test_web_servers.py.
"""

from __future__ import annotations

import io
import json
import os
import re
import shlex
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from PIL import Image
from sqlalchemy import make_url

from publisher.campaign.model import FrontMatter
from publisher.cards.draw import draw
from publisher.cards.look import Look, Size
from publisher.settings.console import Role
from publisher.store import api_tokens
from tests import postgres
from tests.cli.conftest import office
from tests.cli.office import SCHEDULE, Office
from tests.docs.pages import PAGES, ROOT, block, blocks, every_block, named
from tests.docs.test_blocks import refusals
from tests.docs.test_commands_typed import typable
from tests.real.installed import require
from tests.web.office import ConsoleOffice

__all__ = ["office"]

POSTS = [
    pytest.param(text, id=f"{named(page)}:{number}")
    for page in PAGES
    for number, text in enumerate(blocks(page, "markdown"), 1)
]


@pytest.mark.parametrize("post", POSTS)
def test_a_post_has_keys_that_there_are_but_for_the_slip_that_is_taught(post: str) -> None:
    _before, keys, words = post.split("+++\n", 2)
    told = refusals(FrontMatter, tomllib.loads(keys))
    assert told == (["cart: Extra inputs are not permitted"] if "\ncart " in post else [])
    assert words.strip()


def test_the_guide_draws_a_campaign_s_folder_as_it_is() -> None:
    folder, *files = block("campaigns/README.md", "chuyen-doi-so-10-10/").splitlines()
    for line in files:
        assert (ROOT / "campaigns" / folder / line.split()[0]).is_file(), line


def test_every_card_of_the_guide_can_be_asked_for() -> None:
    lines = block("campaigns/README.md", 'card = "countdown"').splitlines()
    assert len(lines) > 4
    for line in lines:
        assert refusals(FrontMatter, tomllib.loads(line)) == [], line


def test_a_design_of_ones_own_is_drawn_as_shown(tmp_path: Path) -> None:
    source = block("docs/cards.md", '#import "base.typ"')
    (tmp_path / "so-ket.typ").write_text(source, encoding="utf-8")
    drawn = draw("so-ket", {"title": "Sơ kết sáu tháng"}, Look(designs=tmp_path), Size.WIDE)
    assert Image.open(io.BytesIO(drawn)).size == (1600, 900)


def test_an_assistant_s_configuration_starts_the_command() -> None:
    ours, by_ssh = (
        json.loads(text)["mcpServers"]["publisher"]
        for text in blocks(ROOT / "docs/assistant.md", "json")
    )
    assert ours["command"].endswith("/publisher")
    assert typable(ours["args"])
    assert by_ssh["command"] == "ssh"
    _host, there = by_ssh["args"]
    program, *words = shlex.split(there.partition(" && ")[2])
    assert program == "publisher"
    assert typable(words)


def test_a_program_is_answered_when_it_asks_as_shown(tmp_path: Path, stores: None) -> None:
    console = ConsoleOffice(tmp_path)
    try:
        with console.site.database.writing() as session:
            asks = console.person(Role.WRITER)
            token = api_tokens.make(session, console.clock(), asks, "máy", None, role=Role.WRITER)
        line = block("docs/api.md", "curl").replace(
            "https://publisher.dongthap.example.vn", console.address
        )
        told = subprocess.run(
            ["bash", "-c", line],
            env=os.environ | {"TOKEN": token},
            capture_output=True,
            check=True,
        )
    finally:
        console.close()
    assert asks.full_name in json.dumps(json.loads(told.stdout), ensure_ascii=False)


def test_the_hook_that_a_repository_names_is_there() -> None:
    [ours] = yaml.safe_load(block("docs/editors.md", "repos:"))["repos"]
    there = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {hook["id"] for hook in ours["hooks"]} <= {hook["id"] for hook in there}
    assert ours["rev"] == f"v{version('publisher')}"


@pytest.mark.parametrize("hosts", [["db.tinh.local"], ["db1:5432", "db2:5432"]])
def test_a_store_s_address_of_the_cluster_is_one(
    office: Office, monkeypatch: pytest.MonkeyPatch, hosts: list[str]
) -> None:
    name, _equals, address = (
        next(
            text
            for _said, text in every_block(ROOT / "docs/cluster.md")
            if text.startswith("PUBLISHER_STORE") and all(host in text for host in hosts)
        )
        .strip()
        .partition("=")
    )
    office.schedule(block("docs/cluster.md", "engine") + SCHEDULE)
    monkeypatch.delenv(name, raising=False)
    refused = office.run("check")
    monkeypatch.setenv(name, address)
    taken = office.run("check")

    assert refused.code == 1
    assert refused.lines("schedule.toml:1")
    assert taken.code == 0, taken.out
    url = make_url(address)
    assert [url.host] == hosts or list(url.query["host"]) == hosts


def test_what_doctor_is_said_to_print_of_a_cluster_are_its_words() -> None:
    source = (ROOT / "publisher/doctor/cluster.py").read_text(encoding="utf-8")
    labels = re.findall(r"^✓ ([^:]+):", block("docs/cluster.md", "✓ Cluster"), re.MULTILINE)
    assert len(labels) == 4
    assert [label for label in labels if f'_("{label}")' not in source] == []


@pytest.mark.real
def test_a_database_for_the_cluster_is_made_as_shown(tmp_path: Path) -> None:
    require(postgres.missing(), "no PostgreSQL is installed")
    sudo = tmp_path / "sudo"
    sudo.write_text('#!/bin/sh\nshift 2\nexec "$@"\n')
    sudo.chmod(0o755)
    lines = block("docs/cluster.md", "sudo -u postgres")
    setting = block("docs/cluster.md", "max_connections").strip().replace(" ", "")
    with postgres.server(settings=[setting]) as server:
        there = {"PGHOST": server.host, "PGPORT": str(server.port), "PGUSER": server.user}
        # The tests' own server has a user of that name already.
        typed = lines.replace("publisher", "may_chu")
        subprocess.run(
            ["bash", "-ec", typed],
            env=os.environ | there | {"PATH": f"{tmp_path}:{os.environ['PATH']}"},
            # The password, twice; with no terminal it is read from here.
            input="mot-mat-khau\nmot-mat-khau\n",
            text=True,
            check=True,
            capture_output=True,
            start_new_session=True,
        )
        asked = ["psql", "--tuples-only", "--no-align", "--username=may_chu", "may_chu"]
        told = subprocess.run(
            [*asked, "--command=show max_connections"],
            env=os.environ | there,
            text=True,
            check=True,
            capture_output=True,
        )
    assert told.stdout.strip() == setting.partition("=")[2]
