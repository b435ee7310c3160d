"""Totals against an independent count, absent figures, the fair comparison of weeks."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.reach.collect import AGES, newest_age
from publisher.reach.ledger import Figures, add_up
from publisher.reach.summary import week_summary
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery, ReadingRow
from tests.store.builders import ZONE, planned, store

MONDAY = date(2027, 10, 4)
counts = st.none() | st.integers(0, 10**6)


@given(st.lists(st.builds(Figures, counts, counts, counts)))
def test_a_sum_is_of_those_that_are_given_and_says_how_many(figures: list[Figures]) -> None:
    total = add_up(figures)
    for name in ("reach", "shown", "engagement"):
        given_ones = [getattr(one, name) for one in figures if getattr(one, name) is not None]
        assert getattr(total.figures, name) == (sum(given_ones) if given_ones else None)
        assert total.of[name] == len(given_ones)


def sent(database: Database, at: datetime, post: str, **facts: object) -> Delivery:
    """A delivery that went out at ``at``."""
    [row] = store(database, planned(at, post=post, **facts), now=at)  # type: ignore[arg-type]
    with database.writing() as session:
        for step in (lifecycle.CLAIM, lifecycle.RECEIVE):
            deliveries.move(session, row.id or 0, step, at, sent_at=at, remote_id=post)
    return row


def read(database: Database, row: Delivery, at: datetime, **metrics: int) -> None:
    with database.writing() as session:
        session.add(ReadingRow(delivery_id=row.id or 0, at=at, due_age_s=3600, **metrics))


def test_the_week_before_is_read_at_the_same_age(database: Database, clock: MovedClock) -> None:
    report = datetime(2027, 10, 11, 8, tzinfo=ZONE)
    now = sent(database, datetime(2027, 10, 6, 8, tzinfo=ZONE), "nay")
    before = sent(database, datetime(2027, 9, 29, 8, tzinfo=ZONE), "truoc")
    read(database, now, report - timedelta(hours=1), views=500)
    read(database, before, report - timedelta(days=7, hours=1), views=400)
    # What last week's post gained since is no part of a fair comparison.
    read(database, before, report - timedelta(hours=1), views=4000)
    summary = week_summary(database, MONDAY, ZONE, report)
    assert summary.total.now.figures.shown == 500
    assert summary.total.before.figures.shown == 400
    assert summary.trend[-1][1].figures.shown == 500
    assert summary.trend[-2][1].figures.shown == 400


def test_weeks_begin_on_monday_midnight_of_the_office(database: Database) -> None:
    sent(database, datetime(2027, 10, 4, 0, 0, tzinfo=ZONE), "dau")
    sent(database, datetime(2027, 10, 10, 23, 59, tzinfo=ZONE), "cuoi")
    sent(database, datetime(2027, 10, 11, 0, 0, tzinfo=ZONE), "sau")
    sent(database, datetime(2027, 10, 3, 23, 59, tzinfo=ZONE), "truoc")
    summary = week_summary(database, MONDAY, ZONE, datetime(2027, 10, 11, 8, tzinfo=ZONE))
    assert summary.total.now.posts == 2
    assert summary.total.before.posts == 1


def test_absent_figures_stay_absent(database: Database) -> None:
    row = sent(database, datetime(2027, 10, 6, 8, tzinfo=ZONE), "mot")
    report = datetime(2027, 10, 11, 8, tzinfo=ZONE)
    assert week_summary(database, MONDAY, ZONE, report).total.now.figures == Figures()
    read(database, row, report - timedelta(hours=2), reactions=3)
    figures = week_summary(database, MONDAY, ZONE, report).total.now.figures
    assert figures == Figures(reach=None, shown=None, engagement=3)


def test_a_falling_figure_is_kept_as_it_is(database: Database) -> None:
    row = sent(database, datetime(2027, 10, 6, 8, tzinfo=ZONE), "mot")
    report = datetime(2027, 10, 11, 8, tzinfo=ZONE)
    read(database, row, report - timedelta(hours=9), views=100)
    read(database, row, report - timedelta(hours=2), views=90)
    assert week_summary(database, MONDAY, ZONE, report).total.now.figures.shown == 90


def test_what_is_missed_or_in_doubt_and_what_is_coming_stand_in_the_summary(
    database: Database,
) -> None:
    report = datetime(2027, 10, 11, 8, tzinfo=ZONE)
    [lost] = store(database, planned(report - timedelta(days=3), post="lo"), now=report)
    store(database, planned(report + timedelta(days=3), post="toi", approvals=1), now=report)
    store(database, planned(report + timedelta(days=8), post="xa"), now=report)
    with database.writing() as session:
        deliveries.move(session, lost.id or 0, lifecycle.MISS, report, note="held")
    summary = week_summary(database, MONDAY, ZONE, report)
    assert [(one.state, one.note) for one in summary.troubles] == [("missed", "held")]
    assert [(one.first_line, one.waits) for one in summary.upcoming] == [("Xin chào", True)]


@given(st.timedeltas(timedelta(), timedelta(days=60)))
def test_the_newest_age_reached_is_the_one_that_is_read(age: timedelta) -> None:
    step = newest_age(age)
    assert (step is None) == (age < AGES[0])
    if step is not None:
        assert step <= age
        assert all(other <= step or other > age for other in AGES)
