"""The daemon as a real process, against real servers: killed, stopped, doubled, misfed."""

from __future__ import annotations

import signal

import pytest

from tests.daemon.conftest import Install


@pytest.mark.parametrize(
    "adapter",
    [
        *("webhook", "bluesky", "facebook", "linkedin"),
        *("mastodon", "threads", "wordpress", "x"),
    ],
)
def test_a_daemon_killed_in_mid_send_neither_loses_nor_repeats_a_post(
    install: Install, adapter: str
) -> None:
    site, platform = install(adapter)
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
    assert len(platform.published()) == taken <= 1


def test_sigterm_lets_what_is_in_flight_finish(install: Install) -> None:
    site, platform = install("webhook")
    site.campaign("mot", channel="kenh")
    process = site.execute()
    site.until(lambda: set(site.states().values()) == {"sent"}, "the post is sent")
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=120) == 0
    assert len(platform.published()) == 1


def test_a_second_daemon_is_refused_with_a_clear_message(install: Install) -> None:
    site, _platform = install("webhook")
    site.campaign("mot", channel="kenh")
    first = site.execute()
    site.until(lambda: set(site.states().values()) == {"sent"}, "the first is at work")
    second = site.execute()
    assert second.wait(timeout=120) == 2
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
    site.until(lambda: bool(site.alerts()), "a person is told")
    assert "hai.md:2" in site.alerts()[0]["text"]
    site.campaign("mot", "hai", channel="kenh")
    site.until(lambda: site.states().get("hai") == "sent", "the mended post is sent")
    assert len(site.alerts()) == 1
    assert len(platform.published()) == 2


def test_another_schedule_is_taken_up_without_a_stop(install: Install) -> None:
    site, platform = install("webhook")
    site.campaign("mot", channel="kenh-moi")
    process = site.start()
    site.until(lambda: bool(site.alerts()), "the channel that isn't there is told")
    schedule = site.root / "schedule.toml"
    text = schedule.read_text(encoding="utf-8")
    schedule.write_text(text.replace("[channels.kenh]", "[channels.kenh-moi]"), encoding="utf-8")
    site.until(lambda: site.states().get("mot") == "sent", "the new channel is used")
    assert process.poll() is None
    assert len(platform.published()) == 1


def test_a_faulty_schedule_leaves_the_daemon_at_work(install: Install) -> None:
    site, platform = install("webhook")
    site.campaign("mot", channel="kenh")
    process = site.start()
    site.until(lambda: site.states().get("mot") == "sent", "the daemon is at work")
    schedule = site.root / "schedule.toml"
    good = schedule.read_text(encoding="utf-8")
    schedule.write_text(good + '\n[reports.weekly]\nat = "8 giờ"\n', encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    site.until(lambda: bool(site.alerts()), "a person is told")
    assert "schedule.toml:" in site.alerts()[0]["text"]
    site.campaign("mot", "hai", channel="kenh")
    site.until(lambda: site.states().get("hai") == "sent", "the old schedule is in force")
    assert process.poll() is None
    assert len(platform.published()) == 2
