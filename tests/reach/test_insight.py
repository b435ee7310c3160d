"""What worked: silent on chance, clear on what is there, whatever a channel's size or a week's
weather."""

from __future__ import annotations

import dataclasses
import math
import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.reach.insight import (
    BANDS,
    HOUR,
    KIND,
    POSTS_LEAST,
    Insight,
    Measured,
    band_of,
    insight,
)

FIRST = date(2027, 8, 16)
HOURS = (7, 8, 8, 9, 11, 15, 18, 20, 20)
KINDS = ("text", "picture", "picture", "link", "video")


def world(
    seed: int,
    posts: int,
    *,
    evening: float = 1.0,
    video: float = 1.0,
    channels: int = 5,
    weeks: int = 8,
) -> list[Measured]:
    """Made-up weeks. Channels differ a thousandfold, weeks threefold, posts by what they say, the
    same on every channel; half of the videos go out on one channel alone. ``evening`` and
    ``video`` are what is really there."""
    chance = random.Random(seed)
    sizes = {f"kenh-{number}": math.exp(chance.uniform(3, 10)) for number in range(channels)}
    weather = [chance.lognormvariate(0, 0.6) for _week in range(weeks)]
    found = []
    for number in range(posts):
        week, hour, kind = chance.randrange(weeks), chance.choice(HOURS), chance.choice(KINDS)
        worth = weather[week] * chance.lognormvariate(0, 0.8)
        worth *= (evening if hour == 20 else 1) * (video if kind == "video" else 1)
        alone = kind == "video" and chance.random() < 0.5
        chosen = ["kenh-0"] if alone else chance.sample(sorted(sizes), chance.randint(1, channels))
        for channel in chosen:
            shown = int(sizes[channel] * worth * chance.lognormvariate(0, 0.4))
            found.append(
                Measured(
                    ("cds", 2027, f"p{number}", ""),
                    channel,
                    FIRST + timedelta(weeks=week),
                    hour,
                    kind,
                    shown,
                )
            )
    return found


@pytest.mark.parametrize(("posts", "worlds"), [(40, 300), (120, 200), (400, 60)])
def test_where_nothing_is_it_speaks_of_something_five_times_in_a_hundred_at_most(
    posts: int, worlds: int
) -> None:
    spoke = sum(bool(insight(world(seed, posts)).findings) for seed in range(worlds))
    # Three standard deviations above five in a hundred.
    assert spoke <= 0.05 * worlds + 3 * math.sqrt(worlds * 0.05 * 0.95)


@pytest.mark.parametrize(
    ("planted", "by", "name"),
    [({"evening": 3.0}, HOUR, "19"), ({"video": 3.0}, KIND, "video")],
)
def test_a_strong_effect_is_named_with_its_size(
    planted: dict[str, float], by: str, name: str
) -> None:
    named = 0
    for seed in range(40):
        of_it = [one for one in insight(world(seed, 200, **planted)).findings
                 if (one.by, one.name) == (by, name)]  # fmt: skip
        if of_it:
            named += 1
            assert 1.5 < of_it[0].times < 6
    assert named >= 38


def test_what_does_worse_is_named_as_worse() -> None:
    # And no other hour is called good for it.
    [finding] = insight(world(1, 400, evening=0.3)).findings
    assert (finding.by, finding.name) == (HOUR, "19")
    assert finding.times < 0.6


def test_an_effect_too_small_to_matter_is_not_named_however_sure_it_is() -> None:
    quiet = [dataclasses.replace(one, shown=1000 + (one.hour == 20) * 80) for one in world(3, 600)]
    found = insight(quiet)
    assert HOUR in found.compared
    assert found.findings == ()


def test_a_finding_counts_posts_and_not_the_channels_they_went_out_on() -> None:
    many = world(5, 200, evening=3.0)
    [finding] = [one for one in insight(many).findings if one.name == "19"]
    posts = len({one.post for one in many})
    assert finding.posts + finding.others <= posts
    assert finding.posts == len({one.post for one in many if one.hour == 20})


def test_too_few_posts_are_not_compared_at_all() -> None:
    few = [one for one in world(7, 400, evening=5.0) if one.hour != 20]
    evening = [one for one in world(8, 400, evening=5.0) if one.hour == 20]
    names = sorted({one.post for one in evening})[: POSTS_LEAST - 1]
    found = insight([*few, *(one for one in evening if one.post in names)])
    assert all(one.name != "19" for one in found.findings)
    assert insight(world(7, 12)).compared == ()
    assert insight(()) == Insight((), (), 0)


def test_one_good_week_is_no_habit() -> None:
    every = world(9, 200, evening=5.0)
    week = FIRST + timedelta(weeks=3)
    kept = [one for one in every if one.hour != 20 or one.week == week]
    assert all(one.name != "19" for one in insight(kept).findings)


def test_a_channel_that_has_one_kind_alone_says_nothing_of_it() -> None:
    """A large channel for films and a small one for pictures: size, not kind."""
    chance = random.Random(11)
    found = []
    for number in range(160):
        kind, channel = (("video", "lon"), ("picture", "nho"))[number % 2]
        size = {"lon": 90_000, "nho": 90}[channel]
        week = FIRST + timedelta(weeks=number % 8)
        shown = int(size * chance.lognormvariate(0, 0.5))
        found.append(Measured(("k", 2027, f"p{number}", ""), channel, week, 8, kind, shown))
    assert insight(found) == Insight((), (), 160)


def test_a_good_week_full_of_films_does_not_make_films_good() -> None:
    chance = random.Random(13)
    found = []
    for number in range(240):
        week = number % 8
        kind = "video" if chance.random() < (0.8 if week == 7 else 0.15) else "picture"
        shown = int(1000 * (6 if week == 7 else 1) * chance.lognormvariate(0, 0.4))
        monday = FIRST + timedelta(weeks=week)
        found.append(Measured(("k", 2027, f"p{number}", ""), "trang", monday, 8, kind, shown))
    seen = insight(found)
    assert KIND in seen.compared
    assert seen.findings == ()


def test_of_two_groups_alone_the_better_is_named_and_not_the_worse_as_well() -> None:
    two = [one for one in world(17, 400, video=4.0) if one.kind in ("video", "picture")]
    named = [one.name for one in insight(two).findings if one.by == KIND]
    assert named == ["video"]


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_what_is_read_changes_nothing(seed: int, order: random.Random) -> None:
    every = world(seed, 60, evening=2.5)
    shuffled = every.copy()
    order.shuffle(shuffled)
    one, other = insight(every), insight(shuffled)
    assert (one.compared, one.posts) == (other.compared, other.posts)
    assert [(each.name, each.posts) for each in one.findings] == [
        (each.name, each.posts) for each in other.findings
    ]


@given(st.integers(0, 23))
def test_every_hour_belongs_to_one_band(hour: int) -> None:
    inside = [
        (start, end)
        for start, end in BANDS
        if (start <= hour < end if start < end else hour >= start or hour < end)
    ]
    assert len(inside) == 1
    assert band_of(str(inside[0][0])) == inside[0]
