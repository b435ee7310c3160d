"""Alerts on a real store and a moved clock, and ways of telling that can be down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from channels.base import TransientError
from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Write
from publisher.alerts.wording import LONGEST, Cause, Kind, Notice
from publisher.clock import MovedClock
from publisher.settings import Settings
from publisher.store import alerts as stored
from publisher.store.database import Database
from publisher.store.models import Alert, AlertWay

GATHER = timedelta(seconds=20)
AT_MOST_EVERY = timedelta(minutes=5)
QUIET = timedelta(hours=6)
DOWN = TransientError("the mail server is down")


@dataclass
class Pager:
    """A way whose person reads ``notices``; where ``trouble`` is set, nothing gets through.

    ``after`` happens once a message was taken, before anybody can note that it was.
    """

    name: str = "pager"
    notices: list[Notice] = field(default_factory=list)
    trouble: Exception | None = None
    tries: int = 0
    after: Callable[[], None] = lambda: None

    def tell(self, write: Write) -> None:
        self.tries += 1
        if self.trouble is not None:
            raise self.trouble
        self.notices.append(write(LONGEST))
        self.after()

    def prove(self) -> str:
        return self.name

    @property
    def texts(self) -> list[str]:
        return [notice.text for notice in self.notices]


@dataclass
class Post:
    """The office's alerts, and the daemon's job that calls them again and again as time passes."""

    database: Database
    clock: MovedClock
    settings: Settings
    pagers: list[Pager]

    def __post_init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new process: what the last one had in memory is gone."""
        self.alerts = Alerts(self.database, self.settings, self.clock, self.pagers)

    def use(self, **keys: Any) -> None:
        """Take up other keys of ``[alerts]``."""
        self.settings = Settings.model_validate({"alerts": keys})
        self.begin()

    def pass_time(self, span: timedelta) -> None:
        end, step = self.clock() + span, max(timedelta(seconds=5), span / 120)
        while self.clock() < end:
            self.clock.advance(min(step, end - self.clock()))
            self.alerts.tell_due()

    def refuse(self, *numbers: int, channel: str = "trang", why: str = "ảnh hỏng") -> None:
        """Alerts about posts that a channel refused for one reason."""
        for number in numbers:
            key = f"thu/2027/bai-{number}/{channel}"
            self.alerts.raise_(
                f"delivery {key}",
                f"{key} bị từ chối: {why}. Chạy: publisher again {key}",
                cause=Cause(Kind.REFUSED, why),
            )

    def row(self, matter: str) -> Alert:
        with self.database.reading() as session:
            found = session.get(Alert, matter)
        assert found is not None
        return found

    def way(self, name: str = "pager") -> AlertWay | None:
        with self.database.reading() as session:
            return stored.ways(session).get(name)


@pytest.fixture
def pager() -> Pager:
    return Pager()


@pytest.fixture
def other() -> Pager:
    """A second way, in use where a test asks for it."""
    return Pager("other")


@pytest.fixture
def post(database: Database, clock: MovedClock, pager: Pager) -> Post:
    """An office that tells by one pager, with the settings that an office has from the start."""
    return Post(database, clock, Settings(), [pager])


@pytest.fixture
def both(database: Database, clock: MovedClock, pager: Pager, other: Pager) -> Post:
    """An office that tells by two."""
    return Post(database, clock, Settings(), [pager, other])
