"""PostgreSQL for the proof: a primary and a standby that every commit reaches before it counts.

Debian's own server, with its own settings but for where it listens and who follows whom; commits
are flushed to the disk. As root it runs as the user ``postgres``, who starts no server as root.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from bench.cluster import processor
from bench.cluster.network import Place

NAME = "publisher"
"""Of the database, and of the user whose it is."""

_BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name))
"""Debian keeps each version's programs in a folder of its own; the newest comes last."""

_ANSWERS_S = 60.0
_GAVE_UP = "canceling wait for synchronous replication due to user request"


def is_there() -> bool:
    """Whether a PostgreSQL server is installed here."""
    return bool(_BINARIES) or shutil.which("initdb") is not None


class Server:
    """One server at ``place``, its data and its socket below ``folder``; it takes so many
    ``connections``, PostgreSQL's own number if left out. In ``with``."""

    def __init__(self, folder: Path, place: Place, connections: int = 100) -> None:
        self.place = place
        self._connections = connections
        self.port = place.port(5432)
        self._folder = folder
        self._data = folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, mode=0o755)
        if not os.geteuid():
            shutil.chown(folder, "postgres", "postgres")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process is not None:
            self.end(signal.SIGQUIT)

    # -- its life ---------------------------------------------------------------------------------

    def make(self) -> None:
        """Make an empty primary with one database, and start it."""
        _run("initdb", "-D", self._data, "-U", NAME, "-A", "trust", "-E", "UTF8", "--no-locale")
        with (self._data / "pg_hba.conf").open("a", encoding="utf-8") as rules:
            rules.write("host all,replication all samenet trust\nhost replication all all trust\n")
        self.start()
        with self.connection(database="postgres") as connection:
            connection.execute(f"CREATE DATABASE {NAME}")

    def follow(self, primary: Server) -> None:
        """Become the standby of ``primary``, whatever was here before, and hold up its commits."""
        shutil.rmtree(self._data, ignore_errors=True)
        source = f"host={primary._folder} port={primary.port} user={NAME}"
        _run("pg_basebackup", "-D", self._data, "-R", "-X", "stream", "-c", "fast", "-d", source)
        with (self._data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            line = f"host={primary.place.address} port={primary.port} user={NAME}"
            settings.write(f"primary_conninfo = '{line} application_name=standby'\n")
            settings.write("synchronous_standby_names = ''\n")
        self.start()
        primary.wait_for(self)

    def wait_for(self, standby: Server) -> None:
        """Let no commit count from now on that ``standby`` hasn't flushed."""
        self.ask("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self.ask("SELECT pg_reload_conf()")
        self._until("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'")

    def start(self) -> None:
        """Start, also where it was killed a moment ago; returns once it answers."""
        ends = time.monotonic() + _ANSWERS_S
        while True:
            self._process = self._started()
            while self._process.poll() is None:
                if self._answers():
                    return
                if time.monotonic() > ends:
                    raise RuntimeError(f"PostgreSQL doesn't answer: {self._folder}/log")
                time.sleep(0.05)
            # What it forked outlives a kill by a moment, and holds on to the memory they share.
            if time.monotonic() > ends:
                raise RuntimeError(f"PostgreSQL doesn't start: {self._folder}/log")
            time.sleep(0.2)

    def end(self, how: signal.Signals) -> None:
        """End it: SIGINT breaks connections off and stops in order, SIGQUIT at once, SIGKILL as a
        power cut does."""
        if self._process is None:
            raise RuntimeError("it isn't running")
        self._process.send_signal(how)
        self._process.wait(_ANSWERS_S)
        self._process = None

    def promote(self) -> None:
        """From a standby make the primary."""
        self.ask("SELECT pg_promote()")
        self._until("SELECT 1 WHERE NOT pg_is_in_recovery()")

    # -- asking -----------------------------------------------------------------------------------

    def connection(self, database: str = NAME) -> psycopg.Connection[Any]:
        """A connection of its own, by the socket: no line of the proof's network is in between."""
        return psycopg.connect(
            host=str(self._folder), port=self.port, user=NAME, dbname=database, autocommit=True
        )

    def ask(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Every row of the answer; none for what has no answer."""
        with self.connection() as connection:
            answer = connection.execute(sql, values)
            return answer.fetchall() if answer.description else []

    def unreplicated(self) -> list[str]:
        """Who was told that a commit counts which the standby need not have: they gave up waiting
        for it. By what they are called (``application_name``), each as often as it happened."""
        log = (self._folder / "log").read_text(encoding="utf-8", errors="replace")
        return re.findall(rf"\] (.*): WARNING:  {_GAVE_UP}", log)

    def processor_s(self) -> float:
        """The processor time that all its processes took so far, in seconds."""
        return processor.of_tree(self._process.pid) if self._process else 0.0

    def _answers(self) -> bool:
        try:
            self.connection("postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _until(self, sql: str) -> None:
        ends = time.monotonic() + _ANSWERS_S
        while not self.ask(sql):
            if time.monotonic() > ends:
                raise RuntimeError(f"in vain: {sql}")
            time.sleep(0.05)

    def _started(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": self.place.address,
            "port": self.port,
            "unix_socket_directories": self._folder,
            "max_connections": self._connections,
            "log_line_prefix": "%m [%p] %a: ",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        server = [*_as_postgres(), _binary("postgres"), "-D", self._data]
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [*self.place.prefix, *server, *words],
                stdout=log,
                stderr=log,
                cwd=self._folder,
            )


def url_of(servers: Sequence[Server]) -> str:
    """The address of the store, whichever of ``servers`` is the primary."""
    hosts = "&".join(f"host={server.place.address}:{server.port}" for server in servers)
    primary = "&target_session_attrs=read-write" if len(servers) > 1 else ""
    return f"postgresql+psycopg://{NAME}@/{NAME}?{hosts}{primary}"


def _run(binary: str, *words: object) -> None:
    command = [*_as_postgres(), _binary(binary), *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        raise RuntimeError(f"{binary}: {done.stderr.strip()}")


def _binary(name: str) -> str:
    return str(_BINARIES[-1] / name) if _BINARIES else name


def _as_postgres() -> list[str]:
    if os.geteuid():
        return []
    user = pwd.getpwnam("postgres")
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
