"""Did it go out? Settles interrupted and doubted sends, and calls late ones missed.

``recover`` runs once at start: whatever was being sent by a process that is gone is in doubt.
``sweep`` runs all the time. A doubt ends in one of three ways: the platform shows the post
(sent), it surely isn't there or sending again is harmless (tried again), or nobody can know:
then a person is asked, once, and nothing is sent again by itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from sqlmodel import Session

from channels.base import (
    CannotTellError,
    Channel,
    RateLimitedError,
    Receipt,
)
from publisher.alerts.alerts import Alerts
from publisher.alerts.wording import Cause, Kind
from publisher.clock import Clock
from publisher.delivery import lifecycle, policy
from publisher.delivery.courier import Courier
from publisher.delivery.credentials import reason
from publisher.delivery.late import Late, is_told, matter
from publisher.delivery.lifecycle import State
from publisher.i18n import N_, _
from publisher.media.places import place_of
from publisher.side_by_side import SideBySide
from publisher.states import note_words
from publisher.store import attempts, audit, channel_states, contents, deliveries, doubts
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from publisher.store.models import Delivery
from publisher.switchboard import Switchboard

log = structlog.get_logger("reconcile")

INTERRUPTED = N_("the program stopped while sending")
UNANSWERED = N_("no answer came in time")
NO_CHANNEL = N_("its channel is no longer in schedule.toml")
ANOTHERS = N_("the platform shows these words, but as another post that is known")
NOT_SEEN = N_("not seen there yet")


class Reconciler:
    """Looks after every delivery that isn't simply waiting or done."""

    def __init__(
        self, database: Database, switchboard: Switchboard, courier: Courier, alerts: Alerts
    ) -> None:
        self.database = database
        self.switchboard = switchboard
        self.courier = courier
        self.alerts = alerts
        self.clock: Clock = courier.clock
        self._ahead = timedelta()
        self._sure_from: datetime | None = None
        self.late = Late(database, courier.settings, courier.clock, alerts)
        self._beside = SideBySide(alerts.watch)

    def recover(self) -> int:
        """Doubt every send that a process left behind; the caller holds the daemon's lock.

        Gives how many there were. A process may also have died between writing down that a post
        failed and telling a person: those are told now.
        """
        left = self._doubt_all(lambda delivery: True, INTERRUPTED)
        self._tell_what_was_not_told()
        return left

    def sweep(self) -> None:
        """One look at everything that needs one; a platform that hangs keeps no other waiting."""
        self.courier.write_down()
        self._interrupted()
        reopen, doubts = self._to_reopen(), self._in_doubt()
        self._beside.round(
            {
                name: partial(self._look_after, name, name in reopen, doubts.get(name, ()))
                for name in (*reopen, *doubts)
            }
        )
        self.late.miss()
        self.courier.breaker.tell()

    def clock_was_set(self, step: timedelta) -> None:
        """The clock was set by ``step``: an age read off it now says nothing for a while, and what
        was sent since may bear an earlier time with its platform than with us."""
        self._ahead = max(timedelta(), self._ahead + step)
        self._sure_from = self.clock() + policy.SETTLE_AFTER

    # -- interrupted ------------------------------------------------------------------------------

    def _interrupted(self) -> None:
        now = self.clock()

        def is_over(delivery: Delivery) -> bool:
            return delivery.lease_until is not None and delivery.lease_until <= now

        self._doubt_all(is_over, UNANSWERED)

    def _doubt_all(self, left: Callable[[Delivery], bool], why: str) -> int:
        with self.database.writing() as session:
            doubted = [one for one in deliveries.in_state(session, State.SENDING) if left(one)]
            for delivery in doubted:
                self._doubt(session, delivery, why)
        for delivery in doubted:
            # What was told of an earlier doubt doesn't stand for this one.
            self.alerts.clear(matter(deliveries.identity_of(delivery).key))
        return len(doubted)

    def _doubt(self, session: Session, delivery: Delivery, why: str) -> None:
        now, number = self.clock(), deliveries.number_of(delivery)
        deliveries.move(
            session,
            number,
            lifecycle.DOUBT,
            now,
            owner=None,
            lease_until=None,
            next_at=now,
            note=why,
        )
        attempts.end_open_attempts(session, number, now, lifecycle.DOUBT.name)
        log.warning("interrupted", delivery=deliveries.identity_of(delivery).key, why=why)

    def _tell_what_was_not_told(self) -> None:
        since = self.clock() - policy.TELL_WITHIN
        with self.database.reading() as session:
            untold = [
                row
                for row in deliveries.in_state(session, State.MISSED, State.FAILED)
                if row.updated_at > since and not is_told(session, row)
            ]
        for row in untold:
            key = deliveries.identity_of(row).key
            if row.state == State.MISSED:
                self.late.tell(key, row.note)
            else:
                self.courier.outcomes.tell_refused(key, row.note)

    # -- one channel ------------------------------------------------------------------------------

    def _look_after(self, channel: str, reopen: bool, doubts: Sequence[Delivery]) -> None:
        """Prove ``channel``, which is stopped, anew where wanted; settle its doubts, in order."""
        if reopen:
            with self.switchboard.line(channel) as adapter:
                self.courier.credentials.prove(channel, adapter)
        for delivery in doubts:
            self.settle(delivery)

    def _to_reopen(self) -> list[str]:
        """Stopped channels whose credentials are to be tried: a person may have mended them."""
        now = self.clock()
        with self.database.reading() as session:
            return [
                state.channel
                for state in channel_states.all_of_them(session)
                if state.stopped
                and state.updated_at + policy.REOPEN_EVERY <= now
                and self.switchboard.has(state.channel)
            ]

    def _in_doubt(self) -> dict[str, list[Delivery]]:
        """By channel, the doubts that are to be looked at now."""
        now, doubts = self.clock(), defaultdict[str, list[Delivery]](list)
        with self.database.reading() as session:
            for delivery in deliveries.in_state(session, State.UNCONFIRMED):
                if delivery.next_at <= now:
                    doubts[delivery.channel].append(delivery)
        return doubts

    # -- doubts -----------------------------------------------------------------------------------

    def settle(self, delivery: Delivery) -> None:
        """Settle one doubted delivery as far as its platform allows."""
        if not self.switchboard.has(delivery.channel):
            self._ask_a_person(delivery, NO_CHANNEL)
            return
        with self.switchboard.line(delivery.channel) as adapter:
            # The line may have been busy with this very post, whose receipt then settled it.
            number = deliveries.number_of(delivery)
            with self.database.reading() as session:
                delivery = deliveries.by_number(session, number)
                first = attempts.first_attempt_at(session, number) or delivery.due_at
                last = attempts.last_attempt_at(session, number) or delivery.due_at
                doubted_at = doubts.first_doubt_at(session, number) or first
                now = self.clock()
                fails = channel_states.fails(session, delivery.channel, now)
            if delivery.state != State.UNCONFIRMED:
                return
            if delivery.expires_at > now and policy.repeat_is_harmless(adapter, doubted_at, now):
                self._clear(delivery, absent=False)
                return
            if fails and delivery.expires_at > now:
                return  # it is asked together with the next trial, not besides
            try:
                receipt = self._look(adapter, delivery, first)
            except CannotTellError as error:
                self._ask_a_person(delivery, str(error))
            except RateLimitedError as limit:
                self._look_failed(delivery, str(limit), limit.until)
            except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the sweep
                self._look_failed(delivery, reason(error))
            else:
                if receipt is not None and self._is_anothers(delivery, receipt):
                    self._ask_a_person(delivery, ANOTHERS)
                elif receipt is not None:
                    self.found(delivery, receipt, "publisher")
                elif self._is_settled(last):
                    self._clear(delivery, absent=True)
                else:
                    self._look_again(delivery, NOT_SEEN)

    def _look(self, adapter: Channel[Any], delivery: Delivery, first: datetime) -> Receipt | None:
        number, key = deliveries.number_of(delivery), deliveries.identity_of(delivery).key
        var = self.switchboard.settings.var_folder
        with self.database.reading() as session:
            message = contents.load(
                session, delivery.fingerprint, key, delivery.due_at, lambda m: place_of(m, var)
            )
        journal = StoredJournal(self.database, number, self.clock, self.switchboard.seal)
        return adapter.find(message, first - self._ahead, journal)

    def _is_anothers(self, delivery: Delivery, receipt: Receipt) -> bool:
        """Whether what was found is a post of the same words that is known to be another one."""
        with self.database.reading() as session:
            return deliveries.is_anothers(session, delivery, receipt.remote_id)

    def _is_settled(self, last: datetime) -> bool:
        """Whether the attempt begun at ``last`` would be listed by now, had it been taken."""
        now = self.clock()
        if self._sure_from is not None and now < self._sure_from:
            return False
        return now - last >= policy.SETTLE_AFTER

    def found(self, delivery: Delivery, receipt: Receipt, actor: str) -> bool:
        """It went out: the platform, or a person, showed it."""
        now, key = self.clock(), deliveries.identity_of(delivery).key
        with self.database.writing() as session:
            moved = deliveries.move(
                session,
                deliveries.number_of(delivery),
                lifecycle.FIND,
                now,
                remote_id=receipt.remote_id,
                url=receipt.url,
                sent_at=receipt.at,
                note="",
            )
            if moved:
                audit.record(session, now, actor, "found", key, url=receipt.url)
        self.alerts.clear(matter(key))
        return moved

    def _clear(self, delivery: Delivery, *, absent: bool) -> None:
        now, number = self.clock(), deliveries.number_of(delivery)
        with self.database.writing() as session:
            again = policy.next_try(
                now, delivery.attempts, self.courier.settings.retry, number, delivery.expires_at
            )
            # What was suspected before it fell due waits for that.
            again = max(again, delivery.due_at)
            if not deliveries.move(session, number, lifecycle.CLEAR, now, next_at=again):
                return
            if absent:
                doubts.disprove_doubts(session, number)
            key = deliveries.identity_of(delivery).key
            how = "absent" if absent else "native key"
            audit.record(session, now, "publisher", "clear", key, how=how)

    def _look_failed(self, delivery: Delivery, why: str, until: datetime | None = None) -> None:
        """Look again later, and not before ``until`` where the platform says so; a post whose
        grace is over meanwhile is put before a person too."""
        if delivery.expires_at <= self.clock():
            self._ask_a_person(delivery, why)
        self._look_again(delivery, why, until)

    def _look_again(self, delivery: Delivery, why: str, until: datetime | None = None) -> bool:
        """Look again later; false where the doubt is settled already, by a person perhaps."""
        with self.database.writing() as session:
            row = session.get(Delivery, delivery.id)
            if row is None or row.state != State.UNCONFIRMED:
                return False
            now = self.clock()
            again = policy.next_look(now, row.updated_at)
            row.next_at, row.note = max(again, until or again), why
            session.add(row)
            return True

    def _ask_a_person(self, delivery: Delivery, why: str) -> None:
        key = deliveries.identity_of(delivery).key
        if not self._look_again(delivery, why):
            return
        self.alerts.raise_(
            matter(key),
            _(
                "%(key)s may have gone out, and nothing can tell (%(why)s). Look at the channel. "
                "If it is there: publisher settle %(key)s --sent. "
                "If it is not: publisher settle %(key)s --again"
            )
            % {"key": key, "why": note_words(why)},
            cause=Cause(Kind.DOUBTED, why),
        )
