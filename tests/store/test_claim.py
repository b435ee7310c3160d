"""The claim: what may go now, and that only one worker gets it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import MOVES, State
from publisher.store import approvals, channel_states, deliveries, holds
from publisher.store.database import Database
from publisher.store.deliveries import Claimed
from tests.store.builders import planned, store

LEASE = timedelta(minutes=5)
HOUR = timedelta(hours=1)


def claim(database: Database, clock: MovedClock, channel: str = "hop") -> Claimed | None:
    with database.writing() as session:
        return deliveries.claim(session, channel, clock(), "test", LEASE)


def test_a_due_delivery_is_claimed_with_its_attempt_written_down(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    claimed = claim(database, clock)
    assert claimed is not None
    assert claimed.delivery.state == State.SENDING
    with database.reading() as session:
        assert deliveries.first_attempt_at(session, claimed.delivery.id or 0) == clock()


def test_nothing_is_claimed_before_its_time_or_after_its_grace(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock() + HOUR), now=clock())
    assert claim(database, clock) is None
    clock.advance(timedelta(hours=3, seconds=1))
    assert claim(database, clock) is None


def test_the_earliest_goes_first_and_the_next_waits_for_it(
    database: Database, clock: MovedClock
) -> None:
    store(
        database,
        planned(clock() - timedelta(minutes=1), post="sau"),
        planned(clock() - timedelta(minutes=9), post="truoc"),
        now=clock(),
    )
    first = claim(database, clock)
    assert first is not None
    assert first.delivery.post == "truoc"
    assert claim(database, clock) is None


def test_channels_do_not_wait_for_one_another(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), planned(clock(), channel="khac"), now=clock())
    assert claim(database, clock) is not None
    assert claim(database, clock, "khac") is not None


@pytest.mark.parametrize(
    ("scope", "target"), [("all", ""), ("channel", "hop"), ("campaign", "thu")]
)
def test_a_hold_keeps_it_until_it_is_released(
    database: Database, clock: MovedClock, scope: str, target: str
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", scope, target, "quốc tang", None)
    assert claim(database, clock) is None
    with database.writing() as session:
        assert holds.release(session, clock(), "Lan", scope, target) == 1
    assert claim(database, clock) is not None


def test_a_hold_ends_by_itself_at_its_end(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", "all", "", "bão", clock() + HOUR)
    assert claim(database, clock) is None
    clock.advance(HOUR)
    assert claim(database, clock) is not None


def test_another_channels_hold_does_not_keep_it(database: Database, clock: MovedClock) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        holds.place(session, clock(), "Lan", "channel", "khac", "sự cố", None)
    assert claim(database, clock) is not None


def test_two_approvals_must_be_two_peoples(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock(), approvals=2), now=clock())
    with database.writing() as session:
        assert approvals.approve(session, row, "Lan", clock())
        assert not approvals.approve(session, row, " lan ", clock())
    assert claim(database, clock) is None
    with database.writing() as session:
        assert approvals.approve(session, row, "Minh", clock())
    assert claim(database, clock) is not None


def test_changed_text_lapses_the_approval(database: Database, clock: MovedClock) -> None:
    from publisher.store import planned as stored_plan

    [row] = store(database, planned(clock(), approvals=1), now=clock())
    with database.writing() as session:
        approvals.approve(session, row, "Lan", clock())
    with database.writing() as session:
        stored_plan.change(session, planned(clock(), approvals=1, text="Khác"), clock())
    assert claim(database, clock) is None


def test_a_stopped_channel_sends_nothing_and_loses_nothing(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        channel_states.stop(session, "hop", "token hết hạn", clock())
    assert claim(database, clock) is None
    with database.writing() as session:
        channel_states.start(session, "hop", "1", "Tỉnh", clock())
    assert claim(database, clock) is not None


def test_a_blackout_bars_campaigns_and_all_but_reports(
    database: Database, clock: MovedClock
) -> None:
    store(database, planned(clock()), now=clock())
    with database.writing() as session:
        assert deliveries.claim(session, "hop", clock(), "t", LEASE, {"thu"}) is None
        assert deliveries.claim(session, "hop", clock(), "t", LEASE, None) is None
        assert deliveries.claim(session, "hop", clock(), "t", LEASE, {"khac"}) is not None


def test_many_workers_claim_each_delivery_once(database: Database, clock: MovedClock) -> None:
    names = [f"kenh-{number}" for number in range(20)]
    store(database, *(planned(clock(), channel=name) for name in names), now=clock())

    def work(_worker: int) -> list[str]:
        found = [claim(database, clock, name) for name in names]
        return [claimed.delivery.channel for claimed in found if claimed is not None]

    with ThreadPoolExecutor(6) as pool:
        won = [name for got in pool.map(work, range(6)) for name in got]
    assert sorted(won) == sorted(names)


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
@pytest.mark.parametrize("state", list(State), ids=lambda state: state.value)
def test_a_move_starts_only_from_the_states_of_the_table(
    database: Database, clock: MovedClock, move: lifecycle.Move, state: State
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    with database.writing() as session:
        row.state = state.value
        session.add(row)
    with database.writing() as session:
        moved = deliveries.move(session, row.id or 0, move, clock())
    with database.reading() as session:
        after = deliveries.by_number(session, row.id or 0).state
    assert moved == (state in move.before)
    assert after == (move.after if moved else state)


def test_every_state_can_be_reached_and_what_was_sent_stays_sent() -> None:
    reached = {State.PLANNED}
    for _round in State:
        reached |= {move.after for move in MOVES if move.before & reached}
    assert reached == set(State)
    assert not any(State.SENT in move.before for move in MOVES)
