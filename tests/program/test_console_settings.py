"""[console] of schedule.toml: what would let passwords cross a network unprotected is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.files.faults import Fault
from publisher.settings import Settings
from publisher.settings.reader import read_settings

TLS = 'certificate = "tls.pem"\nkey = "tls.key"\n'
URL = 'url = "https://publisher.tinh.example.vn"\n'


def read(folder: Path, keys: str) -> tuple[Settings | None, list[Fault]]:
    path = folder / "schedule.toml"
    path.write_text(f"[console]\n{keys}", encoding="utf-8")
    for name in ("tls.pem", "tls.key"):
        (folder / name).touch()
    return read_settings(path)


@pytest.mark.parametrize("place", ["0.0.0.0:8082", "10.0.0.4:8082", "[::]:8082", "may-chu:8082"])
def test_other_machines_reach_it_by_tls_or_by_a_named_web_server_alone(
    tmp_path: Path, place: str
) -> None:
    listen = f'listen = "{place}"\n'
    settings, [fault] = read(tmp_path, listen + URL)
    assert settings is None
    assert (fault.code, fault.line) == ("console_open", 2)
    assert "trusted_proxy" in fault.instead
    for kept in (TLS, 'trusted_proxy = ["10.0.0.5"]\n'):
        settings, faults = read(tmp_path, listen + URL + kept)
        assert settings is not None, faults


@pytest.mark.parametrize("place", ["127.0.0.1:9000", "localhost:9000", "[::1]:9000"])
def test_this_machine_itself_reaches_it_without(tmp_path: Path, place: str) -> None:
    settings, faults = read(tmp_path, f'listen = "{place}"\n')
    assert settings is not None, faults
    assert settings.console.address == f"http://{place}"


@pytest.mark.parametrize("url", ["", 'url = "http://publisher.tinh.example.vn"\n'])
def test_other_machines_need_an_address_with_tls_to_ask_for(tmp_path: Path, url: str) -> None:
    _settings, [fault] = read(tmp_path, 'listen = "0.0.0.0:8082"\n' + TLS + url)
    assert fault.code == "console_name"


@pytest.mark.parametrize(
    ("keys", "code", "line"),
    [
        ('certificate = "tls.pem"', "console_pair", 2),
        ('key = "tls.key"', "console_pair", 2),
        ('certificate = "mat.pem"\nkey = "tls.key"', "no_certificate", 2),
        ('url = "publisher.tinh.example.vn"', "console_url", 2),
        ('url = "https://tinh.example.vn/publisher"', "console_url", 2),
        ('trusted_proxy = ["web.tinh.example.vn"]', "console_proxy", 2),
        ('idle = "1m"', "console_span", 2),
        ('longest = "90d"', "console_span", 2),
        ('totp = ["chief"]', "unknown_choice", 2),
        ("port = 8082", "unknown_key", 2),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, keys: str, code: str, line: int
) -> None:
    settings, [fault, *_more] = read(tmp_path, keys + "\n")
    assert settings is None
    assert (fault.code, fault.line) == (code, line)
    assert fault.instead


def test_a_proxy_is_known_by_its_address_or_its_network(tmp_path: Path) -> None:
    settings, faults = read(tmp_path, 'trusted_proxy = ["10.0.0.5", "192.168.7.9/24"]\n')
    assert settings is not None, faults
    trusts = settings.console.trusts
    assert trusts("10.0.0.5")
    assert trusts("192.168.7.200")
    assert not trusts("10.0.0.6")
    assert not trusts("unix")
