"""Who is told by a daemon that is a real process, over a real mail server: late, but never not."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from channels.simulated.email import PASSWORD, Platform
from publisher.clock import system_clock
from tests.daemon.conftest import Install, Installation


@pytest.fixture
def server() -> Iterator[Platform]:
    with Platform(system_clock) as running:
        yield running


def mail_alerts(site: Installation, server: Platform, gather: str) -> None:
    """Let the site mail its alerts, the first of which waits so long for the others."""
    schedule = site.root / "schedule.toml"
    channels = schedule.read_text(encoding="utf-8").partition("[mail]")[0]
    keys = {name: server.config()[name] for name in ("host", "port", "security", "username")}
    lines = [f'{name} = "{value}"' for name, value in keys.items() if name != "port"]
    schedule.write_text(
        "\n".join(
            [
                *(channels.rstrip(), "[mail]", *lines, f"port = {keys['port']}"),
                *('password = "env:MAIL_PASSWORD"', 'sender = "publisher@example.vn"'),
                *("[alerts]", 'to = ["quan-tri@example.vn"]', f'gather = "{gather}"', ""),
            ]
        ),
        encoding="utf-8",
    )
    site.environment["MAIL_PASSWORD"] = PASSWORD


def test_what_a_killed_daemon_had_no_time_to_tell_the_next_one_tells(
    install: Install, server: Platform
) -> None:
    site, platform = install("webhook")
    platform.faults.always("forbidden", on="publish")
    mail_alerts(site, server, gather="1h")
    site.campaign("mot", "hai", "ba", channel="kenh")
    first = site.start()
    site.until(lambda: len(site.alerts()) == 3, "three posts are refused")
    site.kill(first)
    assert server.mailbox == []
    mail_alerts(site, server, gather="1s")
    site.start()
    site.until(lambda: bool(server.mailbox), "a person is told")
    [mail] = server.mailbox
    assert all(f"/{post}/kenh" in mail.get_content() for post in ("mot", "hai", "ba"))
    assert mail.get_content().count("publisher again") == 1


def test_a_daemon_that_is_stopped_tells_what_it_has_before_it_ends(
    install: Install, server: Platform
) -> None:
    site, platform = install("webhook")
    platform.faults.always("forbidden", on="publish")
    mail_alerts(site, server, gather="1h")
    site.campaign("mot", channel="kenh")
    process = site.start()
    site.until(lambda: len(site.alerts()) == 1, "a post is refused")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 0
    [mail] = server.mailbox
    assert "/mot/kenh" in mail.get_content()
