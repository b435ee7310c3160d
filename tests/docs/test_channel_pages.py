"""What a channel's page tells an administrator to write is what its adapter takes, and it works."""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomlkit

import channels
from channels import simulated
from channels.base import Context, Message, Text, secret_keys
from channels.email.subscribers import read_list
from channels.sealing import new_key
from channels.simulated.webhook import Platform
from channels.testing import DictJournal, picture
from channels.webhook import Adapter, WebhookConfig
from publisher.clock import system_clock
from publisher.settings.media_host import MediaHosting
from tests.cli.conftest import office
from tests.cli.office import Office, just_now
from tests.docs.pages import ROOT, block, blocks

__all__ = ["office"]

PAGES = sorted((ROOT / "docs/channels").glob("*.md"))
SECTIONS = ("Getting access", "What a post may have", "What is measured", "How it keeps its word")


def tables(page: Path) -> Iterator[dict[str, Any]]:
    yield from map(tomllib.loads, blocks(page, "toml"))


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
def test_each_secret_of_an_example_has_a_place_where_a_log_in_can_store_it(adapter: str) -> None:
    """Into an environment or a credential ``channels login`` can put nothing, and says no."""
    for keys in accounts(ROOT / "docs/channels" / f"{adapter}.md"):
        secrets = secret_keys(channels.load(keys["adapter"]).Config)
        places = {key: keys[key] for key in secrets if key in keys}
        assert all(place.startswith("file:secrets/") for place in places.values()), places


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


@pytest.mark.parametrize("adapter", channels.known())
@pytest.mark.about_sqlite
def test_the_account_of_a_page_is_found_to_be_well_by_the_commands_that_it_names(
    adapter: str, office: Office
) -> None:
    """The account is on the platform's stand-in; what is on this machine is taken as it stands."""
    [(name, keys)] = next(tables(ROOT / "docs/channels" / f"{adapter}.md"))["channels"].items()
    kind: Any = simulated.load(adapter)
    if kind is None:
        is_well(office, name, keys)
        return
    with kind(system_clock) as stand_in:
        stand_in.furnish(keys)
        for place, secret in stand_in.secrets().items():
            office.patch.setenv(place.removeprefix("env:"), secret)
        office.patch.setenv("PUBLISHER_KEY", new_key())
        is_well(office, name, keys | stand_in.config())


def is_well(office: Office, name: str, keys: dict[str, Any]) -> None:
    """``check`` and ``doctor`` say that the channel ``name`` is well; nobody has to log in."""
    plain = {key: value for key, value in keys.items() if value is not None}
    plain = json.loads(json.dumps(plain, default=str))
    office.schedule(tomlkit.dumps({"channels": {name: plain}}))
    office.campaign(keys=f'channels = ["{name}"]')
    checked = office.run("channels", "check", name)
    assert checked.code == 0, checked.out
    [line] = [line for line in office.run("doctor").lines(name) if f" {name}:" in line]
    assert line.startswith("✓")


def test_the_webhook_s_page_shows_the_keys_that_a_receiver_gets(tmp_path: Path) -> None:
    shown = json.loads(block("docs/channels/webhook.md", '{\n  "id"'))
    medium = dataclasses.replace(picture(tmp_path), credit="Sở KH&CN")
    message = Message("thu", Text("Chào", "Chào"), system_clock(), media=(medium,))
    with Platform(system_clock) as receiver:
        keys = {"adapter": "webhook", **receiver.config(), "inline_media": True}
        context = Context("webhook", system_clock, receiver.secrets().__getitem__, tmp_path)
        Adapter(WebhookConfig.model_validate(keys), context).send(message, DictJournal())
        [body] = receiver.bodies()
    assert list(body) == list(shown)
    assert set(body["media"][0]) == set(shown["media"][0])


def test_the_list_of_a_newsletter_is_read_as_shown(tmp_path: Path) -> None:
    path = tmp_path / "ban-tin.txt"
    path.write_text(block("docs/channels/email.md", "# one address a line"), encoding="utf-8")
    people, faulty = read_list(path)
    assert [person.address for person in people] == ["lan@example.vn", "minh@example.vn"]
    assert faulty == []


@pytest.mark.about_sqlite
def test_the_outbox_s_folder_has_what_its_page_draws(office: Office) -> None:
    office.post("mot", just_now())
    office.run("apply")
    office.send_due()
    folder = office.root / "var/channels/fanpage"
    drawn = block("docs/channels/outbox.md", "index.html").splitlines()
    for line in drawn:
        name = line.split()[0]
        # It comes with the first post that has a picture, or the first reader.
        if name not in ("media/", "views.db"):
            assert list(folder.glob(name.replace("ID", "*"))), name
    assert len(drawn) == 5
