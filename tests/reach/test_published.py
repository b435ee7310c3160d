"""Every delivery with its figures as of any moment, against a count of its own over lists; and that
nothing is read of the store but what is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from publisher.reach.ledger import Published, published, sum_of, total
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import LinkClicks, ReadingRow, ShortLink
from tests.reach.builders import sent
from tests.store.rows import empty
from tests.store.ways import asked_of, way

START = datetime(2027, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)
METRICS = ("reach", "impressions", "views", "reactions", "comments", "shares", "clicks", "saves")
ENGAGEMENT = METRICS[3:]

hours = st.integers(0, 10 * 24).map(lambda count: timedelta(hours=count))
metrics = st.dictionaries(st.sampled_from(METRICS), st.integers(0, 2**40), max_size=4)
doubts = st.lists(st.sampled_from(["falling:views", "absurd:reach"]), max_size=2, unique=True)


@dataclass
class Look:
    """A reading so long after ``START``."""

    after: timedelta
    metrics: Mapping[str, int]
    doubts: list[str]


@dataclass
class Post:
    """A post that went out and was gone so long after ``START``; the clicks of each of its links,
    by their hours after it."""

    after: timedelta
    looks: list[Look]
    gone_after: timedelta | None
    links: list[list[tuple[timedelta, int]]]
    audiences: list[str] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)


posts = st.builds(
    Post,
    hours,
    st.lists(st.builds(Look, hours, metrics, doubts), max_size=5),
    st.none() | hours,
    st.lists(
        st.lists(
            st.tuples(hours, st.integers(0, 50)), max_size=3, unique_by=lambda click: click[0]
        ),
        max_size=2,
    ),
    st.sampled_from([[], ["people"], ["people", "learners"]]),
    st.sampled_from([[], ["NV-1"], ["NV-2", "Đề án"]]),
)


def _keep(session: Session, number: int, post: Post) -> None:
    row = session.get_one(Delivery, number)
    row.gone_at = None if post.gone_after is None else START + post.gone_after
    row.audiences, row.covers = post.audiences, post.covers
    for look in post.looks:
        session.add(
            ReadingRow(
                delivery_id=number,
                at=START + look.after,
                due_age_s=3600,
                doubts=look.doubts,
                **look.metrics,
            )
        )
        session.flush()  # in this order: of two at one moment the later row counts
    for place, clicks in enumerate(post.links):
        code = f"{number}-{place}"
        session.add(ShortLink(code=code, target="https://x", delivery_id=number, created_at=START))
        session.flush()
        session.add_all(
            LinkClicks(code=code, hour=START + after, count=count) for after, count in clicks
        )


def _figures(post: Post, as_of: timedelta) -> dict[str, Any]:
    """What ``Published`` must say of it."""
    looks = [look for look in post.looks if look.metrics and look.after <= as_of]
    newest = max((look.after for look in looks), default=None)
    told = [look for look in looks if look.after == newest][-1:]
    metrics: Mapping[str, int] = told[0].metrics if told else {}
    engaged = [metrics[name] for name in ENGAGEMENT if name in metrics]
    clicks = [count for link in post.links for after, count in link if after <= as_of]
    gone = post.gone_after is not None and post.gone_after <= as_of
    return {
        **{name: metrics.get(name) for name in METRICS},
        "shown": metrics.get("impressions", metrics.get("views")),
        "engagement": sum(engaged) if engaged else None,
        "link_clicks": sum(clicks) if post.links else None,
        "doubts": tuple(told[0].doubts) if told else (),
        "gone_at": START + post.gone_after if post.gone_after is not None and gone else None,
        "audiences": tuple(post.audiences),
        "covers": tuple(post.covers),
    }


def _said(one: Published) -> dict[str, Any]:
    names = (*METRICS, "shown", "engagement", "link_clicks")
    own = ("doubts", "gone_at", "audiences", "covers")
    return {name: getattr(one.figures, name) for name in names} | {
        name: getattr(one, name) for name in own
    }


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ledger=st.lists(posts, max_size=4), first=hours, length=hours, as_of=hours)
def test_each_delivery_says_what_was_known_of_it_then(
    database: Database,
    ledger: list[Post],
    first: timedelta,
    length: timedelta,
    as_of: timedelta,
) -> None:
    empty(database)
    numbers = {}
    for place, post in enumerate(ledger):
        row = sent(database, START + post.after, f"p{place}")
        numbers[row.id] = post
        with database.writing() as session:
            _keep(session, row.id or 0, post)
    span = START + first, START + first + length
    with database.reading() as session:
        found = published(session, *span, START + as_of)
        summed = total(session, *span, START + as_of)
    inside = {
        number: post for number, post in numbers.items() if first <= post.after < first + length
    }
    assert [one.id for one in found] == sorted(inside, key=lambda n: (inside[n].after, n or 0))
    for one in found:
        assert _said(one) == _figures(inside[one.id], as_of)
    assert summed == sum_of(found)
    assert summed.doubtful == sum(bool(_figures(p, as_of)["doubts"]) for p in inside.values())
    assert summed.gone == sum(bool(_figures(p, as_of)["gone_at"]) for p in inside.values())


def test_times_come_back_in_utc_and_reports_are_left_out(database: Database) -> None:
    row = sent(database, START, "mot")
    report = sent(database, START, "bao-cao")
    with database.writing() as session:
        session.get_one(Delivery, report.id).holdable = False
    with database.reading() as session:
        [one] = published(session, START, START + DAY, START + DAY)
    assert (one.id, one.url, one.doubts, one.gone_at) == (row.id, "", (), None)
    assert (one.sent_at, one.sent_at.tzinfo, one.due_at.tzinfo) == (START, UTC, UTC)


@pytest.mark.parametrize("days", [1, 7, 31, 183, 365, 3650])
@pytest.mark.parametrize("asked", [published, total])
def test_a_span_of_any_length_is_found_by_its_days_and_each_latest_reading_by_its_delivery(
    lite: Database, days: int, asked: Any
) -> None:
    statements = asked_of(lite)
    with lite.reading() as session:
        asked(session, START - days * DAY, START, START)
        queries = [one for one in statements if "SELECT" in one[0]]
        assert len(queries) == 2
        for sql, values in queries:
            told = " ".join(way(session, sql, values))
            assert "SCAN" not in told
            assert "ix_delivery_sent_at (sent_at>? AND sent_at<?)" in told
        assert "ix_reading_delivery (delivery_id=? AND at<?)" in told
