"""``python -m bench.fuzz [KIND …] [--inputs N] [--seed N]``: hunts, and prints what it found."""

from __future__ import annotations

import argparse
import importlib
import logging
import sys
import time
from pathlib import Path

from bench.fuzz.cases import Kind
from bench.fuzz.hunt import hunt

KINDS = {
    "schedule": "bench.fuzz.schedule:Schedules",
    "campaigns": "bench.fuzz.campaigns:Campaigns",
    "feeds": "bench.fuzz.feeds:Feeds",
    "answers": "bench.fuzz.answers:Answers",
}
FOUND = Path(__file__).parent / "found"


def made(kind: str) -> Kind:
    """The kind of that name."""
    module, _, name = KINDS[kind].partition(":")
    wanted: Kind = getattr(importlib.import_module(module), name)()
    return wanted


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.fuzz", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"of: {', '.join(KINDS)}")
    parser.add_argument("--inputs", type=int, default=100_000, help="how many of each kind")
    parser.add_argument("--seed", type=int, default=57, help="another one makes other inputs")
    parser.add_argument("--first", type=int, default=0, help="the number of the first input")
    asked = parser.parse_args(arguments)
    unknown = set(asked.kinds) - set(KINDS)
    if unknown:
        parser.error(f"no such kind: {', '.join(sorted(unknown))}; there are: {', '.join(KINDS)}")
    logging.disable(logging.CRITICAL)
    bad = 0
    for name in asked.kinds or KINDS:
        bad += _hunted(name, range(asked.first, asked.first + asked.inputs), asked.seed)
    return 1 if bad else 0


def _hunted(name: str, numbers: range, seed: int) -> int:
    kind = made(name)
    began = time.perf_counter()
    found = hunt(kind, numbers, seed, lambda text: print(f"{name}: {text}", flush=True))
    for failure, cases in found.failures.items():
        for case in cases:
            path = case.save(FOUND / name)
            print(f"{name}: {failure} ({found.counts[failure]} times): {path}")
    print(
        f"{name:<10} {found.tried:>7,} inputs  {time.perf_counter() - began:>6.0f} s  "
        f"slowest {found.slowest_s * 1000:>5.0f} ms  grown {found.grown_bytes / 1e6:>5.0f} MB  "
        f"{sum(found.counts.values())} failures of {len(found.counts)} kinds",
        flush=True,
    )
    return len(found.counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
