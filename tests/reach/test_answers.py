"""The ledger's answers: totals against an independent count, order, and what has to be said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.reach.accounts import Account, Told, accounts
from publisher.reach.answers import (
    BYS,
    SORTS,
    Answer,
    By,
    Group,
    Question,
    answer,
    days_of,
    notes,
    sorted_by,
    top,
)
from publisher.reach.definitions import NOTES
from publisher.reach.figures import NAMES
from publisher.reach.in_doubt import in_doubt
from publisher.reach.spans import any_span
from publisher.store.database import Database
from publisher.store.reach_tables import AccountReading
from tests.reach.naive import (
    AUDIENCES,
    CAMPAIGNS,
    CHANNELS,
    EDITIONS,
    Look,
    Out,
    counted,
    ledgers,
    put,
)
from tests.store.builders import ZONE

START = datetime(2027, 10, 4, tzinfo=ZONE)
NOW = START + timedelta(days=60)
OCTOBER = any_span(date(2027, 10, 1), date(2027, 10, 31))

EVERYTHING = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def some(*names: Any) -> st.SearchStrategy[tuple[Any, ...]]:
    """Some of ``names``; none lets everything in."""
    return st.lists(st.sampled_from(names), unique=True, max_size=2).map(tuple)


filters = st.fixed_dictionaries(
    {
        "channels": some(*CHANNELS),
        "campaigns": some(*CAMPAIGNS),
        "audiences": some(*AUDIENCES),
        "editions": some(*EDITIONS),
    }
)


def as_told(group: Group) -> dict[str, Any]:
    total = group.sum
    return {
        "posts": group.posts,
        "deliveries": total.posts,
        "figures": {name: getattr(total.figures, name) for name in NAMES},
        "of": dict(total.of),
        "doubts": dict(group.doubts),
        "doubtful": total.doubtful,
        "gone": total.gone,
    }


@EVERYTHING
@given(ledgers, filters, st.integers(-25, 40), st.integers(0, 70), st.integers(0, 80 * 1440))
def test_every_answer_comes_to_what_an_independent_count_gives(
    database: Database,
    ledger: list[Out],
    asked: Mapping[str, Sequence[Any]],
    first: int,
    length: int,
    age: int,
) -> None:
    put(database, ledger, START)
    span = any_span(
        (START + timedelta(days=first)).date(), (START + timedelta(days=first + length)).date()
    )
    now = START + timedelta(minutes=age)
    for by in BYS:
        told = answer(database, Question(span, by, **asked), ZONE, now)
        groups, total = counted(ledger, START, by, (span.first, span.last), now, ZONE, **asked)
        expected = {name: count.as_told() for name, count in groups.items()}
        assert {group.name: as_told(group) for group in told.groups} == expected, by
        assert as_told(told.total) == total.as_told(), by
        assert set(notes(told)) <= set(NOTES)


@EVERYTHING
@given(ledgers, st.sampled_from([by for by in BYS if by != "audience"]))
def test_groups_that_add_up_do(database: Database, ledger: list[Out], by: By) -> None:
    put(database, ledger, START)
    told = answer(database, Question(OCTOBER, by), ZONE, NOW)
    assert told.adds_up
    assert sum(group.sum.posts for group in told.groups) == told.total.sum.posts
    for name in NAMES:
        parts = [getattr(group.sum.figures, name) for group in told.groups]
        known = [part for part in parts if part is not None]
        assert getattr(told.total.sum.figures, name) == (sum(known) if known else None)


@EVERYTHING
@given(ledgers, st.sampled_from(SORTS))
def test_sorting_and_cutting_change_no_group(
    database: Database, ledger: list[Out], sort: str
) -> None:
    put(database, ledger, START)
    told = answer(database, Question(OCTOBER, "post"), ZONE, NOW)
    by_figure = sorted_by(told, sort)
    assert sorted(group.name for group in by_figure.groups) == sorted(
        group.name for group in told.groups
    )
    values = [getattr(group.sum.figures, sort, None) for group in by_figure.groups]
    if sort in NAMES:
        known = [value for value in values if value is not None]
        assert values == sorted(known, reverse=True) + [None] * (len(values) - len(known))
    cut = top(by_figure, 2)
    assert cut.groups == by_figure.groups[:2]
    assert cut.left_out == max(0, len(told.groups) - 2)
    assert cut.total == told.total


def asked_of(database: Database, *ledger: Out, by: By = "channel", **rest: Any) -> Answer:
    put(database, ledger, START)
    return answer(database, Question(OCTOBER, by, **rest), ZONE, NOW)


ONE = Out(0, "fanpage", "cds", 2027, "mot", audiences=("people",))


def test_nought_comes_before_what_nobody_gave(database: Database) -> None:
    told = asked_of(database, ONE, replace(ONE, channel="zalo", looks=[Look(60, {"reach": 0})]))
    assert [group.name for group in sorted_by(told, "reach").groups] == ["zalo", "fanpage"]


def test_a_week_is_partial_until_its_last_day_is_over(database: Database) -> None:
    put(database, [ONE], START)
    question = Question(any_span(date(2027, 10, 4), date(2027, 10, 10)), "week")
    sunday = datetime(2027, 10, 10, 23, 59, tzinfo=ZONE)
    for now, is_partial in ((sunday, True), (sunday + timedelta(minutes=1), False)):
        [week] = answer(database, question, ZONE, now).groups
        assert week.is_partial is is_partial


def test_a_post_on_two_channels_is_one_post_of_the_whole_and_one_of_each(
    database: Database,
) -> None:
    told = asked_of(database, ONE, replace(ONE, channel="zalo"))
    assert [group.posts for group in told.groups] == [1, 1]
    assert told.total.posts == 1
    assert told.total.sum.posts == 2
    assert "shared_posts" in notes(told)


def test_what_is_for_two_audiences_counts_for_both_and_it_is_said(database: Database) -> None:
    both = replace(ONE, audiences=("people", "business"), looks=[Look(60, {"reach": 5})])
    told = asked_of(database, both, by="audience")
    assert {group.name: group.sum.figures.reach for group in told.groups} == {
        "people": 5,
        "business": 5,
    }
    assert told.total.sum.figures.reach == 5
    assert not told.adds_up
    assert "overlapping" in notes(told)


def test_an_audience_named_twice_counts_once(database: Database) -> None:
    twice = replace(ONE, audiences=("people", "people"), looks=[Look(60, {"reach": 5})])
    told = asked_of(database, twice, by="audience")
    assert [group.sum.figures.reach for group in told.groups] == [5]


def test_what_names_no_audience_and_no_kind_is_not_lost(database: Database) -> None:
    bare = replace(ONE, audiences=(), kind="")
    assert [group.name for group in asked_of(database, bare, by="audience").groups] == [""]
    assert [group.name for group in asked_of(database, bare, by="kind").groups] == [""]


@pytest.mark.parametrize(
    ("local", "week", "month"),
    [
        ("2027-10-03 23:59", "2027-W39", "2027-10"),
        ("2027-10-04 00:00", "2027-W40", "2027-10"),
        ("2027-10-31 23:59", "2027-W43", "2027-10"),
        ("2027-10-01 00:00", "2027-W39", "2027-10"),
    ],
)
def test_a_week_begins_on_monday_at_midnight_in_the_offices_zone(
    database: Database, local: str, week: str, month: str
) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=ZONE)
    out = replace(ONE, minutes=int((at - START).total_seconds() / 60))
    for by, name in (("week", week), ("month", month)):
        told = asked_of(database, out, by=by)  # type: ignore[arg-type]
        assert [group.name for group in told.groups if group.sum.posts] == [name]


def test_weeks_in_which_nothing_went_out_are_shown_and_absent_not_zero(database: Database) -> None:
    told = asked_of(database, replace(ONE, looks=[Look(60, {"views": 7})]), by="week")
    assert [group.name for group in told.groups] == [f"2027-W{week}" for week in range(39, 44)]
    assert [group.sum.figures.views for group in told.groups] == [None, 7, None, None, None]
    assert [group.is_partial for group in told.groups] == [True, False, False, False, False]
    assert "partial" in notes(told)


def test_the_week_that_isnt_over_is_partial_and_later_ones_are_not_shown(
    database: Database,
) -> None:
    put(database, [ONE], START)
    wednesday = START + timedelta(days=9)
    told = answer(database, Question(OCTOBER, "week"), ZONE, wednesday)
    assert [(group.name, group.is_partial) for group in told.groups] == [
        ("2027-W39", True),
        ("2027-W40", False),
        ("2027-W41", True),
    ]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-W53", date(2026, 12, 28), date(2027, 1, 3)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
    ],
)
def test_the_days_of_a_week_and_a_month(name: str, first: date, last: date) -> None:
    assert days_of(name) == (first, last)


def test_a_doubt_of_a_part_is_one_of_what_is_worked_out_from_it(database: Database) -> None:
    look = Look(60, {"views": 7, "shares": 3, "reach": 4}, ("falling:views", "leap:shares"))
    [group] = asked_of(database, replace(ONE, looks=[look])).groups
    assert group.doubts == {"views": 1, "shown": 1, "shares": 1, "engagement": 1}


def test_reactions_that_people_took_back_make_no_sum_doubtful(database: Database) -> None:
    look = Look(60, {"reactions": 7, "clicks": 2}, ("falling:reactions",))
    [group] = asked_of(database, replace(ONE, looks=[look])).groups
    assert (group.doubts, group.sum.doubtful) == ({}, 0)
    look = Look(60, {"reactions": 7, "clicks": 2}, ("falling:clicks",))
    [group] = asked_of(database, replace(ONE, looks=[look])).groups
    assert (group.doubts, group.sum.doubtful) == ({"clicks": 1, "engagement": 1}, 1)


def test_views_in_doubt_leave_impressions_alone(database: Database) -> None:
    look = Look(60, {"views": 7, "impressions": 9}, ("falling:views",))
    [group] = asked_of(database, replace(ONE, looks=[look])).groups
    assert group.doubts == {"views": 1}


def test_impressions_that_couldnt_be_kept_leave_what_was_shown_in_doubt(
    database: Database,
) -> None:
    look = Look(60, {"views": 7}, ("unstorable:impressions",))
    [group] = asked_of(database, replace(ONE, looks=[look])).groups
    assert group.doubts == {"shown": 1}


def test_a_doubt_that_names_no_figure_is_one_of_all(database: Database) -> None:
    look = Look(60, {"views": 7, "reach": 9}, ("strange",))
    [group] = asked_of(database, replace(ONE, looks=[look])).groups
    assert group.doubts == {"views": 1, "shown": 1, "reach": 1}


def test_reach_is_never_told_without_saying_that_it_is_no_number_of_people(
    database: Database,
) -> None:
    told = asked_of(database, replace(ONE, looks=[Look(60, {"reach": 7})]))
    assert "not_people" in notes(told)
    assert "not_people" not in notes(asked_of(database, ONE))


def test_a_sum_over_a_part_of_its_deliveries_says_so(database: Database) -> None:
    read = replace(ONE, post="hai", looks=[Look(60, {"views": 7})])
    told = asked_of(database, ONE, read)
    assert {"covers", "absent"} <= set(notes(told))


def test_a_group_of_a_post_has_its_facts_in_local_time(database: Database) -> None:
    [group] = asked_of(database, replace(ONE, minutes=30), by="post").groups
    assert group.post is not None
    assert group.post.at == START + timedelta(minutes=30)
    assert group.post.at.utcoffset() == timedelta(hours=7)
    assert (group.post.first_line, group.post.channels) == ("Bài mot", ("fanpage",))


# -- the readings in doubt ------------------------------------------------------------------------


def doubts_of(database: Database, *ledger: Out, **rest: Any) -> list[tuple[Any, ...]]:
    put(database, ledger, START)
    found = in_doubt(database, Question(OCTOBER, **rest), ZONE, NOW)
    return [
        (one.channel, one.delivery and one.delivery.post, one.metric, one.before, one.now)
        for one in found
    ]


FELL = replace(
    ONE,
    looks=[
        Look(60, {"reach": 100}),
        Look(120, {"reach": 90}, ("falling:reach",)),
        Look(180, {"reach": 95}, ("falling:reach",)),
        Look(240, {"reach": 130}),
    ],
)


def test_every_reading_in_doubt_is_told_with_what_it_fell_from(database: Database) -> None:
    assert doubts_of(database, FELL) == [
        ("fanpage", "mot", "reach", 100, 90),
        ("fanpage", "mot", "reach", 100, 95),
    ]


def test_a_leap_is_held_against_the_reading_before(database: Database) -> None:
    leapt = replace(
        ONE, looks=[Look(60, {"views": 10}), Look(120, {"views": 10**9}, ("leap:views",))]
    )
    assert doubts_of(database, leapt) == [("fanpage", "mot", "views", 10, 10**9)]


def test_a_figure_that_couldnt_be_kept_is_told_as_absent(database: Database) -> None:
    lost = replace(ONE, looks=[Look(60, {"views": None}, ("unstorable:views",))])
    assert doubts_of(database, lost) == [("fanpage", "mot", "views", None, None)]


def test_doubts_are_those_of_the_deliveries_that_are_asked_about(database: Database) -> None:
    other = replace(FELL, channel="zalo", campaign="khcn", audiences=("business",))
    assert {row[0] for row in doubts_of(database, FELL, other)} == {"fanpage", "zalo"}
    assert {row[0] for row in doubts_of(database, FELL, other, channels=("zalo",))} == {"zalo"}
    assert {row[0] for row in doubts_of(database, FELL, other, campaigns=("cds",))} == {"fanpage"}
    assert {row[0] for row in doubts_of(database, FELL, other, audiences=("business",))} == {"zalo"}


def test_doubts_of_what_was_read_later_are_not_known_yet(database: Database) -> None:
    put(database, [FELL], START)
    found = in_doubt(database, Question(OCTOBER), ZONE, START + timedelta(minutes=150))
    assert [one.now for one in found] == [90]


# -- accounts -------------------------------------------------------------------------------------


def account_read(database: Database, at: datetime, **facts: Any) -> None:
    with database.writing() as session:
        session.add(AccountReading(channel="fanpage", at=at, **facts))


def test_an_account_stands_as_last_told_before_the_span_and_in_it(database: Database) -> None:
    first, end = datetime(2027, 10, 1, tzinfo=ZONE), datetime(2027, 11, 1, tzinfo=ZONE)
    minute = timedelta(minutes=1)
    account_read(database, first - minute, followers=100)
    account_read(database, first, followers=110, reach=7, reach_days=28)
    account_read(database, end - minute, followers=150)
    account_read(database, end, followers=900, reach=900, reach_days=28)
    [account] = accounts(database, OCTOBER, ZONE, NOW)
    assert account == Account(
        "fanpage",
        Told(100, (first - minute).astimezone(ZONE)),
        Told(150, (end - minute).astimezone(ZONE)),
        None,
        Told(7, first, 28),
    )
    assert account.gained == 50


def test_an_account_of_which_nothing_was_told_before_has_gained_nothing_known(
    database: Database,
) -> None:
    account_read(database, datetime(2027, 10, 5, tzinfo=UTC), followers=100)
    [account] = accounts(database, OCTOBER, ZONE, NOW)
    assert (account.followers_first, account.gained) == (None, None)


def test_a_doubt_about_followers_is_none_about_reach(database: Database) -> None:
    at = datetime(2027, 10, 5, tzinfo=ZONE)
    account_read(database, at, followers=100, reach=5, doubts=["leap:followers"])
    [account] = accounts(database, OCTOBER, ZONE, NOW)
    assert account.followers_last == Told(100, at, None, ("leap:followers",))
    assert account.reach_last == Told(5, at)
    found = in_doubt(database, Question(OCTOBER), ZONE, NOW)
    assert [(one.delivery, one.metric, one.before, one.now) for one in found] == [
        (None, "followers", None, 100)
    ]
