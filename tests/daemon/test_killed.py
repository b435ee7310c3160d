"""The daemon as a real process, against real servers: killed, stopped, doubled, misfed."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

from tests.daemon.conftest import Installation

Install = Callable[[str], tuple[Installation, Any]]


def test_a_daemon_killed_in_mid_send_neither_loses_nor_repeats_a_post(install: Install) -> None:
    site, platform = install("webhook")
    site.campaign("mot", "hai", channel="kenh")
    platform.faults.next("stall")
    first = site.start()
    site.until(lambda: len(platform.published()) == 1, "the platform has the first post")
    assert "sending" in site.states().values()
    site.kill(first)
    platform.faults.clear()
    site.start()
    site.until(lambda: set(site.states().values()) == {"sent"}, "both posts are sent")
    assert len(platform.published()) == 2


def test_where_nothing_can_tell_a_killed_send_is_put_before_a_person(install: Install) -> None:
    site, platform = install("telegram")
    site.campaign("mot", channel="kenh")
    platform.faults.always("stall", on="publish")
    first = site.start()
    site.until(lambda: "sending" in site.states().values(), "the post is being sent")
    site.kill(first)
    platform.faults.clear()
    taken = len(platform.published())
    site.start()
    site.until(
        lambda: site.states().get("mot") in ("unconfirmed", "sent"), "the doubt is written down"
    )
    assert len(platform.published()) == max(taken, 0)
    assert len(platform.published()) <= 1


def test_sigterm_lets_what_is_in_flight_finish(install: Install) -> None:
    site, platform = install("webhook")
    site.campaign("mot", channel="kenh")
    process = site.start()
    site.until(lambda: set(site.states().values()) == {"sent"}, "the post is sent")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert len(platform.published()) == 1


def test_a_second_daemon_is_refused_with_a_clear_message(install: Install) -> None:
    site, _platform = install("webhook")
    site.campaign("mot", channel="kenh")
    first = site.start()
    site.until(lambda: set(site.states().values()) == {"sent"}, "the first is at work")
    second = site.start()
    assert second.wait(timeout=20) == 2
    log = (site.root / "log.jsonl").read_text(encoding="utf-8")
    assert str(first.pid) in log
    assert "Traceback" not in log
    assert first.poll() is None


def test_a_faulty_file_keeps_the_last_good_version_and_is_told_once(install: Install) -> None:
    site, platform = install("webhook")
    site.campaign("mot", channel="kenh")
    site.start()
    site.until(lambda: set(site.states().values()) == {"sent"}, "the first post is sent")
    broken = site.root / "campaigns" / "thu" / "posts" / "hai.md"
    broken.write_text('+++\nwhen = "ngày mai"\n+++\nHỏng', encoding="utf-8")

    def alerts() -> list[dict[str, Any]]:
        lines = (site.root / "log.jsonl").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines if line.startswith("{")]
        return [event for event in events if event.get("event") == "alert"]

    site.until(lambda: bool(alerts()), "a person is told")
    assert "hai.md:2" in alerts()[0]["text"]
    site.campaign("mot", "hai", channel="kenh")
    site.until(lambda: site.states().get("hai") == "sent", "the mended post is sent")
    assert len(alerts()) == 1
    assert len(platform.published()) == 2
