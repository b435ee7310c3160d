"""What became of one mutant, and what is said of those that no test can tell from the original."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change to a module: where it is made, what it is, and whether no test noticed."""

    module: str
    place: str
    change: str
    survived: bool


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A change that makes no difference that anyone could see, and why."""

    place: str
    change: str
    why: str


def equivalent() -> frozenset[tuple[str, str]]:
    """Place and change of each that is listed."""
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    found = [Equivalent(**each) for each in listed]
    return frozenset((each.place, each.change) for each in found)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: the mutants of one module, or of several together."""

    name: str
    mutants: int
    survived: int
    equivalent: int

    HEAD = f"{'module':<34}{'mutants':>9}{'killed':>9}{'survived':>9}{'equivalent':>12}{'killed of the rest':>20}"
