"""The week against the last edition's: as far from its day, as old, and nothing else read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from publisher.campaign.model import Anchor
from publisher.reach.editions import AgainstEdition
from publisher.reach.summary import week_summary
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery
from tests.reach.builders import read, sent
from tests.store.builders import ZONE
from tests.store.ways import asked_of, way

MONDAY = date(2027, 10, 4)
REPORT = datetime(2027, 10, 11, 8, tzinfo=ZONE)
REPORT_BEFORE = datetime(2026, 10, 11, 8, tzinfo=ZONE)
"""As long after the week of 4 to 10 October 2026 as ``REPORT`` is after this one."""

CDS = {"cds": Anchor(every="10-10")}


def october(year: int, day: int, hour: int = 8) -> datetime:
    return datetime(year, 10, day, hour, tzinfo=ZONE)


def posted(
    database: Database, at: datetime, *, edition: int | None = None, campaign: str = "cds"
) -> Delivery:
    """A post of that year's edition, unless another is named."""
    row = sent(database, at, f"bai-{at:%Y%m%d%H%M}", campaign=campaign)
    with database.writing() as session:
        kept = deliveries.by_number(session, row.id or 0)
        kept.edition = edition or at.year
        session.add(kept)
    return row


def shown(database: Database, at: datetime, views: int, **facts: Any) -> None:
    read(database, posted(database, at, **facts), at + timedelta(hours=1), views=views)


def editions(
    database: Database, anchors: dict[str, Anchor] | None = None
) -> tuple[AgainstEdition, ...]:
    return week_summary(
        database, MONDAY, ZONE, REPORT, CDS if anchors is None else anchors
    ).editions


def test_the_days_before_10_october_are_held_against_the_same_days_of_the_last_edition(
    database: Database,
) -> None:
    # 4 October 2027 is a Monday, 4 October 2026 was a Sunday: both are six days before.
    for day, views in ((4, 100), (10, 900)):
        shown(database, october(2027, day), views)
    for day, views in ((3, 7), (4, 50), (10, 600), (11, 7)):
        shown(database, october(2026, day), views)
    [cds] = editions(database)
    assert (cds.campaign, cds.edition, cds.first) == ("cds", 2027, -6)
    assert (cds.first_day_before, cds.last_day_before) == (date(2026, 10, 4), date(2026, 10, 10))
    assert (cds.now.figures.shown, cds.before.figures.shown) == (1000, 650)
    assert [day.figures.shown for day in cds.days] == [100, *[None] * 5, 900]
    assert [day.figures.shown for day in cds.days_before] == [50, *[None] * 5, 600]


def test_the_last_edition_is_read_at_the_same_age(database: Database) -> None:
    shown(database, october(2027, 6), 100)
    before = posted(database, october(2026, 6))
    read(database, before, REPORT_BEFORE, views=80)
    read(database, before, REPORT_BEFORE + timedelta(seconds=1), views=8000)
    [cds] = editions(database)
    assert cds.before.figures.shown == 80


def test_across_a_leap_day_the_distance_counts_and_not_the_date(database: Database) -> None:
    monday, report = date(2028, 2, 21), datetime(2028, 2, 28, 8, tzinfo=ZONE)
    shown(database, datetime(2028, 2, 21, 8, tzinfo=ZONE), 10)
    for day, views in ((19, 1), (20, 4)):
        shown(database, datetime(2027, 2, day, 8, tzinfo=ZONE), views)
    [cds] = week_summary(database, monday, ZONE, report, {"cds": Anchor(every="05-18")}).editions
    # 87 days before 18 May, in 2028 with its 29 February as in 2027 without.
    assert (cds.first, cds.first_day_before) == (-87, date(2027, 2, 20))
    assert cds.before.figures.shown == 4


def test_another_edition_and_another_campaign_are_not_counted_in(database: Database) -> None:
    shown(database, october(2027, 6), 100)
    shown(database, october(2027, 6, 9), 5, edition=2028)
    shown(database, october(2026, 6), 80)
    shown(database, october(2026, 6, 9), 9, campaign="khcn")
    shown(database, october(2026, 6, 10), 3, edition=2025)
    [cds] = editions(database)
    assert (cds.now.figures.shown, cds.before.figures.shown) == (100, 80)


def test_without_figures_of_the_last_edition_nothing_is_compared(database: Database) -> None:
    shown(database, october(2027, 6), 100)
    assert editions(database) == ()
    posted(database, october(2026, 6))
    assert editions(database) == ()


def test_a_standing_campaign_and_one_of_a_single_day_have_no_last_edition(
    database: Database,
) -> None:
    shown(database, october(2027, 6), 100)
    shown(database, october(2026, 6), 80)
    assert editions(database, {}) == ()
    assert editions(database, {"cds": Anchor(date=date(2027, 10, 10))}) == ()


def test_a_campaign_that_is_silent_this_week_is_still_compared(database: Database) -> None:
    shown(database, october(2027, 1), 100)
    shown(database, october(2026, 6), 80)
    [cds] = editions(database)
    assert (cds.now.posts, cds.before.figures.shown) == (0, 80)


def test_of_the_last_edition_its_seven_days_are_read_and_nothing_else(lite: Database) -> None:
    shown(lite, october(2027, 6), 100)
    shown(lite, october(2027, 7), 100, campaign="khac")
    for day in range(1, 29):
        shown(lite, october(2026, day), 80)
    asked = asked_of(lite)
    two = {"cds": Anchor(every="10-10"), "khac": Anchor(every="10-10")}
    week_summary(lite, MONDAY, ZONE, REPORT, two)
    of_last_year = [
        (sql, values) for sql, values in asked if any("2026-" in str(one) for one in values)
    ]
    # Once for the two campaigns that share it: figures, and clicks.
    assert len(of_last_year) == 2
    for _sql, values in of_last_year:
        assert [one[:10] for one in values[-2:]] == ["2026-10-03", "2026-10-10"]
    with lite.reading() as session:
        for sql, values in of_last_year:
            told = " ".join(way(session, sql, values))
            assert "SCAN delivery" not in told
            assert "SCAN reading" not in told
