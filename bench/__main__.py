"""``python -m bench [FAMILY …]``: measures, and prints one table."""

from __future__ import annotations

import importlib
import os
import sys
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.measure import Row
from publisher import logs

FAMILIES = (
    "start-up",
    "at-rest",
    "sending",
    "planning",
    "rendering",
    "readings",
    "ledger",
    "others",
)


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(FAMILIES)
    if unknown:
        print(f"no such family: {', '.join(sorted(unknown))}; there are: {', '.join(FAMILIES)}")
        return 2
    began = time.perf_counter()
    print(Row.HEAD, flush=True)
    # Logs are written as always, only to nowhere.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        logs.set_up(ZoneInfo("Asia/Ho_Chi_Minh"), to=nowhere)
        for family in wanted or FAMILIES:
            for row in importlib.import_module(f"bench.{family.replace('-', '_')}").rows():
                print(row, flush=True)
    spent = time.perf_counter() - began
    print(f"\n× = ours / bare: least, median and most of the rounds. It took {spent:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
