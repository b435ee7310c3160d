"""The package that is installed: whole, nothing that isn't ours to give away, and at work."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from email.message import Message
from email.parser import HeaderParser
from importlib import metadata
from pathlib import Path
from zipfile import ZipFile

import pytest

import publisher
from publisher.install.brought import CAMPAIGNS

ROOT = Path(__file__).parents[2]
PACKAGES = ("publisher", "channels")
INFO = f"publisher-{publisher.__version__}.dist-info"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip unpacks it."""
    folder = tmp_path_factory.mktemp("package")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = folder.glob("*.whl")
    with ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def facts(site: Path) -> Message:
    return HeaderParser().parsestr((site / INFO / "METADATA").read_text(encoding="utf-8"))


def brought_along() -> set[str]:
    """What ``publisher init`` needs of the rest of the repository, by its name there."""
    campaigns = {
        f"campaigns/{name}"
        for name in files_below(ROOT / "campaigns")
        if name.partition("/")[0] in CAMPAIGNS
    }
    return {*campaigns, "constraints.txt"}


def files_below(folder: Path) -> set[str]:
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_everything_of_a_package_is_in_it(site: Path, package: str) -> None:
    brought = {f"install/{name}" for name in brought_along()} if package == "publisher" else set()
    assert files_below(site / package) == files_below(ROOT / package) | brought


def test_what_stands_elsewhere_in_a_checkout_is_brought_along_as_it_is(site: Path) -> None:
    assert {name.partition("/")[0] for name in brought_along()} == {"campaigns", "constraints.txt"}
    for name in brought_along():
        assert (site / "publisher/install" / name).read_bytes() == (ROOT / name).read_bytes()


def test_nothing_else_is_in_it(site: Path) -> None:
    assert {path.name for path in site.iterdir()} == {*PACKAGES, INFO}


def test_what_is_no_code_came_along(site: Path) -> None:
    """A template that is lacking is noticed on the first Monday, by the leadership."""
    inside = files_below(site)
    kinds = {Path(name).suffix for name in inside}
    assert kinds >= {
        ".mo",
        ".ttf",
        ".j2",
        ".mjml",
        ".docx",
        ".service",
        ".typ",
        ".css",
        ".toml",
        ".md",
        ".html",
        ".js",
    }
    assert {"publisher/py.typed", "channels/py.typed"} <= inside
    assert [name for name in inside if "/migrations/versions/" in name]


def test_it_says_what_it_is(facts: Message) -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert facts["Name"] == "publisher"
    assert facts["Version"] == publisher.__version__
    assert facts["Requires-Python"] == asked["requires-python"]
    assert facts["License-Expression"] == asked["license"]
    assert "Typing :: Typed" in facts.get_all("Classifier", [])
    needs = [need for need in facts.get_all("Requires-Dist", []) if "extra ==" not in need]
    assert len(needs) == len(asked["dependencies"])


def test_its_licences_are_in_it(site: Path) -> None:
    licences = site / INFO / "licenses"
    assert files_below(licences) == {
        "LICENSE",
        "publisher/fonts/OFL.txt",
        "publisher/web/assets/htmx.LICENSE.txt",
    }


def test_one_place_says_the_version() -> None:
    """What is installed here is what the code says of itself; else the code is newer than it."""
    assert metadata.version("publisher") == publisher.__version__


def test_it_works_away_from_its_sources(site: Path, tmp_path: Path) -> None:
    """A new office: its campaign from the starter, the store from the migrations, the page from
    the templates, the words from the catalogue."""
    lines = ("new-campaign thu", "apply", "preview")
    code = (
        "import sys\n"
        "import publisher, channels\n"
        "from publisher.__main__ import main\n"
        f"print([p.__file__.startswith({str(site)!r}) for p in (publisher, channels)])\n"
        f"for line in {lines!r}:\n"
        "    sys.argv = ['publisher', *line.split()]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit as end:\n"
        "        assert not end.code, (line, end.code)\n"
    )
    channel = '[channels.{}]\nadapter = "outbox"\n'
    schedule = channel.format("fanpage") + channel.format("zalo")
    (tmp_path / "schedule.toml").write_text(schedule)
    ran = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("[True, True]")
    assert "Traceback" not in ran.stderr
    assert "Đã ghi trang này" in ran.stdout, "it speaks Vietnamese"
    assert (tmp_path / "var" / "publisher.db").is_file()
    assert list((tmp_path / "preview").glob("*.html"))


def test_the_command_is_the_program(site: Path) -> None:
    points = (site / INFO / "entry_points.txt").read_text(encoding="utf-8").split()
    assert points == ["[console_scripts]", "publisher", "=", "publisher.__main__:main"]


PARTS = {"pydantic_core": "pydantic", "markupsafe": "jinja2"}
"""What is a part of a library that is asked for."""

FOR_OTHERS = "channels/testing/"
"""The conformance suite is for those who have pytest."""

EXTRAS = {
    "cluster": ("publisher/engines/cluster/", "publisher/store/"),
    "assistant": ("publisher/assistant/server.py",),
}
"""Where what an extra asks for may be imported besides."""


def test_it_imports_nothing_that_it_doesnt_ask_for() -> None:
    """What only a developer has installed is lacking in an office, where nobody expects it."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = names(asked["dependencies"])
    extras = {name: names(asked["optional-dependencies"][name]) for name in EXTRAS}
    provides = metadata.packages_distributions()
    lacking = {
        f"{path.relative_to(ROOT)}: {module}"
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for module in imported_by(path) - {*sys.stdlib_module_names, *PACKAGES, "_typeshed"}
        if not named.union(*(extras[name] for name in _extras_at(path)))
        & {plain(name) for name in (*provides.get(module, ()), PARTS.get(module, ""))}
    }
    for_others = {one for one in lacking if one.startswith(FOR_OTHERS)}
    assert lacking - for_others == set()
    assert {one.partition(": ")[2] for one in for_others} == {"pytest"}


def names(needs: list[str]) -> set[str]:
    """The packages that ``needs`` ask for."""
    return {plain(re.split(r"[<>=\[; ]", need)[0]) for need in needs}


def _extras_at(path: Path) -> list[str]:
    """The extras whose packages the module at ``path`` may import."""
    module = path.relative_to(ROOT).as_posix()
    return [name for name, places in EXTRAS.items() if module.startswith(places)]


def imported_by(path: Path) -> set[str]:
    """The packages that a module imports, at once or later."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
    return found


def plain(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()
