"""``python -m bench.cluster``: both tables from the command line."""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import time

from rich.console import Console

from bench.cluster import postgres
from bench.cluster.faults import FAULTS, QUICK
from bench.cluster.network import network
from bench.cluster.proof import Result, proved
from bench.cluster.tables import show_lines, show_paces
from bench.cluster.throughput import measured

WORKERS = (1, 2, 4, 8, 16)
QUICK_WORKERS = (1, 2, 4)


def main(arguments: list[str]) -> int:
    asked = _parsed(arguments)
    console, began = Console(highlight=False, width=160), time.monotonic()
    if not postgres.is_there():
        console.print("PostgreSQL isn't installed: apt install postgresql")
        return 2
    # What is under way is tidied up: servers, nodes and namespaces outlive nobody.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if asked.only != "faults":
        paces = []
        for pace in measured(QUICK_WORKERS if asked.quick else WORKERS):
            console.print(f"{pace.workers} workers: {pace.rate:.1f} deliveries a second")
            paces.append(pace)
        show_paces(console, paces)
    result = Result() if asked.only == "throughput" else _broken(console, asked)
    console.print(f"seed {asked.seed}; {time.monotonic() - began:.0f} s")
    for wrong in [*result.wrongs, *result.fell]:
        console.print(f"[red]{wrong}[/red]")
    return 0 if result.is_good else 1


def _broken(console: Console, asked: argparse.Namespace) -> Result:
    with network() as (found, lacking):
        faults = QUICK if asked.quick else FAULTS
        if lacking:
            console.print(f"on loopback, no node can be cut off: {lacking}")
            faults = tuple(fault for fault in faults if not fault.pulls_lines)
        result = proved(found, faults, console.print, asked.seed)
    show_lines(console, result.lines)
    return result


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.cluster", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer workers, fewer faults")
    parser.add_argument("--only", choices=("throughput", "faults"), help="one of the two tables")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    return parser.parse_args(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        print("broken off; everything that ran is gone", file=sys.stderr)
        sys.exit(130)
