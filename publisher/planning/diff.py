"""The plan against the store: what would change. Pure.

What was claimed once is never touched again by the plan: sent, being sent and in doubt stay as
they are. Only what is inside the plan's window, of a campaign that could be read, is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.planning.model import Identity, PlannedDelivery

BY_PLAN = "plan"
"""Who cancelled what was taken out of the files: only that comes back with them."""

OUTSIDE = "now-"
"""How the occurrence of what was sent outside the plan begins."""


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A delivery as the store has it; times in UTC, ``zone`` the name of its campaign's."""

    identity: Identity
    state: State
    due_at: datetime
    expires_at: datetime
    fingerprint: str
    approvals: int
    zone: str
    first_line: str = ""
    cancelled_by: str | None = None
    sent_at: datetime | None = None
    holdable: bool = True


@dataclass(frozen=True, slots=True)
class Alteration:
    """A stored delivery and what the files now ask of it."""

    stored: StoredDelivery
    planned: PlannedDelivery

    @property
    def moved(self) -> bool:
        slot = self.planned.slot
        return (
            self.stored.due_at != slot.due_at or self.stored.expires_at != slot.due_at + slot.grace
        )

    @property
    def reworded(self) -> bool:
        return self.stored.fingerprint != self.planned.message.fingerprint

    @property
    def reapproved(self) -> bool:
        """Whether another number of approvals is asked for."""
        return self.stored.approvals != self.planned.slot.approvals

    def __bool__(self) -> bool:
        return self.moved or self.reworded or self.reapproved


@dataclass(frozen=True, slots=True)
class Scope:
    """How far the plan speaks: its window, the campaigns at fault, the posts the files have.

    ``faulty`` are slugs; ``"*"`` among them: the folder itself could not be read. ``posts`` are
    (campaign, post, channel).
    """

    start: datetime
    end: datetime
    faulty: frozenset[str]
    posts: frozenset[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What would change, each in order of due time.

    ``too_late`` are new in the files but past their grace: never sent, only told. ``untouchable``
    differ from what went out, or is going out, under them.
    """

    added: tuple[PlannedDelivery, ...] = ()
    altered: tuple[Alteration, ...] = ()
    restored: tuple[PlannedDelivery, ...] = ()
    removed: tuple[StoredDelivery, ...] = ()
    too_late: tuple[PlannedDelivery, ...] = ()
    untouchable: tuple[Alteration, ...] = ()
    unchanged: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.added or self.altered or self.restored or self.removed)

    def counts(self) -> dict[str, int]:
        """How many of each kind would be written."""
        return {
            "added": len(self.added),
            "altered": len(self.altered),
            "restored": len(self.restored),
            "removed": len(self.removed),
        }


def diff(
    planned: Sequence[PlannedDelivery],
    stored: Sequence[StoredDelivery],
    now: datetime,
    scope: Scope,
) -> Changes:
    """What must change in ``stored`` so that it says what ``planned`` asks, as of ``now``."""
    known = {row.identity: row for row in stored}
    added, altered, restored, too_late, untouchable = [], [], [], [], []
    unchanged = 0
    for delivery in sorted(planned, key=lambda d: (d.slot.due_at, d.identity)):
        row = known.get(delivery.identity)
        over = delivery.slot.due_at + delivery.slot.grace <= now
        if row is None:
            (too_late if over else added).append(delivery)
            continue
        alteration = Alteration(row, delivery)
        if row.state in CLAIMABLE or row.state is State.FAILED:
            # One whose own grace is over is the sweep's to call missed, not the plan's to revive.
            if alteration and not over:
                altered.append(alteration)
            else:
                unchanged += 1
        elif _comes_back(row, delivery, now):
            restored.append(delivery)
        elif alteration and row.state not in (State.CANCELLED, State.MISSED):
            untouchable.append(alteration)
        else:
            unchanged += 1
    asked = {delivery.identity for delivery in planned}
    removed = [row for row in stored if row.identity not in asked and _is_taken_out(row, scope)]
    return Changes(
        tuple(added),
        tuple(altered),
        tuple(restored),
        tuple(sorted(removed, key=lambda row: (row.due_at, row.identity))),
        tuple(too_late),
        tuple(untouchable),
        unchanged,
    )


def _comes_back(row: StoredDelivery, delivery: PlannedDelivery, now: datetime) -> bool:
    """Taken out by the plan and asked for again; or missed, and given a new time to come."""
    if delivery.slot.due_at <= now:
        return False
    if row.state is State.CANCELLED:
        return row.cancelled_by == BY_PLAN
    return row.state is State.MISSED and delivery.slot.due_at > row.due_at


def _is_taken_out(row: StoredDelivery, scope: Scope) -> bool:
    identity = row.identity
    if row.state not in CLAIMABLE and row.state is not State.FAILED:
        return False
    if not row.holdable or identity.occurrence.startswith(OUTSIDE):
        return False
    if "*" in scope.faulty or identity.campaign in scope.faulty:
        return False
    if (identity.campaign, identity.post, identity.channel) not in scope.posts:
        return True
    # Its post is still there: outside the window the plan says nothing of it.
    return scope.start <= row.due_at < scope.end
