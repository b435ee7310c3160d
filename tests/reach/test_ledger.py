"""Totals against an independent count, absent figures, the latest reading as of a moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.reach.figures import Figures, Sum, add_up, of_given
from publisher.reach.ledger import published
from publisher.reach.summary import week_summary
from publisher.store.database import Database
from tests.reach.builders import read, sent
from tests.store.builders import ZONE
from tests.store.rows import empty
from tests.store.ways import asked_of, way

MONDAY = date(2027, 10, 4)
START = datetime(2027, 10, 4, tzinfo=ZONE)
REPORT = datetime(2027, 10, 11, 8, tzinfo=ZONE)
WEEK = timedelta(days=7)
METRICS = ("reach", "impressions", "views", "reactions", "comments", "shares", "clicks", "saves")

counts = st.none() | st.integers(0, 10**6)


@given(st.lists(st.builds(Figures, counts, counts, counts)))
def test_a_sum_is_of_those_that_are_given_and_says_how_many(figures: list[Figures]) -> None:
    total = add_up(figures)
    for name in ("reach", "shown", "engagement"):
        given_ones = [getattr(one, name) for one in figures if getattr(one, name) is not None]
        assert getattr(total.figures, name) == (sum(given_ones) if given_ones else None)
        assert total.of[name] == len(given_ones)


def test_a_sum_over_nothing_is_absent_and_not_zero() -> None:
    assert add_up([]).figures == Figures(None, None, None)
    assert add_up([Figures(), Figures()]).figures == Figures(None, None, None)


def test_shown_is_impressions_and_views_only_where_there_are_none() -> None:
    assert of_given({"impressions": 0, "views": 7}).shown == 0
    assert of_given({"views": 7}).shown == 7


@dataclass(frozen=True)
class Entry:
    """A post that went out so many minutes after ``START``, and its readings: minutes after it
    went out, and metrics."""

    minutes: int
    channel: str
    campaign: str
    readings: list[tuple[int, dict[str, int | None]]]


entries = st.lists(
    st.builds(
        Entry,
        st.integers(-14 * 1440, 7 * 1440 - 1),
        st.sampled_from(["fanpage", "zalo"]),
        st.sampled_from(["khcn", "cds"]),
        st.lists(
            st.tuples(
                st.integers(0, 21 * 1440),
                st.dictionaries(st.sampled_from(METRICS), st.integers(0, 10**6)),
            ),
            max_size=4,
        ),
    ),
    max_size=8,
)


def _independently(ledger: list[Entry], back: int, **group: str) -> tuple[int, Mapping[str, int]]:
    """Posts and totals of the week ``back`` weeks ago, counted without the store."""
    totals: dict[str, int] = defaultdict(int)
    posts = 0
    for entry in ledger:
        out = START + timedelta(minutes=entry.minutes)
        if not START - back * WEEK <= out < START - (back - 1) * WEEK:
            continue
        if any(getattr(entry, name) != wanted for name, wanted in group.items()):
            continue
        posts += 1
        latest: dict[str, int | None] = {}
        moment = None
        for minutes, metrics in entry.readings:
            at = out + timedelta(minutes=minutes)
            if at <= REPORT - back * WEEK and metrics and (moment is None or at >= moment):
                moment, latest = at, metrics
        for name in ("reach", "reactions", "comments", "shares", "clicks", "saves"):
            if name in latest:
                totals["reach" if name == "reach" else "engagement"] += latest[name] or 0
        if "impressions" in latest:
            totals["shown"] += latest["impressions"] or 0
        elif "views" in latest:
            totals["shown"] += latest["views"] or 0
    return posts, totals


def _as_told(total: Sum) -> tuple[int, Mapping[str, int]]:
    names = ("reach", "shown", "engagement")
    given_ones = {name: getattr(total.figures, name) for name in names}
    return total.posts, {name: value for name, value in given_ones.items() if value is not None}


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(entries)
def test_a_week_adds_up_to_what_an_independent_count_gives(
    database: Database, ledger: list[Entry]
) -> None:
    empty(database)
    for number, entry in enumerate(ledger):
        out = START + timedelta(minutes=entry.minutes)
        row = sent(database, out, f"p{number}", channel=entry.channel, campaign=entry.campaign)
        for minutes, metrics in entry.readings:
            read(database, row, out + timedelta(minutes=minutes), **metrics)
    summary = week_summary(database, MONDAY, ZONE, REPORT)
    assert _as_told(summary.total.now) == _independently(ledger, 0)
    assert _as_told(summary.total.before) == _independently(ledger, 1)
    assert _as_told(summary.trend[-3][1]) == _independently(ledger, 2)
    for channel in summary.channels:
        assert _as_told(channel.now) == _independently(ledger, 0, channel=channel.name)
        assert _as_told(channel.before) == _independently(ledger, 1, channel=channel.name)
    for campaign in summary.campaigns:
        assert _as_told(campaign.now) == _independently(ledger, 0, campaign=campaign.name)
    assert sum(channel.now.posts for channel in summary.channels) == summary.total.now.posts


def figures(database: Database, as_of: datetime = REPORT) -> Figures:
    """The figures of the one post of the week."""
    with database.reading() as session:
        [post] = published(session, START, START + WEEK, as_of)
    return post.figures


def test_figures_are_as_of_the_moment_whatever_is_read_later(database: Database) -> None:
    row = sent(database, START, "mot")
    read(database, row, REPORT - timedelta(hours=1), views=10)
    read(database, row, REPORT, views=20)
    read(database, row, REPORT + timedelta(seconds=1), views=30)
    assert figures(database).shown == 20
    assert figures(database, REPORT - timedelta(minutes=1)).shown == 10


def test_the_latest_reading_is_by_its_time_and_not_by_its_row(database: Database) -> None:
    row = sent(database, START, "mot")
    read(database, row, REPORT - timedelta(hours=1), views=20)
    read(database, row, REPORT - timedelta(hours=9), views=10)
    assert figures(database).shown == 20


def test_of_two_readings_at_one_moment_the_later_row_counts(database: Database) -> None:
    row = sent(database, START, "mot")
    for views in (30, 10, 20):
        read(database, row, REPORT, views=views)
    assert figures(database).shown == 20


def test_a_falling_figure_is_kept_as_it_is(database: Database) -> None:
    row = sent(database, START, "mot")
    read(database, row, REPORT - timedelta(hours=9), views=100)
    read(database, row, REPORT - timedelta(hours=2), views=90)
    assert figures(database).shown == 90


def test_a_post_that_is_gone_keeps_what_it_had_reached(database: Database) -> None:
    row = sent(database, START, "mot")
    read(database, row, REPORT - timedelta(hours=9), views=100)
    read(database, row, REPORT - timedelta(hours=2), found=False)
    assert figures(database).shown == 100


def test_a_post_never_read_is_published_without_figures(database: Database) -> None:
    sent(database, START, "mot")
    assert figures(database) == Figures()


def test_a_weeks_figures_are_found_without_a_look_at_older_ones(lite: Database) -> None:
    asked = asked_of(lite)
    with lite.reading() as session:
        published(session, START, START + WEEK, REPORT)
        sql, values = asked[-1]
        told = " ".join(way(session, sql, values))
    assert "SCAN" not in told
    assert "ix_delivery_sent_at" in told
    assert "ix_reading_delivery" in told
