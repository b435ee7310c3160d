"""Which deliveries a file's tags hold for: the editions in force, and what it would still bring."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from publisher.campaign.model import Campaign, CampaignFile
from publisher.planning.bookkeeping import (
    Filed,
    Retagging,
    TaggedDelivery,
    Tags,
    editions_in_force,
    filed,
    retaggings,
)
from publisher.planning.model import Identity
from tests.planning import builders
from tests.planning.builders import planned, post

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NEW = Tags(("learners",), ("NV-1",))


def campaign(**keys: object) -> Campaign:
    file = CampaignFile.model_validate({"title": "Hội", "owner": "Sở", "channels": ["x"], **keys})
    return Campaign("hoi", Path(), file, ())


@pytest.mark.parametrize(
    ("anchor", "day", "year"),
    [
        ({"every": "10-10"}, (2027, 10, 11), 2027),
        ({"every": "10-10"}, (2028, 4, 9), 2027),
        # As far from the one day as from the other: the office still speaks of the one that was.
        ({"every": "10-10"}, (2028, 4, 10), 2027),
        ({"every": "10-10"}, (2028, 4, 12), 2028),
        ({"every": "01-05"}, (2027, 12, 20), 2028),
        ({"date": "2025-05-18"}, (2027, 12, 20), 2025),
        (None, (2027, 12, 20), 2027),
    ],
)
def test_where_nothing_is_planned_the_nearest_edition_is_in_force(
    anchor: dict[str, str] | None, day: tuple[int, int, int], year: int
) -> None:
    now = datetime(*day, 5, tzinfo=UTC)
    assert editions_in_force(campaign(anchor=anchor), (), now, ZONE) == {year}


def test_the_year_of_a_standing_campaign_is_that_of_its_own_zone() -> None:
    now = datetime(2027, 12, 31, 18, tzinfo=UTC)
    assert editions_in_force(campaign(), (), now, ZONE) == {2028}
    assert editions_in_force(campaign(timezone="UTC"), (), now, ZONE) == {2027}


def test_what_is_planned_is_in_force_and_nothing_else() -> None:
    now = datetime(2027, 10, 11, tzinfo=UTC)
    planned = {2028, 2029}
    assert editions_in_force(campaign(anchor={"every": "10-10"}), planned, now, ZONE) == planned


@pytest.mark.parametrize(
    ("edition", "occurrence", "is_out", "asked", "touched"),
    [
        (2027, "", True, None, True),
        (2027, "now-20271010", True, None, True),
        (2026, "", True, None, False),
        (2027, "", False, None, False),
        (2027, "", False, "f", True),
        (2027, "2027-10-10", True, None, False),
        (2027, "2027-10-10", True, "f", True),
        (2027, "2027-10-10", True, "g", False),
        (2027, "2027-10-10", False, "g", True),
    ],
)
def test_a_tag_reaches_what_the_file_speaks_of(
    edition: int, occurrence: str, is_out: bool, asked: str | None, touched: bool
) -> None:
    identity = Identity("hoi", edition, "mot", "x", occurrence)
    row = TaggedDelivery(1, identity, is_out, "f", Tags())
    files = Filed(
        {("hoi", "mot"): NEW}, {"hoi": frozenset({2027})}, {identity: asked} if asked else {}
    )
    found = retaggings(files, [row])
    assert found == ((Retagging(row, NEW),) if touched else ())


def test_what_is_noted_already_is_left_alone() -> None:
    row = TaggedDelivery(1, Identity("hoi", 2027, "mot", "x"), True, "f", NEW)
    assert retaggings(Filed({("hoi", "mot"): NEW}, {"hoi": frozenset({2027})}, {}), [row]) == ()


def test_a_post_that_the_files_no_longer_have_keeps_what_was_noted_of_it() -> None:
    row = TaggedDelivery(1, Identity("cu", 2027, "mot", "x"), True, "f", Tags())
    assert retaggings(Filed({}, {}, {}), [row]) == ()


def test_the_files_say_the_tags_of_every_post_and_which_editions_they_hold_for() -> None:
    now = datetime(2027, 12, 31, 18, tzinfo=UTC)
    own = builders.campaign(
        post("mot", "D", audiences=["learners"], covers=["NV-1"]),
        post("hai", "D+1"),
        audiences=["people"],
        timezone="UTC",
    )
    standing = campaign()
    asked = planned(now, Identity("thu", 2028, "mot", "x"))
    files = filed([own, standing], [asked], now, ZONE)
    assert files == Filed(
        {
            ("thu", "mot"): Tags(("learners",), ("NV-1",)),
            ("thu", "hai"): Tags(("people",), ()),
        },
        # The one by what is planned; the other has nothing planned, and in Viet Nam it is 2028.
        {"thu": frozenset({2028}), "hoi": frozenset({2028})},
        {asked.identity: asked.message.fingerprint},
    )


def test_what_another_campaign_has_planned_brings_no_edition_into_force() -> None:
    now = datetime(2027, 10, 11, tzinfo=UTC)
    asked = planned(now, Identity("thu", 2029, "mot", "x"))
    files = filed([campaign(anchor={"every": "10-10"})], [asked], now, ZONE)
    assert files.editions == {"hoi": frozenset({2027})}
