"""A clock that is set an hour forward or back while the daemon runs, in the midst of things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from channels.base import (
    AmbiguousError,
    CannotTellError,
    Context,
    CredentialsExpiredError,
    Journal,
    Message,
    RateLimitedError,
    Receipt,
    TransientError,
)
from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.settings import Settings
from publisher.site import Site
from publisher.store import claims, deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery
from tests.delivery.platform import NativePlatform, Platform, SilentPlatform
from tests.store.builders import LEASE, planned, store

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


class Lists(Platform):
    """Lists its posts by its own time, which is right, a little after it took them."""

    def __init__(self, context: Context, right: Callable[[], datetime]) -> None:
        super().__init__(context)
        self.right = right
        self.taken: dict[str, datetime] = {}

    def send(self, message: Message, journal: Journal) -> Receipt:
        try:
            return super().send(message, journal)
        finally:
            if self.has(message.key):
                self.taken.setdefault(message.key, self.right())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        at = self.taken.get(message.key)
        if at is None or at < since - 5 * MINUTE or self.right() < at + 50 * SECOND:
            return None
        return self._receipt(message)


class Forgets(NativePlatform):
    """Drops repeats for five minutes, and can't be asked afterwards."""

    key_lifetime = 5 * MINUTE

    def __init__(self, context: Context, right: Callable[[], datetime]) -> None:
        super().__init__(context)
        self.right = right
        self.taken: dict[str, datetime] = {}

    def _has(self, message: Message) -> bool:
        at = self.taken.setdefault(message.key, self.right())
        return super()._has(message) and self.right() - at < 5 * MINUTE

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        raise CannotTellError("it takes posts, and shows none")


class Day:
    """A daemon at work on one channel. ``pass_time`` is time itself; ``set_clock`` is not."""

    def __init__(self, database: Database, clock: MovedClock, root: Path, kind: type[Any]) -> None:
        self.database, self.clock = database, clock
        self.uptime = 0.0
        self.began = clock()
        context = Context("hop", clock, lambda reference: "", root / "hop")
        timed = kind in (Lists, Forgets)
        self.platform = kind(context, self.right) if timed else kind(context)
        self.site = Site(
            Settings.model_validate({"root": root, "retry": {"first": "1m", "most": "2m"}}),
            database,
            clock,
            lambda reference: "",
            extra={"hop": self.platform},
        )
        self.begin()

    def begin(self) -> None:
        """Another process."""
        self.daemon = Daemon(self.site, steady=lambda: self.uptime)
        self.scheduler = BackgroundScheduler()
        self.scheduler.start(paused=True)
        self.daemon.start(self.scheduler)

    def right(self) -> datetime:
        """What the time really is."""
        return self.began + timedelta(seconds=self.uptime)

    def plan(self, after: timedelta = timedelta(), **facts: Any) -> Delivery:
        [row] = store(self.database, planned(self.clock() + after, **facts), now=self.clock())
        return row

    def pass_time(self, span: timedelta) -> None:
        """Time goes by with the daemon at work every half minute."""
        for _round in range(int(span / (MINUTE / 2))):
            self.uptime += 30
            self.clock.advance(MINUTE / 2)
            self.work()

    def work(self) -> None:
        self.daemon.sweep()
        self.daemon.send_due()
        assert self.site.engine.wait(30)

    def set_clock(self, by: timedelta) -> None:
        self.clock.move_to(self.clock() + by)
        self.daemon.mind_the_clock(self.scheduler)

    def state(self, row: Delivery) -> str:
        with self.database.reading() as session:
            return deliveries.by_number(session, row.id or 0).state

    @property
    def told(self) -> list[str]:
        """The posts that a person is to look after."""
        return list(self.site.alerts.open("delivery "))

    def out(self) -> list[str]:
        """The posts that are out, by name."""
        return [message.key.split("/")[2] for message in self.platform.posts]


OpenDay = Callable[[type[Any]], Day]


@pytest.fixture
def day(database: Database, clock: MovedClock, tmp_path: Path) -> Iterator[OpenDay]:
    opened: list[Day] = []

    def make(kind: type[Any] = Platform) -> Day:
        opened.append(Day(database, clock, tmp_path, kind))
        return opened[-1]

    yield make
    for one in opened:
        one.scheduler.shutdown(wait=False)
        one.site.engine.drain(5)


STEPS = pytest.mark.parametrize("step", [HOUR, -HOUR], ids=["forward", "back"])


@STEPS
def test_what_is_due_by_the_clock_goes_out_once_and_what_it_leapt_over_is_missed_and_told(
    day: OpenDay, step: timedelta
) -> None:
    here = day(Platform)
    sent = here.plan()
    here.work()
    leapt = here.plan(10 * MINUTE, post="luot", grace=20 * MINUTE)
    late = here.plan(30 * MINUTE, post="tre", grace=2 * HOUR)
    here.set_clock(step)
    here.pass_time(MINUTE)
    forward = step > timedelta()
    assert here.state(sent) == "sent"
    assert here.state(leapt) == ("missed" if forward else "planned")
    assert here.state(late) == ("sent" if forward else "planned")
    assert len(here.told) == (1 if forward else 0)
    here.pass_time(100 * MINUTE)
    assert here.state(leapt) == ("missed" if forward else "sent")
    assert here.state(late) == "sent"
    assert sorted(here.out()) == sorted(set(here.out()))


def test_a_pause_of_a_minute_stays_one_when_the_clock_is_set_back(day: OpenDay) -> None:
    here = day(Platform)
    row = here.plan()
    here.platform.script.append(RateLimitedError("slow down", here.clock() + MINUTE))
    here.work()
    here.set_clock(-HOUR)
    # By the clock it isn't due for an hour; a person brings that forward.
    _make_due(here, row)
    here.pass_time(3 * MINUTE)
    assert here.state(row) == "sent"


def test_a_short_limit_isnt_told_as_a_long_one_when_the_clock_is_set_back(day: OpenDay) -> None:
    here = day(Platform)
    here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.script.append(RateLimitedError("slow down", here.clock() + 10 * MINUTE))
    here.work()
    here.set_clock(-HOUR)
    here.pass_time(MINUTE)
    assert list(here.site.alerts.open("limit of")) == []


def test_a_retry_is_not_put_off_by_an_hour_when_the_clock_is_set_back(day: OpenDay) -> None:
    here = day(Platform)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.script.append(TransientError("out of order"))
    here.work()
    assert here.state(row) == "retrying"
    here.set_clock(-HOUR)
    here.pass_time(3 * MINUTE)
    assert here.state(row) == "sent"


def test_a_stopped_channel_is_tried_again_as_soon_as_without_the_step_back(day: OpenDay) -> None:
    here = day(Platform)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.credentials = CredentialsExpiredError("expired")
    here.work()
    here.platform.credentials = None
    here.set_clock(-HOUR)
    here.pass_time(7 * MINUTE)
    assert here.state(row) == "sent"


def test_a_send_that_died_is_noticed_when_its_lease_ends_also_over_a_step_back(
    day: OpenDay,
) -> None:
    here = day(Platform)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    with here.database.writing() as session:
        assert claims.claim(session, "hop", here.clock(), "another", LEASE) is not None
    here.set_clock(-HOUR)
    here.pass_time(LEASE + 4 * MINUTE)
    assert here.state(row) == "sent"


@STEPS
def test_a_doubt_is_settled_by_look_up_over_a_step(day: OpenDay, step: timedelta) -> None:
    here = day(Lists)
    row = here.plan(-3 * HOUR, grace=9 * HOUR)
    here.platform.script.append("lose")
    here.work()
    assert here.state(row) == "unconfirmed"
    here.set_clock(step)
    here.pass_time(10 * MINUTE)
    assert here.state(row) == "sent"
    assert here.out() == ["mot"]


def test_a_post_sent_in_the_wrong_hour_is_found_though_its_platform_knows_the_right_one(
    day: OpenDay,
) -> None:
    here = day(Lists)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.set_clock(HOUR)
    here.daemon.sweep()
    here.platform.script.append("lose")
    here.work()
    here.pass_time(3 * MINUTE)
    assert here.state(row) == "sent"
    again = here.plan(-2 * HOUR, grace=9 * HOUR, post="hai")
    here.platform.script.append("lose")
    here.work()
    here.set_clock(-HOUR)
    here.pass_time(3 * MINUTE)
    assert here.state(again) == "sent"
    assert here.out() == ["mot", "hai"]


@STEPS
def test_a_key_that_its_platform_has_forgotten_is_not_trusted_over_a_step(
    day: OpenDay, step: timedelta
) -> None:
    here = day(Forgets)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.script.append("lose")
    here.site.engine.start(["hop"])
    assert here.site.engine.wait(30)
    assert here.state(row) == "unconfirmed"
    # The line is down for longer than the key lives, and nothing is settled meanwhile.
    here.uptime += 600
    here.clock.advance(10 * MINUTE)
    here.set_clock(step)
    here.pass_time(5 * MINUTE)
    assert here.out() == ["mot"]
    assert here.told


@STEPS
def test_what_nobody_can_look_up_stays_with_the_person_over_a_step(
    day: OpenDay, step: timedelta
) -> None:
    here = day(SilentPlatform)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.script.append(AmbiguousError("no answer"))
    here.work()
    here.set_clock(step)
    here.pass_time(10 * MINUTE)
    assert here.state(row) == "unconfirmed"
    assert len(here.told) == 1
    assert here.out() == []


def test_a_clock_set_back_while_the_program_was_off_keeps_nothing_waiting(day: OpenDay) -> None:
    here = day(Platform)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.script.append(RateLimitedError("slow down", here.clock() + MINUTE))
    here.work()
    here.clock.move_to(here.clock() - HOUR)
    here.scheduler.shutdown(wait=False)
    here.begin()
    here.pass_time(3 * MINUTE)
    assert here.state(row) == "sent"


def test_a_machine_that_slept_had_no_clock_set(day: OpenDay) -> None:
    here = day(Lists)
    row = here.plan(-2 * HOUR, grace=9 * HOUR)
    here.platform.script.append("lose")
    here.work()
    here.uptime += 3600
    here.clock.advance(HOUR)
    here.work()
    assert here.state(row) == "sent"
    assert here.out() == ["mot"]


def _make_due(here: Day, row: Delivery) -> None:
    with here.database.writing() as session:
        known = deliveries.by_number(session, row.id or 0)
        known.due_at = known.next_at = here.clock()
        session.add(known)
