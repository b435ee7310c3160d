"""What is news: a matter is told once, again after the quiet, at once after it was mended."""

from __future__ import annotations

import threading
from datetime import timedelta

from tests.alerts.conftest import AT_MOST_EVERY, DOWN, GATHER, QUIET, Pager, Post

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_what_is_raised_is_written_down_and_told_by_the_next_look(post: Post, pager: Pager) -> None:
    assert post.alerts.raise_("channel trang", "Mã hết hạn.")
    assert pager.notices == []
    assert post.row("channel trang").waits
    post.pass_time(GATHER)
    assert pager.texts == ["Mã hết hạn."]
    assert not post.row("channel trang").waits


def test_the_same_matter_is_no_flood(post: Post, pager: Pager) -> None:
    for _minute in range(300):
        post.alerts.raise_("channel trang", "Mã hết hạn.")
        post.clock.advance(MINUTE)
        post.alerts.tell_due()
    assert len(pager.notices) == 1


def test_it_is_told_again_after_the_quiet_and_not_a_moment_before(post: Post, pager: Pager) -> None:
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(GATHER)
    post.clock.advance(QUIET - timedelta(seconds=1))
    assert not post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.clock.advance(timedelta(seconds=1))
    assert post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(GATHER)
    assert len(pager.notices) == 2
    assert "10/10/2027 12:00" in pager.texts[1]


def test_what_nobody_acts_upon_is_told_ever_more_rarely(post: Post) -> None:
    at = []
    for hour in range(7 * 24):
        if post.alerts.raise_("channel trang", "Mã hết hạn."):
            at.append(hour)
        post.alerts.tell_due(at_once=True)
        post.clock.advance(HOUR)
    assert at == [0, 6, 12, 24, 48, 96]


def test_at_last_it_is_told_every_two_weeks(post: Post) -> None:
    at = []
    for day in range(120):
        if post.alerts.raise_("channel trang", "Mã hết hạn."):
            at.append(day)
        post.alerts.tell_due(at_once=True)
        post.clock.advance(24 * HOUR)
    assert at == [0, 1, 2, 4, 8, 16, 30, 44, 58, 72, 86, 100, 114]


def test_what_was_told_while_the_clock_stood_years_ahead_is_told_again_in_its_time(
    post: Post, pager: Pager
) -> None:
    right = post.clock()
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.clock.advance(timedelta(days=1000))
    post.alerts.tell_due()
    post.clock.move_to(right + HOUR)
    assert post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(GATHER)
    assert len(pager.notices) == 2


def test_what_was_mended_and_breaks_again_is_news(post: Post, pager: Pager) -> None:
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(GATHER)
    post.alerts.clear("channel trang")
    assert post.alerts.raise_("channel trang", "Lại hết hạn.")
    post.pass_time(GATHER + AT_MOST_EVERY)
    assert pager.texts == ["Mã hết hạn.", "Lại hết hạn."]


def test_what_is_mended_before_it_was_told_is_not_told(post: Post, pager: Pager) -> None:
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(GATHER / 2)
    post.alerts.clear("channel trang")
    post.pass_time(HOUR)
    assert pager.notices == []


def test_what_a_person_must_know_is_told_though_it_is_mended(post: Post, pager: Pager) -> None:
    post.alerts.raise_("delivery thu/2027/bai/trang", "Bài bị lỡ.", must_know=True)
    post.alerts.clear("delivery thu/2027/bai/trang")
    post.pass_time(HOUR)
    assert pager.texts == ["Bài bị lỡ."]


def test_the_newest_words_are_told(post: Post, pager: Pager) -> None:
    post.alerts.raise_("campaign thu", "1 lỗi.")
    post.alerts.raise_("campaign thu", "2 lỗi.")
    post.pass_time(GATHER)
    assert pager.texts == ["2 lỗi."]


def test_matters_do_not_silence_one_another(post: Post, pager: Pager) -> None:
    for matter in ("channel trang", "channel zalo", "campaign thu"):
        post.alerts.raise_(matter, f"{matter} hỏng.")
    post.pass_time(GATHER)
    [text] = pager.texts
    assert all(
        f"{name} hỏng." in text for name in ("channel trang", "channel zalo", "campaign thu")
    )
    assert sorted(post.alerts.open("channel ")) == ["channel trang", "channel zalo"]


def test_a_restart_does_not_tell_it_all_again(post: Post, pager: Pager) -> None:
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(GATHER)
    post.begin()
    assert not post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(HOUR)
    assert len(pager.notices) == 1


def test_what_waits_for_a_way_is_not_asked_for_again(post: Post, pager: Pager) -> None:
    pager.trouble = DOWN
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    post.pass_time(HOUR)
    post.clock.advance(2 * QUIET)
    assert not post.alerts.raise_("channel trang", "Mã hết hạn.")


def test_many_threads_that_meet_one_trouble_raise_it_once(post: Post, pager: Pager) -> None:
    threads = [
        threading.Thread(target=post.alerts.raise_, args=("channel trang", "Mã hết hạn."))
        for _n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    post.pass_time(HOUR)
    assert len(pager.notices) == 1


def test_clearing_what_was_never_raised_is_no_matter(post: Post) -> None:
    post.alerts.clear("channel trang")
    assert post.alerts.open("") == []
