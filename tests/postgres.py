"""A real PostgreSQL, started for tests and benches from Debian's programs, and ended with them.

Its data lie in a scratch folder and nothing waits for a disk; nobody's own server or configuration
is used. Works as root, by the user ``postgres``, and as any other user. ``missing`` says what isn't
installed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.ports import free_port

PACKAGES = "postgresql"  # Debian 12
START_S = 120.0

MEMORY = Path("/dev/shm")

_NAMED = "publisher-postgres-"

_SETTINGS = (
    # Stores of tests are thrown away: none has to survive a power cut.
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "shared_buffers=32MB",
    "max_connections=200",
    "unix_socket_directories=",
    # Whoever waits for each other is told soon: by default after a second.
    "deadlock_timeout=200ms",
)


def missing() -> str:
    """What isn't here; empty where all is."""
    lacking = [name for name in ("initdb", "postgres") if _program(name) is None]
    lacking += [] if shutil.which("setpriv") else ["setpriv"]
    return ", ".join(lacking)


@contextmanager
def server(
    folder: Path | None = None, *, settings: Sequence[str] = (), listen: str = "127.0.0.1"
) -> Iterator[Server]:
    """A running server; it is stopped and its data are gone at the end.

    ``folder`` is where the scratch folder is made, in memory where none is named: the server's user
    must be able to reach it. ``settings`` are postgresql.conf's ("fsync=on"), after the house's
    own. Anybody who reaches the address ``listen`` is let in.
    """
    beyond = folder or (MEMORY if os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir()))
    _clear_away(beyond)
    scratch = Path(tempfile.mkdtemp(prefix=f"{_NAMED}{os.getpid()}-", dir=beyond))
    made = Server(scratch, (*_SETTINGS, *settings), listen)
    try:
        made.make()
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(scratch, ignore_errors=True)


class Server:
    """One PostgreSQL on one port, which it keeps when it is stopped and started anew."""

    user = "publisher"

    def __init__(self, folder: Path, settings: Sequence[str], listen: str) -> None:
        self.folder = folder
        self.host = listen
        self.port = free_port(listen)
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of the database ``postgres``, as SQLAlchemy writes it."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgresql+psycopg://{self.user}@{self.host}:{self.port}/{database}"

    def create(self) -> str:
        """Make an empty database, under a name that none has; its address."""
        name = f"made_{uuid.uuid4().hex[:12]}"
        # With a disk that nobody waits for, copying files is three times as quick as logging pages.
        self._say(f"CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy")
        return self.url_of(name)

    def make(self) -> None:
        """Lay down its data."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        options = ("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        subprocess.run(
            [*_as_who(), _needed("initdb"), "-D", self._data, "-U", self.user, *options],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self.folder,
        )
        if self.host != "127.0.0.1":
            with (self._data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
                rules.write("host all all all trust\nhost replication all all trust\n")

    def start(self) -> None:
        """Start it and wait until it answers."""
        settings = [word for setting in self._settings for word in ("-c", setting)]
        address = ("-c", f"listen_addresses={self.host}", "-p", str(self.port))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*_as_who(), _needed("postgres"), "-D", self._data, *address, *settings],
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )
        end = time.monotonic() + START_S
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"PostgreSQL doesn't start: {self.log.read_text()[-2000:]}")
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT ends all sessions at once, SIGQUIT is a crash of the whole server."""
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(START_S)
        except subprocess.TimeoutExpired:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        self._process = None

    def restart(self, how: signal.Signals = signal.SIGINT) -> None:
        self.stop(how)
        self.start()

    def answers(self) -> bool:
        """Whether it takes a statement now."""
        import psycopg

        with suppress(psycopg.OperationalError):
            self._say("SELECT 1")
            return True
        return False

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _say(self, statement: str) -> None:
        import psycopg

        plain = self.url.replace("+psycopg", "")
        with psycopg.connect(plain, autocommit=True, connect_timeout=5) as connection:
            connection.execute(statement)  # type: ignore[call-overload]


def _clear_away(beyond: Path) -> None:
    """Remove what was left by tests that were themselves killed; their servers ended with them."""
    for left in beyond.glob(f"{_NAMED}*-*"):
        whose = left.name.removeprefix(_NAMED).partition("-")[0]
        if not Path("/proc", whose).exists():
            shutil.rmtree(left, ignore_errors=True)


def _as_who() -> list[str]:
    """What a program is started by: never as root, and not to outlive tests that are killed."""
    mortal = ["setpriv", "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        mortal += ["--reuid", "postgres", "--regid", "postgres", "--init-groups"]
    return mortal


def _program(name: str) -> str | None:
    """Debian keeps each version's programs in a folder of its own; the newest is taken."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
    places = [str(folder) for folder in reversed(versions)]
    return shutil.which(name, path=os.pathsep.join([*places, os.environ.get("PATH", "")]))


def _needed(name: str) -> str:
    found = _program(name)
    if found is None:
        raise RuntimeError(f"{name} isn't installed (Debian: {PACKAGES})")
    return found
