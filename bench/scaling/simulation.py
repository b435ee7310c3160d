"""The morning event by event, with the program's planner, grace, waits and limits.

Played on SimPy: each store has so many workers, a database that commits one after another, and a
line over which media go up in turn; each platform answers in its time and refuses what is above its
limit. What is the program's own is the program's own: slots and graces come of its planner, waits
of ``delivery.policy.next_try``, pauses of the breaker's threshold, gaps of the adapters'
``Limits``, days without posts of ``policy.barred``. The order of steps is the courier's and the
engine's: a channel is worked through by one worker; a claim commits; the post goes; what came of it
commits.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import simpy

from bench.scaling.ministry import (
    MORNING,
    REFUSAL_S,
    Account,
    Limit,
    Ministry,
    accounts_of,
    planned,
)
from publisher.delivery import policy
from publisher.delivery.breaker import LIMIT_LEAST
from publisher.planning.model import Slot
from publisher.settings import Settings

Steps = Generator[simpy.Event, Any, None]


@dataclass(slots=True)
class Played:
    """What came of a morning: by platform, how late each post was in seconds and how long after
    08:00 the last was out; how many were missed, refused on the way, and sent twice; how busy the
    busiest store's workers, database and line were until its last post."""

    planned: int = 0
    late_s: dict[str, list[float]] = field(default_factory=dict)
    last_s: dict[str, float] = field(default_factory=dict)
    missed: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    twice: int = 0
    workers_busy: float = 0.0
    database_busy: float = 0.0
    line_busy: float = 0.0

    @property
    def sent(self) -> int:
        return sum(map(len, self.late_s.values()))

    def quantile(self, platform: str, of: float) -> float:
        """How late a platform's posts were, in seconds."""
        return quantile(self.late_s[platform], of)


def quantile(times: Iterable[float], of: float) -> float:
    """The quantile ``of`` (0 to 1) of ``times``; NaN where there are none."""
    late = sorted(times)
    return late[min(len(late) - 1, int(of * len(late)))] if late else math.nan


def play(ministry: Ministry, seed: int = 1, settings: Settings | None = None) -> Played:
    """Play the morning through until everything is sent or missed."""
    return _Morning(ministry, seed, settings or Settings()).play()


class _Store:
    """A database and its workers."""

    def __init__(self, env: simpy.Environment, ministry: Ministry) -> None:
        self.workers = simpy.Resource(env, ministry.workers)
        self.writer = simpy.Resource(env, 1)
        self.line = simpy.Resource(env, 1)
        self.worked_s = self.wrote_s = self.uploaded_s = self.last_s = 0.0


class _Allowance:
    """What an app may post; a span begins with the first post after the one before is over."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._since, self._used = -limit.per_s, 0

    def refused_until(self, now_s: float) -> float | None:
        """``None``: this one is taken; else when the next one may be."""
        if now_s >= self._since + self._limit.per_s:
            self._since, self._used = now_s, 0
        if self._used >= self._limit.allowed:
            return self._since + self._limit.per_s
        self._used += 1
        return None


@dataclass(slots=True)
class _Line:
    """A channel and its one post; what the store keeps of both."""

    account: Account
    slot: Slot
    number: int
    next_at: datetime
    gap: timedelta
    attempts: int = 0
    failures: int = 0
    paused_until: datetime = MORNING
    is_out: bool = False

    @property
    def moment(self) -> datetime:
        """When it may be claimed."""
        return max(self.next_at, self.paused_until)


class _Morning:
    def __init__(self, ministry: Ministry, seed: int, settings: Settings) -> None:
        self._ministry, self._settings = ministry, settings
        self._retry = settings.retry
        self._chance = random.Random(seed)
        self._env = simpy.Environment()
        self._played = Played(late_s={one.name: [] for one in ministry.platforms})
        self._stores = [_Store(self._env, ministry) for _ in range(ministry.stores)]
        self._allowances = {
            (platform.name, app): _Allowance(platform.limit)
            for platform in ministry.platforms
            if platform.limit is not None
            for app in range(platform.apps)
        }
        accounts = accounts_of(ministry, seed)
        slots, gaps = planned(ministry, accounts), {p.name: p.gap for p in ministry.platforms}
        self._lines = [
            _Line(one, slot, number, slot.due_at, gaps[one.platform.name])
            for number, one in enumerate(accounts, 1)
            for slot in [slots[one.name]]
        ]
        self._played.planned = len(slots)

    def play(self) -> Played:
        for line in self._lines:
            self._env.process(self._channel(line))
        self._env.run()
        busy = [store for store in self._stores if store.last_s]
        for store in busy:
            worked = store.worked_s / store.last_s / self._ministry.workers
            self._played.workers_busy = max(self._played.workers_busy, worked)
            wrote = store.wrote_s / store.last_s
            self._played.database_busy = max(self._played.database_busy, wrote)
            uploaded = store.uploaded_s / store.last_s
            self._played.line_busy = max(self._played.line_busy, uploaded)
        return self._played

    def _now(self) -> datetime:
        return MORNING + timedelta(seconds=self._env.now)

    def _until(self, moment: datetime) -> simpy.Event:
        return self._env.timeout(max(0.0, (moment - self._now()).total_seconds()))

    def _channel(self, line: _Line) -> Steps:
        """What the daemon does for a channel until its post is out, or late by more than its
        grace."""
        store = self._stores[line.account.province % len(self._stores)]
        while True:
            yield self._until(min(line.moment, line.slot.expires_at))
            if self._now() >= line.slot.expires_at:
                self._played.missed[line.account.platform.name] += 1
                return
            if self._is_barred(line):
                line.next_at = line.slot.expires_at
                continue
            with store.workers.request() as turn:
                yield turn
                began_s = self._env.now
                if line.moment <= self._now() < line.slot.expires_at:
                    yield from self._deliver(line, store)
                store.worked_s += self._env.now - began_s
            if line.is_out:
                return

    def _is_barred(self, line: _Line) -> bool:
        barred = policy.barred(self._settings, line.account.name, self._now())
        return barred is None or line.slot.identity.campaign in barred

    def _deliver(self, line: _Line, store: _Store) -> Steps:
        platform = line.account.platform
        yield from self._commit(store)
        line.attempts += 1
        allowance = self._allowances.get((platform.name, line.account.app))
        until_s = allowance.refused_until(self._env.now) if allowance is not None else None
        if until_s is not None:
            yield self._env.timeout(REFUSAL_S)
            self._played.refused[platform.name] += 1
            self._limited(line, MORNING + timedelta(seconds=until_s))
            yield from self._commit(store)
            return
        if platform.media_mb:
            yield from self._upload(store, self._ministry.upload_s(platform))
        vary = self._ministry.answers_vary
        yield self._env.timeout(platform.answer_s * self._chance.uniform(1 - vary, 1 + vary))
        if self._chance.random() < self._ministry.failing:
            self._failed(line)
            yield from self._commit(store)
            return
        yield from self._commit(store)
        self._sent(line, store)

    def _commit(self, store: _Store) -> Steps:
        with store.writer.request() as turn:
            yield turn
            took_s = 1 / self._ministry.commits_a_second
            yield self._env.timeout(took_s)
            store.wrote_s += took_s

    def _upload(self, store: _Store, took_s: float) -> Steps:
        """As much at once goes no faster than one after another."""
        with store.line.request() as turn:
            yield turn
            yield self._env.timeout(took_s)
            store.uploaded_s += took_s

    # -- what the courier makes of an answer ------------------------------------------------------

    def _sent(self, line: _Line, store: _Store) -> None:
        late_s = (self._now() - line.slot.due_at).total_seconds()
        self._played.late_s[line.account.platform.name].append(late_s)
        self._played.last_s[line.account.platform.name] = store.last_s = self._env.now
        line.failures, line.paused_until = 0, self._now() + line.gap
        self._played.twice += line.is_out
        line.is_out = True

    def _limited(self, line: _Line, until: datetime) -> None:
        line.paused_until = max(line.paused_until, until, self._now() + LIMIT_LEAST)
        line.next_at = max(until, policy.next_try(self._now(), 1, self._retry, line.number))

    def _failed(self, line: _Line) -> None:
        self._break(line)
        line.next_at = policy.next_try(
            self._now(), line.attempts, self._retry, line.number, line.slot.expires_at
        )

    def _break(self, line: _Line) -> None:
        line.failures += 1
        over = line.failures - self._retry.breaks_after + 1
        if over > 0:
            until = policy.next_try(self._now(), over, self._retry, seed=line.account.name)
            line.paused_until = max(line.paused_until, until)
