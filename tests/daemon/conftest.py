"""A site on disk whose daemon is a real process, and real servers for it to publish to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from channels import simulated
from channels.sealing import new_key
from publisher.clock import system_clock
from tests.daemon.process import Forked, Process
from tests.store.stores import rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE_S = 120.0
NONE: Mapping[str, float] = {}
STATES = "SELECT post, state FROM delivery"


@dataclass
class Installation:
    """A folder with schedule.toml and one campaign; ``start`` runs the daemon in it.

    ``store`` is where it keeps what happens: by default as schedule.toml has it.
    """

    root: Path
    channels: dict[str, dict[str, Any]]
    environment: dict[str, str]
    store: str = ""
    running: list[Process] = field(default_factory=list)
    patience_s: float = PATIENCE_S

    def __post_init__(self) -> None:
        self.store = self.store or f"sqlite:///{self.root}/var/publisher.db"
        lines = ['[jobs]\nplan = "1s"\nsweep = "1s"\n[retry]\nfirst = "1s"\nmost = "2s"\n']
        for name, keys in self.channels.items():
            lines.append(f"[channels.{name}]")
            lines += [f"{key} = {_toml(value)}" for key, value in keys.items()]
        (self.root / "schedule.toml").write_text("\n".join(lines), encoding="utf-8")

    def campaign(self, *posts: str, channel: str) -> None:
        """A standing campaign with these posts, each due this minute."""
        folder = self.root / "campaigns" / "thu"
        (folder / "posts").mkdir(parents=True, exist_ok=True)
        now = datetime.now(ZONE)
        for name in posts:
            (folder / "posts" / f"{name}.md").write_text(
                f'+++\nwhen = "{now:%Y-%m-%d %H:%M}"\ntitle = "Bài {name}"\n+++\n'
                f"Xin chào {name}.\n",
                encoding="utf-8",
            )
        (folder / "campaign.toml").write_text(
            f'title = "Thử"\nowner = "Sở"\nchannels = ["{channel}"]\napprovals = 0\n',
            encoding="utf-8",
        )

    def start(self, constants: Mapping[str, float] = NONE) -> Process:
        """The daemon, forked; ``constants`` are of the program, by their full names."""
        process = Forked(self.root, self.environment, self.root / "log.jsonl", constants)
        self.running.append(process)
        return process

    def execute(self) -> Process:
        """The daemon, as an administrator's machine starts it."""
        process = subprocess.Popen(
            [sys.executable, "-m", "publisher", "run"],
            cwd=self.root,
            env=os.environ | self.environment,
            stderr=(self.root / "log.jsonl").open("ab"),
        )
        self.running.append(process)
        return process

    def kill(self, process: Process) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def states(self) -> dict[str, str]:
        """Each post's state, as the store has it."""
        return {str(post): str(state) for post, state in rows(self.store, STATES)}

    def log(self) -> list[dict[str, Any]]:
        """What the daemons wrote down, one event a line."""
        lines = (self.root / "log.jsonl").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def alerts(self) -> list[dict[str, Any]]:
        return [event for event in self.log() if event.get("event") == "alert"]

    def until(self, reached: Callable[[], bool], what: str) -> None:
        """Wait for a real process to get there."""
        end = time.monotonic() + self.patience_s
        while not reached():
            if time.monotonic() > end:
                log = (self.root / "log.jsonl").read_text(encoding="utf-8")
                pytest.fail(f"never: {what}; states {self.states()}; log:\n{log[-3000:]}")
            time.sleep(0.02)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else f'"{value}"'


Install = Callable[[str], tuple[Installation, Any]]


@pytest.fixture
def install(tmp_path: Path, office_store: str) -> Iterator[Install]:
    """Installs a site whose only channel is of the given adapter, with its platform's stand-in."""
    opened: list[Any] = []
    made: list[Installation] = []

    def make(adapter: str) -> tuple[Installation, Any]:
        kind = simulated.load(adapter)
        assert kind is not None
        platform = kind(system_clock)
        platform.__enter__()
        opened.append(platform)
        secrets = {ref.partition(":")[2]: text for ref, text in platform.secrets().items()}
        secrets["PUBLISHER_KEY"] = new_key()
        keys = {"adapter": adapter, **platform.config(), "timeout_s": 3}
        site = Installation(tmp_path, {"kenh": keys}, secrets, office_store)
        made.append(site)
        return site, platform

    yield make
    for site in made:
        for process in site.running:
            if process.poll() is None:
                site.kill(process)
    for platform in opened:
        platform.__exit__(None, None, None)
