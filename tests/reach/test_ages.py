"""When a reading is due: after its age, before the next one, and not all at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from publisher.reach.ages import SPREAD_MOST, due_at, is_accounts_turn, newest_age
from publisher.settings import Settings

OUT = datetime(2027, 10, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGES = Settings().readings.ages
MINUTE = timedelta(minutes=1)

SOME_AGES = st.sets(st.timedeltas(MINUTE, timedelta(days=731)), min_size=1, max_size=24).map(sorted)


@given(SOME_AGES, st.integers(1, 2**40), st.timedeltas(timedelta(), timedelta(days=900)))
def test_the_newest_age_that_is_due_is_the_one_that_is_read(
    ages: Sequence[timedelta], number: int, old: timedelta
) -> None:
    step = newest_age(ages, number, OUT, OUT + old)
    due = [age for age in ages if due_at(ages, age, number, OUT) <= OUT + old]
    assert step == (due[-1] if due else None)


@given(SOME_AGES, st.integers(1, 2**40))
def test_a_reading_waits_a_tenth_of_its_step_and_an_hour_at_most(
    ages: Sequence[timedelta], number: int
) -> None:
    moments = [due_at(ages, age, number, OUT) for age in ages]
    assert moments == sorted(set(moments)), "each age before the next"
    for before, age, at in zip([timedelta(), *ages], ages, moments, strict=False):
        assert OUT + age <= at <= OUT + age + min(SPREAD_MOST, (age - before) / 10)
    assert moments == [due_at(ages, age, number, OUT) for age in ages], "always the same"


def test_posts_of_one_moment_are_spread_evenly() -> None:
    for age, most in ((AGES[0], HOUR / 10), (AGES[2], HOUR), (AGES[-1], HOUR)):
        tenths = [0] * 10
        for number in range(1, 1001):
            waits = due_at(AGES, age, number, OUT) - OUT - age
            tenths[min(9, int(waits / most * 10))] += 1
        assert min(tenths) > 60, tenths


@given(
    st.timedeltas(HOUR, timedelta(days=31)),
    st.text("abcdefghij-", min_size=1, max_size=20),
    st.lists(st.timedeltas(MINUTE, timedelta(days=3)), min_size=1, max_size=60),
)
def test_an_account_is_read_once_in_each_span_of_time(
    every: timedelta, name: str, steps: list[timedelta]
) -> None:
    now, last, taken = OUT, None, []
    for step in steps:
        if is_accounts_turn(name, every, last, now):
            last = now
            taken.append(now)
        assert last is not None, "at once where it never was"
        now += step
    for first, second, third in zip(taken, taken[1:], taken[2:], strict=False):
        assert third - first >= every, (first, second, third)
    assert is_accounts_turn(name, every, last, (last or now) + every)


def test_accounts_are_read_all_day_long_and_not_together() -> None:
    day, names = timedelta(days=1), [f"trang-{number}" for number in range(100)]
    hours = [0] * 24
    for hour in range(24):
        turns = [
            name
            for name in names
            if is_accounts_turn(name, day, OUT + hour * HOUR, OUT + (hour + 1) * HOUR)
        ]
        hours[hour] = len(turns)
    assert sum(hours) == 100
    assert max(hours) < 15, hours
