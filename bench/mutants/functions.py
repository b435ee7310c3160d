"""The functions of the planner, the courier and the claim, each changed by mutmut.

mutmut works in a copy of the tree; pyproject.toml says on which modules, and with which tests. It
leaves decorated functions alone, so a property is written in the copy as a method.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.mutants.mutant import Mutant

COPIED = ("publisher", "channels", "tests", "docs", "campaigns", "schedule.toml", "pyproject.toml")
ALIVE = ("survived", "no tests")
"""What mutmut calls those that no test noticed."""

_PROPERTY = re.compile(r"^( +)@property\n +def (\w+)\(self\)", re.MULTILINE)
_RESULT = re.compile(r"^ +(\S+): (.+)$", re.MULTILINE)
_NAME = re.compile(r"(.+)\.x(?:ǁ([^ǁ]+)ǁ|_)(\w+?)__mutmut_\d+")


def mutants(folder: Path, modules: list[str], workers: int) -> Iterator[Mutant]:
    """Every mutant of the functions in ``modules``; the copy is made in ``folder``."""
    _copy(folder)
    names = [f"{module}.*" for module in modules]
    with (folder / "mutmut.log").open("w", encoding="utf-8") as log:
        _mutmut(folder, "run", "--max-children", str(workers), *names, to=log.fileno())
    for name, status in _RESULT.findall(_mutmut(folder, "results", "--all", "true")):
        if status != "not checked":
            yield _told(folder, name, status)


def _copy(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        if Path(name).is_dir():
            shutil.copytree(name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(name, folder / name)
    for path in (folder / "publisher" / "planning").glob("*.py"):
        path.write_text(_as_methods(path.read_text(encoding="utf-8")), encoding="utf-8")


def _as_methods(source: str) -> str:
    return _PROPERTY.sub(r"\1\2 = property(lambda self: self.\2_())\n\n\1def \2_(self)", source)


def _mutmut(folder: Path, *arguments: str, to: int = subprocess.PIPE) -> str:
    # Under "CI" Hypothesis tries the same examples each time (tests/conftest.py).
    ran = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env={**os.environ, "CI": "true"},
        check=True,
        stdout=to,
        text=True,
    )
    return ran.stdout or ""


def _told(folder: Path, name: str, status: str) -> Mutant:
    parts = _NAME.fullmatch(name)
    if parts is None:
        raise ValueError(f"mutmut names a mutant otherwise than it did: {name}")
    module, owner, function = parts.groups()
    place = ".".join(part for part in (module, owner, function) if part)
    if status not in ALIVE:
        return Mutant(module, place, status, survived=False)
    lines = _mutmut(folder, "show", name).splitlines()
    changed = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return Mutant(
        module, place, "\n".join(f"{line[0]} {line[1:].strip()}" for line in changed), survived=True
    )
