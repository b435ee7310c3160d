"""A cluster as real processes on a real PostgreSQL, publishing to real servers on loopback."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine
from sqlmodel import Session, col, select

from channels import simulated
from channels.sealing import new_key
from publisher.clock import system_clock
from publisher.store.database import Database
from publisher.store.models import Attempt, Delivery
from tests import postgres
from tests.daemon.process import Forked, Process
from tests.real.installed import require

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PATIENCE_S = 120.0

QUICK: Mapping[str, Any] = {
    "publisher.delivery.policy.CLUSTER_LEASE": timedelta(seconds=6),
    "publisher.engines.cluster.worker.STALLED_S": 3.0,
    "publisher.engines.cluster.worker.HEARTBEAT_S": 0.5,
}
"""A cluster that doesn't wait as long for who is gone."""


@pytest.fixture(scope="session")
def _laid_down() -> Iterator[postgres.Server]:
    if postgres.missing():
        require("PostgreSQL", f"{postgres.missing()} isn't there (Debian: {postgres.PACKAGES})")
    with postgres.server() as running:
        yield running


@pytest.fixture
def server(_laid_down: postgres.Server) -> Iterator[postgres.Server]:
    """A PostgreSQL of this test worker's own: it may be stopped and started."""
    yield _laid_down
    # A test that fails while it is stopped must not fail those after it.
    if not _laid_down.answers():
        _laid_down.restart()


@dataclass
class Office:
    """A folder that all nodes share; ``start`` runs one of the program's commands in it."""

    root: Path
    url: str
    channels: dict[str, dict[str, Any]]
    environment: dict[str, str]
    engine: Engine
    running: list[Process] = field(default_factory=list)
    logs: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        lines = [
            f'store = "{self.url}"',
            'engine = "cluster"',
            '[jobs]\nplan = "1s"\nsweep = "1s"\nalerts = "1s"',
            '[retry]\nfirst = "1s"\nmost = "2s"',
        ]
        for name, keys in self.channels.items():
            lines.append(f"[channels.{name}]")
            lines += [f"{key} = {json.dumps(value)}" for key, value in keys.items()]
        (self.root / "schedule.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def campaign(self, *posts: str, name: str = "thu") -> None:
        """A standing campaign with these posts on every channel, each due this minute."""
        folder = self.root / "campaigns" / name
        (folder / "posts").mkdir(parents=True, exist_ok=True)
        now = datetime.now(ZONE)
        for post in posts:
            (folder / "posts" / f"{post}.md").write_text(
                f'+++\nwhen = "{now:%Y-%m-%d %H:%M}"\ntitle = "Bài {post}"\n+++\n'
                f"Xin chào {post} của {name}.\n",
                encoding="utf-8",
            )
        (folder / "campaign.toml").write_text(
            f'title = "{name}"\nowner = "Sở"\nchannels = {json.dumps(list(self.channels))}\n'
            "approvals = 0\n",
            encoding="utf-8",
        )

    def lay(self) -> None:
        """Make the store, so that nodes which start at once find it."""
        database = Database(self.url)
        database.prepare(system_clock())
        database.close()

    def start(self, *arguments: str, constants: Mapping[str, Any] = QUICK) -> Process:
        """One process of the cluster: ``run`` or ``worker``."""
        log = self.root / f"log-{len(self.logs)}.jsonl"
        self.logs.append(log)
        process = Forked(self.root, self.environment, log, constants, arguments or ("run",))
        self.running.append(process)
        return process

    def kill(self, process: Process) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, process: Process) -> int:
        process.send_signal(signal.SIGTERM)
        return process.wait(PATIENCE_S)

    def ask(self, statement: str) -> list[Any]:
        """Rows of the store, or of the queue."""
        with self.engine.connect() as connection:
            result = connection.exec_driver_sql(statement)
            return list(result.fetchall()) if result.returns_rows else []

    def states(self) -> list[str]:
        try:
            return [row[0] for row in self.ask("SELECT state FROM delivery")]
        except Exception:  # noqa: BLE001 -- the tables, or the server, may be away just now
            return []

    def are_all(self, state: str, number: int) -> Callable[[], bool]:
        return lambda: self.states() == [state] * number

    def deliveries(self) -> list[Delivery]:
        with Session(self.engine) as session:
            return list(session.exec(select(Delivery).order_by(col(Delivery.id))).all())

    def attempts(self) -> list[Attempt]:
        with Session(self.engine) as session:
            return list(session.exec(select(Attempt).order_by(col(Attempt.id))).all())

    def who_has_the_duty(self) -> str:
        """The process that has it, as PostgreSQL lists it; empty where none has."""
        rows = self.ask(
            "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
            " AND l.mode = 'ExclusiveLock' AND a.application_name LIKE 'publisher run %%'"
            " AND a.datname = current_database()"
        )
        return str(rows[0][0]) if rows else ""

    def has_duty(self, process: Process) -> bool:
        return self.who_has_the_duty().endswith(f":{process.pid}")

    def sender(self) -> Process:
        """The process that is sending something just now."""
        owners: list[Any] = []
        self.until(
            lambda: (
                owners.extend(self.ask("SELECT owner FROM delivery WHERE state = 'sending'"))
                or bool(owners)
            ),
            "somebody sends",
        )
        pid = int(owners[0][0].split(":")[1])
        return next(process for process in self.running if process.pid == pid)

    def said(self, process: Process) -> list[str]:
        """The events that a process has written down, by name."""
        text = self.logs[self.running.index(process)].read_text(encoding="utf-8")
        return [json.loads(line)["event"] for line in text.splitlines() if line.startswith("{")]

    def until(self, reached: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE_S
        while not reached():
            if time.monotonic() > end:
                logs = "\n".join(f"{p}:\n{p.read_text()[-2500:]}" for p in self.logs)
                pytest.fail(f"never: {what}; states {self.states()}; logs:\n{logs}")
            time.sleep(0.05)


Found = Callable[..., tuple[Office, dict[str, Any]]]


@pytest.fixture
def found(server: postgres.Server, tmp_path: Path) -> Iterator[Found]:
    """Founds an office with channels of these adapters, and gives their platforms by channel."""
    opened: list[Any] = []
    made: list[Office] = []

    def make(*adapters: str, **keys: Any) -> tuple[Office, dict[str, Any]]:
        url = server.create()
        secrets = {"PUBLISHER_KEY": new_key()}
        channels, platforms = {}, {}
        for number, adapter in enumerate(adapters or ("webhook",)):
            kind = simulated.load(adapter)
            assert kind is not None
            platform = kind(system_clock)
            platform.__enter__()
            opened.append(platform)
            name, config = f"kenh{number}", dict(platform.config())
            for key, value in config.items():
                # Each stand-in's secrets under names of their own.
                for reference, secret in platform.secrets().items():
                    if value == reference:
                        own = f"{reference.partition(':')[2]}_{number}"
                        config[key], secrets[own] = f"env:{own}", secret
            # All stand-ins have one account; two channels must not have the same.
            config.pop("account", None)
            channels[name] = {"adapter": adapter, "timeout_s": 3, **config, **keys}
            platforms[name] = platform
        engine = create_engine(url, pool_pre_ping=True, isolation_level="AUTOCOMMIT")
        office = Office(tmp_path, url, channels, secrets, engine)
        made.append(office)
        return office, platforms

    yield make
    for office in made:
        for process in office.running:
            if process.poll() is None:
                office.kill(process)
        office.engine.dispose()
    for platform in opened:
        platform.__exit__(None, None, None)
