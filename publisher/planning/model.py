"""The words in which a plan is written: a delivery's identity, its slot, and the slot filled.

``plan`` makes slots, ``publisher.assemble`` fills them; ``diff`` and the store know them by their
identity.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from channels.base import Message


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """What names a delivery for ever: one post of one edition to one channel, once.

    ``edition`` is the anchor's year; for a standing campaign or a feed's entry, the local year of
    the due time.
    ``occurrence`` tells apart what one post file brings several times: the local date of a
    recurrence (``2027-03-01``, with ``#2`` for the second of one day), the key of a feed entry,
    or ``now-…`` for what was sent outside the plan. Otherwise it is empty.
    """

    campaign: str
    edition: int
    post: str
    channel: str
    occurrence: str = ""

    @property
    def key(self) -> str:
        """The identity as one text: idempotency keys and file names derive from it."""
        base = f"{self.campaign}/{self.edition}/{self.post}/{self.channel}"
        return f"{base}/{self.occurrence}" if self.occurrence else base


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the plan, not yet filled with a message.

    ``due_at`` is in UTC, ``local`` the same moment in the campaign's zone. ``anchor`` is the
    campaign's day in this edition (``None``: standing). A slot needs ``approvals`` different
    people.
    """

    identity: Identity
    due_at: datetime
    local: datetime
    anchor: date | None
    grace: timedelta
    approvals: int

    @property
    def expires_at(self) -> datetime:
        """The end of its grace, in UTC: from this moment on it is not sent."""
        return self.due_at + self.grace


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """A slot with its rendered message; ``audiences`` is whom the post is for, ``covers`` what of
    the coverage register it is about, ``links`` the codes of its short links, each with the
    address it leads to."""

    slot: Slot
    message: Message
    audiences: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    fingerprint: str = field(init=False)
    """The message's, which takes long to work out and is asked for often."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprint", self.message.fingerprint)

    @property
    def identity(self) -> Identity:
        return self.slot.identity

    @property
    def first_line(self) -> str:
        """What tables show of a message: its title, else the first line of its text."""
        words = self.message.title or self.message.body.plain.strip().partition("\n")[0]
        return words[:120]
