"""What speaks against a figure: named, with the figure as it was given."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher import i18n
from publisher.reach import doubts
from publisher.reach.doubts import of_account, of_reading, words
from publisher.reach.figures import GIVEN

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)


def after(*readings: dict[str, int], age: timedelta = WEEK) -> list[str]:
    """The doubts about the last of these readings."""
    earlier: list[tuple[dict[str, int], list[str]]] = []
    found: list[str] = []
    for reading in readings:
        found = of_reading(reading, age, earlier)
        earlier.append((reading, found))
    return found


def test_what_grows_as_counts_do_is_in_no_doubt() -> None:
    assert after({"views": 5, "reach": 4}, {"views": 5_000, "reach": 3_000, "clicks": 9_000}) == []


@pytest.mark.parametrize("metric", GIVEN)
def test_a_count_that_is_lower_than_before_has_fallen(metric: str) -> None:
    assert after({metric: 80}, {metric: 79}) == [f"falling:{metric}"]
    assert after({metric: 80}, {metric: 80}) == []


def test_a_fall_is_one_from_whatever_was_told_most_also_where_one_was_silent_between() -> None:
    assert after({"views": 90}, {"views": 70}, {"shares": 1}, {"views": 80}) == ["falling:views"]


def test_a_fall_from_what_was_kept_before_there_were_doubts_is_seen() -> None:
    earlier: list[tuple[dict[str, int], list[str]]] = [({"views": 90}, []), ({"views": 70}, [])]
    assert of_reading({"views": 80}, WEEK, earlier) == ["falling:views"]


def test_what_comes_back_after_a_slip_downwards_is_no_leap() -> None:
    assert after({"views": 900_000}, {"views": 0}, {"views": 1_500_000}) == []


def test_one_slip_upwards_makes_no_true_figure_fall() -> None:
    slip = {"views": 7_000_000_000}
    assert after({"views": 900}, slip) == ["leap:views"]
    assert after({"views": 900}, slip, {"views": 950}) == []


def test_what_leapt_and_is_told_once_more_is_no_leap() -> None:
    assert after({"views": 900}, {"views": 7_000_000}, {"views": 7_000_500}) == []


@pytest.mark.parametrize(
    ("before", "now", "leaps"),
    [
        (100, 100_000, False),  # a hundredfold and more, as posts do that go round
        (0, 900_000, False),
        (5, 1_000_005, False),
        (5, 1_000_006, True),
        (2_000, 2_000_000, False),
        (2_000, 2_000_001, True),
    ],
)
def test_only_what_is_out_of_all_proportion_is_a_leap(before: int, now: int, leaps: bool) -> None:
    assert after({"views": before}, {"views": now}) == (["leap:views"] if leaps else [])


def test_a_first_reading_can_not_leap() -> None:
    assert after({"views": 50_000_000}) == []


def test_a_count_below_nought_is_negative_and_not_fallen_too() -> None:
    assert after({"reactions": 3}, {"reactions": -2}) == ["negative:reactions"]


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 10**400])
def test_what_no_store_holds_is_told(value: int) -> None:
    assert after({"views": value}) == ["unstorable:views"]
    assert not doubts.is_storable(value)
    assert doubts.is_storable(2**63 - 1)


def test_more_people_than_times_shown_is_absurd() -> None:
    assert after({"reach": 91, "impressions": 90}) == ["absurd:reach"]
    assert after({"reach": 90, "impressions": 90}) == []
    assert after({"reach": 91, "views": 90}) == [], "some count a view after three seconds"
    assert after({"reach": doubts.PEOPLE + 1}) == ["absurd:reach"]


def test_more_who_reacted_than_times_shown_is_absurd_once_the_platform_has_caught_up() -> None:
    told = {"impressions": 3, "reactions": 5, "comments": 9, "shares": 9, "clicks": 9, "saves": 4}
    assert after(told) == ["absurd:reactions", "absurd:saves"]
    assert after(told, age=HOUR) == []


def test_nothing_is_compared_with_times_shown_that_are_themselves_in_doubt() -> None:
    assert after({"impressions": -1, "reach": 4}) == ["negative:impressions"]


def test_an_account_may_lose_followers_but_not_most_of_them_overnight() -> None:
    assert of_account({"followers": 9_000}, [({"followers": 12_000}, [])]) == []
    assert of_account({"followers": 900}, [({"followers": 12_000}, [])]) == ["leap:followers"]
    assert of_account({"followers": 120_001}, [({"followers": 12_000}, [])]) == ["leap:followers"]
    assert of_account({"followers": 3}, [({"followers": 900}, [])]) == [], "small numbers leap"
    assert of_account({"followers": -1, "reach": doubts.PEOPLE + 1}, []) == [
        "negative:followers",
        "absurd:reach",
    ]


COUNTS = st.dictionaries(st.sampled_from(GIVEN), st.integers(-5, 10**20))


@given(st.lists(COUNTS, max_size=6), st.timedeltas(timedelta(), timedelta(days=60)))
def test_each_figure_has_one_doubt_at_most_that_can_be_said(
    readings: list[dict[str, int]], age: timedelta
) -> None:
    found = after(*readings, age=age)
    named = [doubt.partition(":")[2] for doubt in found]
    assert len(named) == len(set(named))
    assert set(named) <= {*(readings[-1] if readings else {})}
    with i18n.speaking("en"):
        for doubt in found:
            assert words(doubt) != doubt


def test_a_doubt_of_a_later_version_is_shown_as_it_is() -> None:
    assert words("strange:views") == "strange:views"


FIGURES = st.dictionaries(st.sampled_from(GIVEN), st.integers(0, 10**7))


@given(st.lists(FIGURES, max_size=6), FIGURES, st.sampled_from([HOUR, WEEK]))
def test_where_nothing_was_in_doubt_the_greatest_figures_stand_for_all_readings(
    readings: list[dict[str, int]], now: dict[str, int], age: timedelta
) -> None:
    earlier: list[tuple[dict[str, int], list[str]]] = []
    for reading in readings:
        if not of_reading(reading, age, earlier):
            earlier.append((reading, []))
    greatest: dict[str, int] = {}
    for reading, _ in earlier:
        for metric, value in reading.items():
            greatest[metric] = max(value, greatest.get(metric, 0))
    assert of_reading(now, age, earlier) == of_reading(now, age, [(greatest, [])])
