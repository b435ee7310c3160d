"""A mutant and what became of it, and the list of those that are no different from the original."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change, in ``place`` (a dotted name) of ``module``; ``survived``: no test noticed it."""

    module: str
    place: str
    change: str
    survived: bool


def equivalent() -> frozenset[tuple[str, str]]:
    """Place and change of each mutant that is listed, with its reason, as no different.

    A listed change is "- line as it is" and "+ line as it would be"; so the list holds when lines
    move, and no longer when they change.
    """
    listed = tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    return frozenset((each["place"], each["change"].strip()) for each in listed if each["why"])
