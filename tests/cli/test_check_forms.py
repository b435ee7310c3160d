"""``check --as`` and ``--watch``: for a repository's checks, and for an officer who is writing."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from queue import Queue

import pytest
from sarif_pydantic import Sarif

from tests.cli.office import Office, days_ahead

WAIT_S = 60.0


@pytest.fixture
def faulty(office: Office) -> Office:
    office.post("bai", "ngày mai")
    office.campaign("kia")
    office.post("dem", days_ahead(3, "23:30"), slug="kia")
    return office


def test_github_shows_each_fault_at_its_line(faulty: Office) -> None:
    checked = faulty.run("check", "--as", "github")

    assert checked.code == 1
    [error] = checked.lines("::error ")
    assert error.startswith("::error file=campaigns/thu/posts/bai.md,line=2,title=")
    [warning] = checked.lines("::warning ")
    assert warning.startswith("::warning file=campaigns/kia/posts/dem.md,line=2,title=")
    assert len(checked.out.splitlines()) == 2


def test_what_github_would_take_for_its_own_signs_is_escaped(office: Office) -> None:
    office.campaign("a,b%:c", keys="")
    office.post("bai", "ngày mai", slug="a,b%:c")

    [error] = office.run("check", "--as", "github").lines("bai.md")

    assert error.startswith("::error file=campaigns/a%2Cb%25%3Ac/posts/bai.md,line=2,title=")


def test_sarif_is_well_formed_and_names_each_place(faulty: Office) -> None:
    checked = faulty.run("check", "--as", "sarif")

    assert checked.code == 1
    [run] = Sarif.model_validate_json(checked.out).runs
    told = {}
    for result in run.results or []:
        [location] = result.locations or []
        place = location.physical_location
        assert place is not None
        assert place.artifact_location is not None
        assert place.region is not None
        told[place.artifact_location.uri] = (place.region.start_line, result.level)
        assert run.tool.driver.rules is not None
        assert run.tool.driver.rules[result.rule_index].id == result.rule_id
    assert told == {
        "campaigns/thu/posts/bai.md": (2, "error"),
        "campaigns/kia/posts/dem.md": (2, "warning"),
    }


def test_where_nothing_is_wrong_sarif_says_so_too(office: Office) -> None:
    office.post("bai", days_ahead(3))

    checked = office.run("check", "--as", "sarif")

    assert checked.code == 0
    assert json.loads(checked.out)["runs"][0]["results"] == []


def test_a_watching_check_looks_again_when_a_file_is_saved(office: Office) -> None:
    path = office.post("bai", "ngày mai")
    command = [sys.executable, "-m", "publisher", "--lang", "en", "check", "--watch"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=office.root, preexec_fn=_hears_ctrl_c
    ) as watching:
        told: Queue[str] = Queue()
        assert watching.stdout is not None
        threading.Thread(target=lambda: [told.put(line) for line in watching.stdout]).start()
        try:
            while "1 error" not in told.get(timeout=WAIT_S):
                pass
            path.write_text(path.read_text().replace("ngày mai", days_ahead(3)), encoding="utf-8")
            while "0 errors" not in told.get(timeout=WAIT_S):
                pass
        finally:
            watching.send_signal(signal.SIGINT)
    assert watching.returncode == 0


def _hears_ctrl_c() -> None:
    """A test run that a shell put into the background is deaf to it, and so is what it starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_programs_are_not_told_to_watch(office: Office) -> None:
    refused = office.run("check", "--watch", "--as", "sarif")

    assert refused.code == 2
    assert "--as" in refused.out
