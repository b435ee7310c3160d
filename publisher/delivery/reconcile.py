"""Looks after every delivery that isn't simply waiting or done.

``recover`` runs once at start: whatever was being sent by a process that is gone is in doubt.
``sweep`` runs all the time: doubts are settled, late ones are missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from publisher.alerts.alerts import Alerts
from publisher.clock import Clock
from publisher.delivery import limits, policy
from publisher.delivery.courier import Courier
from publisher.delivery.interrupted import Interrupted
from publisher.delivery.late import Late, is_told
from publisher.delivery.lifecycle import State
from publisher.delivery.settling import Settling
from publisher.side_by_side import SideBySide
from publisher.store import channel_states, deliveries, journal
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.switchboard import Switchboard


class Reconciler:
    """Looks after every delivery that isn't simply waiting or done."""

    def __init__(
        self, database: Database, switchboard: Switchboard, courier: Courier, alerts: Alerts
    ) -> None:
        settings, clock = courier.settings, courier.clock
        self.database = database
        self.switchboard = switchboard
        self.courier = courier
        self.clock: Clock = clock
        self.late = Late(database, settings, clock, alerts)
        self.settling = Settling(database, switchboard, settings, clock, alerts, courier.lease)
        self._alerts = alerts
        self._interrupted = Interrupted(database, clock, alerts)
        self._beside = SideBySide(alerts.watch)

    def recover(self) -> int:
        """Doubt every send that a process left behind; the caller holds the daemon's lock.

        Gives how many there were. A process may also have died between writing down that a post
        failed and telling a person: those are told now.
        """
        left = self._interrupted.left_behind()
        self.catch_up()
        return left

    def catch_up(self) -> None:
        """Tell what a process that died had written down and not told yet. Where others are at
        work on the store, this is all that a start may do: their sends are none of its own."""
        self._tell_what_was_not_told()

    def sweep(self) -> None:
        """One look at everything that needs one; a platform that hangs keeps no other waiting."""
        self.courier.write_down()
        self._interrupted.unanswered()
        reopen, doubts = self._to_reopen(), self._in_doubt()
        self._beside.round(
            {
                name: partial(self._look_after, name, name in reopen, doubts.get(name, ()))
                for name in (*reopen, *doubts)
            }
        )
        self.late.miss()
        self.courier.breaker.tell()
        limits.tell(self.database, self.courier.settings, self.clock, self._alerts)

    def clock_was_set(self, step: timedelta) -> None:
        """The clock was set by ``step``."""
        self.settling.clock_was_set(step)

    def _tell_what_was_not_told(self) -> None:
        since = self.clock() - policy.TELL_WITHIN
        with self.database.reading() as session:
            untold = [
                (row, journal.is_begun(session, deliveries.number_of(row)))
                for row in deliveries.in_state(session, State.MISSED, State.FAILED)
                if row.updated_at > since and not is_told(session, row)
            ]
        for row, begun in untold:
            key = deliveries.identity_of(row).key
            if row.state == State.MISSED:
                self.late.tell(key, row.note, begun=begun)
            else:
                self.courier.outcomes.tell_refused(key, row.note)

    def _look_after(self, channel: str, reopen: bool, doubts: Sequence[Delivery]) -> None:
        """Prove ``channel``, which is stopped, anew where wanted; settle its doubts, in order."""
        if reopen:
            with self.switchboard.line(channel) as adapter:
                self.courier.credentials.prove(channel, adapter)
        for delivery in doubts:
            self.settling.settle(delivery)

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
