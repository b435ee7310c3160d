"""``python -m bench.scaling [options]``: the ministry's morning, by the model and simulated.

Without options it is the page's scenarios; with any, the one that they describe.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bench.scaling import tables
from bench.scaling.ministry import PROVINCES, Limit, Ministry, Platform
from bench.scaling.simulation import play

YOUTUBE_PROJECTS = 18
"""Seventeen hold 1,700 uploads, and none that must be tried once more."""

A_MINUTE_EACH = timedelta(minutes=PROVINCES)


def main(arguments: list[str]) -> int:
    asked = _asked(arguments)
    began = time.perf_counter()
    summary = [tables.SUMMARY]
    for name, ministry in scenarios() if not arguments else [("as asked", _own(asked))]:
        played = play(ministry, asked.seed)
        summary.append(tables.summary(name, ministry, played))
        where, part = tables.apart(ministry, played)
        print(f"{name}\n", *tables.platforms(ministry, played), sep="\n")
        print(f"\nModel and simulation are at most {part:.0%} apart ({where}).\n", flush=True)
    print(*summary, sep="\n")
    print(f"\nIt took {time.perf_counter() - began:.0f} s.")
    return 0


def scenarios() -> Iterator[tuple[str, Ministry]]:
    """The mornings of the page, by name."""
    installed = Ministry()
    yield "one computer, as installed", installed
    projects = _with(installed, "youtube", apps=YOUTUBE_PROJECTS)
    yield f"{YOUTUBE_PROJECTS} YouTube projects", projects
    wide = replace(projects, line_mbit_s=10_000.0)
    yield "that, on a line of 10 Gbit/s", wide
    yield "or a minute of its own for each province", replace(projects, spread=A_MINUTE_EACH)
    cluster = replace(projects, workers=16 * 64, commits_a_second=1_500.0)
    yield "or a cluster: 16 workers of 64 threads, 1,500 commits a second", cluster
    provinces = replace(projects, stores=PROVINCES, line_mbit_s=200.0)
    yield "or a store a province on 200 Mbit/s, one Telegram bot for all", provinces
    bots = _with(provinces, "telegram", apps=PROVINCES)
    yield "and a bot a province", bots
    tried = Limit(300, 60.0, "app", "made up")
    limited = _with(_with(projects, "facebook", limit=tried), "zalo", limit=tried)
    yield "what if Facebook and Zalo took 300 posts a minute from an app", limited
    spread = replace(limited, spread=A_MINUTE_EACH)
    yield "that, and a minute of its own for each province", spread
    apps = _with(_with(limited, "facebook", apps=PROVINCES), "zalo", apps=PROVINCES)
    yield "that, and an app a province instead", apps


def _with(
    ministry: Ministry, name: str, *, limit: Limit | None = None, apps: int | None = None
) -> Ministry:
    def changed(platform: Platform) -> Platform:
        if platform.name != name:
            return platform
        return replace(platform, limit=limit or platform.limit, apps=apps or platform.apps)

    return replace(ministry, platforms=tuple(map(changed, ministry.platforms)))


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.scaling")
    usual = Ministry()
    parser.add_argument("--workers", type=int, default=usual.workers, help="of each store")
    parser.add_argument(
        "--commits", type=float, default=usual.commits_a_second, help="a second, of each store"
    )
    parser.add_argument(
        "--line", type=float, default=usual.line_mbit_s, help="Mbit/s out of each store"
    )
    parser.add_argument("--stores", type=int, default=usual.stores)
    parser.add_argument("--spread", type=float, default=0.0, help="minutes")
    parser.add_argument(
        "--limit", action="append", default=[], metavar="PLATFORM=POSTS/SECONDS", help="of an app"
    )
    parser.add_argument("--apps", action="append", default=[], metavar="PLATFORM=APPS")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args(arguments)


def _own(asked: argparse.Namespace) -> Ministry:
    ministry = Ministry(
        stores=asked.stores,
        workers=asked.workers,
        commits_a_second=asked.commits,
        line_mbit_s=asked.line,
        spread=timedelta(minutes=asked.spread),
    )
    for name, _, figures in (text.partition("=") for text in asked.limit):
        posts, _, seconds = figures.partition("/")
        limit = Limit(int(posts), float(seconds), "app", "as asked")
        ministry = _with(ministry, name, limit=limit)
    for name, _, apps in (text.partition("=") for text in asked.apps):
        ministry = _with(ministry, name, apps=int(apps))
    return ministry


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
