"""``outbox``: what it answers where there is no timeline to show."""

from __future__ import annotations

import socket

import pytest

from tests.cli.office import SCHEDULE, Office

TELEGRAM = '[channels.telegram]\nadapter = "telegram"\ntoken = "env:KHONG_CO"\nchat = "@kenh"\n'


@pytest.mark.parametrize(
    ("channel", "words"),
    [
        ("fanpgae", "There is no channel “fanpgae”"),
        ("telegram", "Channel “telegram” is no outbox"),
        ("reports", "“reports”"),
    ],
)
def test_what_is_no_outbox_is_refused_in_a_line(office: Office, channel: str, words: str) -> None:
    office.schedule(SCHEDULE + TELEGRAM)

    refused = office.run("outbox", channel)

    assert refused.code == 2
    assert words in refused.out


def test_a_port_in_use_is_told_in_a_line(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = office.run("outbox", "fanpage", "--port", str(taken.getsockname()[1]))

    assert refused.code != 0
    assert "should not have" not in refused.out
    assert "Traceback" not in refused.out
