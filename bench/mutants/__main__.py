"""``python -m bench.mutants [PART …]``: breaks the code in each way, and prints who noticed."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.mutants import functions, lifecycle
from bench.mutants.mutant import Mutant, equivalent

PARTS = {
    "planning": "publisher.planning",
    "courier": "publisher.delivery.courier",
    "claims": "publisher.store.claims",
    "conditions": "publisher.store.conditions",
    "lifecycle": "publisher.delivery.lifecycle",
}
ENOUGH = 0.85
"""So much of each part must be noticed by a test."""

HEAD = f"{'':<32}{'mutants':>9}{'killed':>8}{'alive':>7}{'equivalent':>12}{'killed':>9}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.mutants", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of: {', '.join(PARTS)}")
    parser.add_argument("--folder", type=Path, default=Path("build/mutants"), help="the copy's")
    parser.add_argument("--workers", type=int, default=2, help="so many mutants at a time")
    asked = parser.parse_args(arguments)
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    began = time.perf_counter()
    parts = [part for part in PARTS if part in (asked.parts or PARTS)]
    found: list[Mutant] = []
    # First, while nothing has read the table yet.
    if "lifecycle" in parts:
        found += lifecycle.mutants(asked.workers)
    changed = [PARTS[part] for part in parts if part != "lifecycle"]
    if changed:
        found += functions.mutants(asked.folder.resolve(), changed, asked.workers)
    good = _print(parts, found)
    print(f"It took {time.perf_counter() - began:.0f} s.")
    return 0 if good else 1


def _print(parts: Sequence[str], found: Sequence[Mutant]) -> bool:
    """The table, and whoever is alive and not listed; whether each part is good enough."""
    listed = equivalent()
    print(HEAD)
    good = True
    for part in parts:
        mine = [one for one in found if one.module.startswith(PARTS[part])]
        modules = sorted({one.module for one in mine})
        for module in modules if len(modules) > 1 else ():
            _line(f"  {module}", [one for one in mine if one.module == module], listed)
        good &= _line(PARTS[part], mine, listed) >= ENOUGH
    for one in found:
        if one.survived and (one.place, one.change) not in listed:
            print(f"\nalive: {one.place}\n{one.change}")
    return good


def _line(name: str, mutants: Sequence[Mutant], listed: frozenset[tuple[str, str]]) -> float:
    """One line of the table; gives how much was killed, of all but those that are no different."""
    alive = [one for one in mutants if one.survived]
    same = sum((one.place, one.change) in listed for one in alive)
    killed = len(mutants) - len(alive)
    share = killed / max(len(mutants) - same, 1)
    print(
        f"{name:<32}{len(mutants):>9}{killed:>8}{len(alive):>7}{same:>12}{share:>9.1%}", flush=True
    )
    return share


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
