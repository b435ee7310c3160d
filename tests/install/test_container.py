"""The Containerfile: without a fault, and every step of it done on a machine that is thrown away.

No container engine runs here, so its steps are played: RUN by sh, COPY by writing files, the root
made read-only before anything is started. The base image is this machine's own system.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

import publisher.install
from publisher.install import brought
from tests.docs.pages import ROOT
from tests.install.machine import PATH, Machine, cant_be_had, thrown_away
from tests.install.recipe import Step, stages

RECIPE = Path(publisher.install.__file__).with_name("Containerfile")
PATIENCE_S = 60.0

BUILT, FINAL = stages(RECIPE)

playable = pytest.mark.skipif((why := cant_be_had()) != "", reason=why or "")


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
        for text in (RECIPE.read_text(encoding="utf-8"), page())
        for line in re.findall(r"podman run(?:.*\\\n)*.*", text)
    ]
    assert len(said) == 2
    assert sorted(said[0]) == sorted(said[1])
    assert {"--read-only", "--tmpfs", "--cap-drop", "no-new-privileges", "$PWD:/site"} <= set(
        said[0]
    )


def page() -> str:
    return (ROOT / "docs" / "install.md").read_text(encoding="utf-8")


# -- as it is built and run -----------------------------------------------------------------------


@dataclass
class Image:
    """A machine on which the steps were done, and what they left in force."""

    machine: Machine
    environment: dict[str, str] = field(default_factory=dict)
    folder: str = "/"
    user: int = 0

    def do(self, step: Step, context: dict[str, bytes]) -> None:
        if step.name == "COPY":
            *patterns, target = [word for word in step.words() if not word.startswith("--")]
            if step.text.startswith("--from="):
                assert patterns == [target], "a stage's files keep their place"
                assert self.machine.run(f"test -d {target}").returncode == 0
                return
            for pattern in patterns:
                matching = [name for name in context if Path(name).match(pattern)]
                assert matching, pattern
                for name in matching:
                    self.machine.put(f"{target}{name}", context[name])
        elif step.name == "RUN":
            done = self.machine.run(step.text, folder=self.folder, environment=self.environment)
            assert done.returncode == 0, done.stdout.decode()
        elif step.name == "ENV":
            text = step.text.replace("$PATH", self.environment.get("PATH", PATH))
            self.environment |= dict(word.split("=", 1) for word in shlex.split(text))
        elif step.name == "WORKDIR":
            self.folder = step.text
        elif step.name == "USER":
            self.user = int(step.text.partition(":")[0])
        else:
            assert step.name in ("FROM", "HEALTHCHECK", "ENTRYPOINT", "CMD"), step.name

    def start(self, *arguments: str) -> list[str]:
        """What an engine would start, in the image's folder, as its user."""
        program = [*the("ENTRYPOINT").words(), *(arguments or the("CMD").words())]
        inside = ["env", "-C", self.folder, *(f"{a}={b}" for a, b in self.environment.items())]
        return self.machine.command([*inside, *program], self.user)


@pytest.fixture(scope="module")
def image(wheel: Path) -> Iterator[Image]:
    """The image, built; its root is read-only, /tmp and /site are not."""
    python = Path(sys.base_prefix)
    local = None if python in (Path("/usr"), Path("/usr/local")) else python
    context = {
        wheel.name: wheel.read_bytes(),
        "constraints.txt": brought.constraints().read_bytes(),
    }
    with TemporaryDirectory() as folder, thrown_away(Path(folder), local) as machine:
        if machine.run("command -v python").returncode != 0:
            machine.run("ln -s python3 /usr/bin/python")
        # Elsewhere than where it was made for, a Python may find another's library first.
        base = {"LD_LIBRARY_PATH": "/usr/local/lib"} if local else {}
        image = Image(machine, dict(base))
        for step in BUILT:
            image.do(step, context)
        image = Image(machine, dict(base))
        for step in FINAL:
            image.do(step, context)
        for place in ("/tmp", "/site"):
            machine.mount("-t", "tmpfs", "tmpfs", place)
        assert machine.run(f"chown {image.user} /site").returncode == 0
        machine.mount("-o", "remount,ro", "/")
        yield image


@playable
def test_a_container_lays_a_site_out_runs_it_and_is_healthy(image: Image) -> None:
    for arguments in (("init",), ("check",)):
        ran = subprocess.run(image.start(*arguments), capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    daemon = subprocess.Popen(image.start(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        health = image.start(*the("HEALTHCHECK").text.partition("CMD ")[2].split('"')[3:4])
        end = time.monotonic() + PATIENCE_S
        while subprocess.run(health, capture_output=True, check=False).returncode != 0:
            assert daemon.poll() is None, daemon.communicate()[0].decode()
            assert time.monotonic() < end, "it never becomes healthy"
        daemon.terminate()
        assert daemon.wait(PATIENCE_S) == 0
    finally:
        daemon.kill()
        daemon.wait()


@playable
def test_a_container_can_write_to_its_site_alone(image: Image) -> None:
    for place in ("/opt/publisher", "/etc", "/var/lib"):
        tried = image.machine.run(f"touch {place}/x")
        assert tried.returncode != 0, "root itself can't"
        assert b"Read-only" in tried.stdout


@playable
def test_a_forgotten_volume_ends_it_at_once_and_says_why(image: Image) -> None:
    image.machine.mount("-o", "remount,bind,ro", "/site")
    try:
        ran = subprocess.run(
            image.start(), capture_output=True, text=True, check=False, timeout=PATIENCE_S
        )
        assert ran.returncode != 0
        assert "Traceback" not in ran.stdout + ran.stderr
        assert ran.stdout + ran.stderr
    finally:
        image.machine.mount("-o", "remount,bind,rw", "/site")
