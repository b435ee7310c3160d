"""docs/install.md, followed line by line on a machine that has nothing of ours."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from publisher.install import brought
from tests.docs.pages import ROOT
from tests.install.machine import PATH, Machine, cant_be_had, thrown_away

PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
SITE = "/var/lib/publisher"
UNIT = "/etc/systemd/system/publisher.service"
PATIENCE_S = 60.0

pytestmark = pytest.mark.skipif(
    (why := cant_be_had()) != "" or not Path("/usr/bin/apt-get").exists(),
    reason=why or "not a Debian",
)


def block(part: str, number: int) -> str:
    """The commands of a block of a part of the page; a line that ends in an error ends them."""
    text = PAGE.partition(f"\n## {part}\n")[2].partition("\n## ")[0]
    blocks: list[str] = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return f"set -e\n{blocks[number]}"


@dataclass
class Followed:
    """The machine while the page is followed, in the folder that the reader has come to."""

    machine: Machine
    folder: str = "/root"
    told: dict[str, str] = field(default_factory=dict)

    def follow(self, part: str, number: int = 0) -> str:
        """Run a block as it stands; gives what was printed."""
        done = self.machine.run(block(part, number), folder=self.folder)
        told = done.stdout.decode()
        assert done.returncode == 0, told
        return told


@pytest.fixture(scope="module")
def reader(wheel: Path) -> Iterator[Followed]:
    """A reader who has come to the end of "The service", with the folder ``dist`` in hand."""
    with TemporaryDirectory() as folder, thrown_away(Path(folder)) as machine:
        machine.put(f"/root/dist/{wheel.name}", wheel.read_bytes())
        machine.put("/root/dist/constraints.txt", brought.constraints().read_bytes())
        reader = Followed(machine)
        asked = machine.run("apt-get update -q")
        if asked.returncode != 0 and not os.environ.get("CI"):
            pytest.skip("no package can be fetched here")
        reader.told["program"] = reader.follow("The program")
        reader.told["site"] = reader.follow("The site")
        reader.folder = SITE
        reader.told["key"] = reader.follow("The service")
        reader.told["unit"] = reader.follow("The service", 1)
        yield reader


def test_the_program_is_installed_whole_and_away_from_any_checkout(reader: Followed) -> None:
    assert re.search(r"^publisher, \S+ \d+\.\d+\.\d+$", reader.told["program"], re.MULTILINE)
    python = "/opt/pipx/venvs/publisher/bin/python"
    where = reader.machine.run(f"{python} -c 'import publisher; print(publisher.__file__)'")
    assert where.stdout.decode().startswith("/opt/pipx/venvs/publisher/lib/")
    assert reader.machine.run(f"ls {ROOT}").stdout == b""


def test_the_site_is_laid_out_passes_its_check_and_is_played_through(reader: Followed) -> None:
    told = reader.told["site"]
    assert "✓" in told
    assert "publisher check" in told.partition("publisher rehearse")[0]
    assert "rehearsal/timeline.html" in told
    assert reader.machine.run("test -s rehearsal/timeline.html", folder=SITE).returncode == 0
    owners = reader.machine.run("stat --format %U:%a schedule.toml campaigns", folder=SITE)
    assert owners.stdout.decode().split() == ["publisher:644", "publisher:755"]


def test_the_key_is_sealed_by_the_machine(reader: Followed) -> None:
    sealed = "/etc/credstore.encrypted/publisher-key"
    assert reader.machine.run(f"test -s {sealed}").returncode == 0
    opened = reader.machine.run(f"systemd-creds decrypt {sealed} - 2>/dev/null")
    key = opened.stdout.decode().strip()
    assert len(key) == 44
    assert key not in reader.machine.read(sealed)


def test_the_unit_is_installed_enabled_and_closed_to_all_that_it_doesnt_need(
    reader: Followed,
) -> None:
    verified = reader.machine.run(f"systemd-analyze verify {UNIT}")
    assert verified.returncode == 0, verified.stdout
    wanted = f"/etc/systemd/system/multi-user.target.wants/{UNIT.rpartition('/')[2]}"
    assert reader.machine.run(f"readlink {wanted}").stdout.decode().strip() == UNIT
    told = reader.machine.run(f"systemd-analyze security --offline=true --threshold=20 {UNIT}")
    assert told.returncode == 0, told.stdout.decode()
    [level] = re.findall(r"exposure level for publisher.service: (\S+)", told.stdout.decode())
    assert float(level) < 2.0
    assert f"says {level}," in PAGE


def test_installing_the_unit_again_changes_nothing(reader: Followed) -> None:
    before = reader.machine.read(UNIT)
    reader.machine.run("publisher init --unit --yes", folder=SITE)
    assert reader.machine.read(UNIT) == before
    reader.machine.run(f"echo '# ours' >> {UNIT}")
    again = reader.machine.run("publisher init --unit --yes", folder=SITE)
    assert again.returncode == 1
    assert reader.machine.read(UNIT) == f"{before}# ours\n"
    reader.machine.put(UNIT, before.encode())


def test_who_isnt_root_sees_the_unit_and_nothing_is_installed(reader: Followed) -> None:
    before = reader.machine.read(UNIT)
    shown = "runuser -u publisher -- publisher init --unit 2>/dev/null"
    assert reader.machine.run(f"rm {UNIT}\n{shown}", folder=SITE).stdout.decode().strip() == (
        before.strip()
    )
    asked = reader.machine.run("publisher init --unit", folder=SITE)
    assert "[Service]" in asked.stdout.decode(), "root, too, where nobody is there to agree"
    assert reader.machine.run(f"test -e {UNIT}").returncode != 0
    reader.machine.put(UNIT, before.encode())


def test_what_the_unit_starts_runs_as_its_user_and_publishes_the_first_post(
    reader: Followed,
) -> None:
    """No systemd runs here: this test does what the unit says, and the page's last part then."""
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read_string(reader.machine.read(UNIT))
    service = unit["Service"]
    user = int(reader.machine.run(f"id -u {service['User']}").stdout)
    with TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as heard:
        name = f"\0publisher-{time.monotonic_ns()}"
        heard.bind(name)
        heard.settimeout(PATIENCE_S)
        log = Path(folder) / "log"
        environment = {"NOTIFY_SOCKET": name.replace("\0", "@"), "PATH": PATH}
        started = reader.machine.command(
            ["env", "-C", service["WorkingDirectory"], *shlex.split(service["ExecStart"])], user
        )
        with log.open("wb") as told:
            daemon = subprocess.Popen(started, env=environment, stderr=told, stdout=told)
        try:
            until(heard, "READY=1", log)
            alive = reader.machine.run("runuser -u publisher -- publisher alive", folder=SITE)
            assert alive.returncode == 0, alive.stdout.decode()
            first_post_goes_out(reader)
            daemon.send_signal(signal.SIGHUP)
            until(heard, "RELOADING=1", log)
            until(heard, "READY=1", log)
            daemon.send_signal(signal.SIGTERM)
            until(heard, "STOPPING=1", log)
            assert daemon.wait(PATIENCE_S) == 0
        finally:
            daemon.kill()
            daemon.wait()


def first_post_goes_out(reader: Followed) -> None:
    """The page says "in two minutes"; whoever has no time lets it be now."""
    steps = block("The first post", 0)
    assert '"2 minutes"' in steps
    done = reader.machine.run(steps.replace('"2 minutes"', '"0 minutes"'), folder=SITE)
    assert done.returncode == 0, done.stdout.decode()
    assert "thu-nghiem/01-mo-dau" in done.stdout.decode()
    end = time.monotonic() + PATIENCE_S
    while True:
        said = reader.machine.run("publisher --lang en status thu-nghiem/01-mo-dau", folder=SITE)
        if said.stdout.decode().count("file:///var/lib/publisher/var/") >= 2:
            return
        assert time.monotonic() < end, said.stdout.decode()


def test_the_weekly_mail_and_a_test_of_the_alerts_arrive(reader: Followed) -> None:
    """At another port than 25, which is the machine's own mail server's."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        steps = block("The weekly mail", 0)
        assert "port     = 25\n" in steps
        done = reader.machine.run(
            steps.replace("port     = 25\n", f"port     = {server.port}\n"), folder=SITE
        )
    finally:
        server.stop()
    assert done.returncode == 0, done.stdout.decode()
    assert box.to == ["quan-tri@tinh.gov.vn", "lanh-dao@tinh.gov.vn"]


class Mailbox:
    """An SMTP server's handler that keeps whom each mail went to."""

    def __init__(self) -> None:
        self.to: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.to += envelope.rcpt_tos
        return "250 OK"


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


def until(heard: socket.socket, line: str, log: Path) -> None:
    """Listen until ``line`` is told, or show what the daemon said instead."""
    try:
        while line not in heard.recv(4096).decode().splitlines():
            pass
    except TimeoutError:
        pytest.fail(f"never {line}: {log.read_text(encoding='utf-8')[-3000:]}")


def test_uv_installs_it_as_well(reader: Followed) -> None:
    done = reader.machine.run(
        "export PIPX_HOME=/opt/pipx2 PIPX_BIN_DIR=/usr/local/bin\n"
        f"rm /usr/local/bin/publisher\n{block('The program', 1)}"
    )
    assert done.returncode == 0, done.stdout.decode()
    said = reader.machine.run("readlink /usr/local/bin/publisher && publisher --version")
    assert said.stdout.decode().startswith("/opt/uv/publisher/bin/publisher\npublisher, ")
    tried = reader.machine.run("mkdir try && cd try && publisher init && publisher check")
    assert tried.returncode == 0, tried.stdout.decode()
