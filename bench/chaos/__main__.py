"""``python -m bench.chaos``: the storm from the command line, and its table."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from bench.chaos.office import PLATFORMS
from bench.chaos.table import show
from bench.chaos.weather import Plan, Result, weathered

KILLS = 1_000
LEAST = 50
FRESH = 0.06
"""The share of kills that fall on a freshly executed ``publisher run``."""


def main(arguments: list[str]) -> int:
    asked = _parsed(arguments)
    console = Console(highlight=False)
    folder = Path(tempfile.mkdtemp(prefix="publisher-chaos-"))
    plan = Plan(
        asked.seed,
        tuple(asked.channels),
        asked.kills,
        asked.least,
        round(asked.kills * asked.fresh),
    )
    console.print(
        f"seed {plan.seed}, {plan.kills} kills, {len(plan.channels)} channels, in {folder}"
    )
    _forget_the_office()
    result = weathered(plan, folder, console.print)
    show(console, plan, result)
    return _end(console, result, folder)


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=KILLS, help="how many runs are killed")
    parser.add_argument("--least", type=int, default=LEAST, help="how often each step is hit")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument(
        "--fresh", type=float, default=FRESH, help="share of kills of a fresh `publisher run`"
    )
    parser.add_argument("--channels", nargs="+", choices=PLATFORMS, default=PLATFORMS)
    return parser.parse_args(arguments)


def _forget_the_office() -> None:
    """What the environment says of an office is another's: its store, above all."""
    for name in [name for name in os.environ if name.startswith("PUBLISHER_")]:
        del os.environ[name]


def _end(console: Console, result: Result, folder: Path) -> int:
    for wrong in result.wrongs:
        console.print(f"[red]{wrong}[/red]")
    if result.is_good:
        shutil.rmtree(folder)
        return 0
    console.print(f"Kept: {folder}/*/var/publisher.db, {folder}/*/log.jsonl")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
