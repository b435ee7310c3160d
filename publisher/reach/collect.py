"""Collects, at set ages of a post, how many people it reached.

Accounts are asked too. Readings are appended as the platform gives them: a metric it lacks stays
absent, a falling or absurd figure stays and bears a doubt (``doubts``), a post that is gone is kept
as not found and a person is told (``gone``). A look at which the platform told nothing is kept too,
empty, so that nothing is asked twice at one age. An age that passed while the server was down isn't
made up for: only the newest one due is taken, and none once a post is older than the last age by
more than ``CATCH_UP``. When which reading is due, and why not all at once, stands in ``ages``.

The daemon lets a round be done every ``jobs.readings``. In it each channel is asked by itself
(``side_by_side``): one that hangs keeps no other waiting. A channel is asked in batches of what its
platform takes in one request, ``MOST_A_ROUND`` posts at most, those that wait longest first. Each
batch is committed by itself: a process that is killed goes on where it was, and only what was being
asked is asked once more. Sending goes first: between batches the line is free, and a channel that
has something to send, or pauses, or is stopped, is left alone until the next round.

A rate limit met while reading ends the readings of that channel until the moment the platform
names. It doesn't pause its sends: most platforms count the two apart, and a post that may go must
not be late for a count. Where they are one, the next send is refused, surely not taken, and pauses
the channel itself. A channel that fails is logged and asked again at the next round.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

import structlog

from channels.base import (
    Channel,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
)
from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.reach import append, due
from publisher.reach.due import Due
from publisher.reach.gone import Gone
from publisher.settings import Settings
from publisher.side_by_side import SideBySide
from publisher.store.database import Database
from publisher.switchboard import Switchboard

log = structlog.get_logger("reach")

MOST_A_ROUND = 300
"""So many posts of a channel are asked about in one round: a backlog is worked off in some."""

FAULTS_A_ROUND = 3
"""Single posts that can't be read, and not their channel; after so many of them it is the channel
that is at fault."""

T = TypeVar("T")


class _UnforeseenError(ChannelError):
    """An adapter raised what it shouldn't."""


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What a round brought: how many posts and accounts were told about; why a channel failed."""

    readings: int
    accounts: int
    failures: Mapping[str, str]


class Collector:
    """Takes the readings that are due. ``wanted`` says whether a channel is to be left to its
    sends; ``patience_s`` is how long a round is waited for (``side_by_side``)."""

    def __init__(
        self,
        database: Database,
        switchboard: Switchboard,
        settings: Settings,
        clock: Clock,
        alerts: Alerts,
        wanted: Callable[[str], bool],
        patience_s: float | None = None,
    ) -> None:
        self._database = database
        self._switchboard = switchboard
        self._wanted_readings = settings.readings
        self._clock = clock
        self._is_wanted = wanted
        self._gone = Gone(database, settings, clock, alerts)
        self._beside = SideBySide(alerts.watch, "read", patience_s)
        self._rests: dict[str, tuple[datetime, datetime]] = {}
        self._faulty: set[int] = set()

    def round(self) -> CollectReport:
        """Take every reading that is due now; a channel's fault is in the report, never raised.

        A channel that still hangs when the round has been waited for goes on by itself.
        """
        now, brought = self._clock(), _Brought()
        with self._database.reading() as session:
            posts = due.posts(session, self._wanted_readings, now)
            names = self._switchboard.names()
            accounts = due.accounts(session, self._wanted_readings, names, now)
        self._beside.round(
            {
                name: partial(
                    self._read, name, name in accounts, posts.get(name, [])[:MOST_A_ROUND], brought
                )
                for name in sorted({*posts, *accounts})
                if self._switchboard.has(name) and not self._rests_still(name, now)
            }
        )
        self._gone.tell()
        return brought.report()

    def _rests_still(self, name: str, now: datetime) -> bool:
        since, until = self._rests.get(name, (now, now))
        # Where the clock was set back meanwhile, the moment says nothing any more.
        return since <= now < until

    # -- one channel ------------------------------------------------------------------------------

    def _read(self, name: str, account: bool, posts: Sequence[Due], brought: _Brought) -> None:
        try:
            if account and not self._is_wanted(name):
                self._read_account(name, brought)
            for batch in self._batches(name, posts):
                if self._is_wanted(name):
                    return
                self._read_batch(name, batch, brought)
        except RateLimitedError as limit:
            self._rests[name] = (self._clock(), limit.until)
            brought.fail(name, limit)
        except ChannelError as error:
            brought.fail(name, error)

    def _read_account(self, name: str, brought: _Brought) -> None:
        try:
            told = self._asked(name, lambda channel: channel.read_account())
        except (ForbiddenError, InvalidContentError, _UnforeseenError) as error:
            brought.fail(name, error)  # its posts may be read all the same
            return
        with self._database.writing() as session:
            append.account(session, name, told, self._clock())
        brought.add(accounts=1)

    def _batches(self, name: str, posts: Sequence[Due]) -> Iterator[Sequence[Due]]:
        """What is asked about together: what is there, then what is gone; each of those that
        couldn't be read by itself, last."""
        if not posts:
            return
        size = max(1, self._asked(name, lambda channel: channel.reads_at_once))
        for is_gone in (False, True):
            some = [one for one in posts if one.is_gone is is_gone and not self._is_faulty(one)]
            yield from (some[place : place + size] for place in range(0, len(some), size))
        yield from ([one] for one in posts if self._is_faulty(one))

    def _is_faulty(self, one: Due) -> bool:
        return one.number in self._faulty

    def _read_batch(self, name: str, batch: Sequence[Due], brought: _Brought) -> None:
        receipts = [one.receipt for one in batch]
        try:
            told = self._asked(name, lambda channel: channel.read(receipts))
        except (InvalidContentError, _UnforeseenError) as error:
            # One post that can't be read must not keep the others unread for ever.
            if len(batch) > 1:
                half = len(batch) // 2
                self._read_batch(name, batch[:half], brought)
                self._read_batch(name, batch[half:], brought)
                return
            self._faulty.add(batch[0].number)
            if brought.fail(name, error) >= FAULTS_A_ROUND:
                raise
            return
        with self._database.writing() as session:
            count = append.posts(session, batch, told, self._clock())
        self._faulty -= {one.number for one in batch}
        brought.add(readings=count)

    def _asked(self, name: str, question: Callable[[Channel[Any]], T]) -> T:
        """What the adapter of ``name`` answers; all that it raises is a ``ChannelError``."""
        try:
            with self._switchboard.line(name) as channel:
                return question(channel)
        except ChannelError:
            raise
        except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the round
            # Its text could hold anything, a secret included.
            why = f"unforeseen {type(error).__name__}"
        raise _UnforeseenError(why)


class _Brought:
    """What a round brings, counted by the threads of its channels."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._readings = 0
        self._accounts = 0
        self._failures: dict[str, str] = {}
        self._faults: dict[str, int] = {}

    def add(self, readings: int = 0, accounts: int = 0) -> None:
        with self._guard:
            self._readings += readings
            self._accounts += accounts

    def fail(self, name: str, error: ChannelError) -> int:
        """Gives how often the channel has failed."""
        with self._guard:
            if self._failures.get(name) != str(error):
                log.warning("not read", channel=name, why=str(error))
            self._failures[name] = str(error)
            self._faults[name] = self._faults.get(name, 0) + 1
            return self._faults[name]

    def report(self) -> CollectReport:
        with self._guard:
            return CollectReport(
                self._readings, self._accounts, MappingProxyType(dict(self._failures))
            )
