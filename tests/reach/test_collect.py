"""Readings at their ages: what is due, what is kept, and that no channel disturbs another."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from channels.base import RateLimitedError, Reading, Receipt, TransientError
from publisher import side_by_side
from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.reach import append, collect, due
from publisher.reach.ages import CATCH_UP
from publisher.reach.due import Due
from publisher.store import channel_states, deliveries
from publisher.store.database import Database
from publisher.store.reach_tables import ReadingRow
from tests.reach.builders import sent
from tests.reach.counting import AGES, DAY, HOUR, LATER, Counting, Reads
from tests.store.builders import planned, store
from tests.store.stores import fresh_url

Make = Callable[..., Reads]
MINUTE = timedelta(minutes=1)


def test_every_age_is_read_once(database: Database, clock: MovedClock, reads: Make) -> None:
    office = reads("hop")
    out = clock()
    sent(database, out, "mot")
    for minutes in (59, 67, 68, 75, 7 * 60, 25 * 60, 26 * 60):
        clock.move_to(out + minutes * MINUTE)
        office.round()
    assert [row.due_age_s for row in office.rows()] == [3600, 6 * 3600, 24 * 3600]


def test_the_ages_are_those_of_the_settings_in_whatever_order(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop", ages=["2d", "30m", "2d"])
    sent(database, clock(), "mot")
    for _ in range(4):
        office.round(after=20 * MINUTE)
    office.round(after=2 * DAY)
    assert [row.due_age_s for row in office.rows()] == [1800, 2 * 86400]


def test_ages_missed_while_the_server_was_down_are_one_reading(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    office.round(after=4 * DAY)
    office.round()
    assert [row.due_age_s for row in office.rows()] == [3 * 86400]


def test_a_post_past_its_last_age_is_let_go(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    office.round(after=AGES[-1] + CATCH_UP)
    assert office.line.asked == []


def test_metrics_that_are_not_given_stay_absent(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    office.line.metrics = {"views": 0, "saves": 3}
    sent(database, clock(), "mot")
    assert office.round(after=LATER + HOUR).readings == 1
    [row] = office.rows()
    assert (row.views, row.saves, row.reach, row.impressions) == (0, 3, None, None)


@pytest.mark.parametrize("told", [True, 1.5, math.nan, "7", [], None])
def test_what_is_no_count_is_left_out_and_the_rest_is_kept(
    database: Database, clock: MovedClock, reads: Make, told: Any
) -> None:
    office = reads("hop")
    office.line.metrics = {"views": told, "likes": 4, "saves": 3}
    sent(database, clock(), "mot")
    assert office.round(after=LATER + HOUR).readings == 1
    [row] = office.rows()
    assert (row.views, row.saves) == (None, 3)


def test_a_figure_falls_and_both_are_kept_the_second_in_doubt(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    for views, after in ((80, 2 * HOUR), (60, 6 * HOUR)):
        office.line.metrics = {"views": views, "reach": 2**63}
        office.round(after=after)
    first, second = office.rows()
    assert [(row.views, row.reach) for row in (first, second)] == [(80, None), (60, None)]
    assert first.doubts == ["unstorable:reach"]
    assert sorted(second.doubts) == ["falling:views", "unstorable:reach"]


def test_what_the_platform_tells_nothing_about_is_not_asked_again_at_that_age(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    office.line.silent = {"mot@hop"}
    row = sent(database, clock(), "mot")
    assert office.round(after=LATER + HOUR).readings == 0
    office.round()
    assert office.line.asked == [["mot@hop"]]
    assert office.delivery(row.id).gone_at is None, "told nothing isn't gone"
    office.line.silent = set()
    assert office.round(after=6 * HOUR).readings == 1


# -- channels among themselves --------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [TransientError("later"), RuntimeError("token abc")])
def test_a_failing_channel_leaves_the_others_alone_and_is_asked_again(
    database: Database, clock: MovedClock, reads: Make, trouble: Exception
) -> None:
    office = reads("a", "b")
    office.round()
    office.lines["a"].trouble = trouble
    for name in ("a", "b"):
        sent(database, clock(), "mot", channel=name)
    report = office.round(after=2 * HOUR)
    assert report.readings == 1
    assert list(report.failures) == ["a"]
    assert "abc" not in report.failures["a"]
    office.lines["a"].trouble = None
    assert office.round().readings == 1


def test_a_channel_that_cannot_be_opened_leaves_the_others_alone(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hong", "tot")
    del office.lines["hong"], office.switchboard._open["hong"]
    office.settings.channels["hong"]["adapter"] = "khong-co"
    for name in ("hong", "tot"):
        sent(database, clock(), "mot", channel=name)
    report = office.round(after=2 * HOUR)
    assert report.readings == 1
    assert list(report.failures) == ["hong"]


def test_a_channel_no_longer_in_the_file_is_passed_over(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot", channel="cu")
    assert office.round(after=2 * HOUR).failures == {}


class Hanging(Counting):
    """Answers nothing until it is let go."""

    over: threading.Event

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        answer = super().read(receipts)
        self.over.wait(30)
        return answer


def test_a_hanging_platform_keeps_no_other_waiting_and_is_asked_nothing_more(
    database: Database,
    clock: MovedClock,
    reads: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(side_by_side, "PATIENCE_S", 0.5)
    office = reads("a", "b")
    office.round()
    hanging = Hanging("a", clock, tmp_path)
    hanging.over = threading.Event()
    office.switchboard._open["a"] = hanging
    try:
        for name in ("a", "b"):
            sent(database, clock(), "mot", channel=name)
        assert office.round(after=2 * HOUR).readings == 1
        assert office.lines["b"].asked == [["mot@b"]]
        office.round(after=6 * HOUR)
        assert len(hanging.asked) == 1, "it is asked nothing more while it hangs"
        assert len(office.lines["b"].asked) == 2
    finally:
        hanging.over.set()
        for thread in threading.enumerate():
            if thread.name == "beside a":
                thread.join(10)
    assert len(office.rows()) == 3, "its answer is kept when it comes"


# -- spread, batches, limits ----------------------------------------------------------------------


def test_posts_of_one_minute_are_spread_over_the_time_after_their_age(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    for number in range(200):
        sent(database, clock(), f"p{number}")
    clock.advance(AGES[2])
    a_round = []
    for _ in range(12):
        a_round.append(office.round().readings)
        clock.advance(5 * MINUTE)
    assert office.round().readings + sum(a_round) == 400, "6 h were overdue, then 24 h"
    of_a_day = [row for row in office.rows() if row.due_age_s == 86400]
    assert len(of_a_day) == 200
    assert max(a_round[1:]) < 60, "no burst"


def test_a_batch_is_what_the_platform_takes_at_once(
    database: Database, clock: MovedClock, reads: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Counting, "reads_at_once", 2)
    office = reads("hop")
    for number in range(5):
        sent(database, clock(), f"p{number}")
    assert office.round(after=2 * HOUR).readings == 5
    assert [len(ids) for ids in office.line.asked] == [2, 2, 1]


def test_a_backlog_is_worked_off_in_rounds_the_longest_waiting_first(
    database: Database, clock: MovedClock, reads: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collect, "MOST_A_ROUND", 3)
    office = reads("hop")
    for number, hours in enumerate((7, 4, 4, 4, 7)):
        sent(database, clock() - hours * HOUR, f"p{number}")
    # At six hours the older two fell due a moment ago, the younger at one hour: long ago.
    assert [office.round().readings for _ in range(3)] == [3, 2, 0]
    assert set(office.line.asked[0]) == {"p1@hop", "p2@hop", "p3@hop"}


def test_a_limit_ends_the_readings_until_the_moment_it_names_and_no_sends(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    office.round()
    clock.advance(2 * HOUR)
    office.line.trouble = RateLimitedError("slowly", clock() + HOUR)
    assert list(office.round().failures) == ["hop"]
    office.line.trouble = None
    for _ in range(5):
        office.round(after=10 * MINUTE)
    assert len(office.line.asked) == 1
    with database.reading() as session:
        state = channel_states.known(session, "hop")
    assert state is None or state.paused_until is None
    office.round(after=10 * MINUTE)
    assert len(office.line.asked) == 2


def test_a_limit_of_a_time_that_was_set_back_is_forgotten(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock() - DAY, "mot")
    office.line.trouble = RateLimitedError("slowly", clock() + 20 * HOUR)
    office.round()
    office.line.trouble = None
    assert office.round(after=-HOUR).readings == 1


def test_sending_goes_first(database: Database, clock: MovedClock, reads: Make) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    clock.advance(2 * HOUR)
    [waiting] = store(database, planned(clock(), post="hai"), now=clock())
    assert office.round().readings == 0
    assert office.line.accounts_read == 0
    for step, readings in ((lifecycle.CLAIM, 0), (lifecycle.RECEIVE, 1)):
        with database.writing() as session:
            deliveries.move(session, waiting.id or 0, step, clock())
        assert office.round().readings == readings


def test_a_post_that_may_not_go_keeps_no_readings_waiting(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    clock.advance(2 * HOUR)
    store(database, planned(clock(), post="hai", approvals=1), now=clock())
    assert office.round().readings == 1


def test_a_channel_that_rests_or_is_stopped_is_not_read(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    clock.advance(2 * HOUR)
    with database.writing() as session:
        channel_states.pause(session, "hop", clock() + MINUTE, clock())
    assert office.round().readings == 0
    with database.writing() as session:
        channel_states.stop(session, "hop", "its token was revoked", clock())
    assert office.round(after=2 * MINUTE).readings == 0
    assert (office.line.asked, office.line.accounts_read) == ([], 0)
    with database.writing() as session:
        channel_states.start(session, "hop", "1", "Tỉnh", "", clock())
    assert office.round().readings == 1


def test_a_send_that_falls_due_between_two_batches_goes_first(
    database: Database, clock: MovedClock, reads: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow(Counting):
        reads_at_once: ClassVar[int] = 1

        def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
            store(database, planned(clock(), post="hai"), now=clock())
            return super().read(receipts)

    office = reads("hop")
    office.switchboard._open["hop"] = Slow("hop", clock, Path())
    for number in range(3):
        sent(database, clock(), f"p{number}")
    assert office.round(after=2 * HOUR).readings == 1


# -- posts that can't be read ---------------------------------------------------------------------


def test_one_post_that_cannot_be_read_keeps_no_other_unread(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    for number in range(40):
        sent(database, clock(), f"p{number}")
    office.line.poison = {"p7@hop"}
    report = office.round(after=2 * HOUR)
    assert (report.readings, list(report.failures)) == (39, ["hop"])
    assert len(office.line.asked) < 16, "it is found by halves"
    asked = len(office.line.asked)
    office.round()
    assert office.line.asked[asked:] == [["p7@hop"]], "then it is asked about by itself"
    office.line.poison = ()
    assert office.round().readings == 1


def test_a_channel_at_which_nothing_can_be_read_is_not_asked_for_each_post(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    for number in range(100):
        sent(database, clock(), f"p{number}")
    office.line.poison = {f"p{number}@hop" for number in range(100)}
    office.round(after=2 * HOUR)
    assert len(office.line.asked) < 25


# -- what a person settled, and what another wrote ------------------------------------------------


def test_what_a_person_settled_without_an_id_is_not_asked_about(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    row = sent(database, clock(), "mot")
    with database.writing() as session:
        row.remote_id = ""
        session.add(row)
    office.round(after=2 * HOUR)
    assert office.line.asked == []


def test_an_answer_that_comes_after_another_s_is_not_kept_twice(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    row = sent(database, clock(), "mot")
    office.round(after=2 * HOUR)
    late = Due(row.id or 0, Receipt("mot@hop", "", clock()), HOUR, clock(), is_gone=False)
    with database.writing() as session:
        append.posts(session, [late], {"mot@hop": Reading(clock(), {"views": 9})}, clock())
    assert [one.views for one in office.rows()] == [5]


def test_of_a_batch_only_what_another_has_answered_is_left_out(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    numbers = {post: sent(database, clock(), post).id or 0 for post in ("mot", "hai", "ba")}
    clock.advance(2 * HOUR)
    with database.reading() as session:
        batch = due.posts(session, office.settings.readings, clock())["hop"]
    with database.writing() as session:
        session.add(ReadingRow(delivery_id=numbers["hai"], at=clock(), due_age_s=3600, views=5))
    told = {f"{post}@hop": Reading(clock(), {"views": 9}) for post in numbers}
    with database.writing() as session:
        append.posts(session, batch, told, clock())
    found = {row.delivery_id: row.views for row in office.rows()}
    assert (len(office.rows()), found) == (
        3,
        {numbers["mot"]: 9, numbers["hai"]: 5, numbers["ba"]: 9},
    )


def test_what_leapt_and_came_back_is_held_against_what_was_told_without_a_doubt(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    for views, after in ((900, 2 * HOUR), (7_000_000_000, 6 * HOUR), (950, DAY), (940, 3 * DAY)):
        office.line.metrics = {"views": views}
        office.round(after=after)
    doubted = [(row.views, row.doubts) for row in office.rows()]
    assert doubted == [
        (900, []),
        (7_000_000_000, ["leap:views"]),
        (950, []),
        (940, ["falling:views"]),
    ]


# -- whatever happens -----------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["round", "killed", "limited", "anew", "silent"]),
        st.timedeltas(timedelta(minutes=-90), timedelta(days=3)),
    ),
    max_size=25,
)


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.timedeltas(MINUTE, 20 * DAY), min_size=1, max_size=6),
    st.lists(st.timedeltas(timedelta(), 2 * DAY), min_size=1, max_size=7),
    STEPS,
)
def test_each_age_is_answered_once_at_most_and_the_newest_in_the_end(
    tmp_path_factory: pytest.TempPathFactory,
    ages: list[timedelta],
    outs: list[timedelta],
    steps: list[tuple[str, timedelta]],
) -> None:
    start = datetime.fromisoformat("2027-10-10T01:00:00+00:00")
    clock = MovedClock(start)
    folder = tmp_path_factory.mktemp("store")
    with fresh_url(folder) as url:
        database = Database(url, durable=False)
        office = Reads(database, clock, folder, "hop", ages=ages)
        line = office.line
        posts = [sent(database, start + out, f"p{place}") for place, out in enumerate(outs)]
        for what, step in steps:
            clock.advance(step)
            line.trouble = {
                # As far as the store can tell, who is killed in a question has asked nothing.
                "killed": TransientError("the process is gone"),
                "limited": RateLimitedError("slowly", clock() + HOUR),
            }.get(what)
            line.silent = {"p0@hop"} if what == "silent" else set()
            office.round()
            if what in ("killed", "anew"):
                office.anew()
            line.trouble = None
        clock.move_to(max(clock(), start + max(outs)) + office.settings.readings.ages[-1] + LATER)
        office.anew()
        office.round()
        rows = office.rows()
        office.switchboard.close()
        database.close()
    taken = [(row.delivery_id, row.due_age_s) for row in rows]
    assert len(taken) == len(set(taken)), "no age twice"
    wanted = office.settings.readings.ages
    assert {age for _number, age in taken} <= {int(age.total_seconds()) for age in wanted}
    last = int(wanted[-1].total_seconds())
    reached = {
        row.id
        for row in posts
        if row.sent_at is not None and clock() - row.sent_at < wanted[-1] + CATCH_UP
    }
    assert reached <= {number for number, age in taken if age == last}
    for row in rows:
        post = next(one for one in posts if one.id == row.delivery_id)
        assert post.sent_at is not None
        assert row.at >= post.sent_at + timedelta(seconds=row.due_age_s), "never before its age"
