"""How a delivery stands, in a reader's words: its state, what it waits for, what keeps it.

One place for the command line and the console, so that both say the same of a post.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlmodel import Session

from publisher import notation
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.i18n import _
from publisher.states import note_words, state_words
from publisher.store import approvals, channel_states, deliveries, holds
from publisher.store.models import ChannelState, Delivery, Hold

NEEDS_A_PERSON = (State.UNCONFIRMED, State.FAILED, State.MISSED)
ON_THE_WAY = (*CLAIMABLE, State.SENDING)


class Look(StrEnum):
    """What a list shows at a glance: the one thing to know of a delivery."""

    COMING = "coming"
    SENDING = "sending"
    SENT = "sent"
    WAITS = "waits"
    KEPT = "kept"
    NEEDS = "needs"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides on how deliveries are shown: approvals, holds in force, channels."""

    zone: ZoneInfo
    approvals: Mapping[int, int]
    holds: Sequence[Hold]
    channels: Sequence[ChannelState]

    @classmethod
    def read(cls, session: Session, zone: ZoneInfo, now: datetime) -> Standing:
        """As it is ``now``; times are told in ``zone``."""
        return cls(
            zone,
            approvals.counts(session),
            holds.in_force(session, now),
            channel_states.all_of_them(session),
        )

    @property
    def stopped(self) -> frozenset[str]:
        """The channels that send nothing until their credentials are put right."""
        return frozenset(state.channel for state in self.channels if state.stopped)

    def words(self, row: Delivery) -> str:
        """How ``row`` stands."""
        words = state_words(State(row.state))
        if row.note and row.state in NEEDS_A_PERSON:
            return f"{words}: {note_words(row.note)}"
        if row.state == State.SENT and row.gone_at is not None:
            gone = _("no longer there since %(value)s")
            return f"{words}, {gone % {'value': notation.moment(row.gone_at, self.zone)}}"
        if row.state not in CLAIMABLE:
            return words
        if self.lacks_approval(row):
            words = _("waits for approval (%(given)s of %(asked)s)") % {
                "given": notation.number(self._given(row)),
                "asked": notation.number(row.approvals),
            }
        kept = self._kept_by(row)
        return f"{words}, {kept}" if kept else words

    def look(self, row: Delivery) -> Look:
        """The same at a glance."""
        state = State(row.state)
        if state in NEEDS_A_PERSON:
            return Look.NEEDS
        if state is State.SENDING:
            return Look.SENDING
        if state is State.SENT:
            return Look.SENT
        if state is State.CANCELLED:
            return Look.OUT
        if self._kept_by(row):
            return Look.KEPT
        return Look.WAITS if self.lacks_approval(row) else Look.COMING

    def lacks_approval(self, row: Delivery) -> bool:
        """Whether somebody has still to approve ``row`` before it may go."""
        return row.state in CLAIMABLE and self._given(row) < row.approvals

    def is_held(self, row: Delivery) -> bool:
        """Whether a hold in force covers ``row``."""
        return row.holdable and self.hold_over(row.campaign, row.channel) is not None

    def hold_over(self, campaign: str, channel: str) -> Hold | None:
        """The first hold in force that stops what ``campaign`` sends to ``channel``."""
        return next((one for one in self.holds if holds.covers(one, campaign, channel)), None)

    def _given(self, row: Delivery) -> int:
        return self.approvals.get(deliveries.number_of(row), 0)

    def _kept_by(self, row: Delivery) -> str:
        if self.is_held(row):
            return _("on hold")
        return _("its channel is stopped") if row.channel in self.stopped else ""
