"""Several processes send from one store: once each, in order, whoever of them dies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cluster.conftest import Found


def test_one_node_alone_sends_what_is_due(found: Found) -> None:
    office, platforms = found("webhook")
    office.campaign("mot", "hai")
    node = office.start("run")
    office.until(office.are_all("sent", 2), "both posts are sent")
    assert len(platforms["kenh0"].published()) == 2
    assert office.stop(node) == 0


def test_two_nodes_and_two_workers_send_everything_once_and_in_order(found: Found) -> None:
    office, platforms = found(*["webhook"] * 8)
    running = [office.start(role) for role in ("run", "run", "worker", "worker")]
    office.until(lambda: all("running" in office.said(each) for each in running), "all four run")
    office.campaign(*(f"bai-{number:02}" for number in range(25)))
    office.until(office.are_all("sent", 200), "all 200 are sent")
    assert all(process.poll() is None for process in office.running)
    assert len({attempt.owner for attempt in office.attempts()}) > 1
    for name, platform in platforms.items():
        planned = [each.post for each in office.deliveries() if each.channel == name]
        assert len(platform.published()) == len(planned) == 25
        assert [body["title"] for body in platform.bodies()] == [f"Bài {post}" for post in planned]


def test_a_node_may_leave_all_sending_to_workers(found: Found) -> None:
    office, platforms = found("webhook")
    office.campaign("mot", "hai")
    node = office.start("run", "--concurrency", "0")
    office.until(lambda: office.has_duty(node), "the node has the duty")
    worker = office.start("worker", "--concurrency", "1")
    office.until(office.are_all("sent", 2), "both posts are sent")
    assert {attempt.owner.split(":")[1] for attempt in office.attempts()} == {str(worker.pid)}
    assert len(platforms["kenh0"].published()) == 2
    assert [office.stop(node), office.stop(worker)] == [0, 0]


def test_another_node_takes_the_duty_over_when_its_holder_is_killed(found: Found) -> None:
    office, platforms = found("webhook")
    office.campaign("mot")
    first = office.start("run")
    office.until(office.are_all("sent", 1), "the first post is sent")
    second = office.start("run")
    office.until(lambda: "running" in office.said(second), "the second node runs")
    assert office.has_duty(first)
    assert not office.has_duty(second)
    office.kill(first)
    office.campaign("hai", name="khac")
    office.until(office.are_all("sent", 2), "the second node plans and sends what is new")
    assert office.has_duty(second)
    assert len(platforms["kenh0"].published()) == 2


def test_a_node_that_is_stopped_hands_the_duty_on_at_once(found: Found) -> None:
    office, _platforms = found("webhook")
    office.campaign("mot")
    first = office.start("run")
    office.until(lambda: office.has_duty(first), "the first node has the duty")
    second = office.start("run")
    office.until(lambda: "running" in office.said(second), "the second node runs")
    assert office.stop(first) == 0
    office.until(lambda: office.has_duty(second), "the second node has the duty")


@pytest.mark.parametrize("roles", [("run", "run"), ("run", "worker")])
def test_what_a_killed_process_was_sending_is_doubted_and_settled(
    found: Found, roles: tuple[str, ...]
) -> None:
    office, platforms = found("webhook", timeout_s=30)
    platform = platforms["kenh0"]
    office.campaign("mot", "hai")
    platform.faults.next("stall")
    for role in roles:
        office.start(role)
    office.until(lambda: len(platform.published()) == 1, "the platform has the first post")
    office.kill(office.sender())
    platform.faults.clear()
    office.start("run")
    office.until(office.are_all("sent", 2), "the doubt is settled, and the next post goes out")
    assert len(platform.published()) == 2
    assert next(each.outcome for each in office.attempts()) == "doubt"


@pytest.mark.parametrize(
    "loss", ["TRUNCATE public_queue.procrastinate_jobs CASCADE", "DROP SCHEMA public_queue CASCADE"]
)
def test_a_queue_that_is_lost_loses_nothing(found: Found, loss: str) -> None:
    office, platforms = found("webhook")
    platform = platforms["kenh0"]
    office.campaign(*(f"bai-{number}" for number in range(12)))
    platform.faults.next("stall", after=3)
    office.start("run")
    office.start("worker")
    office.until(lambda: len(platform.published()) == 4, "some posts are out")
    office.ask(loss)
    platform.faults.clear()
    office.until(office.are_all("sent", 12), "the others follow")
    assert len(platform.published()) == 12


def test_a_channel_keeps_its_pauses_whoever_sends(found: Found) -> None:
    office, platforms = found("x", min_gap_s=1.0)
    office.campaign(*(f"bai-{number}" for number in range(6)))
    for role in ("run", "worker", "worker"):
        office.start(role)
    office.until(office.are_all("sent", 6), "all are sent")
    begun = sorted(attempt.started_at for attempt in office.attempts())
    ended = sorted(attempt.ended_at for attempt in office.attempts() if attempt.ended_at)
    gaps = [later - before for before, later in zip(ended, begun[1:], strict=False)]
    assert min(gaps) >= timedelta(seconds=1)
    assert len(platforms["kenh0"].published()) == 6
