"""An office whose posts carry short links, and its program as real processes."""

from __future__ import annotations

import http.client
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.daemon.process import Forked, Process
from tests.ports import free_port
from tests.redirect.conftest import PHONE
from tests.store.stores import rows

PATIENCE_S = 120.0
WRITE_EVERY_S = 1.0
"""The program's own five seconds are too long for a test to wait."""
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PAGE = "https://tinh.example.vn/tin"


@dataclass
class Premises:
    """A folder with schedule.toml and one post that is due, and its processes; all that these
    write goes into one log."""

    root: Path
    port: int
    store: str
    running: list[Process] = field(default_factory=list)

    def furnish(self, listen: str | None = None) -> None:
        place = f"127.0.0.1:{self.port}" if listen is None else listen
        (self.root / "schedule.toml").write_text(
            '[links]\nutm_hosts = ["tinh.example.vn"]\nshort = "https://tinh.example.vn/l"\n'
            f'listen = "{place}"\n[jobs]\nplan = "1s"\nsweep = "1s"\n'
            '[channels.fanpage]\nadapter = "outbox"\n',
            encoding="utf-8",
        )
        folder = self.root / "campaigns" / "thu"
        (folder / "posts").mkdir(parents=True, exist_ok=True)
        (folder / "campaign.toml").write_text(
            'title = "Thử"\nowner = "Sở"\nchannels = ["fanpage"]\napprovals = 0\n', encoding="utf-8"
        )
        (folder / "posts" / "mot.md").write_text(
            f'+++\nwhen = "{datetime.now(ZONE):%Y-%m-%d %H:%M}"\nlink = "{PAGE}"\n+++\nMời xem.\n',
            encoding="utf-8",
        )

    def start(self, *arguments: str) -> Process:
        process = Forked(
            self.root,
            {"PUBLISHER_LANG": "en"},
            self.root / "log",
            {"publisher.redirect.server.WRITE_EVERY_S": WRITE_EVERY_S},
            ["--verbose", *arguments],
        )
        self.running.append(process)
        return process

    def log(self) -> str:
        return (self.root / "log").read_text(encoding="utf-8", errors="replace")

    def follow(self, code: str, agent: str = PHONE, **headers: str) -> int:
        """The status that a reader gets; 0 where nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.request("GET", f"/l/{code}", headers={"User-Agent": agent} | headers)
            return line.getresponse().status
        except OSError:
            return 0
        finally:
            line.close()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        return rows(self.store, sql)

    def code(self) -> str:
        """The code of the post's link, once the post is out."""
        self.until(
            lambda: self.rows("SELECT state FROM delivery") == [("sent",)], "the post is sent"
        )
        [(code,)] = self.rows("SELECT code FROM shortlink")
        return str(code)

    def clicks(self) -> int:
        [(count,)] = self.rows("SELECT coalesce(sum(count), 0) FROM linkclicks") or [(0,)]
        return int(str(count))

    def until(self, reached: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not reached():
            if time.monotonic() > end:
                pytest.fail(f"never: {what}; log:\n{self.log()[-3000:]}")
            time.sleep(0.05)


@pytest.fixture
def premises(tmp_path: Path, office_store: str) -> Iterator[Premises]:
    made = Premises(tmp_path, free_port(), office_store)
    made.furnish()
    yield made
    for process in made.running:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            process.wait()
