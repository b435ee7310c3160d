"""What a clean install weighs, dependency by dependency: writes the table of docs/dependencies.md.

``python -m bench.weigh``, where the program is installed as constraints.txt pins it; no network.
Measured is what a wheel unpacks to, without the bytecode that Python makes of it afterwards. A
dependency's reason is its comment in pyproject.toml; where it is used is read from the imports.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import Distribution, distributions, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent.parent
PAGE = HERE / "docs" / "dependencies.md"
BEGIN, END = "<!-- written by bench.weigh -->", "<!-- to here -->"

_DEPENDENCY = re.compile(r'^  "([\w.-]+)[^"]*",\s*#\s*(.+)$', re.MULTILINE)
_EXTRA = re.compile(r"^(\w+) = \[[^#\n]*#\s*(.+)$", re.MULTILINE)
_MOST_ROOMS = 3
_LONGEST_LICENCE = 40
"""Some give the whole text of theirs in place of its name."""


@dataclass(frozen=True, slots=True)
class Row:
    """A direct dependency: ``alone`` is what no other brings as well, itself left out; sizes are
    bytes."""

    name: str
    reason: str
    rooms: tuple[str, ...]
    size: int
    alone: tuple[str, ...]
    alone_size: int
    licence: str


@dataclass(frozen=True, slots=True)
class Extra:
    """What is installed by ``publisher[name]`` alone: ``packages`` are those that nothing else
    needs, ``size`` their bytes."""

    name: str
    reason: str
    packages: tuple[str, ...]
    size: int


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n{_table()}{END}{tail}", encoding="utf-8")
    return 0


def reasons() -> dict[str, str]:
    """Each direct dependency of pyproject.toml, with its comment there."""
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    told = {str(canonicalize_name(name)): why for name, why in _DEPENDENCY.findall(text)}
    named = tomllib.loads(text)["project"]["dependencies"]
    return {name: told.get(name, "") for name in map(_name, named)}


def rooms() -> dict[str, Counter[str]]:
    """By distribution, the rooms of the code whose modules import it, and how many do."""
    owners = packages_distributions()
    found: dict[str, Counter[str]] = {}
    for top in ("publisher", "channels"):
        for path in sorted((HERE / top).rglob("*.py")):
            place = path.relative_to(HERE)
            room = "/".join(place.parts[:2]) if len(place.parts) > 2 else str(place)
            names = _imported(ast.parse(path.read_text(encoding="utf-8")))
            for name in {name.partition(".")[0] for name in names}:
                for owner in owners.get(name, ()):
                    found.setdefault(canonicalize_name(owner), Counter())[room] += 1
    return found


def rows() -> list[Row]:
    """A row a direct dependency, the heaviest first."""
    installed = _installed()
    sizes = {name: size(one) for name, one in installed.items()}
    whole = {name: _closure(name, installed) for name in reasons()}
    used = rooms()
    made = []
    for name, reason in reasons().items():
        others = set[str]().union(*(rest for other, rest in whole.items() if other != name))
        alone = tuple(sorted(whole[name] - others - {name}))
        made.append(
            Row(
                name,
                reason,
                tuple(room for room, _count in used.get(name, Counter()).most_common()),
                sizes[name],
                alone,
                sum(sizes[one] for one in alone),
                licence(installed[name]),
            )
        )
    return sorted(made, key=lambda row: (-(row.size + row.alone_size), row.name))


def extras() -> list[Extra]:
    """The extras of pyproject.toml that have a reason there, which those for developers have not;
    what isn't installed here is not weighed."""
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    asked = tomllib.loads(text)["project"]["optional-dependencies"]
    installed = _installed()
    needed, told = _needed(installed), dict(_EXTRA.findall(text))
    made = []
    for name in filter(told.get, asked):
        found = set[str]()
        for one in map(Requirement, asked[name]):
            if canonicalize_name(one.name) in installed:
                found |= _closure(canonicalize_name(one.name), installed, frozenset(one.extras))
        packages = tuple(sorted(found - needed))
        weight = sum(size(installed[one]) for one in packages)
        made.append(Extra(name, told[name], packages, weight))
    return made


def size(installed: Distribution) -> int:
    """The bytes of its files, without bytecode."""
    files = (Path(str(file.locate())) for file in installed.files or () if file.suffix != ".pyc")
    return sum(path.stat().st_size for path in files if path.is_file())


def licence(installed: Distribution) -> str:
    """As its makers say it: by SPDX's expression, else in a word, else by a classifier."""
    told = installed.metadata.json
    said = str(told.get("license_expression") or told.get("license") or "")
    if 0 < len(said) <= _LONGEST_LICENCE:
        return said
    for classifier in told.get("classifier", ()):
        if classifier.startswith("License :: OSI Approved :: "):
            return str(classifier.rpartition(" :: ")[2])
    return "not said"


def total() -> tuple[int, int]:
    """All that a clean install brings besides the program: how many packages, how many bytes."""
    installed = _installed()
    needed = _needed(installed)
    return len(needed), sum(size(installed[name]) for name in needed)


def _table(today: date | None = None) -> str:
    made, (packages, whole) = rows(), total()
    day = today or datetime.now(UTC).date()
    lines = [
        f"Measured on {day:%d %B %Y} (Python {sys.version_info[0]}.{sys.version_info[1]}, "
        f"{sys.platform}): {len(made)} direct dependencies, {packages} packages with what they "
        f"bring, **{_mb(whole)} MB**.",
        "",
        "| package | what for | where | MB | with it alone | MB | licence |",
        "|---|---|---|--:|---|--:|---|",
    ]
    for row in made:
        where = ", ".join(f"`{room}`" for room in row.rooms[:_MOST_ROOMS])
        more = len(row.rooms) - _MOST_ROOMS
        where += f" and {more} more" if more > 0 else ""
        lines.append(
            f"| {row.name} | {row.reason} | {where or '–'} | {_mb(row.size)} "
            f"| {', '.join(row.alone)} | {_mb(row.alone_size) if row.alone else ''} "
            f"| {row.licence} |"
        )
    lines += ["", "| extra | what for | brings | MB |", "|---|---|---|--:|"]
    lines += [
        f"| `{one.name}` | {one.reason} | {', '.join(one.packages)} | {_mb(one.size)} |"
        for one in extras()
    ]
    return "\n".join([*lines, ""])


def _mb(count: int) -> str:
    return f"{count / 1e6:.1f}"


def _installed() -> dict[str, Distribution]:
    return {str(canonicalize_name(one.name)): one for one in distributions()}


def _name(requirement: str) -> str:
    return canonicalize_name(Requirement(requirement).name)


def _needed(installed: dict[str, Distribution]) -> set[str]:
    """What a clean install without extras brings."""
    return set[str]().union(*(_closure(name, installed) for name in reasons()))


def _closure(
    name: str, installed: dict[str, Distribution], extras_of_it: frozenset[str] = frozenset()
) -> set[str]:
    """``name`` and all that it needs here, however far down."""
    found: set[str] = set()
    waiting = [(name, extras_of_it)]
    while waiting:
        here, extras = waiting.pop()
        for said in installed[here].requires or ():
            needed = Requirement(said)
            other = canonicalize_name(needed.name)
            wanted = needed.marker is None or any(
                needed.marker.evaluate({"extra": extra}) for extra in ("", *extras)
            )
            if wanted and other in installed and other not in found:
                waiting.append((other, frozenset(needed.extras)))
        found.add(here)
    return found


def _imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "importlib.import_module":
            yield ast.unparse(node.args[0]).lstrip("f").strip("'")


if __name__ == "__main__":
    sys.exit(main())
