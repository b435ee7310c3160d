"""The plan against the store: what would change. Pure; the desk asks, ``store.planned`` applies.

What is sent, being sent or in doubt is never touched by the plan, also under another name: a post
whose file, or whose campaign's folder, was renamed after it went out isn't sent again. What is
refused for good (failed) takes a mended text and waits for a person to say "again". Only what is
inside the plan's window, of a campaign that could be read, is taken out. Once applied, the same
diff is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from publisher.delivery.lifecycle import CANCEL, CLAIMABLE, OUT, State
from publisher.planning.model import Identity, PlannedDelivery

if TYPE_CHECKING:
    from publisher.planning.bookkeeping import Retagging

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
        """Whether it falls due or expires at another moment, or in another zone."""
        slot = self.planned.slot
        return (
            self.stored.due_at != slot.due_at
            or self.stored.zone != str(slot.local.tzinfo)
            or self._expires_otherwise
        )

    @property
    def _expires_otherwise(self) -> bool:
        expires_at = self.planned.slot.expires_at
        # A longer grace than the file's was given by a person who said "again": it stays.
        if self.stored.state is State.RETRYING:
            return self.stored.expires_at < expires_at
        return self.stored.expires_at != expires_at

    @property
    def reworded(self) -> bool:
        return self.stored.fingerprint != self.planned.fingerprint

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

    ``altered`` may be both moved and reworded, and may be failed ones, which stay failed.
    ``restored`` were cancelled by the plan, or missed, and have a time to come again. ``too_late``
    are new in the files, or moved there, but past their grace: never sent, only told.
    ``untouchable`` have another text, time or name in the files than what went out, is going out or
    may have gone out: told, and left as they are. ``retagged`` is what is noted otherwise for
    reports alone (``planning.bookkeeping``), whatever a delivery's state.
    """

    added: tuple[PlannedDelivery, ...] = ()
    altered: tuple[Alteration, ...] = ()
    restored: tuple[PlannedDelivery, ...] = ()
    removed: tuple[StoredDelivery, ...] = ()
    too_late: tuple[PlannedDelivery, ...] = ()
    untouchable: tuple[Alteration, ...] = ()
    unchanged: int = 0
    retagged: tuple[Retagging, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.added or self.altered or self.restored or self.removed or self.retagged)

    def without(self, campaign: str) -> Changes:
        """The same, but for what concerns ``campaign``."""
        return replace(
            self,
            added=tuple(d for d in self.added if d.identity.campaign != campaign),
            altered=tuple(a for a in self.altered if a.stored.identity.campaign != campaign),
            restored=tuple(d for d in self.restored if d.identity.campaign != campaign),
            removed=tuple(row for row in self.removed if row.identity.campaign != campaign),
            retagged=tuple(t for t in self.retagged if t.stored.identity.campaign != campaign),
        )

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
    asked = {delivery.identity for delivery in planned}
    left = [row for row in stored if row.identity not in asked]
    orphans = {_likeness_of_row(row): row for row in left if row.state in OUT}
    found = _Found(removed=[row for row in left if _is_taken_out(row, scope)])
    for delivery in sorted(planned, key=lambda d: (d.slot.due_at, d.identity)):
        row = known.get(delivery.identity)
        if row is None:
            found.take_new(delivery, orphans.get(_likeness_of_planned(delivery)), now)
        else:
            found.take_known(Alteration(row, delivery), now)
    return found.changes()


@dataclass(slots=True)
class _Found:
    """``Changes`` on the way; deliveries come in order of due time."""

    removed: list[StoredDelivery]
    added: list[PlannedDelivery] = field(default_factory=list)
    altered: list[Alteration] = field(default_factory=list)
    restored: list[PlannedDelivery] = field(default_factory=list)
    too_late: list[PlannedDelivery] = field(default_factory=list)
    untouchable: list[Alteration] = field(default_factory=list)
    unchanged: int = 0

    def take_new(
        self, delivery: PlannedDelivery, twin: StoredDelivery | None, now: datetime
    ) -> None:
        """One that the store doesn't know; ``twin`` is the same under the file's former name."""
        if twin is not None:
            self.untouchable.append(Alteration(twin, delivery))
        elif delivery.slot.expires_at <= now:
            self.too_late.append(delivery)
        else:
            self.added.append(delivery)

    def take_known(self, alteration: Alteration, now: datetime) -> None:
        """One that the store knows, whatever its state."""
        row, delivery = alteration.stored, alteration.planned
        over = delivery.slot.expires_at <= now
        if over and row.state in CLAIMABLE and row.due_at > now:
            # Moved from the future into the past: it must not go out at the hour it had before.
            self.removed.append(row)
            self.too_late.append(delivery)
        elif _takes(alteration, over=over):
            self.altered.append(alteration)
        elif _comes_back(row, delivery, now):
            self.restored.append(delivery)
        elif row.state in OUT and (alteration.reworded or row.due_at != delivery.slot.due_at):
            self.untouchable.append(alteration)
        else:
            self.unchanged += 1

    def changes(self) -> Changes:
        return Changes(
            tuple(self.added),
            tuple(self.altered),
            tuple(self.restored),
            tuple(sorted(self.removed, key=lambda row: (row.due_at, row.identity))),
            tuple(self.too_late),
            tuple(self.untouchable),
            self.unchanged,
        )


_Likeness = tuple[int, str, datetime, str]
"""What stays of a delivery when its post's file, or its campaign's folder, is renamed."""


def _likeness_of_row(row: StoredDelivery) -> _Likeness:
    return row.identity.edition, row.identity.channel, row.due_at, row.first_line


def _likeness_of_planned(delivery: PlannedDelivery) -> _Likeness:
    slot = delivery.slot
    return slot.identity.edition, slot.identity.channel, slot.due_at, delivery.first_line


def _takes(alteration: Alteration, *, over: bool) -> bool:
    """Whether a delivery takes what the files now ask of it; ``over``: past the grace they give."""
    row = alteration.stored
    if row.state is State.FAILED:
        # The text is mended for the person who says "again", who also gives it a new grace.
        return alteration.reworded if over else bool(alteration)
    # One whose own grace is over is the sweep's to call missed, not the plan's to revive.
    return row.state in CLAIMABLE and bool(alteration) and not over


def _comes_back(row: StoredDelivery, delivery: PlannedDelivery, now: datetime) -> bool:
    """Taken out by the plan and asked for again; or missed, and given a new time to come."""
    if delivery.slot.due_at <= now:
        return False
    if row.state is State.CANCELLED:
        return row.cancelled_by == BY_PLAN
    return row.state is State.MISSED and delivery.slot.due_at > row.due_at


def _is_taken_out(row: StoredDelivery, scope: Scope) -> bool:
    """Whether the files no longer ask for ``row``, which the plan lacks.

    The plan speaks only of its window. Outside it (beyond the horizon; or late, still being
    retried, and older than the window) a delivery is taken out only when its post is gone from
    the files, or its channel from the post: a campaign whose folder was deleted has none left.
    What failed before the window is history by then, and a tidied folder must not rewrite it.
    """
    identity = row.identity
    if row.state not in CANCEL.before:
        return False
    if not row.holdable or identity.occurrence.startswith(OUTSIDE):
        return False
    if "*" in scope.faulty or identity.campaign in scope.faulty:
        return False
    if scope.start <= row.due_at < scope.end:
        return True
    in_the_files = (identity.campaign, identity.post, identity.channel) in scope.posts
    return not in_the_files and not (row.state is State.FAILED and row.due_at < scope.start)
