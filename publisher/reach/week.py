"""What the weekly mail says, as data.

All times are local.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from publisher.delivery.lifecycle import State
from publisher.reach.editions import AgainstEdition
from publisher.reach.figures import Figures, Sum
from publisher.reach.followers import Followed
from publisher.reach.insight import Insight


@dataclass(frozen=True, slots=True)
class Compared:
    """A row of a table: this week's sum and the week before's."""

    name: str
    now: Sum
    before: Sum


@dataclass(frozen=True, slots=True)
class BestPost:
    """A post that did well; ``at`` is local."""

    first_line: str
    channel: str
    at: datetime
    url: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class PublishedPost:
    """A post that went out: when first (local), on which channels, their figures together."""

    first_line: str
    campaign: str
    at: datetime
    channels: tuple[str, ...]
    sum: Sum


@dataclass(frozen=True, slots=True)
class Trouble:
    """A delivery that needs a person, and why; ``at`` is its local due time."""

    key: str
    first_line: str
    channel: str
    at: datetime
    state: State
    note: str


@dataclass(frozen=True, slots=True)
class Stop:
    """What keeps posts back: a hold, or a channel's log-in; times are local.

    ``scope`` is one of ``store.holds``, or ``CREDENTIALS``.
    """

    scope: str
    target: str
    reason: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A post of the seven days to come: when (local), where, whether it waits for approval, and
    whether a hold of today covers its time on any of its channels."""

    first_line: str
    campaign: str
    at: datetime
    channels: tuple[str, ...]
    waits: bool
    held: bool


CREDENTIALS = "credentials"
"""The scope of a stop that is no hold: a channel's log-in is no longer taken."""


@dataclass(frozen=True, slots=True)
class WeekSummary:
    """Everything the weekly mail says. ``monday`` begins the week reported; ``trend`` holds the
    last weeks, this one last, each as of its own report's moment. ``editions`` are the campaigns
    whose last edition has figures to compare with. ``insight`` is of the last weeks
    (``publisher.reach.measured``).
    """

    monday: date
    total: Compared
    campaigns: tuple[Compared, ...]
    channels: tuple[Compared, ...]
    posts: tuple[PublishedPost, ...]
    best: tuple[BestPost, ...]
    troubles: tuple[Trouble, ...]
    stops: tuple[Stop, ...]
    upcoming: tuple[Upcoming, ...]
    trend: tuple[tuple[date, Sum], ...]
    editions: tuple[AgainstEdition, ...] = ()
    followers: tuple[Followed, ...] = ()
    insight: Insight = field(default_factory=Insight)
