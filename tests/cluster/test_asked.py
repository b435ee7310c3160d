"""What people see of a cluster: its key in schedule.toml, ``worker``, ``doctor``, ``status``."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from publisher import i18n
from publisher.settings.reader import read_settings
from tests.cluster.conftest import Found, Office


def said(root: Path, *words: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    """What a command says, in English."""
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--lang", "en", *words],
        cwd=root,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PUBLISHER_STORE", raising=False)
    i18n.use_language("en")
    return tmp_path


def test_an_unknown_engine_is_refused_with_its_line(folder: Path) -> None:
    (folder / "schedule.toml").write_text('language = "en"\nengine = "clustre"\n')
    settings, [fault] = read_settings(folder / "schedule.toml")
    assert settings is None
    assert fault.line == 2
    assert "cluster" in fault.instead


def test_a_cluster_on_sqlite_is_refused_with_what_to_write(folder: Path) -> None:
    (folder / "schedule.toml").write_text('engine = "cluster"\n')
    settings, [fault] = read_settings(folder / "schedule.toml")
    assert settings is None
    assert (fault.line, fault.code) == (1, "cluster_store")
    assert "postgresql+psycopg://" in fault.instead


def test_the_store_of_the_environment_goes_before_the_file_s(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "schedule.toml").write_text('engine = "cluster"\n')
    monkeypatch.setenv("PUBLISHER_STORE", "postgresql+psycopg://publisher@db/publisher")
    settings, faults = read_settings(folder / "schedule.toml")
    assert settings is not None
    assert (settings.engine, faults) == ("cluster", [])


def test_a_worker_of_no_cluster_says_what_is_missing(folder: Path) -> None:
    (folder / "schedule.toml").write_text('language = "en"\n')
    code, told = said(folder, "worker")
    assert code != 0
    assert 'engine = "cluster"' in told
    assert "Traceback" not in told


def test_only_a_cluster_s_node_is_told_how_much_to_send_at_once(folder: Path) -> None:
    (folder / "schedule.toml").write_text('language = "en"\n')
    code, told = said(folder, "run", "--concurrency", "0")
    assert code != 0
    assert "for a cluster" in told


def test_the_doctor_and_status_show_who_has_the_duty(found: Found) -> None:
    office, _platforms = found("webhook")
    office.lay()
    _nobody_is_there(office)
    node, worker = office.start("run"), office.start("worker")
    office.until(lambda: office.has_duty(node), "the node has the duty")
    office.until(lambda: "running" in office.said(worker), "the worker runs")
    _code, told = said(office.root, "doctor", env=office.environment)
    name = f"{os.uname().nodename}:{node.pid}"
    assert f"✓ Duty: {name}" in told
    assert f"{os.uname().nodename}:{worker.pid} (worker)" in told
    assert "✓ Queue: public_queue" in told
    assert "✓ Clock of the database" in told
    _code, told = said(office.root, "status", env=office.environment)
    assert f"duty: {name}" in told


def _nobody_is_there(office: Office) -> None:
    code, told = said(office.root, "doctor", env=office.environment)
    assert code == 1
    assert "✗ Duty: nobody has it" in told
    assert "✗ Queue" in told
    _code, told = said(office.root, "status", env=office.environment)
    assert "nobody has the duty" in told
