"""The week for the leaders: its bounds, the fair comparison, what needs a person, what comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher.delivery import lifecycle
from publisher.reach.figures import Figures
from publisher.reach.followers import Followed
from publisher.reach.measured import measured
from publisher.reach.summary import BEST, TREND_WEEKS, week_summary
from publisher.reach.week import CREDENTIALS
from publisher.store import approvals, channel_states, deliveries, holds
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import AccountReading, ReadingRow
from tests.reach.builders import read, sent
from tests.store.builders import ZONE, planned, store
from tests.store.ways import asked_of, way

MONDAY = date(2027, 10, 4)
REPORT = datetime(2027, 10, 11, 8, tzinfo=ZONE)


def test_the_week_before_is_read_at_the_same_age(database: Database) -> None:
    now = sent(database, datetime(2027, 10, 6, 8, tzinfo=ZONE), "nay")
    before = sent(database, datetime(2027, 9, 29, 8, tzinfo=ZONE), "truoc")
    read(database, now, REPORT - timedelta(hours=1), views=500)
    read(database, before, REPORT - timedelta(days=7, hours=1), views=400)
    # What last week's post gained since is no part of a fair comparison.
    read(database, before, REPORT - timedelta(hours=1), views=4000)
    summary = week_summary(database, MONDAY, ZONE, REPORT)
    assert summary.total.now.figures.shown == 500
    assert summary.total.before.figures.shown == 400
    assert [total.figures.shown for _day, total in summary.trend[-2:]] == [400, 500]


def test_weeks_begin_on_monday_midnight_of_the_office(database: Database) -> None:
    sent(database, datetime(2027, 10, 3, 16, 59, 59, tzinfo=UTC), "truoc")
    sent(database, datetime(2027, 10, 3, 17, 0, tzinfo=UTC), "dau")
    sent(database, datetime(2027, 10, 10, 16, 59, 59, tzinfo=UTC), "cuoi")
    sent(database, datetime(2027, 10, 10, 17, 0, tzinfo=UTC), "sau")
    summary = week_summary(database, MONDAY, ZONE, REPORT)
    assert [post.at for post in summary.posts] == [
        datetime(2027, 10, 4, 0, 0, tzinfo=ZONE),
        datetime(2027, 10, 10, 23, 59, 59, tzinfo=ZONE),
    ]
    assert summary.total.before.posts == 1


def test_a_week_of_another_zone_has_other_bounds(database: Database) -> None:
    sent(database, datetime(2027, 10, 3, 17, 0, tzinfo=UTC), "dau")
    summary = week_summary(database, MONDAY, ZoneInfo("UTC"), REPORT)
    assert (summary.total.now.posts, summary.total.before.posts) == (0, 1)


def test_another_day_than_monday_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="no Monday"):
        week_summary(database, date(2027, 10, 5), ZONE, REPORT)


def test_the_trend_is_of_the_last_weeks_with_this_one_last(database: Database) -> None:
    trend = week_summary(database, MONDAY, ZONE, REPORT).trend
    assert len(trend) == TREND_WEEKS
    assert [day for day, _sum in trend][-2:] == [date(2027, 9, 27), MONDAY]
    assert all(total.figures == Figures() for _day, total in trend)


def test_a_post_on_two_channels_is_one_post_and_two_deliveries(database: Database) -> None:
    at = datetime(2027, 10, 6, 8, tzinfo=ZONE)
    read(database, sent(database, at, "mot", channel="fanpage"), REPORT, views=10)
    sent(database, at, "mot", channel="zalo")
    summary = week_summary(database, MONDAY, ZONE, REPORT)
    assert summary.total.now.posts == 2
    [post] = summary.posts
    assert post.channels == ("fanpage", "zalo")
    assert post.sum.figures.shown == 10
    assert post.sum.of["shown"] == 1


def test_a_channel_that_published_only_the_week_before_still_has_its_row(
    database: Database,
) -> None:
    sent(database, datetime(2027, 9, 29, 8, tzinfo=ZONE), "truoc", channel="zalo")
    [row] = week_summary(database, MONDAY, ZONE, REPORT).channels
    assert (row.name, row.now.posts, row.before.posts) == ("zalo", 0, 1)
    assert row.now.figures == Figures()


def test_the_best_posts_are_by_engagement_then_by_how_often_they_were_shown(
    database: Database,
) -> None:
    figures = [(5, 10), (9, 1), (5, 90), (None, 50), (0, 0), (1, 1), (2, 1), (None, None)]
    for number, (reactions, views) in enumerate(figures):
        row = sent(database, datetime(2027, 10, 6, 8, number, tzinfo=ZONE), f"p{number}")
        read(database, row, REPORT, reactions=reactions, views=views)
    best = week_summary(database, MONDAY, ZONE, REPORT).best
    assert len(best) == BEST
    assert [post.at.minute for post in best] == [1, 2, 0, 6, 5]


def gone_wrong(database: Database, due: datetime, post: str, *steps: lifecycle.Move) -> Delivery:
    [row] = store(database, planned(due, post=post), now=due)
    with database.writing() as session:
        for step in steps:
            deliveries.move(session, row.id or 0, step, due, note=step.name)
    return row


def test_what_went_wrong_in_the_week_and_every_open_doubt_need_a_person(
    database: Database,
) -> None:
    long_ago = datetime(2027, 8, 2, 8, tzinfo=ZONE)
    in_week = datetime(2027, 10, 8, 8, tzinfo=ZONE)
    gone_wrong(database, long_ago, "cu", lifecycle.MISS)
    gone_wrong(database, long_ago, "ngo", lifecycle.CLAIM, lifecycle.DOUBT)
    gone_wrong(database, in_week, "lo", lifecycle.MISS)
    gone_wrong(database, in_week, "hong", lifecycle.CLAIM, lifecycle.REFUSE)
    gone_wrong(database, in_week, "huy", lifecycle.CANCEL)
    troubles = week_summary(database, MONDAY, ZONE, REPORT).troubles
    assert [one.state.value for one in troubles] == ["unconfirmed", "missed", "failed"]
    assert troubles[1].at == in_week
    assert troubles[1].note == "miss"


def test_holds_in_force_and_stopped_channels_stand_in_the_summary(database: Database) -> None:
    with database.writing() as session:
        holds.place(session, REPORT, "Lan", holds.CHANNEL, "zalo", "quốc tang", None)
        channel_states.stop(session, "x", "401", REPORT)
    stops = week_summary(database, MONDAY, ZONE, REPORT).stops
    assert [(stop.scope, stop.target, stop.reason) for stop in stops] == [
        (holds.CHANNEL, "zalo", "quốc tang"),
        (CREDENTIALS, "x", "401"),
    ]


def test_what_comes_in_seven_days_says_whether_it_waits_or_is_held(database: Database) -> None:
    soon = REPORT + timedelta(days=2)
    [_asks, approved, *_rest] = store(
        database,
        planned(soon, post="cho", approvals=1),
        planned(soon, post="duyet", approvals=1),
        planned(soon, post="dung", channel="zalo"),
        planned(REPORT + timedelta(days=5), post="sau", channel="zalo"),
        planned(REPORT + timedelta(days=7), post="xa"),
        planned(REPORT - timedelta(minutes=1), post="qua"),
        now=REPORT,
    )
    with database.writing() as session:
        approvals.approve(session, approved, "Lan", REPORT)
        until = REPORT + timedelta(days=3)
        holds.place(session, REPORT, "Lan", holds.CHANNEL, "zalo", "bảo trì", until)
    upcoming = week_summary(database, MONDAY, ZONE, REPORT).upcoming
    assert [(one.waits, one.held) for one in upcoming] == [
        (True, False),
        (False, False),
        (False, True),
        (False, False),
    ]


def test_reports_themselves_are_not_counted_as_posts(database: Database) -> None:
    row = sent(database, datetime(2027, 10, 4, 8, tzinfo=ZONE), "weekly", campaign="reports")
    with database.writing() as session:
        row.holdable = False
        session.add(row)
    assert week_summary(database, MONDAY, ZONE, REPORT).total.now.posts == 0


def followed(database: Database, channel: str, at: datetime, followers: int, *doubts: str) -> None:
    with database.writing() as session:
        session.add(
            AccountReading(channel=channel, at=at, followers=followers, doubts=list(doubts))
        )


def test_followers_are_as_the_week_began_and_as_it_ended(database: Database) -> None:
    start = datetime(2027, 10, 4, tzinfo=ZONE)
    for days, followers in ((-9, 1), (-3, 100), (-1, 110), (2, 130), (6, 125), (7, 999)):
        followed(database, "trang", start + timedelta(days=days), followers)
    followed(database, "moi", start + timedelta(days=3), 5, "absurd")
    assert week_summary(database, MONDAY, ZONE, REPORT).followers == (
        Followed("moi", None, 5, doubtful=True),
        Followed("trang", 110, 125),
    )


def test_what_worked_is_asked_of_posts_at_one_age(database: Database) -> None:
    day = timedelta(days=1)
    monday = sent(database, datetime(2027, 10, 4, 8, tzinfo=ZONE), "mot")
    sunday = sent(database, datetime(2027, 10, 10, 8, tzinfo=ZONE), "hai")
    late = sent(database, datetime(2027, 10, 3, 23, 30, tzinfo=ZONE), "ba")
    for row in (monday, sunday, late):
        for age, views in ((day, 10), (3 * day, 30), (6 * day, 60)):
            read_at(database, row, age, age, views)
    with database.reading() as session:
        ages = (day, 3 * day, 6 * day)
        found = measured(session, datetime(2027, 10, 11, tzinfo=ZONE), ZONE, REPORT, ages)
        young = measured(session, datetime(2027, 10, 11, tzinfo=ZONE), ZONE, REPORT, ages[:1])
    # Sunday's is not three days old: it waits for the next report.
    assert [(one.post[2], one.week, one.hour, one.shown) for one in found] == [
        ("ba", date(2027, 9, 27), 23, 30),
        ("mot", MONDAY, 8, 30),
    ]
    assert [one.shown for one in young] == [10, 10, 10]


def test_what_is_in_doubt_or_was_read_much_too_late_teaches_nothing(database: Database) -> None:
    three = timedelta(days=3)
    row = sent(database, datetime(2027, 9, 6, 8, tzinfo=ZONE), "mot")
    other = sent(database, datetime(2027, 9, 7, 8, tzinfo=ZONE), "hai")
    read_at(database, row, three, three, 30, "fell")
    read_at(database, other, three, timedelta(days=20), 30)
    with database.reading() as session:
        assert measured(session, REPORT, ZONE, REPORT, (three,)) == []


def read_at(
    database: Database, row: Delivery, age: timedelta, after: timedelta, views: int, *doubts: str
) -> None:
    """A reading that was due at ``age`` and taken ``after`` the post went out."""
    assert row.sent_at is not None
    with database.writing() as session:
        session.add(
            ReadingRow(
                delivery_id=row.id or 0,
                at=row.sent_at + after,
                due_age_s=int(age.total_seconds()),
                views=views,
                doubts=list(doubts),
            )
        )


def test_of_the_store_the_last_weeks_are_read_and_nothing_older(lite: Database) -> None:
    for weeks in range(20):
        row = sent(lite, REPORT - timedelta(weeks=weeks, days=3), f"bai-{weeks}")
        read_at(lite, row, timedelta(days=3), timedelta(days=3), 10)
    asked = asked_of(lite)
    week_summary(lite, MONDAY, ZONE, REPORT)
    with lite.reading() as session:
        for sql, values in tuple(asked):
            if "FROM delivery" not in sql and "FROM reading" not in sql:
                continue
            told = " ".join(way(session, sql, values))
            assert "SCAN delivery" not in told, sql
            assert "SCAN reading" not in told, sql
    oldest = REPORT - timedelta(weeks=9)
    days = [str(one)[:10] for _sql, values in asked for one in values if str(one)[:3] == "202"]
    assert min(days) >= f"{oldest:%Y-%m-%d}"
