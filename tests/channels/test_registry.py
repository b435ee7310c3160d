"""The registry: every adapter is found by its file's name, and nothing else is loaded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import channels
from channels import simulated
from channels.base import Channel, ChannelConfig, Limits, secret_keys
from channels.simulated import StandIn
from channels.testing import StillClock

FOLDER = Path(channels.__file__).parent


def output_of(code: str, path: Path = FOLDER.parent) -> str:
    """What ``code`` prints in a process of its own, with ``path`` to import from as well."""
    places = f"{FOLDER.parent}{os.pathsep}{path}"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": places},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


def test_the_platforms_that_ship_are_known() -> None:
    assert {"outbox", "telegram", "x", "webhook", "email"} <= set(channels.known())
    assert not {"base", "limits", "testing", "cards", "oauth", "tokens", "hosting"} & set(
        channels.known()
    )


@pytest.mark.parametrize("name", channels.known())
def test_every_adapter_declares_all_that_the_contract_asks(name: str) -> None:
    adapter = channels.load(name)
    assert issubclass(adapter, Channel)
    assert issubclass(adapter.Config, ChannelConfig)
    assert adapter.settlement in channels.base.Settlement
    assert adapter.Config.__doc__
    assert f'adapter = "{name}"' in adapter.Config.__doc__


WHERE_SECRETS_GO = ("server", "url", "base_url", "video_url", "api_url", "upload_url", "token_url",
                    "oauth_url", "rest_url", "facebook_url")  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (name, key)
        for name in channels.known()
        for key in channels.load(name).Config.model_fields
        if key in WHERE_SECRETS_GO and secret_keys(channels.load(name).Config)
    ],
)
def test_no_secret_goes_where_others_can_read_it(name: str, key: str) -> None:
    platform = simulated.load(name)
    assert platform is not None
    with platform(StillClock()) as stand_in:
        keys = {"adapter": name, **stand_in.config()}
    config = channels.load(name).Config
    config.model_validate(keys)
    with pytest.raises(ValidationError, match=key):
        config.model_validate({**keys, key: "http://10.0.0.5:8081"})


@pytest.mark.parametrize("name", ["telegram", "x", "webhook"])
def test_limits_need_neither_network_nor_secrets(name: str) -> None:
    platform = simulated.load(name)
    assert platform is not None
    with platform(StillClock()) as stand_in:
        keys = {"adapter": name, **stand_in.config()}
    adapter = channels.load(name)
    assert isinstance(adapter.limits(adapter.Config.model_validate(keys)), Limits)


@pytest.mark.parametrize("name", ["telegramm", "", "base", "_http", "simulated.x", "../x"])
def test_an_unknown_adapter_is_answered_with_those_there_are(name: str) -> None:
    with pytest.raises(channels.UnknownAdapterError) as caught:
        channels.load(name)
    assert caught.value.name == name
    assert caught.value.known == channels.known()
    assert simulated.load(name) is None


def test_other_people_s_adapters_are_found(tmp_path: Path) -> None:
    package = tmp_path / "peertube-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: peertube-channel\nVersion: 1.0\n"
    )
    (package / "entry_points.txt").write_text(f"[{channels.GROUP}]\npeertube = theirs:PeerTube\n")
    (tmp_path / "theirs.py").write_text("class PeerTube: ...\n")
    code = "import channels; print(channels.known(), channels.load('peertube'))"
    told = output_of(code, path=tmp_path)
    assert "'peertube'" in told
    assert "theirs.PeerTube" in told


def test_loading_one_adapter_imports_no_other() -> None:
    code = "import sys, channels; channels.load('webhook'); print(*sys.modules)"
    loaded = set(output_of(code).split())
    assert "channels.webhook" in loaded
    assert not {"tweepy", "werkzeug", "channels.telegram", "channels.x"} & loaded


def test_every_stand_in_belongs_to_an_adapter() -> None:
    for kind in simulated.known():
        assert kind in channels.known()
        platform = simulated.load(kind)
        assert platform is not None
        assert issubclass(platform, StandIn)
