"""The books that measures count from.

What they give stands here too.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col

from publisher.campaign.criteria import Population
from publisher.campaign.register import Topic
from publisher.reach.ledger import Published, published
from publisher.store.models import Delivery


@dataclass(frozen=True, slots=True)
class Window:
    """The moments [``start``, ``end``), seen at ``as_of``; ``last`` is their last local day."""

    start: datetime
    end: datetime
    as_of: datetime
    last: date

    @property
    def seen_until(self) -> datetime:
        """Its end, or before that the moment at which it is seen."""
        return min(self.end, self.as_of)


@dataclass(frozen=True, slots=True)
class Measured:
    """A value in ``unit``, ``None`` where nothing can be said; ``basis`` says what was counted, in
    the present language. What is ``growing`` may still reach its target while days are left."""

    value: float | None
    basis: str
    unit: str = "%"
    growing: bool = False


@dataclass
class Books:
    """What measures count from; ``topics`` is ``None`` where there is no register. ``titles`` are
    the channels' names for people."""

    session: Session
    zone: ZoneInfo
    topics: Sequence[Topic] | None = None
    population: Population | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    _read: dict[Hashable, Sequence[Published]] = field(default_factory=dict)
    _of: Window | None = None

    def published(
        self,
        window: Window,
        *,
        campaigns: tuple[str, ...] = (),
        channels: tuple[str, ...] = (),
        kinds: tuple[str, ...] = (),
    ) -> Sequence[Published]:
        """What was out by then of the window's posts; kept until another window is asked about."""
        if window != self._of:
            self._of = window
            self._read.clear()
        key = (campaigns, channels, kinds)
        if key not in self._read:
            only = filters(campaigns, channels, kinds)
            found = published(self.session, window.start, window.end, window.as_of, only=only)
            self._read[key] = [post for post in found if post.sent_at <= window.as_of]
        return self._read[key]

    def title(self, channel: str) -> str:
        """What people know a channel by."""
        return self.titles.get(channel) or channel


def seen_day(books: Books, window: Window) -> date:
    """The last local day of ``window`` of which anything can be known."""
    return min(window.last, window.as_of.astimezone(books.zone).date())


def joined(parts: Sequence[str]) -> str:
    """A basis: its parts in one sentence."""
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def percent(part: int, whole: int) -> float:
    """A share in percent; ``whole`` isn't zero."""
    return 100 * part / whole


def filters(
    campaigns: Sequence[str], channels: Sequence[str], kinds: Sequence[str] = ()
) -> list[ColumnElement[bool]]:
    """The conditions of these names; where none is given there is none."""
    named = ((Delivery.campaign, campaigns), (Delivery.channel, channels), (Delivery.kind, kinds))
    return [col(column).in_(names) for column, names in named if names]
