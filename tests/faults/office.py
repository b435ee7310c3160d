"""An office with real channels: real adapters, each before its platform's stand-in on loopback."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from channels.base import Message
from channels.testing import SEAL, written
from publisher import i18n
from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Called
from publisher.clock import Clock, MovedClock
from publisher.delivery import policy
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.delivery.reconcile import Reconciler
from publisher.planning.model import Identity, PlannedDelivery, Slot
from publisher.settings import Settings
from publisher.store import channel_states, deliveries, sending
from publisher.store.database import Database
from publisher.store.models import Attempt, Delivery
from publisher.switchboard import Switchboard
from tests.store.builders import ZONE, store

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)

Kind = Callable[[Clock], Any]
"""Makes a platform's stand-in."""


class Office:
    """Courier and reconciler on a real store; each channel is called like its adapter.

    ``secrets`` is what stands on the office's disk.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        root: Path,
        platforms: Mapping[str, Any],
        keys: Mapping[str, Mapping[str, Any]],
    ) -> None:
        self.database, self.clock, self.platforms = database, clock, platforms
        self.secrets: dict[str, str] = {}
        self._told: list[str] = []
        accounts: dict[str, dict[str, Any]] = {}
        for name, platform in platforms.items():
            accounts[name] = {"adapter": name, **platform.config(), **keys.get(name, {})}
            self.secrets |= platform.secrets()
        if "email" in accounts:
            accounts["email"]["sender"] = "ban-tin@example.vn"
        self.settings = Settings.model_validate({"channels": accounts, "root": root})
        way = Called(lambda subject, text: self._told.append(text))
        self.alerts = Alerts(database, self.settings, clock, [way])
        self.switchboard = Switchboard(
            self.settings, clock, lambda name: self.secrets[name], seal=SEAL
        )
        self.courier = Courier(
            database, self.switchboard, self.settings, clock, self.alerts, owner="test"
        )
        self.reconciler = Reconciler(database, self.switchboard, self.courier, self.alerts)

    # -- what happens -----------------------------------------------------------------------------

    def plan(
        self,
        channel: str,
        posts: int = 1,
        grace: timedelta = 2 * HOUR,
        every: timedelta = timedelta(),
        begin: timedelta = timedelta(),
    ) -> list[Delivery]:
        """Plan ``posts`` posts to ``channel``, the first due now, or after ``begin``."""
        first = self.clock() + begin
        return store(
            self.database,
            *(self._planned(channel, n, first + n * every, grace) for n in range(posts)),
            now=self.clock(),
        )

    def _planned(
        self, channel: str, number: int, due: datetime, grace: timedelta
    ) -> PlannedDelivery:
        with self.switchboard.line(channel) as adapter:
            dialect = type(adapter).dialect_for(adapter.config)
        identity = Identity("thu", 2027, f"bai-{number}", channel)
        words = written(f"Xin chào bà con, đây là bài số {number}.", dialect)
        message = Message(identity.key, words, due, title=f"Bài số {number}")
        slot = Slot(identity, due, due.astimezone(ZONE), None, grace, 0)
        return PlannedDelivery(slot, message)

    def deliver(self) -> None:
        with self.database.reading() as session:
            waiting = sending.due_channels(session, self.clock())
        for name in waiting:
            while self.courier.deliver_next(name) is not None:
                pass
        self.alerts.tell_due(at_once=True)

    def pass_time(self, span: timedelta, step: timedelta = MINUTE / 2) -> None:
        """Let time go by, with the sweep and the courier at work at each ``step`` at which there
        is anything to do for them."""
        assert isinstance(self.clock, MovedClock)
        end = self.clock() + span
        while self.clock() < end:
            steps = max(1, -(-(self._next_moment(end) - self.clock()) // step))
            self.clock.move_to(min(end, self.clock() + steps * step))
            self.reconciler.sweep()
            self.deliver()

    def _next_moment(self, end: datetime) -> datetime:
        """When something may happen by itself next: a try, a look, the end of a grace."""
        now = self.clock()
        with self.database.reading() as session:
            closed = {state.channel: state for state in channel_states.all_of_them(session)}
            rows = deliveries.in_state(session, *CLAIMABLE, State.UNCONFIRMED)
        moments = [end]
        for row in rows:
            state = closed.get(row.channel)
            begin = row.next_at
            if state is not None and state.stopped:
                begin = state.updated_at + policy.REOPEN_EVERY
            elif state is not None and state.paused_until is not None:
                begin = max(begin, state.paused_until)
            moments += [begin, row.expires_at] if row.expires_at > now else [row.next_at]
        return max(now, min(moments))

    # -- what came of it --------------------------------------------------------------------------

    @property
    def told(self) -> str:
        """All that people were told by now, as one text."""
        self.alerts.tell_due(at_once=True)
        return "\n".join(self._told)

    def rows(self, channel: str = "") -> Sequence[Delivery]:
        with self.database.reading() as session:
            return deliveries.matching(session, channel=channel)

    def states(self, channel: str = "") -> list[str]:
        """The posts' states, in order of their due times."""
        return [row.state for row in self.rows(channel)]

    def outcomes(self) -> list[str | None]:
        """What came of each attempt, in order."""
        with self.database.reading() as session:
            return [one.outcome for one in session.exec(select(Attempt).order_by(col(Attempt.id)))]

    def out(self, channel: str) -> list[int]:
        """How many times each post that readers see there is there."""
        platform = self.platforms[channel]
        mails = getattr(platform, "mailbox", None)
        if mails is not None:
            return list(Counter(mail["Message-ID"] for mail in mails).values())
        return list(Counter(post.text for post in platform.published()).values())

    def all_out_once(self, channel: str, posts: int) -> bool:
        """Whether all ``posts`` are called sent, and each is there once."""
        return self.states(channel) == [State.SENT] * posts and self.out(channel) == [1] * posts


@contextmanager
def opened(
    database: Database,
    clock: Clock,
    root: Path,
    kinds: Mapping[str, Kind],
    keys: Mapping[str, Mapping[str, Any]],
) -> Iterator[Office]:
    with ExitStack() as stack:
        platforms = {name: stack.enter_context(kind(clock)) for name, kind in kinds.items()}
        office = Office(database, clock, root, platforms, keys)
        stack.callback(office.switchboard.close)
        yield office


Open = Callable[..., Office]


@pytest.fixture
def open_office(database: Database, clock: MovedClock, tmp_path: Path) -> Iterator[Open]:
    """Opens an office with channels of these kinds, proved, with ``keys`` for each of them."""
    i18n.use_language("en")
    with ExitStack() as stack:

        def make(kinds: Mapping[str, Kind], *, prove: bool = True, **keys: Any) -> Office:
            same = dict.fromkeys(kinds, keys)
            office = stack.enter_context(opened(database, clock, tmp_path, kinds, same))
            if prove:
                office.courier.credentials.prove_all()
            return office

        yield make
