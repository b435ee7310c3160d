"""Channels that are only read, and a collector on a real store: what tests of readings share."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlmodel import select

from channels.base import (
    Account,
    AccountFigures,
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
)
from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Called
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier
from publisher.reach.ages import SPREAD_MOST
from publisher.reach.collect import Collector, CollectReport
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import ReadingRow
from publisher.switchboard import Switchboard

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
AGES = Settings().readings.ages
LATER = SPREAD_MOST
"""By then every post of an age has been due."""


class Counting(Channel[ChannelConfig]):
    """A platform that tells ``metrics`` of every post it is asked about, but for those that are
    ``gone`` or ``silent``; ``poison`` are posts that spoil a whole question."""

    Config = ChannelConfig
    settlement: ClassVar[Settlement] = Settlement.NONE
    reads_at_once: ClassVar[int] = 100

    def __init__(self, name: str, clock: MovedClock, folder: Path) -> None:
        context = Context(name, clock, lambda _ref: "", folder)
        super().__init__(ChannelConfig(adapter="counting"), context)
        self.metrics: dict[Any, Any] = {"views": 5}
        self.account = AccountFigures(followers=12)
        self.trouble: Exception | None = None
        self.account_trouble: Exception | None = None
        self.poison: Collection[str] = ()
        self.gone: set[str] = set()
        self.silent: set[str] = set()
        self.asked: list[list[str]] = []
        self.accounts_read = 0

    @classmethod
    def limits(cls, config: ChannelConfig) -> Limits:
        return Limits()

    def identify(self) -> Account:
        return Account("1", "Tỉnh", followers=self.account.followers)

    def send(self, message: Message, journal: Journal) -> Receipt:
        raise ForbiddenError("this one is only read")

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        ids = [receipt.remote_id for receipt in receipts]
        self.asked.append(ids)
        if self.trouble is not None:
            raise self.trouble
        if set(self.poison) & set(ids):
            raise KeyError("a form that nobody foresaw")
        now = self.context.clock()
        return {
            one: Reading(now, {}, exists=False) if one in self.gone else Reading(now, self.metrics)
            for one in ids
            if one not in self.silent
        }

    def read_account(self) -> AccountFigures:
        self.accounts_read += 1
        trouble = self.trouble or self.account_trouble
        if trouble is not None:
            raise trouble
        return self.account


class Reads:
    """A collector and what it needs; ``lines`` are its channels by name, ``told`` what people were
    told. ``anew`` is what a process does that takes over: it knows the store alone."""

    def __init__(
        self, database: Database, clock: MovedClock, root: Path, *names: str, **keys: Any
    ) -> None:
        self.database, self.clock = database, clock
        self.told: list[str] = []
        self.lines = {name: Counting(name, clock, root) for name in names}
        accounts = {name: {"adapter": "counting"} for name in names}
        given = {"root": root, "channels": accounts, "readings": keys}
        self.settings = Settings.model_validate(given)
        way = Called(lambda _subject, text: self.told.append(text))
        self.alerts = Alerts(database, self.settings, clock, [way])
        self.switchboard = Switchboard(self.settings, clock, secret_reader(root), self.lines)
        self.courier = Courier(
            database, self.switchboard, self.settings, clock, self.alerts, owner="test"
        )
        self.anew()

    @property
    def line(self) -> Counting:
        (only,) = self.lines.values()
        return only

    def anew(self) -> None:
        self.collector = Collector(
            self.database,
            self.switchboard,
            self.settings,
            self.clock,
            self.alerts,
            self.courier.wants,
        )

    def round(self, after: timedelta = timedelta()) -> CollectReport:
        """One round, ``after`` a while."""
        self.clock.advance(after)
        report = self.collector.round()
        self.alerts.tell_due(at_once=True)
        return report

    def rows(self) -> list[ReadingRow]:
        with self.database.reading() as session:
            return list(session.exec(select(ReadingRow).order_by("id")).all())

    def delivery(self, number: int | None) -> Delivery:
        with self.database.reading() as session:
            return deliveries.by_number(session, number or 0)
