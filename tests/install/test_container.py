"""The Containerfile: without a fault, built by Podman on a clean Debian, and run as the page says.

The base image can't be fetched everywhere: here it is the clean Debian's own system and Python.
Podman and its containers share the machine's network, as the machine shares this one's.
"""

from __future__ import annotations

import re
import resource
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.install import brought
from tests.install.booted import package_folders
from tests.install.machine import Machine
from tests.install.page import PAGE, Reader, bring, until
from tests.install.recipe import Step, stages

RECIPE = brought.containerfile()

BUILT, FINAL = stages(RECIPE)


def the(name: str) -> Step:
    """The only instruction of this name in the image."""
    [step] = [step for step in FINAL if step.name == name]
    return step


# -- as it is written -----------------------------------------------------------------------------


def test_hadolint_finds_nothing_in_it() -> None:
    found = subprocess.run(
        [str(Path(sys.executable).with_name("hadolint")), "--no-color", str(RECIPE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_it_stands_on_a_slim_image_of_the_python_that_the_pins_were_tested_with() -> None:
    tested = re.search(r"Python (3\.\d+)", brought.constraints().read_text(encoding="utf-8"))
    bases = {stage[0].words()[0] for stage in (BUILT, FINAL)}
    assert bases == {f"python:{tested[1] if tested else '3.11'}-slim"}


def test_it_runs_as_nobody_who_is_anything_elsewhere() -> None:
    assert re.fullmatch(r"\d{5}:\d{5}", the("USER").text)


def test_it_asks_whether_the_daemon_is_at_work() -> None:
    assert the("HEALTHCHECK").text.partition("CMD ")[2] == '["publisher", "alive"]'


def test_it_makes_no_volume_that_would_go_with_the_container() -> None:
    assert "VOLUME" not in {step.name for step in FINAL}


def test_the_page_and_the_recipe_say_the_same_of_how_it_is_run() -> None:
    said = [
        shlex.split(re.sub(r"\\\n#?\s*", "", line))
        for text in (RECIPE.read_text(encoding="utf-8"), PAGE)
        for line in re.findall(r"podman run --detach(?:.*\\\n)*.*", text)
    ]
    assert len(said) == 2
    assert sorted(said[0]) == sorted(said[1])
    assert {"--read-only", "--tmpfs", "--cap-drop", "no-new-privileges", "$PWD:/site"} <= set(
        said[0]
    )


# -- as it is built and run -----------------------------------------------------------------------


PART = "In a container"
BASE = FINAL[0].words()[0]
CONTAINERS = """
[containers]
netns = "host"
pids_limit = 0
default_ulimits = [{limits}]
volumes = [{volumes}]

[engine]
runtime = "runc"
"""
"""What Podman needs on a machine that is a container itself and has no rights over rlimits and
groups; and where packages come from."""


@pytest.fixture(scope="module")
def reader(systemd: None, machine: Machine, wheel: Path) -> Reader:
    """A reader who has come to the end of the part, with the folder ``dist`` in hand."""
    bring(machine, wheel)
    reader = Reader(machine)
    reader.follow(PART)
    volumes = ", ".join(f'"{place}:{place}:ro"' for place in package_folders())
    limits = ", ".join(f'"{name}={most}:{most}"' for name, most in (own("NOFILE"), own("NPROC")))
    told = CONTAINERS.format(volumes=volumes, limits=limits)
    machine.put("/etc/containers/containers.conf", told.encode())
    reader.give("apt-get install -qy --no-install-recommends runc python3-venv python-is-python3")
    reader.give(
        "tar --directory=/ --create bin lib lib64 sbin etc usr var/lib/dpkg"
        f" | podman import --quiet - docker.io/library/{BASE}"
    )
    reader.follow(PART, 1)
    reader.folder = "/srv/publisher"
    return reader


def own(name: str) -> tuple[str, int]:
    """A limit of this process, as Podman calls it."""
    return name.lower(), resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1]


def test_a_container_runs_the_site_that_it_laid_out_and_is_healthy(reader: Reader) -> None:
    until(
        lambda: reader.machine.run("podman healthcheck run publisher").returncode == 0,
        lambda: reader.give("podman logs publisher 2>&1"),
    )
    reader.follow(PART, 2)
    assert "healthy" in reader.give("podman ps")


def test_it_is_nobody_may_nothing_and_writes_to_its_site_alone(reader: Reader) -> None:
    assert reader.give("podman exec publisher id -u").strip() == "10001"
    status = reader.give("podman exec publisher cat /proc/1/status")
    assert re.findall(r"^(?:CapEff|CapBnd):\t(\S+)$", status, re.MULTILINE) == ["0" * 16] * 2
    for place in ("/opt/publisher", "/etc", "/var/lib"):
        tried = reader.machine.run(f"podman exec --user 0 publisher touch {place}/x")
        assert tried.returncode != 0, "root itself can't"
        assert b"Read-only" in tried.stdout
    reader.give("podman exec publisher touch /site/x && rm x")


def test_one_that_is_killed_is_started_again(reader: Reader) -> None:
    asked = "podman inspect publisher --format {{.State.Pid}}"
    before = reader.give(asked).strip()
    reader.give(f"kill -KILL {before}")
    until(lambda: reader.give(asked).strip() not in ("0", before))


def test_a_forgotten_volume_ends_it_at_once_and_says_why(reader: Reader) -> None:
    ran = reader.machine.run("podman run --rm --read-only --tmpfs /tmp publisher")
    assert ran.returncode != 0
    assert ran.stdout
    assert b"Traceback" not in ran.stdout
