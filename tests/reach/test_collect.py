"""Readings at their ages: what is due, what is kept, and that no channel disturbs another."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from channels.base import (
    Account,
    Channel,
    ChannelConfig,
    Context,
    ForbiddenError,
    Journal,
    Limits,
    Message,
    Reading,
    Receipt,
    Settlement,
    TransientError,
)
from publisher.clock import MovedClock
from publisher.reach import collect as collecting
from publisher.reach.collect import AGES, collect, newest_age
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.models import AccountReading, ReadingRow
from publisher.switchboard import Switchboard
from tests.reach.builders import sent


class Counting(Channel[ChannelConfig]):
    """A platform that tells ``metrics`` of every post it is asked about."""

    Config = ChannelConfig
    settlement: ClassVar[Settlement] = Settlement.NONE
    trouble: Exception | None = None
    followers: int | None = 12

    def __init__(self, name: str, clock: MovedClock, folder: Path) -> None:
        context = Context(name, clock, lambda _ref: "", folder)
        super().__init__(ChannelConfig(adapter="counting"), context)
        self.metrics: dict[str, Any] = {"views": 5}
        self.gone: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[list[str]] = []
        self.identified = 0

    @classmethod
    def limits(cls, config: ChannelConfig) -> Limits:
        return Limits()

    def identify(self) -> Account:
        self.identified += 1
        return Account("1", "Tỉnh", followers=self.followers)

    def send(self, message: Message, journal: Journal) -> Receipt:
        raise ForbiddenError("this one is only read")

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        ids = [receipt.remote_id for receipt in receipts]
        self.asked.append(ids)
        if self.trouble is not None:
            raise self.trouble
        now = self.context.clock()
        return {
            one: Reading(now, {}, exists=False) if one in self.gone else Reading(now, self.metrics)
            for one in ids
            if one not in self.silent
        }


Opened = Callable[..., tuple[Switchboard, dict[str, Counting]]]


@pytest.fixture
def opened(tmp_path: Path, clock: MovedClock) -> Opened:
    """Opens counting channels of these names behind a switchboard."""

    def open_(*names: str) -> tuple[Switchboard, dict[str, Counting]]:
        lines = {name: Counting(name, clock, tmp_path) for name in names}
        settings = Settings(
            root=tmp_path, channels={name: {"adapter": "counting"} for name in names}
        )
        return Switchboard(settings, clock, secret_reader(tmp_path), lines), lines

    return open_


def rows(database: Database) -> list[ReadingRow]:
    with database.reading() as session:
        return list(session.exec(select(ReadingRow).order_by("id")).all())


def test_every_age_is_read_once(database: Database, clock: MovedClock, opened: Opened) -> None:
    board, _lines = opened("hop")
    out = clock()
    sent(database, out, "mot")
    for minutes in (59, 60, 61, 75, 6 * 60, 24 * 60, 25 * 60):
        clock.move_to(out + timedelta(minutes=minutes))
        collect(database, board, clock)
    assert [row.due_age_s for row in rows(database)] == [3600, 6 * 3600, 24 * 3600]
    assert [row.at - out for row in rows(database)] == list(AGES[:3])


def test_ages_missed_while_the_server_was_down_are_one_reading(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, _lines = opened("hop")
    sent(database, clock(), "mot")
    clock.advance(timedelta(days=4))
    collect(database, board, clock)
    collect(database, board, clock)
    assert [row.due_age_s for row in rows(database)] == [3 * 86400]


def test_a_post_past_its_last_age_is_let_go(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, lines = opened("hop")
    sent(database, clock(), "mot")
    clock.advance(AGES[-1] + collecting.CATCH_UP)
    collect(database, board, clock)
    assert lines["hop"].asked == []


def test_metrics_that_are_not_given_stay_absent(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, lines = opened("hop")
    lines["hop"].metrics = {"views": 0, "saves": 3}
    sent(database, clock(), "mot")
    clock.advance(AGES[0])
    assert collect(database, board, clock).readings == 1
    [row] = rows(database)
    assert (row.views, row.saves, row.reach, row.impressions) == (0, 3, None, None)


def test_a_post_that_is_gone_is_recorded_as_not_found(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, lines = opened("hop")
    lines["hop"].gone = {"mot@hop"}
    sent(database, clock(), "mot")
    clock.advance(AGES[0])
    collect(database, board, clock)
    [row] = rows(database)
    assert (row.found, row.views) == (False, None)


def test_what_the_platform_tells_nothing_about_is_not_asked_again_at_that_age(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, lines = opened("hop")
    lines["hop"].silent = {"mot@hop"}
    sent(database, clock(), "mot")
    clock.advance(AGES[0])
    assert collect(database, board, clock).readings == 0
    collect(database, board, clock)
    assert lines["hop"].asked == [["mot@hop"]]
    lines["hop"].silent = set()
    clock.advance(AGES[1])
    assert collect(database, board, clock).readings == 1


@pytest.mark.parametrize("trouble", [TransientError("later"), RuntimeError("token abc")])
def test_a_failing_channel_leaves_the_others_alone_and_is_asked_again(
    database: Database, clock: MovedClock, opened: Opened, trouble: Exception
) -> None:
    board, lines = opened("a", "b")
    lines["a"].trouble = trouble
    for name in ("a", "b"):
        sent(database, clock(), "mot", channel=name)
    clock.advance(AGES[0])
    report = collect(database, board, clock)
    assert report.readings == 1
    assert list(report.failures) == ["a"]
    assert "abc" not in report.failures["a"]
    lines["a"].trouble = None
    assert collect(database, board, clock).readings == 1


def test_a_channel_that_cannot_be_opened_leaves_the_others_alone(
    database: Database, clock: MovedClock, tmp_path: Path
) -> None:
    good = Counting("tot", clock, tmp_path)
    keys = {"hong": {"adapter": "khong-co"}, "tot": {"adapter": "counting"}}
    settings = Settings(root=tmp_path, channels=keys)
    board = Switchboard(settings, clock, secret_reader(tmp_path), {"tot": good})
    for name in keys:
        sent(database, clock(), "mot", channel=name)
    clock.advance(AGES[0])
    report = collect(database, board, clock)
    assert report.readings == 1
    assert list(report.failures) == ["hong"]


def test_a_channel_no_longer_in_the_file_is_passed_over(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, _lines = opened("hop")
    sent(database, clock(), "mot", channel="cu")
    clock.advance(AGES[0])
    assert collect(database, board, clock).failures == {}


def test_many_posts_are_asked_about_in_batches(
    database: Database, clock: MovedClock, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "BATCH", 2)
    board, lines = opened("hop")
    for number in range(5):
        sent(database, clock(), f"p{number}")
    clock.advance(AGES[0])
    assert collect(database, board, clock).readings == 5
    assert [len(ids) for ids in lines["hop"].asked] == [2, 2, 1]


def test_what_a_person_settled_without_an_id_is_not_asked_about(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, lines = opened("hop")
    row = sent(database, clock(), "mot")
    with database.writing() as session:
        row.remote_id = ""
        session.add(row)
    clock.advance(AGES[0])
    collect(database, board, clock)
    assert lines["hop"].asked == []


def test_followers_are_read_once_a_day_also_where_none_are_told(
    database: Database, clock: MovedClock, opened: Opened
) -> None:
    board, lines = opened("hop", "im")
    lines["im"].followers = None
    assert collect(database, board, clock).accounts == 2
    clock.advance(timedelta(hours=23))
    assert collect(database, board, clock).accounts == 0
    clock.advance(timedelta(hours=1))
    assert collect(database, board, clock).accounts == 2
    with database.reading() as session:
        told = session.exec(select(AccountReading.channel, AccountReading.followers)).all()
    assert sorted(told, key=str) == [("hop", 12), ("hop", 12), ("im", None), ("im", None)]


@given(st.timedeltas(timedelta(), timedelta(days=60)))
def test_the_newest_age_reached_is_the_one_that_is_read(age: timedelta) -> None:
    step = newest_age(age)
    assert (step is None) == (age < AGES[0])
    if step is not None:
        assert step <= age
        assert all(other <= step or other > age for other in AGES)
