"""What a channel's page tells an administrator to write is what its adapter takes."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import channels
from channels.base import secret_keys
from publisher.settings.media_host import MediaHosting
from tests.docs.pages import ROOT

PAGES = sorted((ROOT / "docs/channels").glob("*.md"))
SECTIONS = ("Getting access", "What a post may have", "What is measured", "How it keeps its word")


def tables(page: Path) -> Iterator[dict[str, Any]]:
    for block in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.S | re.M):
        yield tomllib.loads(block)


def accounts(page: Path) -> list[dict[str, Any]]:
    return [keys for table in tables(page) for keys in table.get("channels", {}).values()]


@pytest.mark.parametrize("adapter", channels.known())
def test_the_example_of_a_page_is_taken_as_it_stands(adapter: str) -> None:
    examples = accounts(ROOT / "docs/channels" / f"{adapter}.md")
    assert [keys["adapter"] for keys in examples[:1]] == [adapter]
    for keys in examples:
        channels.load(keys["adapter"]).Config.model_validate(keys)


@pytest.mark.parametrize("adapter", [one for one in channels.known() if one != "outbox"])
def test_a_page_answers_what_an_administrator_asks(adapter: str) -> None:
    text = (ROOT / "docs/channels" / f"{adapter}.md").read_text("utf-8")
    for section in (*SECTIONS, "What an error means"):
        assert f"## {section}" in text, section


@pytest.mark.parametrize("adapter", channels.known())
def test_a_page_names_every_key_of_its_adapter(adapter: str) -> None:
    text = (ROOT / "docs/channels" / f"{adapter}.md").read_text("utf-8")
    config = channels.load(adapter).Config
    common = set(channels.base.ChannelConfig.model_fields)
    unnamed = [key for key in config.model_fields if key not in common and f"`{key}`" not in text]
    assert unnamed == []
    assert all(key in config.model_fields for key in secret_keys(config))


def test_every_media_host_of_the_page_is_taken_as_it_stands() -> None:
    hosts = [table["media_host"] for table in tables(ROOT / "docs/media-host.md")]
    assert {MediaHosting.model_validate(keys).kind for keys in hosts} == {
        "folder",
        "bucket",
        "channel",
    }
