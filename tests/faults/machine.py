"""A machine that fails: a small disk that fills up or turns read-only, a slow receiver, a lock.

The disks are real file systems, which only root may mount: elsewhere ``sudo`` is asked, and where
that may not either, the test is skipped. In CI it must not be.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from channels import simulated
from channels.sealing import new_key
from publisher.clock import system_clock
from tests.daemon.conftest import Installation
from tests.daemon.process import Process

A_WHILE_S = 120
"""Bounds what should take a second or two, on a machine that has much else to do."""


class Disk:
    """A file system of a few megabytes, mounted at ``place``."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.image = place.with_name("disk")

    def fill(self) -> None:
        """Leave no byte."""
        with (self.place / "filler").open("ab", buffering=0) as filler:
            for size in (65_536, 4_096, 512, 1):
                try:
                    while True:
                        filler.write(bytes(size))
                except OSError:
                    continue

    def make_room(self) -> None:
        (self.place / "filler").unlink()

    def break_down(self) -> None:
        """Meet an error, after which the kernel lets nobody write (ext4, ``errors=remount-ro``)."""
        device = as_root("findmnt", "-no", "SOURCE", str(self.place)).strip()
        as_root("tee", f"/sys/fs/ext4/{Path(device).name}/trigger_fs_error", told="1")

    def mend(self) -> None:
        """What a person does about it: check the disk, and mount it again."""
        as_root("umount", str(self.place))
        subprocess.run(["fsck.ext4", "-fy", str(self.image)], check=False, capture_output=True)
        as_root("mount", "-o", "loop,errors=remount-ro", str(self.image), str(self.place))


def as_root(*command: str, told: str = "") -> str:
    """What ``command`` prints; skips the test where this user may not run it."""
    allowed = command if os.geteuid() == 0 else ("sudo", "-n", *command)
    try:
        done = subprocess.run(allowed, check=True, capture_output=True, text=True, input=told)
    except (OSError, subprocess.CalledProcessError) as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"a disk of its own needs root: {error}")
    return done.stdout


@contextmanager
def mounted(place: Path, *what: str) -> Iterator[Disk]:
    place.mkdir(parents=True, exist_ok=True)
    as_root("mount", *what, str(place))
    try:
        as_root("chown", f"{os.getuid()}:{os.getgid()}", str(place))
        yield Disk(place)
    finally:
        as_root("umount", "--lazy", str(place))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Disk]:
    """``var/`` of the test's site, on a disk of four megabytes."""
    with mounted(tmp_path / "var", "-t", "tmpfs", "-o", "size=4m", "tmpfs") as disk:
        yield disk


@pytest.fixture
def fragile_disk(tmp_path: Path) -> Iterator[Disk]:
    """``var/`` of the test's site, on a disk that can break down."""
    image = tmp_path / "disk"
    with image.open("wb") as file:
        file.truncate(16 * 1024 * 1024)
    as_root("mkfs.ext4", "-q", str(image))
    with mounted(tmp_path / "var", "-o", "loop,errors=remount-ro", str(image)) as disk:
        yield disk


class Slow:
    """Makes a stand-in take every post at once and answer only when told."""

    def __init__(self) -> None:
        self.answers = threading.Event()
        self.answers.set()
        self.waiting = 0
        self._some = threading.Semaphore(0)
        self._guard = threading.Lock()

    def of(self, kind: type[Any]) -> Any:
        slow = self

        class Platform(kind):  # type: ignore[misc]
            def _answer(self, request: Request) -> Response:
                response: Response = super()._answer(request)
                if self.publishes(request):
                    slow.wait()
                return response

        return Platform(system_clock)

    def let_go(self, some: int) -> None:
        """Answer so many of those that wait."""
        self._some.release(some)

    def wait(self) -> None:
        with self._guard:
            self.waiting += 1
        end = time.monotonic() + A_WHILE_S
        while not self.answers.is_set() and time.monotonic() < end:
            if self._some.acquire(timeout=0.1):
                break
        with self._guard:
            self.waiting -= 1


class Hall:
    """A site whose channels all lead to one slow platform, and its daemon as a process."""

    def __init__(self, root: Path, adapter: str, names: tuple[str, ...], **more: Any) -> None:
        kind = simulated.load(adapter)
        assert kind is not None
        self.slow = Slow()
        self.platform = self.slow.of(kind)
        self.platform.__enter__()
        secrets = {ref.partition(":")[2]: text for ref, text in self.platform.secrets().items()}
        secrets["PUBLISHER_KEY"] = new_key()
        keys = {"adapter": adapter, **self.platform.config(), "timeout_s": A_WHILE_S, **more}
        channels = {name: _apart(keys, name) for name in names}
        self.site = Installation(root, channels, secrets, patience_s=A_WHILE_S)

    def campaign(self, *posts: str) -> None:
        """Each of ``posts`` on every channel, due now."""
        names = '", "'.join(self.site.channels)
        self.site.campaign(*posts, channel=names)

    def start(self, *, drain_s: float = 30, busy_s: float = 30) -> Process:
        """The daemon; how long it lets sends finish, and waits for the store."""
        return self.site.start(
            {
                "publisher.daemon.running.DRAIN_S": drain_s,
                "publisher.store.database.BUSY_TIMEOUT_MS": int(busy_s * 1000),
            }
        )

    def at_work(self, **constants: float) -> Process:
        """The daemon, once it has sent a first post."""
        self.campaign("mot")
        process = self.start(**constants)
        self.site.until(lambda: self.all_are("sent", 1), "the daemon is at work")
        return process

    def in_flight(self, sends: int = 1, **constants: float) -> Process:
        """The daemon, once the platform has so many posts that it leaves unanswered."""
        self.campaign("mot")
        self.slow.answers.clear()
        process = self.start(**constants)
        self.site.until(lambda: self.slow.waiting == sends, "the platform has the posts")
        return process

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Another command of the program, as a process of its own."""
        process = subprocess.Popen(
            [sys.executable, "-m", "publisher", *words],
            cwd=self.site.root,
            env=os.environ | self.site.environment,
            stdout=(self.site.root / "said").open("ab"),
            stderr=(self.site.root / "log.jsonl").open("ab"),
        )
        self.site.running.append(process)
        return process

    def all_are(self, state: str, posts: int) -> bool:
        """Whether there are so many deliveries, all of them in this state."""
        states = [row[0] for row in rows(self.store, "SELECT state FROM delivery")]
        return states == [state] * posts

    def count(self, state: str) -> int:
        """How many deliveries are in this state."""
        return len(rows(self.store, f"SELECT id FROM delivery WHERE state = '{state}'"))

    def alerts(self, having: str) -> list[str]:
        """What the daemons alerted people of, so far as it has these words."""
        told = (f"{one['matter']}: {one['text']}" for one in self.site.alerts())
        return [text for text in told if having in text]

    @property
    def store(self) -> Path:
        return self.site.root / "var" / "publisher.db"

    def close(self) -> None:
        self.slow.answers.set()
        for process in self.site.running:
            if process.poll() is None:
                self.site.kill(process)
        self.platform.__exit__(None, None, None)

    def sees(self, text: str) -> bool:
        """Whether the daemons' log has ``text``."""
        log = self.site.root / "log.jsonl"
        return log.exists() and text in log.read_text(encoding="utf-8")


def _apart(keys: dict[str, Any], name: str) -> dict[str, Any]:
    """``keys`` for a webhook's receiver of its own; other accounts are one channel's alone."""
    if keys["adapter"] != "webhook":
        return keys
    own = {key: value for key, value in keys.items() if key != "account"}
    return own | {"url": f"{keys['url']}?{name}"}


Open = Callable[..., Hall]


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Open]:
    """Opens a site: its adapter, and the names of its channels."""
    opened: list[Hall] = []

    def make(adapter: str, *names: str, **more: Any) -> Hall:
        opened.append(Hall(tmp_path, adapter, names or ("kenh",), **more))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


_LOCK = """
import sqlite3, sys
store = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
store.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(store: Path) -> Iterator[None]:
    """Another process has begun to write into ``store`` and doesn't end."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", _LOCK, str(store)]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"locked\n"
        try:
            yield
        finally:
            process.kill()


def rows(store: Path, query: str) -> list[tuple[Any, ...]]:
    """What ``query`` gives of a store, whoever has it open; nothing of one that isn't made yet."""
    try:
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()
    except sqlite3.OperationalError:
        return []
