"""Telling: a burst is one message, a way that is down loses nothing, a crash tells rather twice."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from channels.base import AmbiguousError, ForbiddenError, RateLimitedError
from publisher.store.database import Database
from tests.alerts.conftest import AT_MOST_EVERY, DOWN, GATHER, Pager, Post
from tests.store.stores import path_of

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


# -- never a flood --------------------------------------------------------------------------------


def test_two_hundred_failures_are_one_message(post: Post, pager: Pager) -> None:
    post.refuse(*range(200))
    post.pass_time(HOUR)
    [notice] = pager.notices
    assert notice.text.startswith("200 ")
    assert notice.text.count("ảnh hỏng") == 1
    assert "180" in notice.text
    assert not any(post.row(f"delivery thu/2027/bai-{n}/trang").waits for n in range(200))


def test_what_comes_within_the_settle_time_goes_along(post: Post, pager: Pager) -> None:
    for number in range(4):
        post.refuse(number)
        post.pass_time(GATHER / 4)
    assert len(pager.notices) == 1
    assert all(f"bai-{number}/" in pager.texts[0] for number in range(4))


def test_after_a_message_the_next_one_waits_and_takes_all_along(post: Post, pager: Pager) -> None:
    post.alerts.raise_("channel zalo", "Zalo hỏng.")
    post.pass_time(GATHER)
    for number in range(10):
        post.refuse(number)
        post.pass_time(AT_MOST_EVERY / 12)
    assert len(pager.notices) == 1
    post.pass_time(AT_MOST_EVERY)
    assert len(pager.notices) == 2
    assert "bai-0/" in pager.texts[1]
    assert "bai-9/" in pager.texts[1]


def test_a_restart_gives_no_way_round_that(post: Post, pager: Pager) -> None:
    for number in range(5):
        post.refuse(number)
        post.pass_time(GATHER)
        post.begin()
    assert len(pager.notices) == 1


def test_before_a_stop_nothing_waits_for_others(post: Post, pager: Pager) -> None:
    post.refuse(1)
    post.alerts.tell_the_rest(within_s=30)
    assert len(pager.notices) == 1
    post.refuse(2)
    post.alerts.tell_the_rest(within_s=30)
    assert len(pager.notices) == 2


def test_a_stop_does_not_wait_for_a_way_that_hangs(post: Post, pager: Pager) -> None:
    let_go = threading.Event()
    pager.after = lambda: (let_go.wait(300), None)[1]
    post.refuse(1)
    began = time.monotonic()
    post.alerts.tell_the_rest(within_s=0.1)
    assert time.monotonic() - began < 60
    let_go.set()
    post.alerts.tell_due()
    assert len(pager.notices) == 1


# -- never lost -----------------------------------------------------------------------------------


def test_a_process_that_dies_before_telling_is_made_up_for_by_the_next(
    post: Post, pager: Pager
) -> None:
    post.refuse(1)
    post.begin()
    post.pass_time(GATHER)
    assert len(pager.notices) == 1


def test_a_process_that_dies_before_marking_may_tell_it_twice_and_as_the_same_message(
    post: Post, pager: Pager
) -> None:
    def die() -> None:
        raise Killed

    pager.after = die
    post.refuse(1)
    with pytest.raises(Killed):
        post.pass_time(GATHER)
    pager.after = lambda: None
    post.begin()
    post.pass_time(HOUR)
    first, second = pager.notices
    assert first == second


def test_a_way_that_is_down_is_tried_ever_more_rarely_and_then_told(
    post: Post, pager: Pager
) -> None:
    pager.trouble = DOWN
    post.refuse(1)
    post.pass_time(2 * HOUR)
    assert 10 <= pager.tries <= 20
    way = post.way()
    assert way is not None
    assert (way.failures, way.problem) == (pager.tries, str(DOWN))
    pager.trouble = None
    post.pass_time(15 * MINUTE)
    assert len(pager.notices) == 1
    way = post.way()
    assert way is not None
    assert (way.failures, way.problem) == (0, "")


def test_a_restart_does_not_hurry_a_way_that_is_down(post: Post, pager: Pager) -> None:
    pager.trouble = DOWN
    post.refuse(1)
    post.pass_time(HOUR)
    tries = pager.tries
    post.begin()
    post.alerts.tell_due(at_once=True)
    assert pager.tries == tries


def test_the_ways_that_worked_are_not_told_twice(both: Post, pager: Pager, other: Pager) -> None:
    other.trouble = DOWN
    both.refuse(1)
    both.pass_time(HOUR)
    assert (len(pager.notices), len(other.notices)) == (1, 0)
    both.begin()
    other.trouble = None
    both.pass_time(HOUR)
    assert (len(pager.notices), len(other.notices)) == (1, 1)


def test_a_way_that_comes_back_is_not_told_what_was_mended_meanwhile(
    both: Post, pager: Pager, other: Pager
) -> None:
    other.trouble = DOWN
    both.refuse(1, 2)
    both.pass_time(HOUR)
    both.alerts.clear("delivery thu/2027/bai-1/trang")
    other.trouble = None
    both.pass_time(HOUR)
    assert "bai-2/" in other.texts[0]
    assert "bai-1/" not in other.texts[0]
    assert len(pager.notices) == 1


def test_a_way_with_a_fault_of_its_own_keeps_the_others_from_nothing(
    both: Post, pager: Pager, other: Pager
) -> None:
    pager.trouble = RuntimeError("secret detail")
    both.refuse(1)
    both.pass_time(GATHER)
    assert len(other.notices) == 1
    way = both.way()
    assert way is not None
    assert way.problem == "unforeseen RuntimeError"


@pytest.mark.parametrize(
    "error", [AmbiguousError("no answer"), ForbiddenError("not you")], ids=["doubt", "refusal"]
)
def test_what_may_have_been_told_is_not_repeated_in_a_flood(
    post: Post, pager: Pager, error: Exception
) -> None:
    pager.trouble = error
    post.refuse(1)
    post.pass_time(24 * HOUR)
    assert 5 <= pager.tries <= 12


def test_a_service_that_names_a_time_is_left_alone_until_then(post: Post, pager: Pager) -> None:
    pager.trouble = RateLimitedError("busy", post.clock() + HOUR)
    post.refuse(1)
    post.pass_time(HOUR - MINUTE)
    assert pager.tries == 1
    pager.trouble = None
    post.pass_time(2 * MINUTE)
    assert len(pager.notices) == 1


def test_what_is_asked_anew_while_it_is_being_told_is_told_too(post: Post, pager: Pager) -> None:
    def again() -> None:
        pager.after = lambda: None
        post.alerts.clear("channel trang")
        post.clock.advance(timedelta(seconds=1))
        post.alerts.raise_("channel trang", "Lại hỏng.")

    pager.after = again
    post.alerts.raise_("channel trang", "Hỏng.")
    post.pass_time(GATHER + AT_MOST_EVERY + GATHER)
    assert pager.texts == ["Hỏng.", "Lại hỏng."]


def test_a_clock_that_stood_years_ahead_silences_nobody(post: Post, pager: Pager) -> None:
    right = post.clock()
    post.clock.advance(timedelta(days=1000))
    post.refuse(1)
    post.pass_time(GATHER)
    post.refuse(2)
    post.clock.move_to(right)
    post.refuse(3)
    post.pass_time(GATHER)
    assert len(pager.notices) == 2
    assert "bai-2/" in pager.texts[1]
    assert "bai-3/" in pager.texts[1]


def test_where_nobody_is_named_the_log_is_told_and_the_quiet_kept(post: Post) -> None:
    post.pagers.clear()
    with capture_logs() as logged:
        post.refuse(1)
        post.pass_time(GATHER)
        assert not post.row("delivery thu/2027/bai-1/trang").waits
        post.refuse(1)
    told = [each for each in logged if "bai-1/trang bị từ chối" in str(each.get("text"))]
    assert len(told) == 1


# -- a store that takes nothing -------------------------------------------------------------------


@contextmanager
def kept_busy(database: Database) -> Iterator[None]:
    """Another program keeps the store locked; nobody waits long for that here."""
    database.writing_engine.dispose()

    def soon(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 1")

    event.listen(database.writing_engine, "connect", soon)
    keeper = sqlite3.connect(path_of(database), isolation_level=None)
    keeper.execute("BEGIN IMMEDIATE")
    yield
    keeper.execute("ROLLBACK")
    keeper.close()


@pytest.mark.about_sqlite
def test_what_the_store_does_not_take_is_told_all_the_same_and_in_no_flood(
    post: Post, pager: Pager
) -> None:
    with kept_busy(post.database):
        for _minute in range(60):
            post.alerts.raise_("store", "Kho bị khoá.")
            post.clock.advance(MINUTE)
            post.alerts.tell_due()
    assert pager.texts == ["Kho bị khoá."]


@pytest.mark.about_sqlite
def test_it_is_told_again_after_the_quiet(post: Post, pager: Pager) -> None:
    with kept_busy(post.database):
        for _hour in range(7):
            post.alerts.raise_("store", "Kho bị khoá.")
            post.pass_time(GATHER)
            post.clock.advance(HOUR)
    assert len(pager.notices) == 2


@pytest.mark.about_sqlite
def test_a_full_disk_is_told_of(post: Post, pager: Pager) -> None:
    with post.database.writing_engine.connect().execution_options(
        isolation_level="AUTOCOMMIT"
    ) as connection:
        connection.connection.driver_connection.execute("VACUUM")  # type: ignore[union-attr]
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    long = "Đĩa đầy. " + "Kiểm tra máy chủ. " * 2000
    post.alerts.raise_("store", long)
    assert post.alerts.open("") == []
    post.pass_time(GATHER)
    assert pager.texts[0].startswith("Đĩa đầy.")


@pytest.mark.about_sqlite
def test_what_was_told_meanwhile_is_marked_once_the_store_takes_it(
    post: Post, pager: Pager
) -> None:
    with kept_busy(post.database):
        post.alerts.raise_("store", "Kho bị khoá.")
        post.pass_time(GATHER)
    post.refuse(1)
    post.pass_time(AT_MOST_EVERY + GATHER)
    row = post.row("store")
    assert (row.waits, row.told_by) == (False, ["pager"])
    post.begin()
    post.pass_time(HOUR)
    assert len(pager.notices) == 2


@pytest.mark.about_sqlite
def test_what_the_store_did_not_take_is_told_with_what_waited_in_it(
    post: Post, pager: Pager
) -> None:
    post.refuse(1)
    with kept_busy(post.database):
        post.alerts.raise_("store", "Kho bị khoá.")
        post.pass_time(HOUR)
        assert len(pager.notices) == 1
    assert "bai-1/" in pager.texts[0]
    assert "Kho bị khoá." in pager.texts[0]


@pytest.mark.about_sqlite
def test_what_is_mended_meanwhile_is_not_told(post: Post, pager: Pager) -> None:
    post.alerts.raise_("channel trang", "Mã hết hạn.")
    with kept_busy(post.database):
        post.alerts.raise_("store", "Kho bị khoá.")
        post.alerts.clear("channel trang")
        post.alerts.clear("store")
        post.pass_time(HOUR)
    post.alerts.tell_due()
    assert pager.notices == []
    assert post.alerts.open("") == []


@pytest.mark.about_sqlite
def test_a_way_that_is_down_meanwhile_is_not_hurried(post: Post, pager: Pager) -> None:
    pager.trouble = DOWN
    with kept_busy(post.database):
        post.alerts.raise_("store", "Kho bị khoá.")
        post.pass_time(HOUR)
        assert pager.tries < 12
        pager.trouble = None
        post.pass_time(HOUR)
    assert len(pager.notices) == 1


@pytest.mark.about_sqlite
def test_memory_takes_only_so_many(post: Post, pager: Pager) -> None:
    with kept_busy(post.database):
        post.refuse(*range(300))
        post.pass_time(GATHER)
    assert pager.texts[0].startswith("200 ")
