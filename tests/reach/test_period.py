"""What a periodic report says of a span, against an independent count over random ledgers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import State
from publisher.reach.figures import Sum
from publisher.reach.period import BEST, PeriodSummary, period_summary
from publisher.reach.spans import Span, a_year_earlier, any_span, before, half_year, month
from publisher.store import deliveries, holds
from publisher.store.database import Database
from publisher.store.models import Delivery, Version
from publisher.store.reach_tables import AccountReading, ReadingRow
from tests.reach.builders import read, sent
from tests.store.builders import ZONE, planned, store
from tests.store.rows import empty

CLOSES_ON = 14
NOW = datetime(2027, 6, 15, 8, tzinfo=ZONE)
"""The morning after the first half of 2027 is over."""

HALF = half_year(2027, 1, CLOSES_ON)
METRICS = ("reach", "impressions", "views", "reactions", "comments", "shares", "clicks", "saves")
ENGAGEMENT = ("reactions", "comments", "shares", "clicks", "saves")


@dataclass(frozen=True)
class Entry:
    """A delivery that went out so many hours before ``NOW``; its readings: hours after that, and
    metrics; ``post`` names its post together with the campaign."""

    hours: int
    post: int
    channel: str
    campaign: str
    kind: str
    audiences: frozenset[str]
    readings: tuple[tuple[int, dict[str, int]], ...]

    @property
    def out(self) -> datetime:
        return NOW - timedelta(hours=self.hours)

    @property
    def day(self) -> date:
        return self.out.astimezone(ZONE).date()

    def latest(self, as_of: datetime) -> dict[str, int]:
        """What was read last until then."""
        told: dict[str, int] = {}
        newest = None
        for hours, metrics in self.readings:
            at = self.out + timedelta(hours=hours)
            if at <= as_of and metrics and (newest is None or at >= newest):
                newest, told = at, metrics
        return told


entry = st.builds(
    Entry,
    st.integers(1, 24 * 800),
    st.integers(0, 3),
    st.sampled_from(["fanpage", "zalo", "portal"]),
    st.sampled_from(["cds", "khcn"]),
    st.sampled_from(["text", "picture", "video", ""]),
    st.frozensets(st.sampled_from(["people", "learners", "business"])),
    st.lists(
        st.tuples(
            st.integers(0, 24 * 500),
            st.dictionaries(st.sampled_from(METRICS), st.integers(0, 10**6)),
        ),
        max_size=3,
    ).map(tuple),
)
ledgers = st.lists(entry, max_size=14)


def fill(database: Database, ledger: Sequence[Entry]) -> None:
    """An empty store with that ledger in it."""
    empty(database)
    with database.writing() as session:
        session.add(Version(fingerprint="f", content={}, created_at=NOW))
        session.flush()
        for number, one in enumerate(ledger):
            row = Delivery(
                campaign=one.campaign,
                edition=one.out.year,
                post=f"p{one.post}",
                channel=one.channel,
                # The same post may go out again on the same channel: it recurs.
                occurrence=f"{one.post}-{one.hours}",
                state="sent",
                due_at=one.out,
                expires_at=one.out,
                next_at=one.out,
                zone=str(ZONE),
                fingerprint="f",
                first_line=f"Bài {number}",
                audiences=sorted(one.audiences),
                kind=one.kind,
                remote_id=str(number),
                sent_at=one.out,
                created_at=one.out,
                updated_at=one.out,
            )
            session.add(row)
            session.flush()
            for hours, metrics in one.readings:
                at = one.out + timedelta(hours=hours)
                session.add(ReadingRow(delivery_id=row.id, at=at, due_age_s=1, **metrics))


def summary(database: Database, span: Span = HALF, now: datetime = NOW) -> PeriodSummary:
    return period_summary(database, span, ZONE, now, CLOSES_ON)


def unique(ledger: Sequence[Entry]) -> list[Entry]:
    """Without those that the store would take for one delivery."""
    found = {(one.campaign, one.out.year, one.post, one.channel, one.hours): one for one in ledger}
    return list(found.values())


Told = tuple[int, dict[str, int], dict[str, int]]


def counted(
    ledger: Sequence[Entry],
    span: Span,
    as_of: datetime = NOW,
    is_of: Callable[[Entry], bool] = lambda _entry: True,
) -> Told:
    """Deliveries, totals, and how many each covers, without the store."""
    totals: dict[str, int] = defaultdict(int)
    covers: dict[str, int] = defaultdict(int)
    posts = 0
    for one in ledger:
        if not span.first <= one.day <= span.last or one.out >= as_of or not is_of(one):
            continue
        posts += 1
        told = one.latest(as_of)
        figures = dict(told)
        if "impressions" in told or "views" in told:
            figures["shown"] = told.get("impressions", told.get("views", 0))
        if engaged := [told[name] for name in ENGAGEMENT if name in told]:
            figures["engagement"] = sum(engaged)
        for name, value in figures.items():
            totals[name] += value
            covers[name] += 1
    return posts, dict(totals), dict(covers)


def told(sum_: Sum) -> Told:
    names = (*METRICS, "shown", "engagement")
    given_ones = {name: getattr(sum_.figures, name) for name in names}
    return (
        sum_.posts,
        {name: value for name, value in given_ones.items() if value is not None},
        {name: sum_.of[name] for name in names if sum_.of[name]},
    )


random = settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@random
@given(ledgers)
def test_a_half_year_adds_up_to_what_an_independent_count_gives(
    database: Database, ledger: list[Entry]
) -> None:
    ledger = unique(ledger)
    fill(database, ledger)
    found = summary(database)
    others = [before(HALF, CLOSES_ON), a_year_earlier(HALF, CLOSES_ON)]
    ages = [NOW - (HALF.last - other.last) for other in others]
    assert told(found.total.now) == counted(ledger, HALF)
    assert told(found.total.before) == counted(ledger, others[0], ages[0])
    assert told(found.total.year_before) == counted(ledger, others[1], ages[1])
    for row in found.channels:
        assert told(row.now) == counted(ledger, HALF, NOW, lambda one: one.channel == row.name)  # noqa: B023
    for row in found.campaigns:
        assert told(row.before) == counted(
            ledger,
            others[0],
            ages[0],
            lambda one: one.campaign == row.name,  # noqa: B023
        )
    for row in found.audiences:
        assert told(row.now) == counted(ledger, HALF, NOW, lambda one: row.name in one.audiences)  # noqa: B023
    for row in found.kinds:
        assert told(row.now) == counted(ledger, HALF, NOW, lambda one: one.kind == row.name)  # noqa: B023
    for part, sum_ in found.trend:
        assert told(sum_) == counted(ledger, part)


@random
@given(ledgers)
def test_everything_that_went_out_is_in_it_once(database: Database, ledger: list[Entry]) -> None:
    ledger = unique(ledger)
    fill(database, ledger)
    found = summary(database)
    whole = told(found.total.now)
    assert found.total.posts == len(found.posts)
    assert sum(post.sum.posts for post in found.posts) == whole[0]
    for sums in (
        [row.now for row in found.channels],
        [row.now for row in found.campaigns],
        [row.now for row in found.editions],
        [post.sum for post in found.posts],
        [sum_ for _part, sum_ in found.trend],
    ):
        assert sum(one.posts for one in sums) == whole[0]
        for name in METRICS:
            given_ones = [getattr(one.figures, name) for one in sums]
            assert sum(one or 0 for one in given_ones) == (whole[1].get(name) or 0)


@random
@given(ledgers)
def test_six_months_reports_add_up_to_the_half_years(
    database: Database, ledger: list[Entry]
) -> None:
    fill(database, unique(ledger))
    half = told(summary(database).total.now)
    months = [
        told(summary(database, month(2027, number, CLOSES_ON)).total.now) for number in range(1, 7)
    ]
    assert sum(one[0] for one in months) == half[0]
    for name, value in half[1].items():
        assert sum(one[1].get(name, 0) for one in months) == value


@random
@given(ledgers, st.integers(1, 24 * 180))
def test_a_span_that_is_not_over_is_held_against_as_much_of_the_others(
    database: Database, ledger: list[Entry], hours: int
) -> None:
    ledger = unique(ledger)
    fill(database, ledger)
    now = NOW - timedelta(hours=hours)
    found = summary(database, now=now)
    other = before(HALF, CLOSES_ON)
    assert told(found.total.before) == counted(ledger, other, now - (HALF.last - other.last))


def test_one_post_on_three_channels_is_one_post(database: Database) -> None:
    at = NOW - timedelta(days=9)
    for hours, channel in enumerate(("fanpage", "zalo", "portal")):
        row = sent(database, at + timedelta(hours=hours), "mot", channel=channel)
        read(database, row, at + timedelta(days=1), views=10)
    found = summary(database)
    [post] = found.posts
    assert found.total.posts == 1
    assert post.at == at
    assert [one.channel for one in post.deliveries] == ["fanpage", "zalo", "portal"]
    assert post.sum.figures.shown == 30
    assert [row.posts for row in found.channels] == [1, 1, 1]


def test_the_best_are_those_that_were_shown_most_and_none_without_a_figure(
    database: Database,
) -> None:
    at = NOW - timedelta(days=9)
    for number in range(BEST + 3):
        row = sent(database, at, f"p{number:02d}")
        if number:
            read(database, row, at + timedelta(hours=1), views=number)
    found = summary(database)
    assert [post.post for post in found.best] == [f"p{BEST + 2 - n:02d}" for n in range(BEST)]


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((lifecycle.CLAIM, lifecycle.REFUSE), State.FAILED),
        ((lifecycle.MISS,), State.MISSED),
        ((lifecycle.CLAIM, lifecycle.DOUBT), State.UNCONFIRMED),
        ((lifecycle.CANCEL,), State.CANCELLED),
    ],
)
def test_what_fell_due_and_did_not_go_out_is_counted_by_its_state(
    database: Database, steps: tuple[lifecycle.Move, ...], state: State
) -> None:
    for post, due in (("trong", NOW - timedelta(days=3)), ("truoc", NOW - timedelta(days=300))):
        [row] = store(database, planned(due, post=post), now=due)
        with database.writing() as session:
            for step in steps:
                deliveries.move(session, row.id or 0, step, due)
    assert summary(database).undone == {state: 1}


def test_stops_count_that_were_in_force_on_any_of_its_days(database: Database) -> None:
    day = timedelta(days=1)
    with database.writing() as session:
        for reason, placed, until in (
            ("giữa", NOW - 9 * day, NOW - 8 * day),
            ("từ trước", NOW - 300 * day, NOW - 100 * day),
            ("còn", NOW - 300 * day, None),
            ("trước cả", NOW - 300 * day, NOW - 290 * day),
        ):
            holds.place(session, placed, "Lan", holds.EVERYTHING, "", reason, until)
        for reason, target, ended in (
            ("trước", "zalo", NOW - 290 * day),
            ("trong kỳ", "x", NOW - 9 * day),
        ):
            holds.place(session, NOW - 300 * day, "Lan", holds.CHANNEL, target, reason, None)
            holds.release(session, ended, "Lan", holds.CHANNEL, target)
    assert {hold.reason for hold in summary(database).holds} == {
        "giữa",
        "từ trước",
        "còn",
        "trong kỳ",
    }


def test_followers_are_those_before_the_span_and_at_its_end(database: Database) -> None:
    with database.writing() as session:
        for at, channel, count in (
            (datetime(2026, 12, 1, tzinfo=ZONE), "fanpage", 100),
            (datetime(2026, 12, 14, tzinfo=ZONE), "fanpage", 110),
            (datetime(2027, 6, 1, tzinfo=ZONE), "fanpage", 150),
            (datetime(2027, 6, 15, 1, tzinfo=ZONE), "fanpage", 160),
            (datetime(2027, 6, 1, tzinfo=ZONE), "zalo", 7),
        ):
            session.add(AccountReading(channel=channel, at=at, followers=count))
    followers = [(one.channel, one.first, one.last) for one in summary(database).followers]
    assert followers == [("fanpage", 110, 150), ("zalo", None, 7)]


def test_a_day_belongs_to_the_office_and_not_to_utc(database: Database) -> None:
    sent(database, datetime(2027, 6, 14, 23, 59, tzinfo=ZONE), "trong")
    sent(database, datetime(2027, 6, 15, 0, 1, tzinfo=ZONE), "sau")
    assert [post.post for post in summary(database).posts] == ["trong"]
    days = any_span(date(2027, 6, 15), date(2027, 6, 15))
    assert [post.post for post in summary(database, days).posts] == ["sau"]


def test_what_is_planned_is_told_by_edition_in_the_order_in_which_it_begins(
    database: Database,
) -> None:
    for number, (campaign, post, days) in enumerate(
        [("late", "a", 20), ("soon", "a", 2), ("soon", "a", 2), ("soon", "b", 9), ("past", "a", -1)]
    ):
        row = sent(database, NOW, post, campaign=campaign, channel=f"c{number}")
        with database.writing() as session:
            session.add(row)
            row.state, row.sent_at, row.due_at = "planned", None, NOW + timedelta(days=days)
    soon, late = summary(database).ahead
    assert (soon.campaign, soon.posts, soon.deliveries) == ("soon", 2, 3)
    assert (soon.first, soon.last) == (NOW + timedelta(days=2), NOW + timedelta(days=9))
    assert (late.campaign, late.posts, late.deliveries) == ("late", 1, 1)


def test_a_span_that_is_long_over_speaks_of_no_plan(database: Database) -> None:
    row = sent(database, NOW, "a")
    with database.writing() as session:
        session.add(row)
        row.state, row.sent_at, row.due_at = "planned", None, NOW + timedelta(days=5)
    long_over = half_year(2026, 1, CLOSES_ON)
    assert period_summary(database, long_over, ZONE, NOW, CLOSES_ON).ahead == ()
