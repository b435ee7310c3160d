"""Did it go out? A doubt, settled as far as its platform allows.

A doubt ends in one of three ways: the platform shows the post (sent), it surely isn't there or
sending again is harmless (tried again), or nobody can know: then a person is asked, once, and
nothing is sent again by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from channels.base import CannotTellError, Channel, RateLimitedError, Receipt
from publisher.alerts.alerts import Alerts
from publisher.alerts.wording import Cause, Kind
from publisher.clock import Clock
from publisher.delivery import lifecycle, policy
from publisher.delivery.credentials import reason
from publisher.delivery.interrupted import UNANSWERED
from publisher.delivery.late import matter
from publisher.delivery.lifecycle import State
from publisher.i18n import N_, _
from publisher.media.places import place_of
from publisher.settings import Settings
from publisher.states import note_words
from publisher.store import attempts, audit, channel_states, contents, deliveries, doubts
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from publisher.store.models import Attempt, Delivery
from publisher.switchboard import Switchboard

NO_CHANNEL = N_("its channel is no longer in schedule.toml")
ANOTHERS = N_("the platform shows these words, but as another post that is known")
NOT_SEEN = N_("not seen there yet")


class Settling:
    """Settles doubts, one at a time."""

    def __init__(
        self,
        database: Database,
        switchboard: Switchboard,
        settings: Settings,
        clock: Clock,
        alerts: Alerts,
        lease: timedelta = policy.LEASE,
    ) -> None:
        self.switchboard = switchboard
        # Whose lease is over may be alive all the same, cut off from the store, and upload still.
        self._goes_on_for = policy.LEASE - lease
        self._database = database
        self._settings = settings
        self._clock = clock
        self._alerts = alerts
        self._ahead = timedelta()
        self._sure_from: datetime | None = None

    def clock_was_set(self, step: timedelta) -> None:
        """The clock was set by ``step``: an age read off it now says nothing for a while, and what
        was sent since may bear an earlier time with its platform than with us."""
        self._ahead = max(timedelta(), self._ahead + step)
        self._sure_from = self._clock() + policy.SETTLE_AFTER

    def settle(self, delivery: Delivery) -> None:
        """Settle one doubted delivery as far as its platform allows."""
        if not self.switchboard.has(delivery.channel):
            self._ask_a_person(delivery, NO_CHANNEL)
            return
        with self.switchboard.line(delivery.channel) as adapter:
            # The line may have been busy with this very post, whose receipt then settled it.
            number = deliveries.number_of(delivery)
            with self._database.reading() as session:
                delivery = deliveries.by_number(session, number)
                first = attempts.first_attempt_at(session, number) or delivery.due_at
                last = attempts.last_attempt(session, number)
                doubted_at = doubts.first_doubt_at(session, number) or first
                now = self._clock()
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
                elif self._is_settled(delivery, last):
                    self._clear(delivery, absent=True)
                else:
                    self._look_again(delivery, NOT_SEEN)

    def _look(self, adapter: Channel[Any], delivery: Delivery, first: datetime) -> Receipt | None:
        number, key = deliveries.number_of(delivery), deliveries.identity_of(delivery).key
        var = self.switchboard.settings.var_folder
        with self._database.reading() as session:
            message = contents.load(
                session, delivery.fingerprint, key, delivery.due_at, lambda m: place_of(m, var)
            )
        journal = StoredJournal(self._database, number, self._clock, self.switchboard.seal)
        return adapter.find(message, first - self._ahead, journal)

    def _is_anothers(self, delivery: Delivery, receipt: Receipt) -> bool:
        """Whether what was found is a post of the same words that is known to be another one."""
        with self._database.reading() as session:
            return deliveries.is_anothers(session, delivery, receipt.remote_id)

    def _is_settled(self, delivery: Delivery, last: Attempt | None) -> bool:
        """Whether the last attempt would be listed by now, had it been taken."""
        now = self._clock()
        if self._sure_from is not None and now < self._sure_from:
            return False
        if last is None:
            return now - delivery.due_at >= policy.SETTLE_AFTER
        if last.detail == UNANSWERED and now - (last.ended_at or now) < self._goes_on_for:
            return False
        return now - last.started_at >= policy.SETTLE_AFTER

    def found(self, delivery: Delivery, receipt: Receipt, actor: str) -> bool:
        """It went out: the platform, or a person, showed it."""
        now, key = self._clock(), deliveries.identity_of(delivery).key
        with self._database.writing() as session:
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
        self._alerts.clear(matter(key))
        return moved

    def _clear(self, delivery: Delivery, *, absent: bool) -> None:
        now, number = self._clock(), deliveries.number_of(delivery)
        with self._database.writing() as session:
            again = policy.next_try(
                now, delivery.attempts, self._settings.retry, number, delivery.expires_at
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
        if delivery.expires_at <= self._clock():
            self._ask_a_person(delivery, why)
        self._look_again(delivery, why, until)

    def _look_again(self, delivery: Delivery, why: str, until: datetime | None = None) -> bool:
        """Look again later; false where the doubt is settled already, by a person perhaps."""
        with self._database.writing() as session:
            row = session.get(Delivery, delivery.id)
            if row is None or row.state != State.UNCONFIRMED:
                return False
            now = self._clock()
            again = policy.next_look(now, row.updated_at)
            row.next_at, row.note = max(again, until or again), why
            session.add(row)
            return True

    def _ask_a_person(self, delivery: Delivery, why: str) -> None:
        key = deliveries.identity_of(delivery).key
        if not self._look_again(delivery, why):
            return
        self._alerts.raise_(
            matter(key),
            _(
                "%(key)s may have gone out, and nothing can tell (%(why)s). Look at the channel. "
                "If it is there: publisher settle %(key)s --sent. "
                "If it is not: publisher settle %(key)s --again"
            )
            % {"key": key, "why": note_words(why)},
            cause=Cause(Kind.DOUBTED, why),
        )
