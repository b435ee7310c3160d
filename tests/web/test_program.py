"""The console as a program: ``publisher console``, and the daemon that serves it by setting."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from publisher.store import alerts, pulse
from publisher.store.database import Database
from tests.ports import free_port

PATIENCE_S = 120.0


def schedule(folder: Path, port: int, more: str = "") -> None:
    text = f'[channels.fanpage]\nadapter = "outbox"\n\n[console]\nlisten = "127.0.0.1:{port}"\n'
    (folder / "schedule.toml").write_text(text + more, "utf-8")
    (folder / "campaigns").mkdir(exist_ok=True)


def started(folder: Path, command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "publisher", "--lang", "en", command],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def answered(address: str, running: subprocess.Popen[str]) -> requests.Response:
    """What is answered at ``address`` once somebody listens there."""
    give_up = time.monotonic() + PATIENCE_S
    while True:
        try:
            return requests.get(address, timeout=PATIENCE_S)
        except requests.ConnectionError:
            assert running.poll() is None, running.communicate()[0]
            assert time.monotonic() < give_up
            time.sleep(0.05)


def stopped(running: subprocess.Popen[str]) -> str:
    running.send_signal(signal.SIGTERM)
    out, _err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 0, out
    return out


def test_the_command_serves_the_console_until_it_is_told_to_stop(tmp_path: Path) -> None:
    port = free_port()
    schedule(tmp_path, port)
    running = started(tmp_path, "console")
    answer = answered(f"http://127.0.0.1:{port}/log-in", running)
    told = stopped(running)
    assert answer.status_code == 200
    assert f"http://127.0.0.1:{port}" in told
    assert "--role administrator" in told, "nobody can log in yet"


def test_a_place_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        schedule(tmp_path, taken.getsockname()[1])
        running = started(tmp_path, "console")
        out, _err = running.communicate(timeout=PATIENCE_S)
    assert running.returncode == 1
    assert "another program listens there" in out
    assert "Traceback" not in out


def test_the_daemon_serves_it_where_it_is_to_and_says_that_it_is_at_work(tmp_path: Path) -> None:
    port = free_port()
    schedule(tmp_path, port, "daemon = true\n")
    running = started(tmp_path, "run")
    address = f"http://127.0.0.1:{port}"
    assert answered(f"{address}/log-in", running).status_code == 200
    assert answered(f"{address}/healthz", running).text == "ok\n"
    stopped(running)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{address}/log-in")


def test_the_daemon_goes_on_where_the_console_has_no_place_and_tells_a_person(
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        schedule(tmp_path, taken.getsockname()[1], "daemon = true\n")
        running = started(tmp_path, "run")
        give_up = time.monotonic() + PATIENCE_S
        database = Database(f"sqlite:///{tmp_path}/var/publisher.db")
        while not is_told(database):
            assert running.poll() is None
            assert time.monotonic() < give_up
            time.sleep(0.05)
        with database.reading() as session:
            assert pulse.last_at(session) is not None
        database.close()
        stopped(running)


def is_told(database: Database) -> bool:
    try:
        with database.reading() as session:
            return alerts.is_open(session, "console")
    except Exception:  # noqa: BLE001 -- its tables may not be there yet
        return False
