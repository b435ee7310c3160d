"""The wheel as pipx and uv install it: at work in an empty folder, with no checkout near."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from publisher import __version__
from publisher.install import brought
from tests.install.machine import outside

PATIENCE_S = 300.0


@dataclass(frozen=True)
class Installed:
    """What an installer put where; ``program`` is the command, ``python`` what runs it."""

    program: Path
    python: Path
    environment: dict[str, str]

    def run(self, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.program), *arguments],
            cwd=folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )


@pytest.fixture(scope="module")
def installers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the commands ``pipx`` and ``uv``, from an index."""
    folder = tmp_path_factory.mktemp("installers") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    fetched = subprocess.run(
        [str(folder / "bin/pip"), "install", "--quiet", "pipx", "uv"],
        env=surroundings(folder.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode != 0 and not os.environ.get("CI"):
        pytest.skip("no index of packages can be asked from here")
    assert fetched.returncode == 0, fetched.stderr
    return folder / "bin"


@pytest.fixture(scope="module", params=["pipx", "uv"])
def installed(
    request: pytest.FixtureRequest,
    installers: Path,
    wheel: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Installed:
    home = tmp_path_factory.mktemp(request.param)
    environment = surroundings(home) | {
        "PATH": f"{installers}:{os.environ['PATH']}",
        "PIPX_HOME": str(home / "tools"),
        "PIPX_BIN_DIR": str(home / "bin"),
        "UV_TOOL_DIR": str(home / "tools"),
        "UV_TOOL_BIN_DIR": str(home / "bin"),
    }
    pins = brought.constraints()
    commands = {
        "pipx": ["pipx", "install", f"--pip-args=--constraint {pins}", str(wheel)],
        "uv": [
            *("uv", "tool", "install", "--compile-bytecode", "--python", sys.executable),
            *("--constraints", str(pins), str(wheel)),
        ],
    }
    words = commands[request.param]
    ran = subprocess.run(
        [str(installers / words[0]), *words[1:]],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    [python] = home.glob("tools/**/publisher/bin/python")
    return Installed(home / "bin" / "publisher", python, environment)


def surroundings(home: Path) -> dict[str, str]:
    """An environment without ours, but for where packages come from and are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    return outside() | {
        "HOME": str(home),
        "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(cache / "pip")),
        "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(cache / "uv")),
    }


def test_it_is_what_was_built_and_imports_nothing_of_a_checkout(
    installed: Installed, tmp_path: Path
) -> None:
    assert installed.run(tmp_path, "--version").stdout.strip().endswith(__version__)
    asked = "import publisher, channels; print(publisher.__file__, channels.__file__)"
    places = subprocess.run(
        [str(installed.python), "-c", asked],
        cwd=tmp_path,
        env=installed.environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert all(Path(place).is_relative_to(installed.python.parents[1]) for place in places)


def test_an_empty_folder_becomes_a_site_that_passes_its_check_and_is_played_through(
    installed: Installed, tmp_path: Path
) -> None:
    made = installed.run(tmp_path, "init")
    assert made.returncode == 0, made.stdout
    checked = installed.run(tmp_path, "check")
    assert checked.returncode == 0, checked.stdout
    # docs/install.md is followed with the plan's campaigns, whose play takes its time.
    shutil.rmtree(tmp_path / "campaigns")
    installed.run(tmp_path, "new-campaign", "thu")
    played = installed.run(tmp_path, "rehearse")
    assert played.returncode == 0, played.stdout + played.stderr
    assert (tmp_path / "rehearsal" / "timeline.html").is_file()
    assert list((tmp_path / "rehearsal").glob("report/*.pdf"))


def test_what_a_container_is_built_from_comes_with_it(installed: Installed, tmp_path: Path) -> None:
    made = installed.run(tmp_path, "init", "--container")
    assert made.returncode == 0, made.stdout
    pins = tmp_path / "container" / "constraints.txt"
    assert pins.read_bytes() == brought.constraints().read_bytes()
