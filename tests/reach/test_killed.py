"""A process that is killed while it reads: the next one goes on where it was.

A real process, a real platform's stand-in over HTTP, a real SQLite file.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from werkzeug.wrappers import Request, Response

from channels.base import Context, Message
from channels.mastodon.adapter import Adapter, MastodonConfig
from channels.simulated.mastodon import platform as mastodon
from channels.testing import DictJournal, StillClock, written
from publisher.clock import MovedClock
from publisher.store.database import Database
from publisher.store.reach_tables import ReadingRow
from tests.reach.builders import sent

POSTS = 50
PATIENCE_S = 120.0

READER = """
import sys
from datetime import datetime
from pathlib import Path

from publisher.clock import MovedClock
from publisher.site import open_site

site, _faults = open_site(Path(sys.argv[1]), MovedClock(datetime.fromisoformat(sys.argv[2])))
print(site.collector.round().readings)
"""


class Watched(mastodon.Platform):
    """Notes which posts it is asked about, and keeps the question number ``hangs_at`` waiting."""

    def __init__(self, clock: Callable[[], Any]) -> None:
        super().__init__(clock)
        self.asked: list[list[str]] = []
        self.hangs_at = -1
        self.hung = threading.Event()
        self.go_on = threading.Event()

    def answer(self, request: Request) -> Response:
        if (request.method, request.path) == ("GET", "/api/v1/statuses"):
            self.asked.append(request.args.getlist("id[]"))
            if len(self.asked) == self.hangs_at:
                self.hung.set()
                self.go_on.wait(PATIENCE_S)
        return super().answer(request)


@pytest.fixture
def platform() -> Iterator[Watched]:
    with Watched(StillClock()) as watched:
        yield watched
        watched.go_on.set()


def publish(platform: Watched, database: Database, clock: MovedClock, folder: Path) -> None:
    """Posts that went out now."""
    config = MastodonConfig.model_validate({"adapter": "mastodon", **platform.config()})
    secrets = platform.secrets()
    channel = Adapter(config, Context("kenh", clock, secrets.__getitem__, folder))
    channel.identify()
    for number in range(POSTS):
        words = written(f"Bài số {number}", channel.dialect)
        receipt = channel.send(Message(f"bai-{number}", words, clock()), DictJournal())
        row = sent(database, clock(), f"bai-{number}", channel="kenh")
        with database.writing() as session:
            row.remote_id = receipt.remote_id
            session.add(row)
    channel.close()


def test_what_was_read_is_kept_and_only_the_question_under_way_is_asked_again(
    lite: Database, clock: MovedClock, tmp_path: Path, platform: Watched
) -> None:
    platform.clock = clock
    publish(platform, lite, clock, tmp_path / "workdir")
    keys = {**platform.config(), "adapter": "mastodon", "timeout_s": 60}
    lines = [
        f"{key} = {value}" if isinstance(value, int | float) else f'{key} = "{value}"'
        for key, value in keys.items()
    ]
    schedule = tmp_path / "schedule.toml"
    head = f'store = "sqlite:///{tmp_path}/publisher.db"\n[channels.kenh]\n'
    schedule.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    later = (clock() + timedelta(hours=2)).isoformat()
    secrets = {ref.partition(":")[2]: text for ref, text in platform.secrets().items()}

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", READER, str(schedule), later],
            env=os.environ | secrets,
            stdout=subprocess.PIPE,
            text=True,
        )

    def rows() -> list[int]:
        with lite.reading() as session:
            return list(session.exec(select(ReadingRow.delivery_id)).all())

    platform.hangs_at = 2
    first = start()
    assert platform.hung.wait(PATIENCE_S), "the second question is asked"
    end = time.monotonic() + PATIENCE_S
    while len(rows()) < 20:
        assert time.monotonic() < end, "the first is written down"
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    first.wait()
    platform.go_on.set()
    assert len(rows()) == 20

    second = start()
    told, _ = second.communicate(timeout=PATIENCE_S)
    assert (second.returncode, told.split()[-1]) == (0, str(POSTS - 20))
    assert Counter(rows()) == Counter(range(1, POSTS + 1)), "each once"
    times = Counter(Counter(number for ids in platform.asked for number in ids).values())
    assert times == {1: POSTS - 20, 2: 20}, "only what was being asked is asked once more"

    third = start()
    told, _ = third.communicate(timeout=PATIENCE_S)
    assert told.split()[-1] == "0"
    assert len(platform.asked) == 4
