"""docs/install.md, followed line by line on a clean Debian; and what systemd makes of its service.

Where no Debian can be booted the page is followed on this machine's own disk, and nothing is asked
of systemd.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from publisher import __version__
from publisher.install import brought
from tests.docs.pages import ROOT
from tests.install.machine import Machine
from tests.install.page import OPERATIONS, PAGE, SITE, Mailbox, Reader, block, bring, until
from tests.ports import free_port

UNIT = "/etc/systemd/system/publisher.service"
DROP_IN = "/etc/systemd/system/publisher.service.d/watchdog.conf"
POST = "thu-nghiem/01-mo-dau"


@pytest.fixture(scope="module")
def reader(machine: Machine, wheel: Path) -> Reader:
    """A reader who has come to the end of "The service", with the folder ``dist`` in hand."""
    bring(machine, wheel)
    reader = Reader(machine)
    asked = machine.run("apt-get update -q")
    if asked.returncode != 0 and not os.environ.get("CI"):
        pytest.skip("no package can be fetched here")
    reader.told["program"] = reader.follow("The program")
    reader.told["site"] = reader.follow("The site")
    reader.folder = SITE
    reader.told["key"] = reader.follow("The service")
    reader.told["unit"] = reader.follow("The service", 1)
    return reader


# -- followed -------------------------------------------------------------------------------------


def test_the_program_is_installed_whole_and_away_from_any_checkout(reader: Reader) -> None:
    assert re.search(rf"^publisher, \S+ {__version__}$", reader.told["program"], re.MULTILINE)
    python = "/opt/pipx/venvs/publisher/bin/python"
    where = reader.give(f"cd /; {python} -c 'import publisher; print(publisher.__file__)'")
    assert where.startswith("/opt/pipx/venvs/publisher/lib/")
    assert not reader.machine.run(f"ls -A {ROOT} 2>/dev/null").stdout


def test_the_site_is_laid_out_passes_its_check_and_is_played_through(reader: Reader) -> None:
    told = reader.told["site"]
    assert "✓" in told
    assert "publisher check" in told.partition("publisher rehearse")[0]
    assert "rehearsal/timeline.html" in told
    assert reader.machine.run("test -s rehearsal/timeline.html", folder=SITE).returncode == 0
    owners = reader.give("stat --format %U:%a schedule.toml campaigns")
    assert owners.split() == ["publisher:644", "publisher:755"]


def test_the_key_is_sealed_by_the_machine(reader: Reader) -> None:
    sealed = "/etc/credstore.encrypted/publisher-key"
    key = reader.give(f"systemd-creds decrypt {sealed} - 2>/dev/null").strip()
    assert len(key) == 44
    assert key not in reader.machine.read(sealed)


def test_the_unit_is_installed_enabled_and_closed_to_all_that_it_doesnt_need(
    reader: Reader,
) -> None:
    verified = reader.machine.run(f"systemd-analyze verify {UNIT}")
    assert verified.returncode == 0, verified.stdout
    wanted = f"/etc/systemd/system/multi-user.target.wants/{UNIT.rpartition('/')[2]}"
    assert reader.give(f"readlink {wanted}").strip() == UNIT
    asked = [f"--offline=true {UNIT}"]
    asked += ["publisher.service"] if reader.machine.is_booted else []
    for which in asked:
        told = reader.give(f"systemd-analyze security --threshold=20 {which}")
        [level] = re.findall(r"exposure level for publisher.service: (\S+)", told)
        assert float(level) < 2.0
        assert f"says {level}," in PAGE


def test_installing_the_unit_again_changes_nothing(reader: Reader) -> None:
    before = reader.machine.read(UNIT)
    reader.give("publisher init --unit --yes")
    assert reader.machine.read(UNIT) == before
    reader.give(f"echo '# ours' >> {UNIT}")
    again = reader.machine.run("publisher init --unit --yes", folder=SITE)
    assert again.returncode == 1
    assert reader.machine.read(UNIT) == f"{before}# ours\n"
    reader.machine.put(UNIT, before.encode())


def test_who_isnt_root_sees_the_unit_and_nothing_is_installed(reader: Reader) -> None:
    before = reader.machine.read(UNIT)
    shown = reader.give(f"rm {UNIT}\nrunuser -u publisher -- publisher init --unit 2>/dev/null")
    assert shown.strip() == before.strip()
    asked = reader.machine.run("publisher init --unit", folder=SITE)
    assert b"[Service]" in asked.stdout, "root, too, where nobody is there to agree"
    assert reader.machine.run(f"test -e {UNIT}").returncode != 0
    reader.machine.put(UNIT, before.encode())
    reader.give("systemctl daemon-reload")


@pytest.mark.usefixtures("systemd")
def test_the_first_post_goes_out_and_the_page_shows_where_and_that_the_service_is_at_work(
    reader: Reader,
) -> None:
    """The page says "in two minutes"; whoever has no time lets it be now."""
    steps, looks = block("The first post"), block("The first post", 1)
    assert '"2 minutes"' in steps
    assert "sleep 120\n" in looks
    assert POST in reader.give(steps.replace('"2 minutes"', '"0 minutes"'))
    until(lambda: posts_of_fanpage(reader) == 1)
    told = reader.give(looks.replace("sleep 120\n", ""))
    assert told.partition('{"')[0].count(f"file://{SITE}/var/channels/") == 2
    assert '"event": "sent"' in told


def test_the_weekly_mail_and_a_test_of_the_alerts_arrive(reader: Reader) -> None:
    """At another port than 25, which is the machine's own mail server's."""
    box = Mailbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        steps = block("The weekly mail")
        assert "port     = 25\n" in steps
        reader.give(steps.replace("port     = 25\n", f"port     = {server.port}\n"))
    finally:
        server.stop()
    assert box.to == ["quan-tri@tinh.gov.vn", "lanh-dao@tinh.gov.vn"]


# -- run by systemd -------------------------------------------------------------------------------


@pytest.mark.usefixtures("systemd")
def test_the_service_is_up_as_its_own_user_and_says_so_itself(reader: Reader) -> None:
    assert "active (running)" in reader.told["unit"]
    until(lambda: shown(reader, "ActiveState")["ActiveState"] == "active")
    assert shown(reader, "Type", "User", "NRestarts", "ExecMainStatus") == {
        "Type": "notify",
        "User": "publisher",
        "NRestarts": "0",
        "ExecMainStatus": "0",
    }
    assert shown(reader, "StatusText")["StatusText"]
    owner = reader.give(f"stat --format %U /proc/{main_process(reader)}")
    assert owner.strip() == "publisher"


@pytest.mark.usefixtures("systemd")
def test_a_reload_begins_anew_in_the_same_process(reader: Reader) -> None:
    process, begun = main_process(reader), journal(reader).count('"event": "running"')
    reader.give("systemctl reload publisher")
    until(lambda: journal(reader).count('"event": "running"') > begun)
    assert main_process(reader) == process


@pytest.mark.usefixtures("systemd")
def test_a_new_key_takes_the_old_ones_place_as_the_page_on_operations_says(reader: Reader) -> None:
    sealed = "systemd-creds decrypt /etc/credstore.encrypted/publisher-key - 2>/dev/null"
    before = reader.give(sealed)
    reader.give(
        f"{block('Operating', page=OPERATIONS)}\n{block('Changing secrets', page=OPERATIONS)}"
    )
    assert len(reader.give(sealed)) == len(before)
    assert reader.give(sealed) != before
    reader.publisher("alive")


@pytest.mark.usefixtures("systemd")
def test_a_service_that_is_killed_comes_back_by_itself_and_publishes_nothing_twice(
    reader: Reader,
) -> None:
    before = main_process(reader)
    reader.give("systemctl kill --signal=SIGKILL publisher")
    until(lambda: comes_back(reader, before))
    assert posts_of_fanpage(reader) == 1
    reader.publisher("alive")


@pytest.mark.usefixtures("systemd")
def test_a_service_that_hangs_is_killed_by_the_watchdog_and_started_anew(reader: Reader) -> None:
    """The unit waits two minutes for a sign of life; a drop-in, as it says, waits less."""
    assert "WatchdogSec=120\n" in reader.machine.read(UNIT)
    reader.machine.put(DROP_IN, b"[Service]\nWatchdogSec=20\n")
    reader.give("systemctl daemon-reload; systemctl restart publisher")
    before = main_process(reader)
    reader.give(f"kill -STOP {before}")
    until(lambda: comes_back(reader, before))
    assert "watchdog" in journal(reader, "--since=-2min").lower()
    assert posts_of_fanpage(reader) == 1
    reader.give(f"rm {DROP_IN}; systemctl daemon-reload")


@pytest.mark.usefixtures("systemd")
def test_a_service_that_is_stopped_ends_by_itself_and_leaves_no_secret_in_the_journal(
    reader: Reader,
) -> None:
    reader.give("systemctl stop publisher")
    # CLD_EXITED: by itself, and not by a signal.
    assert shown(reader, "Result", "ExecMainCode", "ExecMainStatus") == {
        "Result": "success",
        "ExecMainCode": "1",
        "ExecMainStatus": "0",
    }
    key = reader.give("systemd-creds decrypt /etc/credstore.encrypted/publisher-key - 2>/dev/null")
    told = journal(reader)
    assert '"event": "sent"' in told
    assert key.strip() not in told


# -- otherwise ------------------------------------------------------------------------------------


def test_what_a_container_is_built_from_comes_with_it(reader: Reader) -> None:
    reader.give("mkdir /root/image && cd /root/image && publisher init --container")
    pins = reader.machine.read("/root/image/container/constraints.txt")
    assert pins == brought.constraints().read_text(encoding="utf-8")


def test_uv_installs_it_as_well(reader: Reader) -> None:
    reader.folder = "/root"
    reader.give(
        "export PIPX_HOME=/opt/pipx2 PIPX_BIN_DIR=/usr/local/bin\n"
        f"rm /usr/local/bin/publisher\n{block('The program', 1)}"
    )
    said = reader.give("readlink /usr/local/bin/publisher && publisher --version")
    assert said.startswith("/opt/uv/publisher/bin/publisher\npublisher, ")
    reader.give("mkdir try && cd try && publisher init && publisher check")


def shown(reader: Reader, *names: str) -> dict[str, str]:
    """What systemd knows of the service."""
    told = reader.give(f"systemctl show publisher --property={','.join(names)}")
    return dict(line.split("=", 1) for line in told.splitlines())


def main_process(reader: Reader) -> int:
    return int(shown(reader, "MainPID")["MainPID"])


def comes_back(reader: Reader, before: int) -> bool:
    """Whether the service is up as another process than ``before``."""
    now = shown(reader, "ActiveState", "MainPID")
    return now["ActiveState"] == "active" and int(now["MainPID"]) not in (0, before)


def journal(reader: Reader, *words: str) -> str:
    return reader.give(f"journalctl --unit publisher --no-pager {' '.join(words)}")


def posts_of_fanpage(reader: Reader) -> int:
    """How often the first post stands where readers of the page see it."""
    pages = "var/channels/fanpage/index.html"
    return int(reader.give(f"grep --only-matching 'id=\"post-' {pages} 2>/dev/null | wc -l"))
