"""The systemd unit: closed to all that it doesn't need, and refused where it couldn't work."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from publisher.install.unit import UnitError, unit_of
from tests.cli.conftest import office
from tests.cli.office import Office

__all__ = ["office"]

PROGRAM = Path("/usr/local/bin/publisher")
PYTHON = Path("/usr/bin/env")
SITES = [Path("/var/lib/publisher"), Path("/srv/đăng bài/100%")]


def lines(folder: Path, user: str = "publisher") -> list[str]:
    return unit_of(folder, PROGRAM, PYTHON, user).splitlines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd isn't installed")
@pytest.mark.parametrize("site", SITES, ids=str)
def test_it_is_right_and_its_exposure_is_below_two_of_ten(site: Path, tmp_path: Path) -> None:
    text = unit_of(site, Path(shutil.which("env") or ""), PYTHON, "publisher")
    unit = tmp_path / "publisher.service"
    unit.write_text(text, encoding="utf-8")
    right = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
    )
    assert (right.returncode, right.stderr) == (0, "")
    exposed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert exposed.returncode == 0, exposed.stdout[-500:]


def test_a_site_below_var_lib_is_the_services_state_and_any_other_is_its_one_writable_place() -> (
    None
):
    below, elsewhere = (lines(site) for site in SITES)
    assert "StateDirectory=publisher" in below
    assert not [line for line in below if line.startswith("ReadWritePaths")]
    assert 'ReadWritePaths="/srv/đăng bài/100%%"' in elsewhere
    assert "WorkingDirectory=/srv/đăng bài/100%%" in elsewhere
    assert not [line for line in elsewhere if line.startswith("StateDirectory")]


def test_nothing_is_left_open_in_it() -> None:
    assert not [line for line in lines(SITES[0]) if "@" in line and "SystemCall" not in line]


@pytest.mark.parametrize(
    ("folder", "program", "python", "user"),
    [
        ("/var/lib/publisher", "/usr/local/bin/publisher", "/usr/bin/env", "root"),
        ("/home/lan/publisher", "/usr/local/bin/publisher", "/usr/bin/env", "lan"),
        ("/var/lib/publisher", "/root/.local/bin/publisher", "/usr/bin/env", "publisher"),
        ("/var/lib/publisher", "/usr/local/bin/publisher", "/root/.pyenv/bin/python", "publisher"),
    ],
    ids=["root", "a site at home", "a program at home", "a Python at home"],
)
def test_what_could_not_work_is_refused_with_what_to_do(
    folder: str, program: str, python: str, user: str
) -> None:
    with pytest.raises(UnitError):
        unit_of(Path(folder), Path(program), Path(python), user)


def test_a_unit_for_a_site_that_cant_be_served_is_not_made(office: Office) -> None:
    with TemporaryDirectory(dir="/tmp") as folder:
        told = office.run("init", folder, "--unit", "--yes")
        assert told.code == 1
        assert folder in told.out
        assert "[Service]" not in told.out
        assert (Path(folder) / "schedule.toml").is_file()
