"""Writes down what came of a delivery.

Each outcome is one legal move, in one transaction. What the store doesn't take (its disk is full,
another program locks it) is kept in mind, and written down before anything else goes out on that
channel: a receipt must not be lost for that. Where the process ends before, the next start settles
it as any interrupted send. Used by the courier, which says by what the adapter did which outcome it
is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Concatenate, Literal, ParamSpec, get_args

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.base import Channel, Receipt
from publisher.alerts.alerts import Alerts
from publisher.alerts.wording import Cause, Kind
from publisher.clock import Clock
from publisher.delivery import lifecycle
from publisher.delivery.breaker import Breaker
from publisher.delivery.credentials import Credentials
from publisher.delivery.late import matter
from publisher.i18n import _
from publisher.states import note_words
from publisher.store import alerts, attempts, audit, channel_states, claims, deliveries, doubts
from publisher.store.claims import Claimed
from publisher.store.database import Database

log = structlog.get_logger("courier")

Step = Literal[
    "before claim",
    "claim uncommitted",
    "claim committed",
    "before request",
    "after taken",
    "receipt uncommitted",
    "receipt committed",
]
STEPS: tuple[Step, ...] = get_args(Step)
"""Where a process may die on a delivery's way, in order. Between "before request" and "after taken"
it is inside the adapter; a step that is uncommitted is undone by the store."""

Probe = Callable[[Step], None]
"""Told each step as it is reached; the crash harness ends the process there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one delivery: its key, the move made, and the url where it was sent."""

    key: str
    move: str
    url: str = ""


_SENT = "sent"
"""How an attempt ends that was taken."""


@dataclass(frozen=True, slots=True)
class _Unwritten:
    """What the store didn't take, or took without our being told: ``endings`` are those of the
    attempt that say so."""

    write: Callable[[], object]
    claimed: Claimed | None = None
    endings: frozenset[str] = frozenset()


_Told = ParamSpec("_Told")
_Writing = Callable[Concatenate["Outcomes", Claimed, _Told], Outcome]


def _kept(*endings: str) -> Callable[[_Writing[_Told]], _Writing[_Told]]:
    """A method that ends an attempt in one of ``endings``; it is kept where the store doesn't take
    it."""

    def kept(write: _Writing[_Told]) -> _Writing[_Told]:
        def written(
            self: Outcomes, claimed: Claimed, /, *args: _Told.args, **keys: _Told.kwargs
        ) -> Outcome:
            try:
                return write(self, claimed, *args, **keys)
            except SQLAlchemyError:
                again = partial(write, self, claimed, *args, **keys)
                unwritten = _Unwritten(again, claimed, frozenset(endings))
                self._unwritten[claimed.identity.channel] = unwritten
                raise

        return written

    return kept


class Outcomes:
    """Writes down what came of deliveries; called by who has the channel's line.

    Raises ``SQLAlchemyError`` where the store doesn't take it, and keeps it.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        alerts: Alerts,
        breaker: Breaker,
        credentials: Credentials,
        probe: Probe,
    ) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts
        self._breaker = breaker
        self._credentials = credentials
        self._probe = probe
        self._unwritten: dict[str, _Unwritten] = {}

    def unwritten(self) -> list[str]:
        """The channels of which something couldn't be written down yet."""
        return list(self._unwritten)

    def write_down(self, channel: str) -> None:
        """Write down what was kept of ``channel``."""
        kept = self._unwritten.get(channel)
        if kept is not None:
            if kept.claimed is None or not self._is_written(kept.claimed, kept.endings):
                kept.write()
            del self._unwritten[channel]

    def not_claimed(self, channel: str, owner: str) -> None:
        """The store didn't answer to a claim of ``owner``, who therefore sends nothing: what it may
        have claimed on ``channel`` is to be put back before anything else."""
        self._unwritten[channel] = _Unwritten(partial(self._put_back, channel, owner))

    @_kept(_SENT)
    def received(
        self, claimed: Claimed, key: str, receipt: Receipt, adapter: Channel[Any]
    ) -> Outcome:
        """The platform took it."""
        now, number = self._clock(), claimed.number
        gap = timedelta(seconds=adapter.limits(adapter.config).min_gap_s)
        found = {"remote_id": receipt.remote_id, "url": receipt.url, "sent_at": receipt.at}
        with self._database.sending() as session:
            moved = deliveries.move(
                session, number, lifecycle.RECEIVE, now, owner=None, lease_until=None, **found
            )
            # The sweep may have called a slow send interrupted, and a person said "again" since.
            if not moved:
                deliveries.move(session, number, lifecycle.SUSPECT, now)
                deliveries.move(session, number, lifecycle.FIND, now, note="", **found)
            attempts.end_attempt(session, claimed.attempt_id, now, _SENT)
            channel_states.sent(session, claimed.identity.channel, now, gap)
            audit.record(session, now, "publisher", "sent", key, url=receipt.url)
            was_told = alerts.is_open(session, matter(key))
            self._probe("receipt uncommitted")
        self._probe("receipt committed")
        if was_told:
            self._alerts.clear(matter(key))
        log.info("sent", delivery=key, url=receipt.url)
        return Outcome(key, lifecycle.RECEIVE.name, receipt.url)

    @_kept(lifecycle.RETRY.name)
    def released(
        self,
        claimed: Claimed,
        key: str,
        why: str,
        again: datetime,
        failure: Exception | None = None,
    ) -> Outcome:
        """Surely not taken: it goes ``again`` then. ``failure`` is the platform's, where it is any
        of the platform's."""
        now = self._clock()
        with self._database.sending() as session:
            if failure is not None:
                self._breaker.failed(session, claimed.identity.channel, failure)
            self._move(session, claimed, lifecycle.RETRY, now, why, next_at=again)
        log.warning("will be tried again", delivery=key, why=why, at=again.isoformat())
        return Outcome(key, lifecycle.RETRY.name)

    @_kept(lifecycle.RETRY.name)
    def stopped(self, claimed: Claimed, key: str, why: str) -> Outcome:
        """Surely not taken, for the credentials are no good: the channel stops."""
        self._credentials.stop(claimed.identity.channel, why)
        return self.released(claimed, key, why, self._clock())

    @_kept(lifecycle.REFUSE.name, lifecycle.DOUBT.name)
    def refused(self, claimed: Claimed, key: str, why: str, *, answered: bool = False) -> Outcome:
        """It will never be taken as it is; ``answered`` where the platform said so.

        Where an earlier attempt may be out, that stays in doubt: of it this says nothing.
        """
        now = self._clock()
        with self._database.reading() as session:
            was_doubted = doubts.is_doubted(session, claimed.number)
        if was_doubted:
            return self.doubted(claimed, key, why)
        with self._database.sending() as session:
            if answered:
                self._breaker.answered(session, claimed.identity.channel)
            self._move(session, claimed, lifecycle.REFUSE, now, why)
            audit.record(session, now, "publisher", "failed", key, why=why)
        log.error("refused for good", delivery=key, why=why)
        self.tell_refused(key, why)
        return Outcome(key, lifecycle.REFUSE.name)

    def tell_refused(self, key: str, why: str) -> None:
        """Put a refusal before a person; each is news, also soon after another of that post."""
        self._alerts.clear(matter(key))
        self._alerts.raise_(
            matter(key),
            _(
                "%(key)s was refused: %(why)s. Mend the post (or the account's rights), then run: "
                "publisher again %(key)s"
            )
            % {"key": key, "why": note_words(why)},
            cause=Cause(Kind.REFUSED, why),
        )

    @_kept(lifecycle.DOUBT.name)
    def doubted(
        self, claimed: Claimed, key: str, why: str, failure: Exception | None = None
    ) -> Outcome:
        """It may have been taken; ``failure`` as in ``released``."""
        now = self._clock()
        with self._database.sending() as session:
            if failure is not None:
                self._breaker.failed(session, claimed.identity.channel, failure)
            self._move(session, claimed, lifecycle.DOUBT, now, why, next_at=now)
            audit.record(session, now, "publisher", "unconfirmed", key, why=why)
        # What was told of an earlier doubt doesn't stand for this one.
        self._alerts.clear(matter(key))
        log.warning("may have been taken", delivery=key, why=why)
        return Outcome(key, lifecycle.DOUBT.name)

    def _move(
        self,
        session: Any,
        claimed: Claimed,
        step: lifecycle.Move,
        now: datetime,
        why: str,
        **changes: Any,
    ) -> None:
        number = claimed.number
        deliveries.lock(session, number)
        # Once others took this attempt for interrupted, "sending" may be an attempt of theirs.
        if attempts.is_open(session, claimed.attempt_id):
            deliveries.move(
                session, number, step, now, owner=None, lease_until=None, note=why, **changes
            )
        attempts.end_attempt(session, claimed.attempt_id, now, step.name, why)

    def _is_written(self, claimed: Claimed, endings: Collection[str]) -> bool:
        """Whether the store took it after all, though the answer to the commit was lost; what was
        to be told after it is told now."""
        key = claimed.identity.key
        with self._database.sending() as session:
            ended = attempts.ended(session, claimed.attempt_id)
        if ended is None or ended.outcome not in endings:
            return False
        log.warning("was written down without an answer", delivery=key, as_=ended.outcome)
        if ended.outcome == lifecycle.REFUSE.name:
            self.tell_refused(key, ended.detail)
        elif ended.outcome != lifecycle.RETRY.name:
            self._alerts.clear(matter(key))
        return True

    def _put_back(self, channel: str, owner: str) -> None:
        now = self._clock()
        with self._database.sending() as session:
            for number in claims.claimed_by(session, channel, owner):
                log.warning("claimed without an answer, and put back", number=number)
                deliveries.move(
                    session,
                    number,
                    lifecycle.RETRY,
                    now,
                    owner=None,
                    lease_until=None,
                    next_at=now,
                )
                attempts.end_open_attempts(session, number, now, lifecycle.RETRY.name)
