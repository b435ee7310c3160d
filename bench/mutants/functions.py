"""The functions of the planner, the courier and the claim, each changed by mutmut.

mutmut runs in a copy of the tree (pyproject.toml says of what, and against which tests). It leaves
decorated functions alone, so a property is written in the copy as a method and what calls it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from bench.mutants.mutant import Mutant

COPIED = ("publisher", "channels", "tests", "docs", "campaigns", "schedule.toml", "pyproject.toml")
OPENED = ("publisher/planning", "publisher/delivery/courier.py", "publisher/store/claims.py")
ALIVE = ("survived", "no tests")
"""What mutmut calls those that no test noticed."""

_PROPERTY = re.compile(r"^( +)@property\n +def (\w+)\(self\)", re.MULTILINE)
_RESULT = re.compile(r"^ +(\S+): (.+)$", re.MULTILINE)
_NAME = re.compile(r"(.+)\.x_?(?:ǁ(\w+)ǁ)?(\w+)__mutmut_\d+")


def mutants(folder: Path, workers: int) -> list[Mutant]:
    """Every mutant of the functions, met by their tests in a copy that is left in ``folder``."""
    _copy(folder)
    _mutmut(folder, "run", "--max-children", str(workers))
    found = _RESULT.findall(_mutmut(folder, "results", "--all", "true"))
    return [_told(folder, name, status) for name, status in found]


def _copy(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in COPIED:
        copy = shutil.copytree if Path(name).is_dir() else shutil.copy2
        copy(name, folder / name)
    for name in OPENED:
        for path in (folder / name).rglob("*.py") if Path(name).is_dir() else [folder / name]:
            path.write_text(_opened(path.read_text(encoding="utf-8")), encoding="utf-8")


def _opened(source: str) -> str:
    as_method = r"\1\2 = property(lambda self: self.\2_())\n\n\1def \2_(self)"
    return _PROPERTY.sub(as_method, source)


def _mutmut(folder: Path, *arguments: str) -> str:
    # Under "CI" Hypothesis tries the same examples every time (tests/conftest.py): so are figures.
    ran = subprocess.run(
        [sys.executable, "-m", "mutmut", *arguments],
        cwd=folder,
        env={**os.environ, "CI": "true"},
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout


def _told(folder: Path, name: str, status: str) -> Mutant:
    match = _NAME.fullmatch(name)
    assert match, name
    module, owner, function = match.groups()
    place = f"{module.removeprefix('publisher.')}.{f'{owner}.' if owner else ''}{function}"
    if status not in ALIVE:
        return Mutant(module, place, "", survived=False)
    diff = _mutmut(folder, "show", name).splitlines()
    changed = [line.strip() for line in diff if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return Mutant(module, place, "\n".join(changed), survived=True)
