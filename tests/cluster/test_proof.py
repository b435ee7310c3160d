"""The cluster's proof, briefly: it keeps every zero, and its counting sees what it is for.

``make bench-cluster`` does more to it, and waits for what takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bench.chaos.verdict import Count
from bench.cluster import postgres
from bench.cluster.counting import counted
from bench.cluster.faults import BRIEF
from bench.cluster.network import network
from bench.cluster.proof import Result, played
from bench.cluster.stage import Stage, stage
from channels.base import Settlement
from tests.real.installed import require

_POSTED = """
import sys, requests
url, name, text = sys.argv[1:]
body = {"id": name, "text": text} if name else {"message": text}
requests.post(url, json=body, timeout=5).raise_for_status()
"""


@pytest.fixture(scope="module")
def broken() -> Iterator[tuple[Stage, Result]]:
    """A cluster of two nodes through which all brief faults went, and what came of it."""
    require("" if postgres.is_there() else "PostgreSQL", "apt install postgresql")
    with network() as (found, _why), stage(found, 2, seed=9) as set_up:
        yield set_up, played(set_up, BRIEF, print, over_leases=False)


def _channel(stage: Stage, settlement: Settlement) -> tuple[str, str]:
    """A channel whose doubts are settled in that way, and the mark of a post that is out on it."""
    post = stage.office.posts[0]
    name = next(name for name in post.channels if stage.office.settlements[name] is settlement)
    return name, post.marks[0]


def _post(stage: Stage, url: str, mark: str, name: str = "") -> None:
    """Another request than the program's, from one of its machines; ``name`` is its id."""
    command = [*stage.nodes[0].place.prefix, sys.executable, "-c", _POSTED]
    trust = {"REQUESTS_CA_BUNDLE": str(stage.office.platform.trust or "")}
    text = f"Tin {mark}: lần nữa"
    subprocess.run([*command, url, name, text], check=True, timeout=20, env=os.environ | trust)


def _together(stage: Stage) -> Count:
    total = Count()
    for line in counted(stage, ()):
        total.add(line.count)
    return total


def test_a_cluster_that_loses_the_node_on_duty_and_its_queue_keeps_the_promise(
    broken: tuple[Stage, Result],
) -> None:
    _stage, result = broken
    assert result.fell == []
    assert result.wrongs == []
    assert [line.fault for line in result.lines] == [fault.name for fault in BRIEF]
    assert all(line.count.once == line.count.deliveries > 0 for line in result.lines)


def test_another_node_takes_the_duty_over(broken: tuple[Stage, Result]) -> None:
    _stage, result = broken
    (took_s,) = [line.took_over_s for line in result.lines if line.took_over_s is not None]
    assert took_s < 60.0


def test_a_message_that_readers_see_twice_is_counted_as_doubled(
    broken: tuple[Stage, Result],
) -> None:
    stage, _result = broken
    channel, mark = _channel(stage, Settlement.NONE)
    before = _together(stage).of("doubled")
    _post(stage, f"http://{stage.office.platform.messages}/{channel}", mark)
    assert _together(stage).of("doubled") > before


def test_a_repeat_that_no_attempt_explains_is_counted_as_doubled_though_it_was_dropped(
    broken: tuple[Stage, Result],
) -> None:
    stage, _result = broken
    channel, mark = _channel(stage, Settlement.NATIVE_KEY)
    takes = stage.office.platform.takes()
    name = next(take.name for take in takes if take.channel == channel and mark in take.text)
    before, readers_see = _together(stage).of("doubled"), len(stage.office.seen(channel))
    _post(stage, f"{stage.office.platform.hooks}/{channel}", mark, name)
    assert len(stage.office.seen(channel)) == readers_see
    assert _together(stage).of("doubled") > before
