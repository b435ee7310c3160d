"""The ledger: a year of a country's posts and readings, summarised, reported and added to.

The year ends today, so that the commands may be run as people run them. They are set against
``sqlite3``, which reads the same deliveries with their latest readings and makes nothing of them.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bench.ledger.decades import lengthen
from bench.ledger.year import CHANNELS, POSTS_A_YEAR, ZONE, fill
from bench.measure import Row, seconds
from bench.office import folder, furnish
from publisher.clock import MovedClock
from publisher.reach import due
from publisher.reach.figures import GIVEN
from publisher.reach.ledger import published
from publisher.reach.period import period_summary
from publisher.reach.spans import any_span
from publisher.reach.summary import week_summary
from publisher.site import Site, open_site
from publisher.store.database import Database

ROUNDS = 2
YEAR, TEN_WEEKS = 365, 70
FEW_POSTS = 4_880
"""In a year: 100,000 readings in ten weeks, of which the summary looks at eight."""
MANY_READINGS = 10_000_000
UNREAD = timedelta(days=1)
PUBLISHER = str(Path(sys.executable).with_name("publisher"))


def rows() -> Iterator[Row]:
    now = datetime.now(UTC)
    with folder() as root:
        with (
            office(root / "weeks", now, TEN_WEEKS) as few,
            office(root / "year", now, YEAR) as all_,
        ):
            yield _weekly(few, all_, now)
            yield from _spans(all_, now)
        yield from _commands(root, now)
    with folder() as root:
        yield from _decades(root, now)


@contextmanager
def office(
    root: Path, now: datetime, days: int, posts_a_year: int = POSTS_A_YEAR
) -> Iterator[Site]:
    """An office of twenty channels and a store of so many days; its clock stands at ``now``."""
    with _empty(root, now) as site:
        path = root / "var" / "publisher.db"
        readings = fill(path, now, days, unread=UNREAD, posts_a_year=posts_a_year)
        _say(f"a store of {days} days", readings, path)
        yield site


@contextmanager
def _empty(root: Path, now: datetime) -> Iterator[Site]:
    root.mkdir()
    outboxes = (f'[channels.{name}]\nadapter = "outbox"\n' for name, _platform in CHANNELS)
    furnish(root, "".join(outboxes), 28, now + timedelta(hours=1), apart=timedelta(hours=1))
    site, faults = open_site(root / "schedule.toml", MovedClock(now))
    if site is None:
        raise RuntimeError(f"the bench's own schedule.toml is wrong: {faults}")
    try:
        yield site
    finally:
        site.close()


def _say(what: str, readings: int, path: Path) -> None:
    size = path.stat().st_size
    print(f"{what}: {readings:,} readings, {size / 1e6:,.0f} MB", file=sys.stderr)


def _decades(root: Path, now: datetime) -> Iterator[Row]:
    """The same weeks, alone and after decades of others: what is asked of the last of them costs
    no more."""
    with office(root / "few", now, TEN_WEEKS, FEW_POSTS) as few, _empty(root / "all", now) as all_:
        few_path, path = (root / name / "var" / "publisher.db" for name in ("few", "all"))
        count = lengthen(path, few_path, TEN_WEEKS, MANY_READINGS)
        _say("a store of decades", count, path)
        monday = _monday_of(now) - timedelta(days=7)
        for name, asked in (
            ("weekly summary, 10 million readings stored", _summed(monday, now)),
            ("what is due to be read, 10 million stored", _due(now)),
        ):
            asked(few), asked(all_)
            rounds = [(seconds(asked, all_), seconds(asked, few)) for _ in range(3 * ROUNDS)]
            yield Row(name, "100,000 stored", rounds, 1.5)


def _summed(monday: date, now: datetime) -> Callable[[Site], object]:
    return lambda site: week_summary(site.database, monday, ZONE, now)


def _due(now: datetime) -> Callable[[Site], object]:
    def asked(site: Site) -> None:
        with site.database.reading() as session:
            due.posts(session, site.settings.readings, now)

    return asked


def _weekly(few: Site, all_: Site, now: datetime) -> Row:
    """The weekly summary of a year's store against that of ten weeks': the same work."""
    summed = _summed(_monday_of(now) - timedelta(days=7), now)
    summed(few), summed(all_)
    rounds = [(seconds(summed, all_), seconds(summed, few)) for _ in range(3 * ROUNDS)]
    return Row("weekly summary in a year's store", "in ten weeks'", rounds, 1.3)


def _spans(site: Site, now: datetime) -> Iterator[Row]:
    today = now.astimezone(ZONE).date()
    for name, days, goal in (("half a year", 182, 12.0), ("a year", YEAR, 12.0)):
        span = any_span(today - timedelta(days=days), today - timedelta(days=1))
        start, end = span.bounds(ZONE)
        told, summed = [], []
        for _ in range(ROUNDS):
            bare = seconds(_select, site.database, start, end, now)
            told.append((seconds(_published, site.database, start, end, now), bare))
            ours = seconds(period_summary, site.database, span, ZONE, now, 14)
            summed.append((ours, bare))
        yield Row(f"what was published in {name}", "sqlite3 SELECT", told, 6.0)
        yield Row(f"summary of {name}", "sqlite3 SELECT", summed, goal)


def _published(database: Database, start: datetime, end: datetime, as_of: datetime) -> None:
    with database.reading() as session:
        published(session, start, end, as_of)


def _select(database: Database, start: datetime, end: datetime, as_of: datetime) -> None:
    """The same deliveries with their latest readings, as they stand in the store."""
    told = " OR ".join(f"{name} IS NOT NULL" for name in GIVEN)
    with closing(sqlite3.connect(database.path or "")) as store:
        store.execute(
            "SELECT * FROM delivery LEFT JOIN reading ON reading.id = (SELECT id FROM reading AS r"
            f" WHERE r.delivery_id = delivery.id AND at <= ? AND ({told})"
            " ORDER BY at DESC, id DESC LIMIT 1)"
            " WHERE sent_at >= ? AND sent_at < ? ORDER BY sent_at",
            [f"{moment.astimezone(UTC):%F %T.%f}" for moment in (as_of, start, end)],
        ).fetchall()


def _commands(root: Path, now: datetime) -> Iterator[Row]:
    """What people run, each a process of its own: in the year's office and in ten weeks'; its name
    says how much memory it took."""
    last = (now.astimezone(ZONE) - timedelta(days=1)).date()
    first = last - timedelta(days=YEAR - 1)
    span = ["--from", f"{first:%d/%m/%Y}", "--to", f"{last:%d/%m/%Y}"]
    for name, command, goal in (
        ("status", ["status"], 1.3),
        ("plan", ["plan"], 1.3),
        ("report weekly", ["report", "weekly"], 1.3),
        ("reach --by channel", ["reach", "--by", "channel", *span], 5.0),
        ("reach --by post", ["reach", "--by", "post", *span, "--as", "csv", "--out", "x.csv"], 5.0),
        *(
            (f"report span --as {form}", ["report", "span", *span, "--as", form], 5.0)
            for form in ("docx", "pdf", "xlsx")
        ),
    ):
        ours, most_mb = _ran(command, root / "year")
        bare, _ = _ran(command, root / "weeks")
        yield Row(f"{name} ({most_mb:.0f} MB)", "of ten weeks", [(ours, bare)], goal)


_WATCH = """\
import resource, subprocess, sys, time
began = time.perf_counter()
code = subprocess.call(sys.argv[1:], stdout=subprocess.DEVNULL)
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
sys.exit(code)
"""


def _ran(command: list[str], root: Path) -> tuple[float, float]:
    """How long ``publisher`` takes for it, in seconds, and how much memory it has at most, in MB.

    A small process watches: a child's memory counts from what its parent has.
    """
    watched = [sys.executable, "-c", _WATCH, PUBLISHER, *command]
    told = subprocess.run(watched, cwd=root, check=True, stdout=subprocess.PIPE, text=True).stdout
    took, most_mb = told.split()
    return float(took), float(most_mb)


def _monday_of(now: datetime) -> date:
    today = now.astimezone(ZONE).date()
    return today - timedelta(days=today.weekday())
