"""What each task of the register has had, counted again over random ledgers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from publisher.reach.coverage import coverage_of
from publisher.reach.spans import any_span
from publisher.store.database import Database
from tests.reach import recounts
from tests.reach.recounts import SPAN, START, TOPICS, Went, at, put
from tests.store.builders import ZONE

DAYS = any_span(START.date(), (START + timedelta(minutes=SPAN - 1)).date())


@pytest.mark.parametrize("always", [True, False], ids=["ever", "in a span"])
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=recounts.ledgers, seen=recounts.seen)
def test_what_a_task_has_had_is_what_an_independent_count_gives(
    database: Database, always: bool, ledger: list[Went], seen: int
) -> None:
    put(database, ledger)
    with database.reading() as session:
        found = coverage_of(session, TOPICS, None if always else DAYS, at(seen), ZONE)

    out = [
        one
        for one in ledger
        if one.holdable
        and one.sent is not None
        and one.sent <= seen
        and (always or 0 <= one.sent < SPAN)
    ]
    assert [one.topic.code for one in found.of] == ["NV-1", "NV-2", "NV-3"]
    for one in found.of:
        its = [each for each in out if one.topic.code in [code.upper() for code in each.covers]]
        told = [recounts.figure(each, "shown", seen) for each in its]
        shown = [value for value in told if value is not None]
        last = max((each.sent for each in its if each.sent is not None), default=None)
        assert one.posts == len({each.of_post for each in its})
        assert one.sum.posts == len(its)
        assert one.sum.figures.shown == (sum(shown) if shown else None)
        assert one.sum.of["shown"] == len(shown)
        assert one.last == (None if last is None else at(last).date())
    named = {code for each in out for code in each.covers}
    assert found.unknown == (("X",) if "X" in named else ())
    assert [topic.code for topic in found.without] == [
        one.topic.code for one in found.of if not one.posts
    ]


def test_with_nothing_out_everything_is_without(database: Database) -> None:
    put(database)
    with database.reading() as session:
        found = coverage_of(session, TOPICS, None, at(SPAN), ZONE)
    assert [topic.code for topic in found.without] == ["NV-1", "NV-2", "NV-3"]
    assert all(one.sum.figures.reach is None for one in found.of)


def test_what_goes_out_after_the_moment_asked_for_is_no_post_yet(database: Database) -> None:
    put(database, [recounts.delivery(50, covers=("NV-1",))])
    with database.reading() as session:
        before, then = (coverage_of(session, TOPICS, DAYS, at(minute), ZONE) for minute in (49, 50))
    assert [one.posts for one in before.of] == [0, 0, 0]
    assert [one.posts for one in then.of] == [1, 0, 0]


def test_a_post_counts_for_each_task_that_it_names_and_once(database: Database) -> None:
    put(
        database,
        [
            recounts.delivery(5, channel=channel, covers=("NV-1", "NV-1", "NV-2"))
            for channel in ("fanpage", "zalo")
        ],
    )
    with database.reading() as session:
        found = coverage_of(session, TOPICS, None, at(SPAN), ZONE)
    had = {one.topic.code: (one.posts, one.sum.posts) for one in found.of}
    assert had == {"NV-1": (1, 2), "NV-2": (1, 2), "NV-3": (0, 0)}
