"""Every measure against an independent count over random ledgers; targets, trends, words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher import i18n
from publisher.campaign.criteria import CriteriaFile, Indicator, Population
from publisher.delivery.lifecycle import State
from publisher.reach import spans
from publisher.reach.criteria import Result, evaluate, value_words
from publisher.reach.measures.books import Books, Measured, Window
from publisher.reach.measures.measure import measure
from publisher.reach.spans import Span
from publisher.store.database import Database
from tests.reach import recounts
from tests.reach.recounts import (
    DAY,
    SPAN,
    TOPICS,
    Account,
    Item,
    Read,
    Went,
    at,
    delivery,
    put,
    window,
)
from tests.store.builders import ZONE

quietly = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
some = st.lists(st.sampled_from(["hoi", "tin"]), unique=True, max_size=2)
some_channels = st.lists(st.sampled_from(["fanpage", "zalo", "x"]), unique=True, max_size=2)
some_audiences = st.lists(st.sampled_from(["learners", "business"]), unique=True, max_size=2)
some_kinds = st.lists(st.sampled_from(["picture", "video"]), unique=True, max_size=2)


def measured(
    database: Database, seen: int | Window, population: int | None = 10_000, **asked: Any
) -> Measured:
    """What this measure comes to in the window."""
    one = Indicator.model_validate({"title": "Một", **asked})
    people = Population(people=population) if population else None
    with database.reading() as session:
        books = Books(session, ZONE, TOPICS, people)
        return measure(books, one, seen if isinstance(seen, Window) else window(seen))


def fits(one: Went, campaigns: list[str], channels: list[str], *, kinds: list[str] = []) -> bool:  # noqa: B006
    return (
        (not campaigns or one.campaign in campaigns)
        and (not channels or one.channel in channels)
        and (not kinds or one.kind in kinds)
    )


@quietly
@given(
    recounts.ledgers,
    recounts.items,
    recounts.seen,
    st.sampled_from([1, 24, 72]),
    some,
    some_channels,
)
def test_promptness_is_what_an_independent_count_gives(
    database: Database,
    ledger: list[Went],
    feed: list[Item],
    seen: int,
    hours: int,
    campaigns: list[str],
    channels: list[str],
) -> None:
    put(database, ledger, feed)
    good = every = 0
    for item in feed:
        if not item.wanted or item.seen > seen or (campaigns and item.campaign not in campaigns):
            continue
        # A portal's word that is more than eight days old isn't taken up as news at all.
        if not 0 <= item.origin < min(SPAN, seen) or item.seen >= SPAN + 8 * DAY:
            continue
        times = [
            one.sent
            for one in ledger
            if one.campaign == item.campaign
            and one.occurrence == item.key
            and one.holdable
            and one.sent is not None
            and 0 <= one.sent <= seen
            and (not channels or one.channel in channels)
        ]
        if times:
            every += 1
            good += min(times) - item.origin <= hours * 60
        elif item.origin + hours * 60 <= seen:
            every += 1
    asked = {"hours": hours, "campaigns": campaigns, "channels": channels}
    assert measured(database, seen, prompt=asked).value == recounts.share(good, every)


@quietly
@given(recounts.ledgers, recounts.seen, st.sampled_from([1, 60, 1440]), some, some_channels)
def test_punctuality_is_what_an_independent_count_gives(
    database: Database,
    ledger: list[Went],
    seen: int,
    minutes: int,
    campaigns: list[str],
    channels: list[str],
) -> None:
    put(database, ledger)
    good = every = 0
    for one in ledger:
        left_out = one.state is State.CANCELLED or one.occurrence == "now-1" or not one.holdable
        if left_out or not 0 <= one.due < min(SPAN, seen) or not fits(one, campaigns, channels):
            continue
        if one.sent is not None and one.sent <= seen:
            every += 1
            good += one.sent - one.due <= minutes
        elif one.due + minutes <= seen:
            every += 1
    asked = {"minutes": minutes, "campaigns": campaigns, "channels": channels}
    assert measured(database, seen, on_time=asked).value == recounts.share(good, every)


@quietly
@given(
    recounts.ledgers,
    recounts.seen,
    st.lists(st.sampled_from(["đề tài", "Dự án"]), unique=True),
    st.lists(st.sampled_from(["Sở Y tế"]), unique=True),
    st.integers(1, 2),
    st.booleans(),
)
def test_coverage_is_what_an_independent_count_gives(
    database: Database,
    ledger: list[Went],
    seen: int,
    kinds: list[str],
    units: list[str],
    least: int,
    ever: bool,
) -> None:
    put(database, ledger)
    chosen = [
        topic
        for topic in TOPICS
        if not topic.secret
        and (not kinds or topic.kind.casefold() in [kind.casefold() for kind in kinds])
        and (not units or topic.unit in units)
    ]
    covered = 0
    for topic in chosen:
        had = {
            one.of_post
            for one in ledger
            if topic.code in [code.upper() for code in one.covers]
            and one.holdable
            and one.sent is not None
            and one.sent < SPAN
            and one.sent <= seen
            and (ever or one.sent >= 0)
        }
        covered += len(had) >= least
    asked = {"kinds": kinds, "units": units, "least": least, "ever": ever}
    assert measured(database, seen, coverage=asked).value == recounts.share(covered, len(chosen))


@quietly
@given(
    recounts.ledgers,
    recounts.seen,
    some,
    some_channels,
    some_kinds,
    some_audiences,
    st.sampled_from(["posts", "deliveries"]),
)
def test_posts_are_what_an_independent_count_gives(
    database: Database,
    ledger: list[Went],
    seen: int,
    campaigns: list[str],
    channels: list[str],
    kinds: list[str],
    audiences: list[str],
    count: str,
) -> None:
    put(database, ledger)
    out = recounts.out(
        ledger,
        seen,
        lambda one: (
            fits(one, campaigns, channels, kinds=kinds)
            and (not audiences or bool(set(audiences) & set(one.audiences)))
        ),
    )
    expected = len({one.of_post for one in out}) if count == "posts" else len(out)
    asked = {
        "campaigns": campaigns,
        "channels": channels,
        "kinds": kinds,
        "audiences": audiences,
        "count": count,
    }
    assert measured(database, seen, posts=asked).value == expected


@quietly
@given(
    recounts.ledgers,
    recounts.seen,
    some_channels,
    some_audiences,
    st.sampled_from(["shown", "reach", "engagement"]),
)
def test_sums_and_rates_are_what_an_independent_count_gives(
    database: Database,
    ledger: list[Went],
    seen: int,
    channels: list[str],
    audiences: list[str],
    name: str,
) -> None:
    put(database, ledger)
    out = recounts.out(
        ledger,
        seen,
        lambda one: (
            fits(one, [], channels) and (not audiences or bool(set(audiences) & set(one.audiences)))
        ),
    )
    told = [value for one in out if (value := recounts.figure(one, name, seen)) is not None]
    asked = {"channels": channels, "audiences": audiences}
    total = measured(database, seen, sum={"of": name, **asked})
    assert total.value == (sum(told) if told else None)
    both = [
        (engaged, shown)
        for one in out
        if (engaged := recounts.figure(one, "engagement", seen)) is not None
        and (shown := recounts.figure(one, "shown", seen))
    ]
    engaged, shown = sum(pair[0] for pair in both), sum(pair[1] for pair in both)
    assert measured(database, seen, rate=asked).value == recounts.share(engaged, shown)


@quietly
@given(recounts.ledgers, recounts.accounts, recounts.seen, some_channels)
def test_reach_of_the_population_is_the_best_channels_and_never_a_sum(
    database: Database,
    ledger: list[Went],
    told: list[Account],
    seen: int,
    channels: list[str],
) -> None:
    put(database, ledger, told=told)
    sure = []
    for one in recounts.out(ledger, seen, lambda one: fits(one, [], channels)):
        read = one.latest(seen)
        if read is not None and "reach" in read.told and "falling:reach" not in read.doubts:
            sure.append(read.told["reach"])
    for account in told:
        whole = account.days is not None and account.at - account.days * DAY >= 0
        known = account.reach is not None and "falling:reach" not in account.doubts
        asked = not channels or account.channel in channels
        if whole and known and asked and account.at <= min(SPAN, seen):
            sure.append(account.reach or 0)
    expected = 100 * max(sure) / 10_000 if sure else None
    value = measured(database, seen, reach_of_population={"channels": channels}).value
    assert value == expected


values = st.lists(
    st.tuples(st.integers(-800, 60), st.integers(0, 100)), max_size=5, unique_by=lambda one: one[0]
)


@given(values)
def test_by_hand_the_newest_value_not_after_the_last_day_holds(
    given_values: list[tuple[int, int]],
) -> None:
    last = window(0).last
    keys = [
        {"on": (last + timedelta(days=days)).isoformat(), "value": value}
        for days, value in given_values
    ]
    one = Indicator.model_validate({"title": "Một", "by_hand": {"values": keys}})
    found = measure(Books(None, ZONE), one, window(0))  # type: ignore[arg-type]
    past = [(days, value) for days, value in given_values if days <= 0]
    assert found.value == (max(past)[1] if past else None)
    with i18n.speaking("en"):
        found = measure(Books(None, ZONE), one, window(0))  # type: ignore[arg-type]
    assert ("old value" in found.basis) == (bool(past) and max(past)[0] < -366)


# -- what is said ---------------------------------------------------------------------------------


def basis(database: Database, **asked: Any) -> str:
    with i18n.speaking("en"):
        return measured(database, SPAN + 30 * DAY, **asked).basis


def test_reach_of_the_population_says_that_it_is_a_bound_and_of_what(database: Database) -> None:
    put(
        database,
        [
            delivery(5, readings=(Read(5, {"reach": 300}),)),
            delivery(6, channel="zalo", readings=(Read(5, {"reach": 200}),)),
        ],
    )
    told = basis(database, reach_of_population={})
    assert told.startswith("At least 300 of 10,000 people")
    assert "fanpage" in told
    assert "at most 500" in told
    assert "counts many times" in told


def test_where_some_tell_no_reach_there_is_no_bound_from_above(database: Database) -> None:
    put(
        database,
        [
            delivery(5, readings=(Read(5, {"reach": 300}),)),
            delivery(6, channel="zalo", readings=(Read(5, {"views": 200}),)),
        ],
    )
    told = basis(database, reach_of_population={})
    assert "at most" not in told
    assert "only 1 of 2 deliveries tell" in told


def test_a_sum_of_reach_says_that_it_is_no_number_of_people(database: Database) -> None:
    told = (Read(5, {"reach": 300}, ("leap:reach",)),)
    put(database, [delivery(5, readings=told), delivery(6, post="hai")])
    words = basis(database, sum={"of": "reach"})
    assert "no number of people" in words
    assert "1 of 2 deliveries" in words
    assert "of which 1 with figures in doubt" in words
    with i18n.speaking("en"):
        assert measured(database, SPAN, sum={"of": "reach"}).unit == "times reached"


def test_promptness_says_what_was_late_what_never_went_and_what_still_has_time(
    database: Database,
) -> None:
    feed = [Item("tin", f"k{number}", 10, 10, wanted=True) for number in (1, 2, 3)]
    late = Item("tin", "k4", SPAN - 5, SPAN - 5, wanted=True)
    put(
        database,
        [
            delivery(20, campaign="tin", occurrence="k1"),
            delivery(3 * DAY, campaign="tin", occurrence="k2"),
        ],
        [*feed, late],
    )
    with i18n.speaking("en"):
        told = measured(database, SPAN, prompt={"hours": 24})
    assert told.value == pytest.approx(100 / 3)
    assert told.basis == (
        "1 of 3 items of the feeds went out within 24 hours; 1 later; 1 not at all; "
        "1 with time left, not counted."
    )


@pytest.mark.parametrize(
    ("published", "sent", "in_time"),
    [
        (10, 10 + 60, True),  # to the minute
        (10, 10 + 61, False),
        (5000, 60, True),  # dated into the future: it was there when it was seen, at 30
        (5000, 91, False),
        (None, 90, True),
        (None, 91, False),
    ],
)
def test_an_items_hours_begin_when_it_was_published_and_never_after_it_was_seen(
    database: Database, published: int | None, sent: int, in_time: bool
) -> None:
    put(
        database,
        [delivery(sent, campaign="tin", occurrence="k1")],
        [Item("tin", "k1", published, 30 if published != 10 else 10, wanted=True)],
    )
    assert measured(database, SPAN, prompt={"hours": 1}).value == (100 if in_time else 0)


def test_without_hours_each_item_is_held_against_what_its_campaign_promised_then(
    database: Database,
) -> None:
    feed = [
        Item("tin", "k1", 10, 10, wanted=True, promised=100),
        Item("tin", "k2", 10, 10, wanted=True, promised=100),
        Item("bao", "k3", 10, 10, wanted=True, promised=50),
        Item("tin", "k4", 10, 10, wanted=False, promised=100, crowded=True),
        Item("tin", "k5", 10, 10, wanted=True),  # from before promises were kept
        Item("tin", "k6", 10, 10, wanted=False, promised=100),  # left out by the rules
    ]
    put(
        database,
        [
            delivery(100, campaign="tin", occurrence="k1"),
            delivery(101, campaign="tin", occurrence="k2"),
            delivery(51, campaign="bao", occurrence="k3"),
            delivery(10, campaign="tin", occurrence="k5"),
        ],
        feed,
    )
    with i18n.speaking("en"):
        told = measured(database, SPAN, prompt={})
    assert told.value == 25
    assert told.basis == (
        "1 of 4 items of the feeds went out within the promised time; 2 later; 1 not at all."
    )


def test_what_a_person_cancelled_is_not_late(database: Database) -> None:
    never = replace(delivery(5, post="hai"), sent=None, state=State.CANCELLED)
    missed = replace(delivery(5, post="ba"), sent=None, state=State.MISSED)
    put(database, [delivery(5), never, missed])
    assert measured(database, SPAN, on_time={"minutes": 1}).value == 50


def test_a_minute_is_in_time_to_its_end(database: Database) -> None:
    put(database, [delivery(6, due=5), delivery(7, post="hai", due=5)])
    assert measured(database, SPAN, on_time={"minutes": 1}).value == 50


def test_no_figure_in_doubt_bounds_the_people_reached(database: Database) -> None:
    doubt = ("leap:reach",)
    put(
        database,
        [
            delivery(5, readings=(Read(5, {"reach": 300}),)),
            delivery(6, post="hai", readings=(Read(5, {"reach": 9000}, doubt),)),
        ],
        told=[Account("zalo", 20 * DAY, 8000, 7, doubt), Account("zalo", 21 * DAY, 400, 7)],
    )
    with i18n.speaking("en"):
        found = measured(database, SPAN, reach_of_population={})
    assert found.value == 4
    assert "2 doubtful figures were left out" in found.basis


def test_what_goes_out_after_the_moment_asked_for_counts_nowhere(database: Database) -> None:
    later = delivery(50, post="hai", covers=("NV-2",), readings=(Read(0, {"views": 7}),))
    put(database, [delivery(5, covers=("NV-1",)), later])
    assert measured(database, 49, posts={}).value == 1
    assert measured(database, 50, posts={}).value == 2
    assert measured(database, 49, coverage={}).value == pytest.approx(100 / 3)
    assert measured(database, 50, coverage={}).value == pytest.approx(200 / 3)
    with i18n.speaking("en"):
        assert "0 of 2" not in measured(database, 49, sum={"of": "shown"}).basis
        told = measured(database, 50, sum={"of": "shown"})
    assert (told.value, "1 of 2 deliveries" in told.basis) == (7, True)


def test_what_was_shown_to_nobody_is_in_no_rate(database: Database) -> None:
    put(
        database,
        [
            delivery(5, readings=(Read(5, {"views": 100, "clicks": 5}),)),
            delivery(6, post="hai", readings=(Read(5, {"views": 0, "clicks": 9}),)),
        ],
    )
    assert measured(database, SPAN, rate={}).value == 5


def test_an_account_counts_only_days_within_the_span(database: Database) -> None:
    put(
        database,
        told=[
            Account("zalo", 28 * DAY, 400, 28),
            Account("zalo", 28 * DAY - 1, 900, 28),
            Account("zalo", 20 * DAY, 900, None),
        ],
    )
    assert measured(database, SPAN, reach_of_population={}).value == 4


def test_population_and_register_that_are_missing_are_told(database: Database) -> None:
    put(database)
    assert measured(database, SPAN, population=None, reach_of_population={}).value is None
    one = Indicator.model_validate({"title": "Một", "coverage": {}})
    with database.reading() as session:
        found = measure(Books(session, ZONE, None), one, window(SPAN))
    assert found.value is None
    assert found.basis


# -- targets and trends ---------------------------------------------------------------------------

HALF = spans.half_year(2027, 2, 14)


def result(database: Database, span: Span, seen: int = 400 * DAY, **indicator: Any) -> Result:
    file = CriteriaFile.model_validate({"indicator": {"mot": {"title": "Một", **indicator}}})
    with database.reading() as session:
        [one] = evaluate(session, file, TOPICS, span, at(seen), ZONE, 14)
    return one


@pytest.mark.parametrize(
    ("target", "met"),
    [
        ({"at_least": 2}, True),
        ({"at_least": 3}, False),
        ({"at_most": 2}, True),
        ({"at_most": 1}, False),
        ({}, None),
    ],
)
def test_a_target_is_met_or_not_once_the_days_are_over(
    database: Database, target: dict[str, int], met: bool | None
) -> None:
    put(database, [delivery(5), delivery(6, post="hai")])
    assert result(database, HALF, posts={}, **target).met is met


@pytest.mark.parametrize(
    ("target", "met"),
    [
        ({"at_least": 2}, True),
        ({"at_least": 3}, None),
        ({"at_most": 2}, None),
        ({"at_most": 1}, False),
    ],
)
def test_while_days_are_left_a_count_is_judged_only_where_that_is_decided(
    database: Database, target: dict[str, int], met: bool | None
) -> None:
    put(database, [delivery(5), delivery(6, post="hai")])
    assert result(database, HALF, seen=DAY, posts={}, **target).met is met


def test_an_indicator_of_the_year_is_shown_and_not_judged_by_the_month(database: Database) -> None:
    put(database, [delivery(5)])
    asked: dict[str, Any] = {"posts": {}, "at_least": 24, "period": "yearly"}
    month = result(database, spans.month(2027, 10, 14), **asked)
    assert (month.value, month.met) == (1, None)
    assert result(database, spans.whole_year(2027, 14), **asked).met is False


def test_the_trend_ends_with_the_span_and_knows_nothing_before_the_first_post(
    database: Database,
) -> None:
    # 15 September, and 40 days later.
    put(database, [delivery(5), delivery(40 * DAY, post="hai"), delivery(41 * DAY, post="ba")])
    told = result(database, spans.month(2027, 11, 14), posts={})
    assert told.trend == (
        (date(2027, 6, 14), None),
        (date(2027, 7, 14), None),
        (date(2027, 8, 14), None),
        (date(2027, 9, 14), None),
        (date(2027, 10, 14), 1.0),
        (date(2027, 11, 14), 2.0),
    )


def test_the_spans_before_are_seen_at_the_same_age(database: Database) -> None:
    grown = (Read(60, {"views": 10}), Read(45 * DAY, {"views": 1000}))
    put(
        database,
        [delivery(5, readings=grown), delivery(30 * DAY + 5, post="hai", readings=grown)],
    )
    # Seen a day after the second month ended, the first one a day after its own end.
    told = result(database, spans.month(2027, 11, 14), seen=62 * DAY, sum={"of": "shown"})
    assert [value for _last, value in told.trend[-2:]] == [10, 10]


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert value_words(99.96, "%") == "99,9%"
    assert value_words(0.4876, "%") == "0,48%"
    assert value_words(100.0, "%") == "100%"
    assert value_words(0.3 * 100 / 100 * 100, "%") == "30%"
    assert value_words(1234.0, "bài") == "1.234 bài"
    assert value_words(None, "%") == "–"
