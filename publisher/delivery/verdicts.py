"""A person's word on deliveries: approved, taken out, once more, it is there, it is not.

The commands and the console say it through here. Each verdict is one transaction, noted in the
audit trail by the person's name; what it couldn't do is given back with why, never raised. Who saw
a text says by its fingerprint which one: what was changed meanwhile is not approved unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from sqlmodel import Session

from channels.base import Receipt
from publisher.clock import Clock
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import CLAIMABLE, Move, State
from publisher.i18n import _
from publisher.store import approvals, audit, deliveries, doubts
from publisher.store.database import Database
from publisher.store.models import Delivery

if TYPE_CHECKING:
    from publisher.alerts.alerts import Alerts
    from publisher.delivery.settling import Settling

FRESH_GRACE = timedelta(hours=2)
"""A person wants it out now: it gets so long, whatever the hour it was meant for."""


class Why(Enum):
    """Why a verdict wasn't taken."""

    NOT_THERE = "not there"
    NOT_NOW = "not now"
    NOT_ASKED = "not asked"
    ALREADY = "already"
    CHANGED = "changed"
    TRIED = "tried"

    @property
    def words(self) -> str:
        """For the person whose verdict it was."""
        return {
            Why.NOT_THERE: _("There is no such post in the plan."),
            Why.NOT_NOW: _("It is no longer in a state in which that can be done."),
            Why.NOT_ASKED: _("It needs no approval."),
            Why.ALREADY: _("You have approved this text already; a second approval needs another "
                           "person."),
            Why.CHANGED: _("Its text was changed meanwhile: look at it once more."),
            Why.TRIED: _("It was tried meanwhile: look at it once more."),
        }[self]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refusal:
    """One delivery for which a verdict wasn't taken; ``number`` is its row id."""

    number: int
    why: Why


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a verdict: the keys of the deliveries that it changed, and the rest."""

    done: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()

    def count(self, why: Why) -> int:
        """How many were refused for that."""
        return sum(one.why is why for one in self.refused)


class Verdicts:
    """Takes verdicts; ``alerts`` and ``settling`` are asked for when one needs them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        alerts: Callable[[], Alerts],
        settling: Callable[[], Settling],
    ) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts
        self._settling = settling

    def approve(
        self, numbers: Iterable[int], by: str, seen: Mapping[int, str] | None = None
    ) -> Outcome:
        """Approve the present text of deliveries, by their row ids, as ``by``.

        ``seen`` are the fingerprints of what the person saw, by row id.
        """
        done: list[str] = []
        refused: list[Refusal] = []
        with self._database.writing() as session:
            for number in numbers:
                row = session.get(Delivery, number)
                why = self._approve(session, row, by, seen)
                if row is None or why is not None:
                    refused.append(Refusal(number, why or Why.NOT_THERE))
                else:
                    done.append(deliveries.identity_of(row).key)
        return Outcome(tuple(done), tuple(refused))

    def _approve(
        self, session: Session, row: Delivery | None, by: str, seen: Mapping[int, str] | None
    ) -> Why | None:
        if row is None:
            return Why.NOT_THERE
        if not row.approvals:
            return Why.NOT_ASKED
        if row.state not in CLAIMABLE:
            return Why.NOT_NOW
        if seen is not None and seen.get(deliveries.number_of(row)) != row.fingerprint:
            return Why.CHANGED
        return None if approvals.approve(session, row, by, self._clock()) else Why.ALREADY

    def cancel(self, numbers: Iterable[int], by: str) -> Outcome:
        """Take deliveries out: they won't be sent."""
        return self._each(numbers, by, lifecycle.CANCEL, cancelled_by=by)

    def again(
        self, numbers: Iterable[int], by: str, tries: Mapping[int, int] | None = None
    ) -> Outcome:
        """Try failed deliveries once more, at once.

        ``tries`` are how many attempts each had when the person looked, by row id: a verdict that a
        program says twice, for no answer came, isn't taken for what went wrong since.
        """
        return self._each(numbers, by, lifecycle.AGAIN, tries=tries, at_once=True)

    def absent(
        self, numbers: Iterable[int], by: str, tries: Mapping[int, int] | None = None
    ) -> Outcome:
        """Doubtful deliveries are not out: they are sent again, at once. ``tries`` as above."""
        return self._each(
            numbers, by, lifecycle.CLEAR, doubts.disprove_doubts, tries=tries, at_once=True
        )

    def found(self, numbers: Iterable[int], by: str, url: str = "") -> Outcome:
        """Doubtful deliveries are out, and can be seen at ``url``."""
        done: list[str] = []
        refused: list[Refusal] = []
        for number in numbers:
            with self._database.reading() as session:
                row = session.get(Delivery, number)
            if row is None or row.state != State.UNCONFIRMED:
                refused.append(Refusal(number, Why.NOT_THERE if row is None else Why.NOT_NOW))
            elif self._settling().found(row, Receipt("", url, self._clock()), by):
                done.append(deliveries.identity_of(row).key)
            else:
                refused.append(Refusal(number, Why.NOT_NOW))
        return Outcome(tuple(done), tuple(refused))

    def _each(
        self,
        numbers: Iterable[int],
        by: str,
        step: Move,
        besides: Callable[[Session, int], None] | None = None,
        *,
        tries: Mapping[int, int] | None = None,
        at_once: bool = False,
        **changes: object,
    ) -> Outcome:
        done: list[str] = []
        refused: list[Refusal] = []
        now = self._clock()
        if at_once:
            changes |= {"next_at": now, "expires_at": now + FRESH_GRACE}
        with self._database.writing() as session:
            for number in numbers:
                row = session.get(Delivery, number)
                if row is None:
                    refused.append(Refusal(number, Why.NOT_THERE))
                    continue
                if tries is not None and tries.get(number) != row.attempts:
                    refused.append(Refusal(number, Why.TRIED))
                    continue
                if not deliveries.move(session, number, step, now, **changes):
                    refused.append(Refusal(number, Why.NOT_NOW))
                    continue
                if besides is not None:
                    besides(session, number)
                key = deliveries.identity_of(row).key
                audit.record(session, now, by, step.name, key)
                done.append(key)
        self._acted(done)
        return Outcome(tuple(done), tuple(refused))

    def _acted(self, keys: Sequence[str]) -> None:
        """A person has acted: should it fail once more, that is news and told at once."""
        if not keys:
            return
        from publisher.delivery.late import matter

        for key in keys:
            self._alerts().clear(matter(key))
