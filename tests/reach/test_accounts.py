"""Accounts: how many follow them and how many people they reached, once a day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlmodel import select

from channels.base import AccountFigures, ForbiddenError
from publisher.clock import MovedClock
from publisher.store.database import Database
from publisher.store.reach_tables import AccountReading
from tests.reach.builders import sent
from tests.reach.counting import DAY, HOUR, Reads

Make = Callable[..., Reads]


def stored(database: Database) -> Sequence[AccountReading]:
    with database.reading() as session:
        return session.exec(select(AccountReading).order_by("id")).all()


def test_followers_and_reach_are_read_once_a_day_also_where_none_are_told(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop", "im")
    office.lines["hop"].account = AccountFigures(12, reach=340, reach_days=28)
    office.lines["im"].account = AccountFigures()
    for _ in range(10 * 24):
        office.round(after=HOUR)
    for line in office.lines.values():
        assert line.accounts_read in (10, 11)
    told = {(one.channel, one.followers, one.reach, one.reach_days) for one in stored(database)}
    assert told == {("hop", 12, 340, 28), ("im", None, None, None)}


def test_how_often_is_what_the_settings_say(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop", accounts="7d")
    for _ in range(28):
        office.round(after=DAY)
    assert office.line.accounts_read in (4, 5)


def test_channels_are_not_all_asked_in_one_round(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads(*(f"kenh-{number}" for number in range(20)))
    assert office.round().accounts == 20, "at once where nothing is known yet"
    by_hour = [office.round(after=HOUR).accounts for _ in range(24)]
    assert sum(by_hour) == 20
    assert max(by_hour) <= 5


def test_an_account_that_refuses_is_asked_again_and_its_posts_are_read(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    sent(database, clock(), "mot")
    office.line.account_trouble = ForbiddenError("not for this token")
    report = office.round(after=2 * HOUR)
    assert (report.accounts, report.readings, list(report.failures)) == (0, 1, ["hop"])
    office.line.account_trouble = None
    assert office.round().accounts == 1


def test_what_cannot_be_right_is_kept_and_flagged(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    for told in (
        AccountFigures(20_000, 900, 28),
        AccountFigures(900_000, 2**70, 28),
        AccountFigures(20_100, -5, 28),
    ):
        office.line.account = told
        office.round(after=DAY)
    assert [(one.followers, one.reach, one.reach_days) for one in stored(database)] == [
        (20_000, 900, 28),
        (900_000, None, None),
        (20_100, -5, 28),
    ]
    assert [one.doubts for one in stored(database)] == [
        [],
        ["leap:followers", "unstorable:reach"],
        ["negative:reach"],
    ]


def test_a_clock_that_was_set_back_asks_no_account_twice(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop")
    office.round()
    office.round(after=-timedelta(hours=30))
    assert office.line.accounts_read == 1
