"""The storm: one run after another in one office, each of them killed; then a calm, and a person.

After the last kill the daemon is left alone until it has nothing more to do by itself. Whatever it
asks a person about is then settled as people do, by a look at the platform and a word to
``publisher settle``; and what that sends is waited for.
"""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from datetime import timedelta

from bench.chaos.deaths import Deaths, Tally
from bench.chaos.nursery import Order, Run, command
from bench.chaos.office import Office
from bench.chaos.steps import ANY_MOMENT, Death, Hit
from bench.chaos.store import Row
from bench.chaos.verdict import looked_up, silent
from publisher.delivery.courier import STEPS

_LOOK_S = 0.02
_STARTED_S = 0.3
_PATIENCE_S = 6.0
"""How long a run may take to come to its step, or to have no more to do."""

_SHORT_OUTAGE_S = (5.0, 40.0)
_LONG_OUTAGE_S = (3_700.0, 6_000.0)
"""Longer than Mastodon knows a key."""
_LONG_OUTAGES = 0.02

_A_WHILE = timedelta(seconds=61)
"""After so long a look-up that found nothing counts, and is made again."""
_ROUNDS = 24
_CALM_S = 40.0
CALM_WITHOUT_LEAPS_S = 200.0
A_KILL = timedelta(seconds=22.5) + _A_WHILE / 4 + _LONG_OUTAGES * timedelta(seconds=4_850)
"""By so much an office's clock leaps ahead for one kill, all in all."""
AFTERWARDS = _A_WHILE * _ROUNDS * 2

_REST_AT = 16
"""So many doubts stand before the daemon is left alone for once: nearly every kill makes one, and a
run that is killed within a second settles few."""


class DaemonFellError(Exception):
    """A daemon ended by itself, or couldn't be ended as it should."""


class Storm:
    """Over one ``office``; ``start`` makes a run of its daemon."""

    def __init__(
        self,
        office: Office,
        start: Callable[[Order], Run],
        deaths: Deaths,
        tally: Tally,
        chance: random.Random,
    ) -> None:
        self.office = office
        self.start = start
        self.killed = 0
        self.unasked: list[Row] = []
        self._deaths = deaths
        self._tally = tally
        self._chance = chance
        self._leaps = bool(office.clock.lead)

    # -- kills ------------------------------------------------------------------------------------

    def kill_one(self) -> None:
        """One run, from its start to its death."""
        death = self._deaths.next(self.office.gate.most)
        target = death.channel or self._chance.choice([*self.office.settlements])
        if not self.office.store.is_busy(target):
            for _ in range(death.nth if death.step in STEPS else 1):
                self.office.write(target)
        run = self.start(self.office.order(death))
        self.office.gate.arm(run, death)
        self._wait(run, death)
        run.kill()
        at_the_gate = self.office.gate.disarm()
        step = run.burnt() or at_the_gate
        code = run.code()
        if code != -signal.SIGKILL:
            raise DaemonFellError(f"a daemon ended by itself, with code {code}")
        self._count(death, step)
        self._leap()
        self._look_in()

    def _wait(self, run: Run, death: Death) -> None:
        if death.step == ANY_MOMENT:
            run.ended(death.after_s)
            return
        began = time.monotonic()
        while not run.ended(_LOOK_S):
            spent = time.monotonic() - began
            if spent > _PATIENCE_S or (spent > _STARTED_S and self._is_idle(death.channel)):
                return

    def _is_idle(self, channel: str) -> bool:
        """Whether nothing more will come on ``channel`` before the clock leaps."""
        store, latest = self.office.store, self.office.posts[-1].name
        return store.knows(latest) and not store.is_busy(channel)

    def _count(self, death: Death, step: str) -> None:
        self.killed += 1
        if step:
            self._tally.count(Hit(step, death.channel), self.office.settlements[death.channel])
            return
        if death.channel:
            self._tally.missed((death.step, self.office.settlements[death.channel]))
        self._tally.count(Hit(ANY_MOMENT), None)

    def _leap(self) -> None:
        if self._leaps:
            span = _LONG_OUTAGE_S if self._chance.random() < _LONG_OUTAGES else _SHORT_OUTAGE_S
            self.office.clock.leap(timedelta(seconds=self._chance.uniform(*span)))

    def _look_in(self) -> None:
        """People come by: finished campaigns are thrown away; where many doubts stand, the daemon
        is left to settle them, and what it asks is answered."""
        rows = self.office.store.rows()
        self.office.tidy(rows)
        if self._leaps and sum(row.state == "unconfirmed" for row in rows) >= _REST_AT:
            self._rest()
            self._answer(self.office.store.rows())
            self.office.clock.leap(_A_WHILE)

    # -- afterwards -------------------------------------------------------------------------------

    def calm(self) -> None:
        """Let the daemon come to an end with everything, ask a person, and let it end again."""
        self.unasked = silent(self._settled())
        self._answer(self.office.store.rows())
        self._settled()

    def _settled(self) -> list[Row]:
        """The rows once nothing more happens by itself, or nothing happened for too long."""
        for _ in range(_ROUNDS if self._leaps else 1):
            self._rest()
            rows = self.office.store.rows()
            if self._is_settled(rows):
                break
            self.office.clock.leap(_A_WHILE)
        return rows

    def _rest(self) -> None:
        """A run that nobody kills: it ends by SIGTERM, and says that all is well."""
        before = self.office.store.starts()
        run = self.start(self.office.order())
        ends = time.monotonic() + (_CALM_S if self._leaps else CALM_WITHOUT_LEAPS_S)
        while time.monotonic() < ends and not run.ended(2 * _LOOK_S):
            if self.office.store.starts() > before and self._is_done():
                break
        run.stop()
        if not run.ended(_CALM_S) or run.code() != 0:
            run.kill()
            raise DaemonFellError(f"a daemon that was stopped ended with code {run.code()}")

    def _is_settled(self, rows: list[Row]) -> bool:
        written = sum(len(post.channels) for post in self.office.posts)
        return len(rows) == written and not silent(rows)

    def _is_done(self) -> bool:
        """Whether a run has nothing more to do, for ever or until its clock leaps."""
        if self._is_settled(self.office.store.rows()):
            return True
        store, latest = self.office.store, self.office.posts[-1].name
        return self._leaps and store.knows(latest) and not store.is_restless()

    def _answer(self, rows: list[Row]) -> None:
        """A person looks at the platforms, and says of each doubt what is to be seen."""
        there, absent = looked_up(self.office, rows)
        for keys, word in ((there, "--sent"), (absent, "--again")):
            if keys and command(self.office.order(), "settle", *keys, word, "--by", "Người trực"):
                raise DaemonFellError(f"publisher settle {word} was refused")
