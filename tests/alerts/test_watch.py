"""Work that runs by itself: a failure nobody foresaw is told, and over once it goes again."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.alerts.conftest import GATHER, Pager, Post


def fail(post: Post, work: str = "sweep") -> None:
    with post.alerts.watch.over(work):
        raise RuntimeError("secret detail")


def spoil_the_store(post: Post, work: str = "sweep") -> None:
    with post.alerts.watch.over(work), post.database.reading() as session:
        session.execute(text("SELECT * FROM nowhere"))


def go(post: Post, work: str = "sweep") -> None:
    with post.alerts.watch.over(work):
        pass


def test_a_failure_goes_no_further_and_is_told_without_its_words(post: Post, pager: Pager) -> None:
    fail(post)
    post.pass_time(GATHER)
    [told] = pager.texts
    assert "sweep" in told
    assert "RuntimeError" in told
    assert "publisher doctor" in told
    assert "secret detail" not in told


def test_a_job_that_fails_every_time_is_told_once(post: Post, pager: Pager) -> None:
    for _time in range(100):
        fail(post)
        post.alerts.tell_due(at_once=True)
    assert len(pager.notices) == 1


def test_what_goes_again_is_over(post: Post) -> None:
    fail(post)
    go(post, "plan")
    assert post.alerts.open("work ") == ["work sweep"]
    go(post)
    assert post.alerts.open("work ") == []


def test_what_an_earlier_run_left_failing_is_over_once_it_goes(post: Post) -> None:
    fail(post)
    spoil_the_store(post, "plan")
    post.begin()
    go(post)
    assert post.alerts.open("") == []


def test_a_store_that_fails_everything_is_one_matter(post: Post, pager: Pager) -> None:
    for work in ("sweep", "plan", "channel trang"):
        spoil_the_store(post, work)
    post.pass_time(GATHER)
    assert post.alerts.open("") == ["store"]
    assert len(pager.notices) == 1
    go(post, "sweep")
    assert post.alerts.open("") == ["store"]
    go(post, "plan")
    go(post, "channel trang")
    assert post.alerts.open("") == []


def test_a_stop_by_the_keyboard_is_no_failure(post: Post) -> None:
    with pytest.raises(KeyboardInterrupt), post.alerts.watch.over("sweep"):
        raise KeyboardInterrupt
    assert post.alerts.open("") == []
