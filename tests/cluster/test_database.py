"""PostgreSQL goes away while a cluster is at work, and comes back."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import Any

import pytest

from channels.simulated import Published
from channels.simulated import apprise as chat
from publisher.clock import system_clock
from tests import postgres
from tests.cluster.conftest import QUICK, Found

PATIENT = {"publisher.delivery.policy.CLUSTER_LEASE": timedelta(minutes=2)}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT])
def test_a_database_that_is_restarted_costs_no_post_and_repeats_none(
    found: Found, server: postgres.Server, how: signal.Signals
) -> None:
    office, platforms = found("webhook", "webhook")
    office.campaign(*(f"bai-{number:02}" for number in range(15)))
    for role in ("run", "run", "worker"):
        office.start(role)
    office.until(lambda: office.states().count("sent") >= 5, "the first posts are sent")
    server.restart(how)
    office.until(office.are_all("sent", 30), "the others follow")
    assert all(process.poll() is None for process in office.running)
    assert [len(platform.published()) for platform in platforms.values()] == [15, 15]


def test_who_is_started_before_the_database_waits_for_it(
    found: Found, server: postgres.Server
) -> None:
    office, _platforms = found("webhook")
    office.campaign("mot")
    server.stop()
    try:
        node, worker = office.start("run"), office.start("worker")
        for each in (node, worker):
            office.until(lambda each=each: "waiting for the database" in office.said(each), "waits")
    finally:
        server.start()
    office.until(office.are_all("sent", 1), "the post is sent")
    assert all(process.poll() is None for process in (node, worker))


def test_a_receipt_that_comes_while_the_database_is_away_is_kept(
    found: Found, server: postgres.Server
) -> None:
    office, platforms = found("webhook", timeout_s=60)
    platform = platforms["kenh0"]
    asked, may_answer = threading.Event(), threading.Event()
    taken = platform.shown

    def slowly(number: int, body: dict[str, Any]) -> Published:
        asked.set()
        may_answer.wait(60)
        shown: Published = taken(number, body)
        return shown

    platform.shown = slowly
    office.campaign("mot")
    process = office.start("run", constants=QUICK | PATIENT)
    # A post that is claimed is looked up once more before it goes; the platform must have it.
    office.until(asked.is_set, "the post is being sent")
    server.stop()
    may_answer.set()
    office.until(lambda: len(platform.published()) == 1, "the platform has taken it")
    office.until(lambda: "work failed" in office.said(process), "the receipt wasn't taken down")
    server.start()
    office.until(office.are_all("sent", 1), "the receipt is written down")
    assert process.poll() is None
    assert [attempt.outcome for attempt in office.attempts()] == ["sent"]
    assert len(platform.published()) == 1


def test_a_database_that_stays_away_is_told_once_by_who_had_the_duty(
    found: Found, server: postgres.Server
) -> None:
    office, _platforms = found("webhook")
    with chat.Platform(system_clock) as group:
        [office.environment["CHAT"]] = group.secrets().values()
        schedule = office.root / "schedule.toml"
        alerts = '[alerts]\ngather = "1s"\nservices = ["env:CHAT"]\n'
        schedule.write_text(schedule.read_text("utf-8") + alerts, "utf-8")
        nodes = [office.start("run"), office.start("run")]
        office.until(lambda: all("running" in office.said(each) for each in nodes), "both run")
        office.until(lambda: bool(office.who_has_the_duty()), "one has the duty")
        server.stop()
        try:
            office.until(lambda: bool(group.bodies()), "somebody is told")
        finally:
            server.start()
        office.until(lambda: bool(office.who_has_the_duty()), "one has the duty again")
    assert len(group.bodies()) == 1
    assert "work failed" in office.said(nodes[0]) + office.said(nodes[1])
