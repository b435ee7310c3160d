"""Did it go out? Settles interrupted and doubted sends, and calls late ones missed.

``recover`` runs once at start: whatever was being sent by a process that is gone is in doubt.
``sweep`` runs all the time. A doubt ends in one of three ways: the platform shows the post
(sent), it surely isn't there or sending again is harmless (tried again), or nobody can know:
then a person is asked, once, and nothing is sent again by itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from sqlmodel import Session

from channels.base import (
    CannotTellError,
    Channel,
    ChannelError,
    Receipt,
    Settlement,
)
from publisher.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import lifecycle, policy
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import State
from publisher.i18n import _
from publisher.media.places import place_of
from publisher.store import approvals, audit, channel_states, contents, deliveries, holds
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from publisher.store.models import Delivery
from publisher.switchboard import Switchboard

log = structlog.get_logger("reconcile")


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

    def recover(self) -> int:
        """Doubt every send that a process left behind; the caller holds the daemon's lock.

        Gives how many there were.
        """
        with self.database.writing() as session:
            left = deliveries.in_state(session, State.SENDING)
            for delivery in left:
                self._doubt(session, delivery, "the program stopped while sending")
        return len(left)

    def sweep(self) -> None:
        """One look at everything that needs one."""
        self._interrupted()
        self._reopen_channels()
        with self.database.reading() as session:
            doubted = deliveries.in_state(session, State.UNCONFIRMED)
        for delivery in doubted:
            if delivery.next_at <= self.clock():
                self.settle(delivery)
        self._miss()

    # -- interrupted ------------------------------------------------------------------------------

    def _interrupted(self) -> None:
        now = self.clock()
        with self.database.writing() as session:
            for delivery in deliveries.in_state(session, State.SENDING):
                if delivery.lease_until is not None and delivery.lease_until <= now:
                    self._doubt(session, delivery, "no answer within the lease")

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
        deliveries.end_open_attempts(session, number, now, lifecycle.DOUBT.name)
        log.warning("interrupted", delivery=deliveries.identity_of(delivery).key, why=why)

    # -- stopped channels -------------------------------------------------------------------------

    def _reopen_channels(self) -> None:
        """Try the credentials of stopped channels again: a person may have mended them."""
        now = self.clock()
        with self.database.reading() as session:
            stopped = [
                state.channel
                for state in channel_states.all_of_them(session)
                if state.stopped and state.updated_at + policy.REOPEN_EVERY <= now
            ]
        for name in stopped:
            if self.switchboard.has(name):
                with self.switchboard.line(name) as adapter:
                    self.courier.prove(name, adapter)

    # -- doubts -----------------------------------------------------------------------------------

    def settle(self, delivery: Delivery) -> None:
        """Settle one doubted delivery as far as its platform allows."""
        if not self.switchboard.has(delivery.channel):
            self._ask_a_person(delivery, "its channel is no longer in schedule.toml")
            return
        number = deliveries.number_of(delivery)
        with self.database.reading() as session:
            first = deliveries.first_attempt_at(session, number) or delivery.due_at
            last = deliveries.last_attempt_at(session, number) or delivery.due_at
        with self.switchboard.line(delivery.channel) as adapter:
            if self._repeat_is_harmless(adapter, delivery, first):
                self._clear(delivery, absent=False)
                return
            try:
                receipt = self._look(adapter, delivery, first)
            except CannotTellError as error:
                self._ask_a_person(delivery, str(error))
            except ChannelError as error:
                self._look_again(delivery, str(error))
            except Exception as error:  # noqa: BLE001 -- an adapter's fault must not end the sweep
                self._look_again(delivery, f"unforeseen {type(error).__name__}")
            else:
                if receipt is not None:
                    self.found(delivery, receipt, "publisher")
                elif self.clock() - last >= policy.SETTLE_AFTER:
                    self._clear(delivery, absent=True)
                else:
                    self._look_again(delivery, "not seen yet")

    def _repeat_is_harmless(
        self, adapter: Channel[Any], delivery: Delivery, first: datetime
    ) -> bool:
        now = self.clock()
        if adapter.settlement is not Settlement.NATIVE_KEY or delivery.expires_at <= now:
            return False
        return adapter.key_lifetime is None or now - first < adapter.key_lifetime

    def _look(self, adapter: Channel[Any], delivery: Delivery, first: datetime) -> Receipt | None:
        number, key = deliveries.number_of(delivery), deliveries.identity_of(delivery).key
        var = self.switchboard.settings.var_folder
        with self.database.reading() as session:
            message = contents.load(
                session, delivery.fingerprint, key, delivery.due_at, lambda m: place_of(m, var)
            )
        return adapter.find(message, first, StoredJournal(self.database, number, self.clock))

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
        self.alerts.clear(f"delivery {key}")
        return moved

    def _clear(self, delivery: Delivery, *, absent: bool) -> None:
        now, number = self.clock(), deliveries.number_of(delivery)
        with self.database.writing() as session:
            again = policy.next_try(now, delivery.attempts, self.courier.settings.retry, number)
            deliveries.move(session, number, lifecycle.CLEAR, now, next_at=again)
            if absent:
                deliveries.disprove_doubts(session, number)
            key = deliveries.identity_of(delivery).key
            how = "absent" if absent else "native key"
            audit.record(session, now, "publisher", "clear", key, how=how)

    def _look_again(self, delivery: Delivery, why: str) -> None:
        with self.database.writing() as session:
            row = session.get(Delivery, delivery.id)
            if row is not None and row.state == State.UNCONFIRMED:
                row.next_at, row.note = self.clock() + policy.LOOK_AGAIN, why
                session.add(row)

    def _ask_a_person(self, delivery: Delivery, why: str) -> None:
        key = deliveries.identity_of(delivery).key
        self._look_again(delivery, why)
        self.alerts.raise_(
            f"delivery {key}",
            _(
                "%(key)s may have gone out, and nothing can tell (%(why)s). Look at the channel. "
                "If it is there: publisher settle %(key)s --sent. "
                "If it is not: publisher settle %(key)s --again"
            )
            % {"key": key, "why": why},
        )

    # -- late -------------------------------------------------------------------------------------

    def _miss(self) -> None:
        now = self.clock()
        missed: list[tuple[str, str]] = []
        with self.database.writing() as session:
            in_force = holds.in_force(session, now)
            for delivery in deliveries.expired(session, now):
                number, key = deliveries.number_of(delivery), deliveries.identity_of(delivery).key
                if deliveries.is_doubted(session, number):
                    deliveries.move(session, number, lifecycle.SUSPECT, now, next_at=now)
                    continue
                why = delivery.note
                if any(_covers(hold.scope, hold.target, delivery) for hold in in_force):
                    why = "held"
                elif len(approvals.given(session, delivery)) < delivery.approvals:
                    why = "not approved"
                if deliveries.move(session, number, lifecycle.MISS, now, note=why):
                    audit.record(session, now, "publisher", "missed", key, why=why)
                    missed.append((key, why))
        for key, why in missed:
            log.error("missed", delivery=key, why=why)
            self.alerts.raise_(
                f"delivery {key}",
                _(
                    "%(key)s was not sent in time and will not be sent late (%(why)s). "
                    "To send it after all, give it a new time in its file"
                )
                % {"key": key, "why": why or _("the program was not running, or the line failed")},
            )


def _covers(scope: str, target: str, delivery: Delivery) -> bool:
    return (
        scope == holds.EVERYTHING
        or (scope == holds.CHANNEL and target == delivery.channel)
        or (scope == holds.CAMPAIGN and target == delivery.campaign)
    )
