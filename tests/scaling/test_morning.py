"""A ministry's morning: model and simulation hold each other to account, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bench.scaling.ministry import (
    MORNING,
    PROVINCES,
    Limit,
    Ministry,
    Platform,
    accounts_of,
    planned,
)
from bench.scaling.model import late, load, stations, sum_quantile
from bench.scaling.simulation import play
from publisher.settings import Settings

AT_ONCE = 1e9
"""Commits a second of a database that keeps nobody waiting."""

HOOK = Platform("webhook", 64, 2.0, keys={"url": "https://x.example/", "secret": "env:SECRET"})
QUIET = Ministry((HOOK,), failing=0.0, answers_vary=0.0, commits_a_second=AT_ONCE)


def limited(allowed: int, per_s: float, **facts: object) -> Ministry:
    """64 accounts of one app that may post so much."""
    hook = replace(HOOK, limit=Limit(allowed, per_s, "app", "made up"))
    return replace(QUIET, platforms=(hook,), **facts)  # type: ignore[arg-type]


def test_with_a_worker_for_each_every_post_takes_an_answer() -> None:
    ministry = replace(QUIET, workers=64)
    assert play(ministry).late_s["webhook"] == pytest.approx([2.0] * 64)
    paper = late(ministry, HOOK)
    assert (paper.p50_s, paper.p99_s) == pytest.approx((2.0, 2.0))


def test_a_batch_takes_as_many_turns_as_there_are_posts_to_a_worker() -> None:
    played = play(replace(QUIET, workers=8))
    assert sorted(played.late_s["webhook"]) == pytest.approx(
        [2.0 * (1 + place // 8) for place in range(64)]
    )
    assert played.workers_busy == pytest.approx(1.0)


def test_the_model_knows_that_batch_to_half_a_turn() -> None:
    ministry = replace(QUIET, workers=8)
    played, paper = play(ministry), late(ministry, HOOK)
    assert paper.p50_s == pytest.approx(played.quantile("webhook", 0.5), abs=1.01)
    assert paper.p99_s == pytest.approx(played.quantile("webhook", 0.99), abs=1.01)


def test_one_database_commits_one_after_another_twice_for_each() -> None:
    at_once = replace(HOOK, answer_s=0.0)
    ministry = replace(QUIET, platforms=(at_once,), workers=64, commits_a_second=10.0)
    played = play(ministry)
    assert max(played.late_s["webhook"]) == pytest.approx(64 * 2 / 10)
    assert played.database_busy == pytest.approx(1.0)
    # The last claim begins two commits before that, and those two are its own.
    assert load(ministry).database_s == pytest.approx(64 * 2 / 10, abs=0.31)


def test_a_line_takes_media_one_after_another() -> None:
    film = replace(HOOK, answer_s=0.0, media_mb=10.0)
    ministry = replace(QUIET, platforms=(film,), workers=64, line_mbit_s=80.0)
    played = play(ministry)
    assert sorted(played.late_s["webhook"]) == pytest.approx([place + 1.0 for place in range(64)])
    assert played.line_busy == pytest.approx(1.0)
    paper = late(ministry, film)
    assert paper.p50_s == pytest.approx(played.quantile("webhook", 0.5), abs=1.01)
    assert paper.p99_s == pytest.approx(played.quantile("webhook", 0.99), abs=1.01)


def test_workers_that_stand_at_a_slow_line_keep_every_post_waiting() -> None:
    film = replace(HOOK, accounts=2_000, media_mb=10.0)
    ministry = replace(QUIET, platforms=(film,), workers=50, line_mbit_s=800.0)
    played, paper = play(ministry), late(ministry, film)
    assert stations(ministry)["line out"] > stations(ministry)["workers"]
    assert paper.p50_s == pytest.approx(played.quantile("webhook", 0.5), rel=0.05)
    assert paper.p99_s == pytest.approx(played.quantile("webhook", 0.99), rel=0.05)


def test_two_stores_halve_what_one_needs() -> None:
    ministry = replace(QUIET, workers=8)
    one, two = play(ministry), play(replace(ministry, stores=2))
    assert max(two.late_s["webhook"]) == pytest.approx(max(one.late_s["webhook"]) / 2, rel=0.13)


def test_what_a_day_s_allowance_keeps_out_is_missed_and_the_model_says_how_many() -> None:
    ministry = limited(40, 86_400.0, workers=64)
    played = play(ministry)
    assert (played.sent, played.missed["webhook"]) == (40, 24)
    assert late(ministry, ministry.platforms[0]).missed == 24


def test_a_minute_s_allowance_is_never_overdrawn_and_lets_all_through_in_the_end() -> None:
    ministry = limited(20, 60.0, workers=64)
    played = play(ministry)
    assert (played.sent, played.missed.total()) == (64, 0)
    out = sorted(played.late_s["webhook"])
    assert all(later - first >= 60.0 - 2.0 for first, later in zip(out, out[20:], strict=False))
    assert stations(ministry)["webhook's limit"] == 3 * 60.0


def test_the_model_agrees_where_workers_are_what_bounds_it() -> None:
    slow = replace(HOOK, accounts=3_000)
    ministry = replace(QUIET, platforms=(slow,), workers=50, answers_vary=0.5)
    played, paper = play(ministry), late(ministry, slow)
    assert paper.p50_s == pytest.approx(played.quantile("webhook", 0.5), rel=0.05)
    assert paper.p99_s == pytest.approx(played.quantile("webhook", 0.99), rel=0.05)


@pytest.mark.parametrize("failing", [0.0, 0.2, 0.9, 1.0])
@pytest.mark.parametrize("allowed", [1, 10, 100])
def test_whatever_fails_each_post_is_sent_once_or_missed(failing: float, allowed: int) -> None:
    ministry = limited(allowed, 60.0, workers=4, failing=failing, grace=timedelta(minutes=20))
    played = play(ministry, seed=allowed)
    assert played.planned == 64
    assert played.sent + played.missed.total() == 64
    assert played.twice == 0
    grace_s = ministry.grace.total_seconds()
    assert all(late_s <= grace_s + 3.1 for late_s in played.late_s["webhook"]), "none silently late"


def test_on_a_day_without_posts_nothing_goes_out() -> None:
    day = MORNING.date()
    mourning = {"from": day, "to": day, "reason": "quốc tang"}
    settings = Settings.model_validate({"blackouts": [mourning]})
    played = play(QUIET, settings=settings)
    assert (played.sent, played.missed["webhook"]) == (0, 64)


def test_the_planner_gives_every_account_its_post_in_its_province_s_minute() -> None:
    ministry = replace(QUIET, spread=timedelta(minutes=PROVINCES))
    slots = planned(ministry, accounts_of(ministry, 1))
    assert len(slots) == 64
    minutes = {(slot.due_at - MORNING) // timedelta(minutes=1) for slot in slots.values()}
    assert minutes == set(range(PROVINCES))
    assert {slot.anchor for slot in slots.values()} == {date(2027, 10, 10)}


def test_there_are_20_000_accounts_and_gaps_are_the_adapters_own() -> None:
    ministry = Ministry()
    assert ministry.accounts == 20_000
    gaps = {platform.name: platform.gap.total_seconds() for platform in ministry.platforms}
    assert (gaps["telegram"], gaps["tiktok"], gaps["webhook"]) == (3.0, 10.0, 0.0)


@pytest.mark.parametrize(("wait_s", "answer_s"), [(0, 2), (2, 0), (3, 2), (1, 4), (10, 0.1)])
def test_quantiles_of_a_wait_and_an_answer_are_those_of_their_sum(
    wait_s: float, answer_s: float
) -> None:
    steps = [(place + 0.5) / 300 for place in range(300)]
    sums = sorted(wait_s * one + answer_s * (0.5 + other) for one in steps for other in steps)
    for of in (0.01, 0.25, 0.5, 0.75, 0.99):
        exact = sums[int(of * len(sums))]
        assert sum_quantile(wait_s, answer_s, of) == pytest.approx(exact, abs=0.03)
