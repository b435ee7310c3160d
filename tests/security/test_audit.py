"""The dependency audit: fails on what is known, says where nobody could be asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

import audit

PINNED = "requests==2.0.0\njinja2==3.1.6\n"


@pytest.fixture
def service() -> Iterator[str]:
    """A service (OSV's) that knows of one flaw, in requests 2.0.0; its address."""

    @Request.application
    def answers(request: Request) -> Response:
        asked = json.loads(request.get_data())
        flaw = {"id": "PYSEC-2018-28", "modified": "2024-01-01T00:00:00Z", "affected": []}
        found = [flaw] if asked["package"]["name"] == "requests" else []
        return Response(json.dumps({"vulns": found}), mimetype="application/json")

    server = make_server("127.0.0.1", 0, answers)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def constraints(tmp_path: Path) -> Path:
    path = tmp_path / "constraints.txt"
    path.write_text(PINNED, encoding="utf-8")
    return path


def asking(url: str, folder: Path) -> list[str]:
    return ["-s", "osv", "--osv-url", url, "--cache-dir", str(folder / "cache")]


def test_a_known_flaw_fails_and_is_named(
    service: str, constraints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.audited(constraints, asking(service, constraints.parent)) == 1
    assert "known to be unsafe: requests 2.0.0: PYSEC-2018-28" in capsys.readouterr().out


def test_nothing_known_passes_and_says_how_many_were_asked_about(
    service: str, constraints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    constraints.write_text("jinja2==3.1.6\n", encoding="utf-8")
    assert audit.audited(constraints, asking(service, constraints.parent)) == 0
    assert capsys.readouterr().out == "audited: nothing is known against 1 packages\n"


def test_where_no_service_answers_that_is_said_and_nothing_fails(
    constraints: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nobody = "http://127.0.0.1:9"
    assert audit.audited(constraints, asking(nobody, constraints.parent)) == 0
    assert capsys.readouterr().out.startswith("not audited: ")


def test_a_package_that_the_service_does_not_know_is_not_called_safe(
    constraints: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = json.dumps({"dependencies": [{"name": "jinja2", "skip_reason": "not found"}]})
    stand_in = constraints.parent / "pip_audit.py"
    stand_in.write_text(f"print({told!r})\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(constraints.parent))
    assert audit.audited(constraints, []) == 0
    assert capsys.readouterr().out == "not audited: 1 of 1 packages aren't known there\n"


def test_a_service_that_never_answers_is_waited_for_no_longer_than_agreed(
    constraints: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = constraints.parent / "pip_audit.py"
    stand_in.write_text("import time\ntime.sleep(600)\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(constraints.parent))
    assert audit.audited(constraints, [], timeout_s=0.5) == 0
    assert capsys.readouterr().out == "not audited: no service answered in time\n"


def test_what_is_installed_otherwise_than_pinned_is_told() -> None:
    pins = f"requests=={version('requests')}\njinja2==0.1\n"
    strays = list(audit.unpinned(pins))
    assert f"jinja2 {version('jinja2')} (pinned: 0.1)" in strays
    assert not any(stray.startswith("requests ") for stray in strays)
    assert any("(pinned: no)" in stray for stray in strays)
